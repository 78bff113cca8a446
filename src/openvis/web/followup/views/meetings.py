"""The pages of meetings: the list, one meeting with its agenda, and what the coordinator does with it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web.access import audit
from openvis.web.guard import Refused, personal, rule

from .. import agreements, document, forms, rules, selectors, services
from ..models import Meeting
from ..states import MeetingState
from .base import done, posted, submitted


@rule("signals.casus")
@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    """The meetings of this person; for the coordinator also what waits for one."""
    user: Any = request.user
    found, waiting = selectors.meetings(user), selectors.waiting(user)
    audit.record(user, "meetings.list", number=len(found))
    title = (
        ngettext("%d signal waits for a meeting", "%d signals wait for a meeting", len(waiting)) % len(waiting)
        if waiting else _("RIEC meetings")
    )
    context = {
        "title": title, "waiting": waiting, "keeps": rules.weighs(user), "now": timezone.now(), "found": found,
        "tabled": rules.sees_tabled(user),
    }
    return render(request, "followup/meetings.html", context)


@rule("signals.weigh")
@require_http_methods(["GET", "POST"])
def new_meeting(request: HttpRequest) -> HttpResponse:
    """Make a meeting."""
    user: Any = request.user
    form = forms.MeetingForm(posted(request), by=user)
    made = submitted(
        request, form, lambda: services.meetings.make(user, **form.values),
        _("The meeting is made. Invite the participants, and put signals on the agenda."),
    )
    if made:
        return redirect("meeting", key=made.pk)
    return render(request, "followup/new_meeting.html", {"form": form}, status=422 if form.errors else 200)


def page(request: HttpRequest, meeting: Meeting, act: str = "", form: Any = None) -> HttpResponse:
    """One meeting, perhaps with the form of an act."""
    user: Any = request.user
    items, keeps = selectors.agenda(user, meeting), rules.weighs(user)
    own = services.base.organisation_of(user)
    taking_part = [one.user_id for one in meeting.participants.all()]
    open_now = keeps and meeting.state != MeetingState.CLOSED
    context = {
        "meeting": meeting, "items": items, "keeps": keeps, "open": open_now, "act": act, "form": form,
        "participants": sorted(meeting.participants.all(), key=lambda one: str(one.user)),
        "blocked": agreements.blocks(meeting.covenant, own), "covenant_wrong": _covenant_wrong(meeting) if open_now else "",
        "waiting": selectors.waiting(user) if open_now else [], "begun": meeting.begins <= timezone.now(),
        "invite": forms.InviteForm(without=taking_part) if open_now else None,
        "title": ngettext("%d signal on the agenda", "%d signals on the agenda", len(items)) % len(items),
    }
    return render(request, "followup/meeting.html", context, status=422 if form is not None and form.errors else 200)


def _covenant_wrong(meeting: Meeting) -> str:
    """Why nothing can be exchanged in this meeting now, for who keeps it."""
    try:
        agreements.check(meeting.covenant, [one.organisation for one in meeting.participants.all()])
    except (agreements.NoPartyError, services.meetings.CovenantError) as error:
        return str(error)
    return ""


@rule("signals.casus")
@require_GET
def meeting(request: HttpRequest, key: UUID) -> HttpResponse:
    """One meeting, with its agenda."""
    user: Any = request.user
    found = selectors.meeting(user, key)
    audit.record(user, "meeting.view", f"meeting:{key}")
    return page(request, found)


@rule("signals.casus")
@personal("signals", "riec_meeting", "key")
@require_GET
def record(request: HttpRequest, key: UUID) -> HttpResponse:
    """The whole meeting as a document: agenda, what we brought in, decisions, approach, actions."""
    user: Any = request.user
    found = selectors.meeting(user, key)
    why = agreements.blocks(found.covenant, services.base.organisation_of(user))
    if why:
        return render(request, "followup/blocked.html", {"why": why}, status=409)
    return document.record(user, found)


@rule("signals.weigh")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change when, where, and the chair."""
    user: Any = request.user
    found = selectors.meeting(user, key)
    form = forms.MeetingForm(posted(request), meeting=found)
    made = submitted(
        request, form, lambda: services.meetings.change(user, key, **form.values), _("The meeting is changed.")
    )
    return redirect("meeting", key=key) if made else page(request, selectors.meeting(user, key), "change", form)


@rule("signals.weigh")
@require_POST
def invite(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have somebody take part."""
    user: Any = request.user
    selectors.meeting(user, key)
    form = forms.InviteForm(posted(request))
    made = submitted(
        request, form, lambda: services.meetings.invite(user, key, form.cleaned_data["person"]),
        _("They take part, and see the agenda once it is sent."),
    )
    return redirect("meeting", key=key) if made else page(request, selectors.meeting(user, key), "invite", form)


@rule("signals.weigh")
@require_POST
def uninvite(request: HttpRequest, key: UUID, participant: UUID) -> HttpResponse:
    """Take somebody off."""
    user: Any = request.user
    found = selectors.meeting(user, key)
    if all(one.pk != participant for one in found.participants.all()):
        raise Refused(rules.WEIGH, f"participant:{participant}")
    done(request, lambda: services.meetings.uninvite(user, key, participant),
         _("They take no part any more, and see nothing of this meeting."))  # fmt: skip
    return redirect("meeting", key=key)


@rule("signals.weigh")
@require_POST
def put_on(request: HttpRequest, key: UUID, item: UUID) -> HttpResponse:
    """Put a signal that waits on this agenda."""
    user: Any = request.user
    selectors.meeting(user, key)
    selectors.item(user, item)
    done(request, lambda: services.meetings.table(user, item, key), _("It is on the agenda. Now hand it over."))
    return redirect("meeting", key=key)


ACTS = {
    "versturen": (services.meetings.send, "sent"),
    "sluiten": (services.meetings.close, "closed"),
}


@rule("signals.weigh")
@require_POST
def act(request: HttpRequest, key: UUID, slug: str) -> HttpResponse:
    """Send the agenda, or close the record."""
    user: Any = request.user
    selectors.meeting(user, key)
    if slug not in ACTS:
        raise Http404
    run, what = ACTS[slug]
    text = {
        "sent": _("The agenda is sent: the participants see it from now on."), "closed": _("The record is closed."),
    }[what]
    done(request, lambda: run(user, key), text)
    return redirect("meeting", key=key)
