"""Who has an account and which roles; inviting somebody."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from openvis.web import city
from openvis.web.guard import rule

from .. import audit, invitations, listing, registry, selectors, services
from ..models import User
from ..people_forms import InviteForm, PeopleForm

PAGE = 50
ACTS = {
    "grant": gettext_lazy("a role was given"),
    "revoke": gettext_lazy("a role was ended"),
    "disable": gettext_lazy("the account was closed"),
    "reopen": gettext_lazy("the account was opened again"),
    "expiry": gettext_lazy("the last day was set"),
}


@rule("people.view")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, narrowed down by the address of the page."""
    form = PeopleForm(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    wanted = listing.Wanted(
        chosen.get("zoek", ""), chosen.get("rol", ""), chosen.get("organisatie", ""), chosen.get("staat", "")
    )
    if wanted.words:
        registry.looked_up(request.user, "name", wanted.words)
    page = Paginator(listing.found(wanted), PAGE).get_page(request.GET.get("pagina"))
    audit.record(request.user, "people.view", request=request, shown=len(page))  # type: ignore[arg-type]
    registry.shown(list(page), "administration", "people.view")
    states = listing.account_states(list(page))
    rows = [
        {
            "person": person, "state": states[person.pk],
            "roles": [item for item in selectors.holdings(person) if item.state != "ended"],
        }
        for person in page
    ]
    query = request.GET.copy()
    query.pop("pagina", None)
    context = {
        "form": form, "rows": rows, "page": page, "query": query.urlencode(), "filtered": any(chosen.values()),
        "may_manage": request.may("people.manage"),  # type: ignore[attr-defined]
        **listing.counts(), "title": _title(page.paginator.count),
    }
    return render(request, "access/people.html", context)


def _title(number: int) -> str:
    return _("1 person") if number == 1 else _("%(number)s people") % {"number": number}


@rule("people.view")
@require_GET
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person, with all roles of now and before, and what was changed about the account."""
    shown = get_object_or_404(User.objects.select_related("organisation"), pk=pk)
    audit.record(request.user, "people.view", str(shown.pk), request=request)  # type: ignore[arg-type]
    registry.shown([shown], "administration", "people.view")
    held = selectors.holdings(shown)
    context = {
        "shown": shown, "state": listing.account_states([shown])[shown.pk], "changes": _changes(shown),
        "holdings": held, "manages": _manages(request, shown),
        "strange": [item for item in held if item.state == "now" and _elsewhere(shown, item.grant.role)],
    }
    return render(request, "access/person.html", context)


def _manages(request: HttpRequest, shown: User) -> bool:
    """Whether this person may change that account: never their own."""
    return bool(request.may("people.manage")) and request.user.pk != shown.pk  # type: ignore[attr-defined]


def _elsewhere(shown: User, key: str) -> bool:
    """Whether a role belongs to another organisation than the person's."""
    role = next((role for role in city.profile().roles if role.id == key), None)
    return role is not None and shown.organisation is not None and role.organisation != shown.organisation.key


def _changes(shown: User) -> list[dict[str, Any]]:
    """What was done to the account and its roles, by whom, the latest first."""
    events = list(shown.events.select_related("pgh_context").order_by("-pgh_id")[:20])
    told = [(event.pgh_created_at, event.pgh_context.metadata) for event in events if event.pgh_context is not None]
    by = {str(user.pk): str(user) for user in User.objects.filter(pk__in=[m["user"] for _at, m in told if m.get("user")])}
    return [
        {"at": at, "what": ACTS[facts["act"]], "by": by.get(facts.get("user", ""), _("the system or a command"))}
        for at, facts in told if facts.get("act") in ACTS
    ]


@rule("people.manage")
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account and invite its owner; the link is shown once where no mail leaves."""
    form = InviteForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        link = invitations.invite(given["email"], given["name"], given["organisation"], by=request.user)  # type: ignore[arg-type]
        made = User.objects.get(email__iexact=given["email"])
        return _invited(request, made, link)
    return render(request, "access/invite.html", {"form": form, "days": settings.OPENVIS_INVITATION_DAYS})


@rule("people.manage")
@require_http_methods(["POST"])
def invite_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another link for somebody who has not chosen a password yet; the earlier one stops working."""
    user = get_object_or_404(User, pk=pk)
    try:
        link = invitations.renew(user, by=request.user)  # type: ignore[arg-type]
    except services.UnfitError:
        return redirect("person", pk=pk)
    return _invited(request, user, link)


def _invited(request: HttpRequest, made: User, link: str) -> HttpResponse:
    return render(request, "access/invited.html", {"made": made, "link": link, "days": settings.OPENVIS_INVITATION_DAYS})
