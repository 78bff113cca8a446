"""The inbox of who weighs, one signal with everything that is known of it, and what can be done with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openvis.web import city
from openvis.web.access import audit
from openvis.web.guard import Refused, personal, rule
from openvis.web.trail import processing

from .. import files, forms, rules, selectors, services, similar
from ..models import Report, Signal
from ..states import State
from .acts import ACTS


@rule(rules.WEIGH)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What is open and what is due. No text of any signal stands here."""
    user: Any = request.user
    asked = selectors.Asked.of(request.GET)
    found = selectors.inbox(user, asked)
    audit.record(user, "signals.list", number=len(found.rows))
    told, lang = city.profile().signals, get_language()
    context = {
        "inbox": found, "asked": asked, "today": timezone.localdate(), "groups": _groups(found),
        "phenomena": [(item.id, item.name.get(lang)) for item in told.phenomena],
        "branches": [(item.id, item.name.get(lang)) for item in told.branches], "areas": forms.area_choices(),
        "query": _query(request),
    }
    return render(request, "signals/inbox.html", context)


def _groups(found: selectors.Inbox) -> list[tuple[str, Any, int]]:
    titles = {
        "screen": _("To screen"), "asked": _("Asked"), "weigh": _("To weigh"), "second": _("Second reader"),
        "followed": _("Followed up"),
    }
    return [("", _("All open"), sum(found.counts.values())), *((key, titles[key], found.counts[key]) for key in titles)]


def _query(request: HttpRequest) -> str:
    """The filter without the page, to go on from."""
    kept = request.GET.copy()
    kept.pop("pagina", None)
    return kept.urlencode()


def found_or_refused(request: HttpRequest, key: UUID) -> Signal:
    """The signal, for who weighs; a refusal is written down."""
    user: Any = request.user
    try:
        return selectors.signal(user, key)
    except Http404 as error:
        raise Refused(rules.WEIGH, f"signal:{key}") from error


@rule(rules.WEIGH)
@personal("signals", "signal", "key")
@require_GET
def signal(request: HttpRequest, key: UUID) -> HttpResponse:
    """One signal."""
    return page(request, found_or_refused(request, key))


def page(
    request: HttpRequest, item: Signal, bound: dict[str, Any] | None = None, conflict: Signal | None = None
) -> HttpResponse:
    """The page of a signal, with a form that was not right yet among those that can be filled in."""
    user: Any = request.user
    audit.record(user, "signal.open", f"signal:{item.pk}")
    processing.shown([item], activity="signals", name="signal.open")
    bound = bound or {}
    acts = []
    for name, act in ACTS.items():
        if State(item.state) not in act.states or (name == "vragen" and not services.can_ask(item)):
            continue
        if name == "doorsturen" and not city.profile().signals.forward_to:
            continue
        start = {"version": item.version, "text": item.note} | {
            field: getattr(item, field) for field in ("address", "phenomenon", "branch")
        }
        acts.append((name, act, bound.get(name) or act.form(initial=start, auto_id=f"id_{name}_%s")))
    open_weighing = item.weighings.filter(outcome="").first()
    context = {
        "signal": item, "acts": acts, "conflict": conflict, "bound": set(bound), "similar": similar.similar(item),
        "report": Report.objects.filter(signal=item).select_related("reporter").first(), "kept": item.ends_on,
        "weighings": item.weighings.select_related("proposed_by", "decided_by"), "today": timezone.localdate(),
        "completed": selectors.completions(item),
        "additions": item.additions.select_related("added_by"), "files": item.attachments.all(),
        "handed": item.hand_overs.all(), "second": open_weighing, "own_weighing": bool(
            open_weighing and open_weighing.proposed_by_id == user.pk
        ),
        "to_weigh": item.state == State.ENRICHED,
    }
    wrong = any(form.errors for form in bound.values())
    return render(request, "signals/signal.html", context, status=409 if conflict else 422 if wrong else 200)


@rule(rules.WEIGH)
@personal("signals", "signal", "key")
@require_POST
def do(request: HttpRequest, key: UUID, act: str) -> HttpResponse:
    """Something is done with a signal."""
    user: Any = request.user
    item = found_or_refused(request, key)
    wanted = ACTS.get(act)
    if wanted is None:
        raise Http404
    form = wanted.form(request.POST, initial={"address": item.address}, auto_id=f"id_{act}_%s")
    if not form.is_valid():
        return page(request, item, {act: form})
    try:
        wanted.run(user, key, **form.cleaned_data)
    except services.WrongError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return page(request, item, {act: form})
    except services.ConflictError as error:
        # What was typed stays in the box, beside what the colleague wrote; saving again is a choice of the reader.
        form.data = form.data.copy()
        form.data["version"] = error.signal.version
        return page(request, selectors.signal(user, key), {act: form}, conflict=error.signal)
    except services.NotNowError as error:
        messages.warning(request, _("This cannot be done now: the signal is “%(state)s”.") % {"state": error})
    else:
        messages.success(request, str(wanted.done))
    return redirect("signal", key=key)


@rule(rules.WEIGH)
@personal("signals", "signal", "key")
@require_POST
def likeness(request: HttpRequest, key: UUID, other: UUID) -> HttpResponse:
    """Answer whether two signals are about the same."""
    user: Any = request.user
    try:
        services.decide_likeness(user, key, other, request.POST.get("same") == "yes")
    except services.NotYoursError as error:
        raise Refused(rules.WEIGH, f"signal:{key}") from error
    messages.success(request, _("Your answer is kept with both signals."))
    return redirect("signal", key=key)


@rule(rules.WEIGH)
@personal("signals", "signal", "key")
@require_GET
def attachment(request: HttpRequest, key: UUID, file: UUID) -> HttpResponse:
    """A file, to be saved: never shown inside a page of ours."""
    user: Any = request.user
    try:
        return files.to_save(user, selectors.attachment(user, key, file))
    except Http404 as error:
        raise Refused(rules.WEIGH, f"signal:{key}") from error
    except files.LostError:
        messages.error(request, _("This file is lost, or cannot be opened any more. Ask the reporter for it again."))
        return redirect("signal", key=key)
