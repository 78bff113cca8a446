"""Weighing by the first reader, and reading by the second."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BooleanField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openvis.web import city
from openvis.web.access import audit
from openvis.web.guard import personal, rule
from openvis.web.trail import processing

from .. import forms, rules, services
from ..models import Signal, Weighing
from ..states import State
from .inbox import found_or_refused


@rule(rules.WEIGH)
@personal("signals", "signal", "key")
@require_http_methods(["GET", "POST"])
def weigh(request: HttpRequest, key: UUID) -> HttpResponse:
    """The checklist, its proposal, and the decision of a person."""
    user: Any = request.user
    item = found_or_refused(request, key)
    if item.state != State.ENRICHED:
        messages.warning(request, _("This cannot be done now: the signal is “%(state)s”.")
                         % {"state": item.get_state_display()})  # fmt: skip
        return redirect("signal", key=key)
    form = forms.WeighForm(user, request.POST or None, initial={"version": item.version})
    conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            services.weigh(user, key, form.cleaned_data["version"], form.weighed)
        except services.WrongError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except services.ConflictError as error:
            conflict, form.data = True, form.data.copy()
            form.data["version"] = error.signal.version
        except services.NotNowError:
            return redirect("signal", key=key)
        else:
            messages.success(request, _("It waits for the second reader."))
            return redirect("signals_inbox")
    _looked(user, item, "signal.weigh_page")
    told, lang = city.profile().signals.weighing, get_language()
    bands = [{"points": band.points, "name": band.name.get(lang), "route": band.route} for band in told.bands]
    points = {f"c_{one.id}": {answer.id: answer.points for answer in one.answers} for one in told.criteria}
    context = {
        "signal": item, "form": form, "conflict": conflict, "rules": {"bands": bands, "points": points}, "bands": bands,
        "last": item.weighings.exclude(outcome="").first(),
    }
    return render(request, "signals/weigh.html", context, status=409 if conflict else 422 if form.errors else 200)


@rule(rules.WEIGH)
@personal("signals", "signal", "key")
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another person reads: confirms, or sends back with a remark."""
    user: Any = request.user
    item = found_or_refused(request, key)
    made = item.weighings.filter(outcome="").select_related("proposed_by").first()
    if made is None or made.proposed_by_id == user.pk:
        text = _("Somebody else reads your weighing.") if made else _("No weighing waits for a second reader.")
        messages.warning(request, text)
        return redirect("signal", key=key)
    form = forms.RemarkForm(request.POST or None, initial={"round": made.round})
    if request.method == "POST" and form.is_valid() and _read(request, item, form):
        return redirect("signals_inbox")
    _looked(user, item, "signal.second_page")
    context = {"signal": item, "weighing": made, "form": form, "lines": lines(made), "passed": passed(user, made)}
    return render(request, "signals/second.html", context, status=422 if form.errors else 200)


def _read(request: HttpRequest, item: Signal, form: forms.RemarkForm) -> bool:
    """Carry out what the second reader says; False where something is still missing."""
    user: Any = request.user
    data = form.cleaned_data
    try:
        if "back" in request.POST:
            services.send_back(user, item.pk, data["round"], data["remark"])
            messages.success(request, _("It went back to the first reader."))
        else:
            made = services.confirm(user, item.pk, data["round"], data["remark"])
            messages.success(request, _("Confirmed: %(what)s.") % {"what": made.became})
    except services.WrongError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    except services.NotNowError:
        messages.warning(request, _("This weighing was read already, or made anew. Look again."))
    return True


def lines(made: Weighing) -> list[tuple[str, str]]:
    """The checklist as it was filled in, in words."""
    lang = get_language()
    found = []
    for item in city.profile().signals.weighing.criteria:
        answers = {one.id: one for one in item.answers}
        answer = answers.get(made.answers.get(item.id, ""))
        found.append((item.name.get(lang), f"{answer.name.get(lang)} ({answer.points})" if answer else "–"))
    return found


def passed(user: Any, made: Weighing) -> list[tuple[Any, str]]:
    """What the decision asked for, as it would be passed on."""
    route = services.route_of(made.route)
    form = services.route_form(user, route, services.as_posted(made.with_route or {}))
    found = []
    for bound in form:
        value: Any = bound.value()
        if isinstance(bound.field, BooleanField):
            found.append((bound.label, _("yes") if value else _("no")))
            continue
        choices = dict(getattr(bound.field, "choices", []) or [])
        found.append((bound.label, str(choices.get(value, getattr(value, "text", value)) or "–")))
    return found


def _looked(user: Any, item: Signal, name: str) -> None:
    audit.record(user, name, f"signal:{item.pk}")
    processing.shown([item], activity="signals", name=name)

