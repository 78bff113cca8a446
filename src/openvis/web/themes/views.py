"""The pages of themes: figures of a quarter, one theme over time, the risk profile, and places out of sight."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web import city, guard
from openvis.web.access import acting, audit, people
from openvis.web.guard import personal, rule
from openvis.web.ui.takeaway import Column, Parcel, parcel_response

from . import charts, counting, forms, rules, selectors, services
from .models import QuarterFigures

EXPORT = "export.aggregate"
KINDS = {"fenomeen": "phenomenon", "branche": "branch", "gebied": "area"}
"""How addresses name the kinds of themes."""


@rule("signals.figures")
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Figures of one quarter; the latest by itself."""
    user: Any = request.user
    lang, kept = get_language(), selectors.figures()
    chosen = next((item for item in kept if str(item) == request.GET.get("kwartaal")), kept[0] if kept else None)
    audit.record(user, "theme_figures.view", f"theme_figures:{chosen}" if chosen else "")
    context: dict[str, Any] = {
        "kept": kept, "chosen": chosen, "k": city.profile().signals.k, "wait": services.WAIT.days,
        "releases": people.may(user, services.RELEASE), "exports": people.may(user, EXPORT),
    }
    if chosen is not None:
        context |= {
            "by_phenomenon": selectors.by_phenomenon(chosen, lang), "by_branch": selectors.by_branch(chosen, lang),
            **_drawn(_("Total"), selectors.course()),
        }
    return render(request, "themes/figures.html", context)


@rule("signals.figures")
@require_GET
def theme(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """One phenomenon, branch or area over the quarters."""
    found = selectors.theme(KINDS.get(kind, ""), key, get_language())
    if found is None:
        raise guard.Refused(rules.FIGURES, f"theme:{kind}:{key}")
    audit.record(acting.user_of(request), "theme.view", f"theme:{kind}:{key}")
    parts = {"fenomeen": _("By area"), "gebied": _("By phenomenon")}
    context = {
        "title": capfirst(found.name), "table": found.parts, "parts": parts.get(kind, ""), "k": city.profile().signals.k,
        "wait": services.WAIT.days, **_drawn(found.name, found.course),
    }
    return render(request, "themes/theme.html", context)


def _drawn(name: str, course: list[selectors.Point]) -> dict[str, Any]:
    """A course as a chart, in words and as a table."""
    # Where no number may be told there is nothing to draw: the table says so.
    drawn = charts.course(course) if any(point.value for point in course) else None
    return {
        "course": course, "chart": drawn, "chart_text": charts.text(name, course), "finding": charts.finding(course),
        "dashes": any(point.value is None for point in course),
    }


@rule("export.aggregate")
@require_GET
def take(request: HttpRequest, year: int, quarter: int, form: str) -> HttpResponse:
    """The figures of a quarter as a spreadsheet: what is hidden on the page is hidden there."""
    user: Any = request.user
    kept = selectors.of_quarter(year, quarter) if people.may(user, rules.FIGURES) else None
    if kept is None or form not in ("csv", "xlsx"):
        raise guard.Refused(EXPORT, f"theme_figures:{year}-{quarter}")
    table = selectors.by_phenomenon(kept, get_language())
    audit.record(user, "theme_figures.export", f"theme_figures:{kept}", form=form)
    columns = [Column("phenomenon", _("Phenomenon")), *(Column(key, name) for key, name in table.columns)]
    rows = [[line.name, *(_("hidden") if value is None else value for value in line.values)] for line in table.lines]
    hidden = _("numbers from 1 to %(most)d, and others from which they could be worked out") % {"most": kept.k - 1}
    source = _("signals that came in, not those out of scope")
    notes = [(_("Period"), str(kept)), (_("Source"), source), (_("Hidden"), hidden)]
    return parcel_response(Parcel(f"signals-{kept}", columns, rows, notes), form)


@rule("signals.weigh")
@require_POST
def release(request: HttpRequest, year: int, quarter: int) -> HttpResponse:
    """Release the figures of a quarter for reports."""
    try:
        kept = services.release(request.user, year, quarter)  # type: ignore[arg-type]
    except services.NotYoursError as error:
        raise guard.Refused(services.RELEASE, f"theme_figures:{year}-{quarter}") from error
    except services.NotNowError:
        messages.info(request, _("These figures were released already."))
        return redirect(f"{_figures()}?kwartaal={year}-{quarter}")
    messages.success(request, _("Released: reports may use these figures now."))
    return redirect(f"{_figures()}?kwartaal={kept}")


def _figures() -> str:
    return reverse("themes")


@rule("signals.figures")
@require_GET
def risk(request: HttpRequest) -> HttpResponse:
    """The risk profile of area and branch, or why it is off."""
    profile = city.profile()
    found = selectors.risk(get_language())
    kept: QuarterFigures | None = found[0] if found else None
    audit.record(acting.user_of(request), "theme_risk.view", f"theme_figures:{kept}" if kept else "")
    context = {
        "on": counting.switched_on(profile), "kept": kept, "lines": found[1] if found else [], "k": profile.signals.k,
        "needs": selectors.needs(),
    }
    return render(request, "themes/risk.html", context)


# ---- places out of sight -------------------------------------------------------------------------------------------


@rule("controls.plan")
@personal("operations")
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """The list, what is due first."""
    user: Any = request.user
    found, today = selectors.places(user), timezone.localdate()
    audit.record(user, "places_out_of_sight.list", number=len(found))
    due = {item.pk for item in found if item.next_control is None or item.next_control <= today}
    names = selectors.areas.names(item.area_code for item in found)
    rows = [(item, names.get(item.area_code, item.area_code), item.pk in due) for item in found]
    context = {"rows": rows, "due": len(due)}
    return render(request, "themes/places.html", context)


@rule("controls.plan")
@require_http_methods(["GET", "POST"])
def place_new(request: HttpRequest) -> HttpResponse:
    """Put a place on the list."""
    user: Any = request.user
    form = forms.PlaceForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.enlist(user, form.listed)
        except services.WrongError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The place is on the list."))
            return redirect("places_out_of_sight")
    return render(request, "themes/place.html", {"form": form}, status=422 if form.errors else 200)


@rule("controls.plan")
@personal("operations", "place_out_of_sight", "key")
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, key: UUID) -> HttpResponse:
    """A place: look, change, note a control, or take it off the list."""
    user: Any = request.user
    item = selectors.place(user, key)
    if item is None:
        raise guard.Refused(rules.PLAN, f"place_out_of_sight:{key}")
    initial = {
        "version": item.version, "title": item.title, "kind": item.kind, "area": item.area_code, "address": item.address,
        "reason": item.reason, "last_control": item.last_control, "next_control": item.next_control,
    }  # fmt: skip
    form = forms.PlaceForm(user, request.POST if request.method == "POST" else None, initial=initial)
    audit.record(user, "place_out_of_sight.view", f"place_out_of_sight:{key}")
    if form.is_bound and form.is_valid():
        try:
            services.change(user, key, form.cleaned_data["version"] or 0, form.listed)
        except services.WrongError as error:
            form.add_error(error.field, str(error))
        except services.ChangedError as error:
            form.now(error.current.version)
            form.add_error(None, _(
                "Somebody else changed this meanwhile. What you typed still stands here and is not saved; saving again puts "
                "it in its place."
            ))  # fmt: skip
        else:
            messages.success(request, _("Saved."))
            return redirect("places_out_of_sight")
    return render(request, "themes/place.html", {"form": form, "item": item}, status=422 if form.errors else 200)


@rule("controls.plan")
@require_POST
def place_off(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a place off the list."""
    seen = request.POST.get("version", "")
    try:
        number = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
        services.take_off(request.user, key, number)  # type: ignore[arg-type]
    except services.NotYoursError as error:
        raise guard.Refused(rules.PLAN, f"place_out_of_sight:{key}") from error
    except services.ChangedError:
        messages.warning(request, _("Somebody else changed this place meanwhile. Look again."))
        return redirect("place_out_of_sight", key=key)
    messages.success(request, _("Taken off the list. It is kept until its term ends."))
    return redirect("places_out_of_sight")
