"""The pages of the index: entries of one's department, a new one, an entry with its matches, looking up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web import guard
from openvis.web.access import audit
from openvis.web.guard import personal, rule
from openvis.web.places.models import Address

from . import forms, lookups, rules, selectors, services, terms
from .models import Match

CONTRIBUTE = rules.CONTRIBUTE
COMPARTMENT = rules.COMPARTMENT


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_entries")
@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """The entries of one's department, and the matches that wait."""
    user: Any = request.user
    found = list(selectors.entries(user)[: selectors.SHOWN])
    told = selectors.matches(user)
    audit.record(user, "index.list", number=len(found))
    active = [item for item in found if item.state == "active"]
    context = {
        "active": active, "ended": [item for item in found if item.state != "active"],
        "waiting": [item for item in told if item.new], "free": selectors.free(user, active),
        "department": selectors.department_name(rules.department_of(user)),
    }
    return render(request, "refindex/entries.html", context)


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_new")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a signal at an address."""
    user: Any = request.user
    form = forms.EntryForm(
        request.POST if request.method == "POST" else None, contact=user.email, address=_of_file(request)
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = services.register(user, said["address"], said["kind"], said["contact"], silent=said["silent"])
        except services.WrongError as error:
            form.refuse(error)
        except services.NotYoursError as error:
            raise guard.Refused(CONTRIBUTE, "index_entry") from error
        else:
            messages.success(request, _("Registered. If another department holds a signal here, this page says so."))
            return redirect("index_entry", key=made.pk)
    context = {"form": form, "index": terms.index(), "department": selectors.department_name(rules.department_of(user))}
    return render(request, "refindex/new.html", context, status=422 if form.errors else 200)


def _of_file(request: HttpRequest) -> Address | None:
    """The address of the file of one's own from which somebody comes to register (`?dossier=kind:key`)."""
    user: Any = request.user
    kind, _colon, key = request.GET.get("dossier", "").partition(":")
    if not key:
        return None
    try:
        return lookups.own_file(user, kind, key).address
    except lookups.NotYoursError as error:
        raise guard.Refused(CONTRIBUTE, f"{kind[:40]}:{key[:60]}") from error


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_entry", "key")
@require_GET
def entry(request: HttpRequest, key: UUID) -> HttpResponse:
    """One entry of one's department, with the matches told to its handler."""
    return _entry_page(request, key)


def _entry_page(
    request: HttpRequest, key: UUID, form: forms.RenewForm | None = None, over: forms.TakeOverForm | None = None,
    to: forms.OfferSilentForm | None = None,
) -> HttpResponse:
    user: Any = request.user
    item = selectors.entry(user, key)
    if item is None:
        raise guard.Refused(CONTRIBUTE, f"index_entry:{key}")
    audit.record(user, "index.view", f"index_entry:{key}")
    context = {
        "item": item, "form": form or forms.RenewForm(), "mine": item.handler_id == user.pk,
        "matches": selectors.matches(user, key) if item.handler_id == user.pk else [],
        "over": (over or forms.TakeOverForm(contact=user.email)) if selectors.free(user, [item]) else None,
        "changes": rules.changes_entry(user, item),
        "to": (to or forms.OfferSilentForm(user)) if item.silent and item.handler_id == user.pk else None,
    }
    wrong = any(one is not None for one in (form, over, to))
    return render(request, "refindex/entry.html", context, status=422 if wrong else 200)


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_entry", "key")
@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take an entry back."""
    return _done(request, key, lambda user: services.withdraw(user, key), _("Withdrawn. It matches no more."))


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_entry", "key")
@require_POST
def renew(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let an entry stand for a second term."""
    form = forms.RenewForm(request.POST)
    if not form.is_valid():
        return _entry_page(request, key, form)
    reason = form.cleaned_data["reason"]
    return _done(request, key, lambda user: services.renew(user, key, reason), _("Renewed for a second and last term."))


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_entry", "key")
@require_POST
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer an entry to colleagues, or keep it after all."""
    offered = request.POST.get("offered") == "yes"
    said = _("Your colleagues see that they may take it over.") if offered else _("You keep it.")
    return _done(request, key, lambda user: services.offer(user, key, offered), said)


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_entry", "key")
@require_POST
def offer_silent(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer a silent entry to one colleague by name, or take that back."""
    user: Any = request.user
    if request.POST.get("offered") == "no":
        return _done(request, key, lambda by: services.offer_silent(by, key, None), _("The offer is taken back."))
    form = forms.OfferSilentForm(user, request.POST)
    if not form.is_valid():
        return _entry_page(request, key, to=form)
    said = _("This colleague alone is told, by a message without content and on Today.")
    try:
        return _done(request, key, lambda by: services.offer_silent(by, key, form.cleaned_data["to"]), said)
    except services.WrongError as error:
        form.refuse(error)
        return _entry_page(request, key, to=form)


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_entry", "key")
@require_POST
def decline(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say no to a silent entry that a colleague offers."""
    said = _("You said no. Your colleague keeps it, and you see it no more.")
    return _done(request, key, lambda user: services.decline(user, key), said, onward=reverse("index_entries"))


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_entry", "key")
@require_POST
def take_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """Handle an entry in the place of a colleague."""
    form = forms.TakeOverForm(request.POST)
    if not form.is_valid():
        return _entry_page(request, key, over=form)
    try:
        return _done(
            request, key, lambda user: services.take_over(user, key, form.cleaned_data["contact"]),
            _("You handle this entry. The other departments are now told to call you."),
        )
    except services.WrongError as error:
        form.refuse(error)
        return _entry_page(request, key, over=form)


def _done(request: HttpRequest, key: UUID, act: Any, said: str, onward: str = "") -> HttpResponse:
    try:
        act(request.user)
    except services.NotYoursError as error:
        raise guard.Refused(CONTRIBUTE, f"index_entry:{key}") from error
    except services.NotNowError:
        messages.warning(request, _("Somebody else was faster: this entry has ended, or was renewed already."))
    else:
        messages.success(request, said)
    return redirect(onward or reverse("index_entry", args=[key]))


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_match", "key")
@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, key: UUID) -> HttpResponse:
    """One match: whom to call, and what came of it."""
    user: Any = request.user
    row = Match.objects.filter(pk=key).first()
    told = next((item for item in selectors.matches(user, row.entry_id) if item.match.pk == key), None) if row else None
    if told is None:
        raise guard.Refused(CONTRIBUTE, f"index_match:{key}")
    form = forms.ReplyForm(request.POST if request.method == "POST" else None, _noted(told.match))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            services.reply(
                user, key, spoke=said["spoke"] == "yes", on=said["on"], result=said["result"], grounds=said["grounds"]
            )
        except services.WrongError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Noted."))
            return redirect("index_match", key=key)
    audit.record(user, "index.match_view", f"index_match:{key}")
    return render(request, "refindex/match.html", {"told": told, "form": form}, status=422 if form.errors else 200)


def _noted(item: Match) -> dict[str, Any]:
    if item.replied_at is None:
        return {}
    return {
        "spoke": "yes" if item.contact_on else "no", "on": item.contact_on, "result": item.result, "grounds": item.grounds
    }


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_look_ups")
@require_GET
def look_ups(request: HttpRequest) -> HttpResponse:
    """What one has in hand at an address: only that can be looked up."""
    user: Any = request.user
    return render(request, "refindex/look_ups.html", {"found": lookups.own(user)})


@rule(CONTRIBUTE)
@personal(COMPARTMENT, "index_look_up", "key")
@require_http_methods(["GET", "POST"])
def look_up(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Look up the address of one's own entry or file: hit or no hit, and whom to call."""
    user: Any = request.user
    calls, too_often = None, False
    try:
        file = lookups.own_file(user, kind, key)
        if request.method == "POST":
            calls = lookups.look_up(user, kind, key)
    except lookups.NotYoursError as error:
        raise guard.Refused(CONTRIBUTE, f"{kind}:{key}") from error
    except lookups.TooOftenError:
        too_often = True
    context = {"file": file, "calls": calls, "asked": calls is not None, "too_often": too_often}
    return render(request, "refindex/look_up.html", context, status=429 if too_often else 200)
