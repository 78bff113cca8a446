"""Sources: the list, one source; and working out an unknown file until it is one."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openvis.profile.sources import Format
from openvis.web import city
from openvis.web.access import people
from openvis.web.guard import rule
from openvis.web.sharing import covenants

from .. import proposing, tasks, trials
from ..columns import mapped
from ..forms import named
from ..mapping_form import MappingForm
from ..models import Source, Trial
from ..placing import ground
from ..receiving import covered
from ..words import Refusal

FIRST_ROWS = 8
SHOWN_PROBLEMS = 20


@rule("intake.sources")
@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """All sources: who delivers, on which ground, until when."""
    today = timezone.localdate()
    organisations = {item.id: named(item.name) for item in city.profile().organisations}
    rows = [_described(source, today, organisations) for source in Source.objects.order_by("-in_use", "key")]
    mine = Trial.objects.filter(by=request.user)
    context = {"rows": rows, "trials": mine, "may_upload": people.may(request.user, "intake.upload")}
    return render(request, "intake/sources.html", context)


def _described(source: Source, today: Any, organisations: dict[str, str]) -> dict[str, Any]:
    definition = source.described
    agreed = definition.covenant or covenants.find(definition.covenant_id or "")
    return {
        "source": source,
        "definition": definition,
        "name": named(definition.name),
        "provider": organisations.get(definition.provider, definition.provider),
        "controller": organisations.get(definition.controller, definition.controller),
        "covenant": agreed,
        "covenant_name": covenants.name_of(definition.covenant_id) if definition.covenant_id else agreed and agreed.name,
        "ended": not covered(definition, today),
        "note": named(definition.legal_ground.note) if definition.legal_ground.note else "",
    }


@rule("intake.sources")
@require_GET
def source(request: HttpRequest, key: str) -> HttpResponse:
    """One source: its ground and terms, and which column is what."""
    found = get_object_or_404(Source, key=key)
    organisations = {item.id: named(item.name) for item in city.profile().organisations}
    kinds = {kind.id: named(kind.name) for kind in city.profile().kinds}
    definition = found.described
    columns = definition.columns or definition.counts
    table = [(value, kinds.get(entry.kind, entry.kind)) for value, entry in columns.kind.map.items()] if columns else []
    context = {**_described(found, timezone.localdate(), organisations), "columns": mapped(definition), "kinds": table}
    return render(request, "intake/source.html", context)


@rule("intake.sources")
def trial(request: HttpRequest, key: UUID) -> HttpResponse:
    """An unknown file: its first rows, a proposed mapping to correct, what it comes to, and saving it."""
    found = get_object_or_404(Trial, pk=key, by=request.user)
    try:
        return _work_out(request, found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return render(request, "intake/trial_refused.html", {"trial": found, "refusal": refusal}, status=422)


def _work_out(request: HttpRequest, found: Trial) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    header = _header_row(posted, found)
    sheet = trials.sheet_of(found, Format(header_row=header))
    guess = proposing.guess(sheet, ground())
    column = posted.get("kind") if posted is not None else found.proposal.get("kind", guess.fields.get("kind"))
    values = proposing.kind_values(sheet, column)
    initial = _initial(guess.fields, values) | {"header_row": header} | found.proposal
    form = MappingForm(sheet.frame.columns, values, posted, initial=initial)
    context: dict[str, Any] = {
        "trial": found,
        "form": form,
        "read": sheet.read,
        "columns": sheet.frame.columns,
        "rows": sheet.frame.head(FIRST_ROWS).rows(),
    }
    if posted is not None and form.is_valid() and form.definition is not None:
        trials.keep(
            found, {name: value for name, value in posted.items() if name not in ("csrfmiddlewaretoken", "act")}
        )
        if posted.get("act") == "save":
            return _save(request, found, form)
        context["tried"] = tried = trials.attempt(found, form.definition)
        context["reasons"] = _reasons(tried)
        context["problems"] = tried.mapped.rejected[:SHOWN_PROBLEMS]
    return render(request, "intake/trial.html", context, status=422 if form.errors else 200)


def _header_row(posted: Any, found: Trial) -> int:
    written = str((posted or {}).get("header_row") or found.proposal.get("header_row") or "1")
    return int(written) if written.isdigit() and 1 <= int(written) <= 1000 else 1


def _initial(fields: dict[str, Any], values: list[str]) -> dict[str, Any]:
    kinds = city.profile().kinds
    return fields | {f"kind_{index}": proposing.kind_for(value, kinds) for index, value in enumerate(values)}


def _reasons(tried: trials.Tried) -> list[tuple[str, str, int]]:
    """Column, an example of the sentence, and how often, for each reason."""
    counted: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for row in tried.mapped.rejected:
        for problem in row.problems:
            key = (problem.column, problem.reason)
            counted[key] += 1
            example.setdefault(key, str(problem))
    return [
        (column, example[column, reason], number) for (column, reason), number in counted.most_common(SHOWN_PROBLEMS)
    ]


def _save(request: HttpRequest, found: Trial, form: MappingForm) -> HttpResponse:
    assert form.definition is not None  # noqa: S101 -- the form is valid
    _made, batch = trials.save(found, form.definition, request.user)
    tasks.queue(batch)
    messages.success(request, _("The source is saved, and the file is its first delivery."))
    return redirect("intake_batch", batch.pk)


@rule("intake.sources")
@require_POST
def drop_trial(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw an unknown file away."""
    trials.drop(get_object_or_404(Trial, pk=key, by=request.user), request.user)
    messages.info(request, _("The file is thrown away."))
    return redirect("intake_sources")
