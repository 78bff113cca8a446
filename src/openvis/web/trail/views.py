"""Pages on the logs, for the privacy officer: search, one entry, the processing log."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from openvis.web.access import acting, audit
from openvis.web.access.models import AuditEntry, User
from openvis.web.guard import personal, rule
from openvis.web.ui.downloads import table_response

from . import lookups, processing, selectors
from .forms import ExportForm, SearchForm, SubjectForm
from .selectors import Filter, Line, Place

ABILITY = "audit.view"
COMPARTMENT = "administration"
FILE = "logboek"
"""One purpose opens all pages of the logs in a session."""
MOST_ROWS = 50_000
"""Entries of one export."""


@rule(ABILITY)
@personal(COMPARTMENT, FILE)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The audit log: who did what, with the state of the chain on top."""
    form = SearchForm(request.GET or None)
    asked = form.asked() if form.is_valid() else Filter()
    found = selectors.search(asked, Place.read(request.GET.get("na", "")))
    user: Any = request.user
    _note_search(user, form)
    audit.record(user, "audit.search", request=request, asked=asked.used, rows=len(found.lines))
    _shown(found.lines, "audit.search")
    query = {key: value for key, value in request.GET.items() if value and key != "na"}
    context = {
        "form": form, "found": found, "state": selectors.state(), "flagged": selectors.flagged(), "query": urlencode(query),
        "asked": bool(asked.used), "export": ExportForm(), "total": _total(found), "hidden": query, "most": MOST_ROWS,
        "days": 30, "wrong": bool(request.GET) and not form.is_valid(),
    }  # fmt: skip
    return render(request, "trail/search.html", context)


@rule(ABILITY)
@personal(COMPARTMENT, FILE)
@require_GET
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry, with all that the same request did."""
    found = AuditEntry.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    line = selectors.told([found])[0]
    same = selectors.of_trace(found.trace) if found.trace else [line]
    audit.record(request.user, "audit.entry", str(pk), request=request)  # type: ignore[arg-type]
    _shown([line, *same], "audit.entry")
    people = selectors.lines_of_trace(found.trace) if found.trace else {}
    return render(request, "trail/entry.html", {"line": line, "same": same, "people": people})


@rule(ABILITY)
@personal(COMPARTMENT, FILE)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Entries as a file: with a reason, counted, and marked with who took them."""
    form, why = SearchForm(request.POST), ExportForm(request.POST)
    if not form.is_valid() or not why.is_valid():
        wrong = [text for each in (form, why) for errors in each.errors.values() for text in errors]
        return render(request, "trail/export_refused.html", {"wrong": wrong}, status=422)
    asked = form.asked()
    lines = selectors.told(selectors.matching(asked)[:MOST_ROWS])
    user: Any = request.user
    audit.record(
        user, "audit.export", request=request, asked=asked.used, rows=len(lines), format=why.cleaned_data["soort"],
        reason=why.cleaned_data["reden"],
    )  # fmt: skip
    _shown(lines, "audit.export")
    return _file(user, lines, why)


def _file(user: User, lines: list[Line], why: ExportForm) -> HttpResponse:
    now, trace = timezone.now(), str(acting.current().trace)
    mark = f"{user} · {timezone.localtime(now):%Y-%m-%d %H:%M} · {trace[:8]}"
    titles = [_("Number"), _("Moment"), _("Who"), _("Organisation"), _("Role"), _("Action"), _("Object"), _("Result"),
              _("Purpose"), _("Origin"), _("Trace"), _("Taken along by")]  # fmt: skip
    rows = [
        [line.entry.pk, line.entry.at, line.who, line.organisation, line.entry.role, line.entry.action, line.object,
         line.result, line.purpose, line.entry.origin, str(line.entry.trace or ""), mark]
        for line in lines
    ]  # fmt: skip
    notes = [
        (_("Taken along by"), mark), (_("Reason"), why.cleaned_data["reden"]), (_("Entries"), len(rows)),
        (_("Trace"), trace),
    ]  # fmt: skip
    return table_response(f"logboek-{now:%Y%m%d-%H%M}-{trace[:8]}", titles, rows, why.cleaned_data["soort"], notes=notes)


@rule(ABILITY)
@personal(COMPARTMENT, FILE)
@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """The processing log: what was done with the data of one person."""
    form = SubjectForm(request.GET or None)
    found: list[selectors.About] = []
    asked = form.is_valid()
    user: Any = request.user
    if asked:
        kind, text = form.cleaned_data["soort"], form.cleaned_data["wie"].strip()
        found = selectors.about(kind, text)
        lookups.note(user, "name", text)
        audit.record(user, "processing.search", request=request, people=len(found), kind=kind)
        processing.shown([about.subject for about in found if about.number], COMPARTMENT, "processing.search")
    return render(request, "trail/lines.html", {"form": form, "found": found, "asked": asked})


def _note_search(user: User, form: SearchForm) -> None:
    """Searching for a person in the log is a look-up too."""
    if form.is_valid() and form.cleaned_data["wie"] and not form.data.get("na"):
        lookups.note(user, "name", form.cleaned_data["wie"])


def _shown(found: list[Line], name: str) -> None:
    """The people whose names were shown."""
    people = {number for line in found for number in line.people}
    processing.shown((processing.Subject(processing.ACCOUNT, str(number)) for number in people), COMPARTMENT, name)


def _total(found: selectors.Found) -> str:
    if found.more:
        return _("more than %(number)s entries") % {"number": f"{selectors.COUNTED:,}".replace(",", ".")}
    return ngettext("%d entry", "%d entries", found.number) % found.number

