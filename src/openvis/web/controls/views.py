"""The pages of control days at the desk: the list, a day with its addresses and route, its results."""

from typing import Any
from uuid import UUID

import shapely
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web import guard
from openvis.web.access import audit, people
from openvis.web.deployment import areas, drawing
from openvis.web.guard import personal, rule

from . import choosing, forms, presenting, rules, selectors
from .doing import done, found, pressed
from .models import ControlDay
from .services import days
from .states import OPEN_DAYS, DayState, Result

FILE = ("operations", "control_day", "key")
"""A purpose is stated once for a day, and counts for all its addresses."""
WIDTH, HEIGHT = 640, 480


def _day(request: HttpRequest, key: UUID, ability: str = rules.PLAN) -> ControlDay:
    user: Any = request.user
    day: ControlDay = found(selectors.day, ability, f"control_day:{key}", user, key)
    return day


def _planned(request: HttpRequest, key: UUID) -> ControlDay:
    day = _day(request, key)
    if not request.user.has_perm("controls.plan_day", day):
        raise guard.Refused(rules.PLAN, f"control_day:{key}")
    return day


@rule("controls.visit")
@require_GET
def control_days(request: HttpRequest) -> HttpResponse:
    """The control days: to come and under way, and those that are over."""
    user: Any = request.user
    coming, over = selectors.rows(user)
    audit.record(user, "control_days.list", coming=len(coming), over=len(over))
    context = {
        "groups": [(_("To come and under way"), coming), (_("Over"), over)], "plans": people.may(user, rules.PLAN),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "controls/days.html", context)


@rule("controls.plan")
@require_http_methods(["GET", "POST"])
def new_day(request: HttpRequest) -> HttpResponse:
    """Plan a control day."""
    user: Any = request.user
    form = forms.DayForm(user, None, request.POST or None)
    made: list[ControlDay] = []
    if done(form, lambda: made.append(days.make(user, form.plan)), rules.PLAN, "control_day"):
        messages.success(request, _("The day is planned. Now put the addresses on the list."))
        return redirect("control_day", key=made[0].pk)
    context = {"form": form, "title": _("Plan a control day"), "button": _("Plan this day")}
    return render(request, "controls/day_form.html", context, status=422 if form.errors else 200)


@rule("controls.visit")
@personal(*FILE)
@require_GET
def control_day(request: HttpRequest, key: UUID) -> HttpResponse:
    """A day: what for, with whom, the addresses in their order, the map, who may do what."""
    day = _day(request, key, rules.VISIT)
    return _page(request, day)


def _page(request: HttpRequest, day: ControlDay, stop_form: Any = None) -> HttpResponse:
    user: Any = request.user
    stops = selectors.stops_of(day)
    plans = user.has_perm("controls.plan_day", day) and day.state in OPEN_DAYS
    audit.record(user, "control_day.view", f"control_day:{day.pk}", stops=len(stops))
    context = {
        "day": day, "stops": stops, "plans": plans, "view": presenting.day_view(day),
        "visits": user.has_perm("controls.visit_day", day) and day.state in OPEN_DAYS and day.date <= timezone.localdate(),
        "form": stop_form or (forms.StopForm() if plans else None), "kinds": presenting.kind_names(),
        "route": presenting.route_text(day, stops), "map_text": presenting.map_text(stops),
        "competent": [(name, selectors.competent(kind, day.partners)) for kind, name in presenting.kinds_of(stops)],
        "totals": selectors.totals(stops, timezone.localdate()),
        "cancels": plans and day.state == DayState.PLANNED, "closes": plans and day.state == DayState.UNDER_WAY,
        "due": choosing.number(user, day) if plans else 0,
    }  # fmt: skip
    return render(request, "controls/day.html", context, status=422 if stop_form is not None else 200)


@rule("controls.plan")
@personal(*FILE)
@require_http_methods(["GET", "POST"])
def change_day(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what was planned."""
    user: Any = request.user
    day = _planned(request, key)
    form = forms.DayForm(user, day, request.POST or None)
    if done(form, lambda: days.change(user, key, form.cleaned_data["version"], form.plan), rules.PLAN, f"control_day:{key}"):
        messages.success(request, _("The day is changed."))
        return redirect("control_day", key=key)
    context = {"form": form, "title": _("Change the control day"), "button": _("Save changes"), "day": day}
    return render(request, "controls/day_form.html", context, status=422 if form.errors else 200)


@rule("controls.plan")
@personal(*FILE)
@require_POST
def add_stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put an address on the list."""
    user: Any = request.user
    day = _planned(request, key)
    form = forms.StopForm(request.POST)
    if done(form, lambda: days.add(user, key, form.visit), rules.PLAN, f"control_day:{key}"):
        messages.success(request, _("The address is on the list."))
        return redirect("control_day", key=key)
    return _page(request, day, form)


@rule("controls.plan")
@personal(*FILE)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take addresses from what is due: dealers to be checked, places out of sight."""
    user: Any = request.user
    day = _planned(request, key)
    due = choosing.due(user, day)
    if request.method == "POST":
        chosen = set(request.POST.getlist("gekozen"))
        return pressed(
            request, lambda: choosing.put(user, day, [item for item in due if item.key in chosen]),
            _("The chosen addresses are on the list."), "control_day", key, rules.PLAN,
        )  # fmt: skip
    return render(request, "controls/choose.html", {"day": day, "due": due, "view": presenting.day_view(day)})


@rule("controls.plan")
@personal(*FILE)
@require_POST
def drop_stop(request: HttpRequest, key: UUID, stop: UUID) -> HttpResponse:
    """Take an address off the list."""
    user: Any = request.user
    said = _("The address is off the list.")
    return pressed(request, lambda: days.drop(user, key, stop), said, "control_day", key, rules.PLAN)


@rule("controls.plan")
@personal(*FILE)
@require_POST
def move_stop(request: HttpRequest, key: UUID, stop: UUID, way: str) -> HttpResponse:
    """Visit an address one place earlier (eerder) or later."""
    user: Any = request.user
    if way not in ("eerder", "later"):
        raise guard.Refused(rules.PLAN, f"control_stop:{stop}")
    return pressed(request, lambda: days.move(user, key, stop, way == "later"), "", "control_day", key, rules.PLAN)


@rule("controls.plan")
@personal(*FILE)
@require_POST
def make_route(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put the addresses in the order of the shortest way."""
    user: Any = request.user
    said = _("The route is made.")
    return pressed(request, lambda: days.make_route(user, key), said, "control_day", key, rules.PLAN)


@rule("controls.plan")
@personal(*FILE)
@require_POST
def cancel_day(request: HttpRequest, key: UUID) -> HttpResponse:
    """Call a day off."""
    user: Any = request.user
    said = _("The control day is called off.")
    return pressed(request, lambda: days.cancel(user, key), said, "control_day", key, rules.PLAN)


@rule("controls.visit")
@personal(*FILE)
@require_http_methods(["GET", "POST"])
def results(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was found, what follows from it, by whom and when; a planner closes the day here."""
    user: Any = request.user
    day = _day(request, key, rules.VISIT)
    closes = user.has_perm("controls.plan_day", day) and day.state == DayState.UNDER_WAY
    if request.method == "POST" and not closes:
        raise guard.Refused(rules.PLAN, f"control_day:{key}")
    form = forms.CloseForm(request.POST or None, initial={"version": day.version})
    if done(
        form, lambda: days.close(user, key, form.cleaned_data["version"], form.cleaned_data["conclusion"]), rules.PLAN,
        f"control_day:{key}",
    ):  # fmt: skip
        messages.success(request, _("The day is closed."))
        return redirect("control_day_results", key=key)
    stops, today = selectors.stops_of(day), timezone.localdate()
    audit.record(user, "control_day.results", f"control_day:{day.pk}", stops=len(stops))
    told = selectors.totals(stops, today)
    context = {
        "day": day, "view": presenting.day_view(day), "totals": told, "form": form if closes else None, "today": today,
        "groups": presenting.result_groups(stops), "title": presenting.results_title(told),
        "numbers": [(Result(key).label, number) for key, number in told.results.items() if number],
        "organisations": presenting.organisation_names(), "kinds": presenting.kind_names(),
    }  # fmt: skip
    return render(request, "controls/results.html", context, status=422 if form.errors else 200)


@rule("controls.visit")
@personal(*FILE)
@require_GET
def day_map(request: HttpRequest, key: UUID) -> HttpResponse:
    """The addresses on the map, numbered in their order, with the way between them."""
    day = _day(request, key, rules.VISIT)
    stops = selectors.stops_of(day)
    points = [(stop.address.x, stop.address.y) for stop in stops if stop.order is not None]
    start = [(day.start.x, day.start.y)] if day.start is not None else []
    home = [(day.end.x, day.end.y)] if day.end is not None else start
    marks = [
        drawing.Number(stop.address.x, stop.address.y, str(stop.order or "·"), stop.result == Result.WAITING)
        for stop in stops
    ]
    every = [(mark.x, mark.y) for mark in marks] + start + home
    shapes = [(item.name, item.shape) for item in areas.finest()]
    window = drawing.around(shapely.MultiPoint(every), 300.0) if every else None
    x0, y0, x1, y1 = window.bounds if window is not None else (0.0, 0.0, WIDTH, HEIGHT)
    wide = max((x1 - x0) / WIDTH, (y1 - y0) / HEIGHT)
    line = [*start, *points, *home]
    # A line has no surface, and what has none is not drawn: it is made about as wide as a pixel.
    way = [shapely.LineString(line).buffer(0.6 * wide)] if day.metres is not None and len(line) > 1 else []
    marks = drawing.apart(marks, 20 * wide)
    svg = drawing.svg(shapes, outlines=way, numbers=marks, window=window, width=WIDTH, height=HEIGHT)
    answer = HttpResponse(svg, content_type="image/svg+xml")
    answer["Cache-Control"] = "private, no-store"
    return answer


