"""The pages of resilience: report a threat, what became of one's own, handle them, sessions, figures of a year."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from openvis.web import city, guard
from openvis.web.access import audit, people
from openvis.web.guard import personal, rule
from openvis.web.ui.takeaway import Column, Parcel, parcel_response

from . import forms, selectors, services
from .models import State, ThreatIncident


@rule("signals.report")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a threat, and see the state of one's own reports."""
    user: Any = request.user
    form = forms.ReportForm(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.report(user, form.told)
        except services.WrongError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _(
                "Received. Somebody calls you about aftercare and a report to the police. Is there danger now? Call 112."
            ))  # fmt: skip
            return redirect("threat_report")
    context = {"form": form, "mine": selectors.mine(user)}
    return render(request, "resilience/report.html", context, status=422 if form.errors else 200)


@rule("resilience.keep")
@require_GET
def threats(request: HttpRequest) -> HttpResponse:
    """What is to be handled, and what was closed. No names and no texts in the list."""
    user: Any = request.user
    waiting, done = selectors.open_incidents(), selectors.closed_incidents()
    audit.record(user, "threats.list", number=len(waiting))
    names = {item.id: item.name.get(get_language()) for item in city.profile().organisations}
    context = {
        "waiting": [(item, names.get(item.organisation, item.organisation)) for item in waiting],
        "done": [(item, names.get(item.organisation, item.organisation)) for item in done],
    }
    return render(request, "resilience/threats.html", context)


@rule("resilience.keep")
@personal("signals", "threat", "key")
@require_http_methods(["GET", "POST"])
def threat(request: HttpRequest, key: UUID) -> HttpResponse:
    """One threat: read it, write down what was done, close it."""
    user: Any = request.user
    item = selectors.one(key)
    if item is None:
        raise guard.Refused(services.KEEP, f"threat:{key}")
    audit.record(user, "threat.view", f"threat:{key}")
    initial = {
        "version": item.version, "police": item.police, "aftercare": item.aftercare, "follow_up": item.follow_up
    }
    form = forms.HandleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        closing = "close" in request.POST
        act = services.close if closing else services.handle
        try:
            act(user, key, form.cleaned_data["version"], form.done)
        except services.WrongError as error:
            form.add_error(error.field, str(error))
        except services.NotNowError:
            messages.warning(request, _("It is closed already."))
            return redirect("threat", key=key)
        except services.ChangedError as error:
            form.now(error.current.version)
            form.add_error(None, _(
                "Somebody else changed this meanwhile. What you typed still stands here and is not saved; saving again puts "
                "it in its place."
            ))  # fmt: skip
        else:
            messages.success(request, _("Closed.") if closing else _("Saved."))
            return redirect("threats" if closing else "threat", **({} if closing else {"key": key}))
    return render(request, "resilience/threat.html", _context(item, form), status=422 if form.errors else 200)


def _context(item: ThreatIncident, form: forms.HandleForm) -> dict[str, Any]:
    profile, lang = city.profile(), get_language()
    organisations = {one.id: one.name.get(lang) for one in profile.organisations}
    areas = {area.code: area.name for area in profile.areas}
    return {
        "item": item, "form": None if item.state == State.CLOSED else form,
        "department": organisations.get(item.organisation, item.organisation),
        "area": areas.get(item.area_code, item.area_code),
    }


@rule("resilience.keep")
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Awareness sessions that were held, and a new one."""
    user: Any = request.user
    form = forms.SessionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.hold_session(user, form.cleaned_data["title"], form.day, form.came)
        except services.WrongError as error:
            # More came than were invited: said beside the department.
            field = f"came-{error.field}" if f"came-{error.field}" in form.fields else error.field
            form.add_error(field if field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("awareness_sessions")
    context = {"form": form, "sessions": selectors.sessions()}
    return render(request, "resilience/sessions.html", context, status=422 if form.errors else 200)


@rule("resilience.keep")
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Figures of a year: threats by kind and department, sessions by department."""
    user: Any = request.user
    years = selectors.years()
    asked = request.GET.get("jaar", "")
    year = int(asked) if asked.isdecimal() and asked in map(str, years) else (years[0] if years else None)
    context: dict[str, Any] = {"years": years, "year": year, "k": city.profile().signals.k}
    if year is not None:
        context |= {
            "told": selectors.of_year(city.profile(), year, get_language(), _("Total")),
            "exports": people.may(user, "export.aggregate") and year < timezone.localdate().year,
        }
    return render(request, "resilience/figures.html", context)


@rule("export.aggregate")
@require_GET
def take(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The threats of a year that is over as a spreadsheet: what is hidden on the page is hidden there."""
    user: Any = request.user
    over = year in selectors.years() and year < timezone.localdate().year
    if not people.may(user, services.KEEP) or not over or form not in ("csv", "xlsx"):
        raise guard.Refused("export.aggregate", f"threats:{year}")
    told = selectors.of_year(city.profile(), year, get_language(), _("Total"))
    audit.record(user, "threats.export", f"threats:{year}", form=form)
    columns = [Column("kind", _("kind")), *(Column(f"d{at}", name) for at, name in enumerate(told.columns))]
    rows = [[name, *(_("hidden") if value is None else value for value in line)] for name, line in told.lines]
    most = city.profile().signals.k - 1
    hidden = _("numbers from 1 to %(most)d, and others from which they could be worked out") % {"most": most}
    notes = [(_("Period"), year), (_("Hidden"), hidden)]
    return parcel_response(Parcel(f"threats-{year}", columns, rows, notes), form)
