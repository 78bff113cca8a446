"""The pages of a control day on the street, made for the phone: the next address, one visit and its result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web import guard
from openvis.web.access import acting, audit
from openvis.web.guard import personal, rule

from . import forms, places, presenting, rules, selectors
from .doing import done, found, pressed
from .models import ControlDay
from .services import visits
from .states import OPEN_DAYS, Result
from .views import FILE


def _day(request: HttpRequest, key: UUID) -> ControlDay:
    user: Any = request.user
    day: ControlDay = found(selectors.day, rules.VISIT, f"control_day:{key}", user, key)
    if not user.has_perm("controls.visit_day", day):
        raise guard.Refused(rules.VISIT, f"control_day:{key}")
    return day


@rule("controls.visit")
@personal(*FILE)
@require_GET
def on_the_way(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where to go now, and what is still to come."""
    day = _day(request, key)
    stops = selectors.stops_of(day)
    audit.record(acting.user_of(request), "control_day.on_the_way", f"control_day:{key}", stops=len(stops))
    waiting = [stop for stop in stops if stop.result == Result.WAITING]
    context = {
        "day": day, "view": presenting.day_view(day), "next": waiting[0] if waiting else None, "later": waiting[1:],
        "visited": [stop for stop in stops if stop.result != Result.WAITING], "kinds": presenting.kind_names(),
        "map_link": places.map_link(waiting[0].address) if waiting else "", "number": len(stops),
        "competent": selectors.competent(waiting[0].kind, day.partners) if waiting else [],
        "reports": day.state in OPEN_DAYS and day.date <= timezone.localdate(),
    }  # fmt: skip
    return render(request, "controls/on_the_way.html", context)


@rule("controls.visit")
@personal(*FILE)
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, key: UUID, stop: UUID) -> HttpResponse:
    """One address: what to know before going in, and what came of it."""
    user: Any = request.user
    day = _day(request, key)
    at = found(selectors.stop, rules.VISIT, f"control_stop:{stop}", day, stop)
    form = forms.ReportForm(at, request.POST or None)
    if done(
        form, lambda: visits.report(user, key, stop, form.cleaned_data["version"], form.report), rules.VISIT,
        f"control_stop:{stop}",
    ):  # fmt: skip
        messages.success(request, _("Written down."))
        return redirect("control_day_on_the_way", key=key)
    audit.record(user, "control_stop.view", f"control_stop:{stop}", day=str(key))
    context = {
        "day": day, "stop": at, "form": form, "kind": presenting.kind_names().get(at.kind, at.kind),
        "map_link": places.map_link(at.address), "competent": selectors.competent(at.kind, day.partners),
        "reports": day.state in OPEN_DAYS and day.date <= timezone.localdate(), "dealer": presenting.dealer_of(user, at),
    }  # fmt: skip
    return render(request, "controls/visit.html", context, status=422 if form.errors else 200)


@rule("controls.visit")
@personal(*FILE)
@require_POST
def follow_up_done(request: HttpRequest, key: UUID, stop: UUID) -> HttpResponse:
    """What had to follow was done, today."""
    user: Any = request.user
    said = _("Reported as done.")
    return pressed(
        request, lambda: visits.follow_up_done(user, key, stop, timezone.localdate()), said, "control_day_results", key,
        rules.VISIT,
    )  # fmt: skip
