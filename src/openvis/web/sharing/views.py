"""The pages of transfers: what waits for an answer, what was proposed, proposing, and one transfer."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web import city, guard
from openvis.web.access import audit, purposes
from openvis.web.guard import SIGNED_IN, rule

from . import covenants, flows, forms, rules, selectors, services
from .models import Transfer


@rule("transfers.accept")
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for an answer of this person, and what their side answered."""
    user: Any = request.user
    waiting = selectors.inbox(user)
    audit.record(user, "transfers.list", waiting=len(waiting))
    title = (
        ngettext("%d proposal to answer", "%d proposals to answer", len(waiting)) % len(waiting) if waiting
        else _("Nothing to answer")
    )
    context = {
        "waiting": waiting, "answered": selectors.answered(user), "title": title,
        "urgent": {item.pk for item in selectors.urgent(waiting, timezone.localdate())},
    }
    return render(request, "sharing/inbox.html", context)


@rule("transfers.propose")
@require_GET
def proposed(request: HttpRequest) -> HttpResponse:
    """What this person and their colleagues proposed, and what came of it."""
    user: Any = request.user
    found = selectors.proposed(user)
    audit.record(user, "transfers.list_proposed", number=len(found))
    return render(request, "sharing/proposed.html", {"found": found})


@rule("transfers.propose")
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Propose fields of an object: first to which compartment, then which fields, on which ground."""
    user: Any = request.user
    thing = flows.thing(user, kind, key)
    if thing is None or rules.proposing_role(user, thing.offer.compartment, thing.areas) is None:
        raise guard.Refused(rules.PROPOSE, f"{kind}:{key}")
    asked = _purpose_of_origin(request, thing.offer.compartment, f"{kind}:{key}")
    if asked is not None:
        return asked
    ways = flows.open_ways(thing.offer.compartment)
    to = next((item for item in ways if item.id == request.GET.get("naar")), ways[0] if len(ways) == 1 else None)
    if to is None:
        context = {"thing": thing, "ways": [(item.id, flows.name_of(item.id)) for item in ways]}
        return render(request, "sharing/choose.html", context)
    form = forms.ProposeForm(thing, to, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = services.propose(user, thing, form.proposal)
        except services.WrongError as error:
            form.refuse(error)
        except services.NotYoursError as error:
            raise guard.Refused(rules.PROPOSE, f"{kind}:{key}") from error
        else:
            messages.success(request, _("The proposal waits for an answer of the other side."))
            return redirect("transfer", key=made.pk)
    services.processed(thing.subjects, thing.offer.compartment, "transfer.offer")
    context = {
        "thing": thing, "form": form, "to": flows.name_of(to.id), "from": flows.name_of(thing.offer.compartment),
        "ways": len(ways), "earlier": selectors.of_object(user, kind, key),
    }
    return render(request, "sharing/propose.html", context, status=422 if form.errors else 200)


def _purpose_of_origin(request: HttpRequest, compartment: str, file: str) -> HttpResponse | None:
    """Data of a compartment that opens for a stated purpose alone are not handed over without one either."""
    if not any(item.id == compartment and item.circle == "purpose" for item in city.profile().compartments):
        return None
    return purposes.ask(request, guard.Personal(compartment, file), {})


def _opened(request: HttpRequest, item: Transfer) -> HttpResponse | None:
    """The question what for, before values of a transfer open: of the compartment that the reader stands in."""
    user: Any = request.user
    if rules.theirs(user, item):
        return purposes.ask(request, guard.Personal(item.to_compartment, "transfer", "key"), {"key": item.pk})
    return _purpose_of_origin(request, item.from_compartment, f"transfer:{item.pk}")


@rule(SIGNED_IN)
@require_GET
def transfer(request: HttpRequest, key: UUID) -> HttpResponse:
    """One transfer, for those who proposed it and those who answer it."""
    item = _found(request, key)
    return _opened(request, item) or _page(request, item, forms.RefuseForm())


def _found(request: HttpRequest, key: UUID) -> Transfer:
    user: Any = request.user
    try:
        return selectors.transfer(user, key)
    except Http404 as error:
        raise guard.Refused("transfer.view", f"transfer:{key}") from error


def _page(request: HttpRequest, item: Transfer, form: forms.RefuseForm, wrong: str = "") -> HttpResponse:
    user: Any = request.user
    theirs = rules.theirs(user, item)
    audit.record(user, "transfer.view", f"transfer:{item.pk}", side="receiver" if theirs else "proposer")
    received = getattr(item, "received", None) if theirs else None
    lines, subjects = selectors.lines(user, item), received.subjects if received is not None else item.subjects
    if any(line.value is not None for line in lines):
        services.processed(subjects, item.to_compartment if theirs else item.from_compartment, "transfer.view")
    context = {
        "item": item, "lines": lines, "overdue": selectors.overdue(item), "theirs": theirs,
        "ours": rules.ours(user, item), "received": received, "form": form, "wrong": wrong,
    }
    return render(request, "sharing/transfer.html", context, status=422 if wrong or form.errors else 200)


@rule("transfers.accept")
@require_POST
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Accept a proposal."""
    item = _found(request, key)
    if _opened(request, item) is not None:
        return redirect("transfer", key=key)
    try:
        return _answered(
            request, key, rules.ACCEPT, services.accept,
            _("Accepted. What was handed over is now in your compartment."),
        )
    except covenants.CovenantError as error:
        return _page(request, item, forms.RefuseForm(), wrong=str(error))


@rule("transfers.accept")
@require_POST
def refuse(request: HttpRequest, key: UUID) -> HttpResponse:
    """Refuse a proposal, with the reason."""
    item = _found(request, key)
    if _opened(request, item) is not None:
        return redirect("transfer", key=key)
    form = forms.RefuseForm(request.POST)
    if not form.is_valid():
        return _page(request, item, form)
    act = partial(services.refuse, reason=form.cleaned_data["reason"])
    return _answered(
        request, key, rules.ACCEPT, act, _("Refused. The values are removed; that it was proposed stays.")
    )


@rule("transfers.propose")
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a proposal back."""
    _found(request, key)
    return _answered(
        request, key, rules.PROPOSE, services.withdraw,
        _("Withdrawn. The values are removed; that it was proposed stays."),
    )


def _answered(
    request: HttpRequest, key: UUID, ability: str, act: Callable[[Any, UUID], object], said: str
) -> HttpResponse:
    """Give a proposal its answer, and tell what happened."""
    try:
        act(request.user, key)
    except services.NotNowError:
        return _too_late(request, key)
    except services.NotYoursError as error:
        raise guard.Refused(ability, f"transfer:{key}") from error
    messages.success(request, said)
    return redirect("transfer", key=key)


def _too_late(request: HttpRequest, key: UUID) -> HttpResponse:
    messages.warning(request, _("Somebody else was faster, or the term has ended: this proposal has its answer."))
    return redirect("transfer", key=key)
