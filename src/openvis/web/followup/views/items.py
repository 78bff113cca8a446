"""The pages of one item: what was handed over, what was decided, who does what; and one's own actions."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from openvis.web.access import audit
from openvis.web.guard import Refused, personal, rule

from .. import agreements, document, forms, rules, selectors, services, source
from ..models import TabledItem
from ..project_forms import SendOnForm
from ..states import SEEN, ItemState
from .base import posted, submitted

SAID = [field.name for field in fields(services.items.Said)]
"""The fields of a decision."""


@dataclass(frozen=True, slots=True)
class Act:
    """An act on an item as a page: its title, its button, what is said afterwards, its form, and its service."""

    title: Any
    button: Any
    done: Any
    form: Callable[[Any, TabledItem, Any], Any]
    run: Callable[[Any, TabledItem, dict[str, Any]], Any]
    possible: Callable[[TabledItem], bool]
    icon: str = "pencil"


def _form_to_hand_over(user: Any, item: TabledItem, data: Any) -> forms.HandOverForm:
    covenant = item.meeting.covenant if item.meeting is not None else ""
    return forms.HandOverForm(source.lines(user, item.signal_id), covenant, data)


def _hand_over(user: Any, item: TabledItem, filled: dict[str, Any]) -> Any:
    given = {name: value for name, value in filled.items() if name not in ("seen", "fields_chosen")}
    return services.items.hand_over(user, item.pk, services.items.Form(fields=filled["fields_chosen"], **given))


def _send_on(user: Any, item: TabledItem, filled: dict[str, Any]) -> Any:
    to = services.projects.chosen(filled)
    said = services.items.Said(**{name: filled[name] for name in SAID})
    return services.items.send_on(user, item.pk, said, to, ends=filled["ends"])


def _given(item: TabledItem) -> bool:
    return hasattr(item, "contribution")


def _open(item: TabledItem) -> bool:
    return item.state != ItemState.CLOSED


def _decided(item: TabledItem) -> bool:
    return item.state == ItemState.DECIDED


def _before_a_meeting(item: TabledItem) -> bool:
    return _open(item) and item.meeting is not None and item.meeting.state in SEEN


ACTS = {
    "inbrengen": Act(
        gettext_lazy("Hand over"), gettext_lazy("Hand over to the meeting"),
        gettext_lazy("It is handed over. The participants see these fields once the agenda is sent."),
        _form_to_hand_over, _hand_over, lambda item: _open(item) and not _given(item), "send",
    ),
    "besluiten": Act(
        gettext_lazy("Write down a decision"), gettext_lazy("Save the decision"),
        gettext_lazy("The decision is written down."),
        lambda user, item, data: forms.DecideForm(item, data),
        lambda user, item, filled: services.items.decide(user, item.pk, **filled), _before_a_meeting, "check",
    ),
    "project": Act(
        gettext_lazy("Send on to a project"), gettext_lazy("Decide and send on"),
        gettext_lazy("The decision is written down, and the signal is in the project."),
        lambda user, item, data: SendOnForm(user, item, data), _send_on, _before_a_meeting, "arrow-right",
    ),
    "actie": Act(
        gettext_lazy("Agree an action"), gettext_lazy("Save action"), gettext_lazy("The action is agreed."),
        lambda user, item, data: forms.AgreeForm(item, data),
        lambda user, item, filled: services.items.agree(user, item.pk, **filled), _before_a_meeting, "plus",
    ),
    "agenderen": Act(
        gettext_lazy("Put on an agenda"), gettext_lazy("Put on this agenda"), gettext_lazy("It is on that agenda."),
        lambda user, item, data: forms.TableForm(user, data),
        lambda user, item, filled: services.meetings.table(user, item.pk, UUID(filled["meeting"])), _open, "calendar-time",
    ),
    "afsluiten": Act(
        gettext_lazy("Close"), gettext_lazy("Close this item"), gettext_lazy("The item is closed."),
        lambda user, item, data: forms.ResultForm(data),
        lambda user, item, filled: services.items.close(user, item.pk, **filled), _decided, "circle-check",
    ),
    "terugnemen": Act(
        gettext_lazy("Take back"), gettext_lazy("Take this item back"),
        gettext_lazy("It is taken back. The signal is with the reporting point again, to be weighed anew."),
        lambda user, item, data: forms.TakeBackForm(data),
        lambda user, item, filled: services.items.take_back(user, item.pk, **filled),
        lambda item: _open(item) and not _decided(item), "arrow-back-up",
    ),
}  # fmt: skip


def _blocked(user: Any, item: TabledItem) -> str:
    """Why a partner sees nothing of this now, though they take part."""
    if item.meeting is None:
        return ""
    return agreements.blocks(item.meeting.covenant, services.base.organisation_of(user))


def _actions_title(number: int) -> str:
    return ngettext("%d agreed action", "%d agreed actions", number) % number if number else _("Actions")


def _page(request: HttpRequest, item: TabledItem, **extra: Any) -> HttpResponse:
    user: Any = request.user
    blocked = _blocked(user, item)
    if blocked:
        return render(request, "followup/blocked.html", {"item": item, "why": blocked}, status=409)
    keeps = rules.weighs(user)
    actions = selectors.actions_of(user, item)
    acts = [(slug, act) for slug, act in ACTS.items() if keeps and act.possible(item)]
    context = {
        "item": item, "keeps": keeps, "acts": acts, "actions": actions, "decisions": selectors.decisions(user, item),
        "given": getattr(item, "contribution", None), "own": user.pk,
        "gone": services.following.gone(item.signal_id) if keeps and _open(item) else "",
        "actions_title": _actions_title(len(actions)), **extra,
    }
    form = extra.get("form")
    return render(request, "followup/item.html", context, status=422 if form is not None and form.errors else 200)


@rule("signals.casus")
@personal("signals", "tabled_item", "key")
@require_GET
def item(request: HttpRequest, key: UUID) -> HttpResponse:
    """One item of an agenda."""
    user: Any = request.user
    found = selectors.item(user, key)
    audit.record(user, "item.view", f"tabled_item:{key}")
    return _page(request, found)


@rule("signals.weigh")
@personal("signals", "tabled_item", "key")
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, key: UUID, slug: str) -> HttpResponse:
    """Do something with an item."""
    user: Any = request.user
    found, spec = selectors.item(user, key), ACTS.get(slug)
    if spec is None:
        raise Http404
    if not spec.possible(found):
        return redirect("tabled_item", key=key)
    form = spec.form(user, found, posted(request))
    if submitted(request, form, lambda: spec.run(user, found, form.cleaned_data), spec.done):
        return redirect("tabled_item", key=key)
    return _page(request, selectors.item(user, key), act=spec, form=form, nothing=slug == "inbrengen" and not form.lines)


@rule("signals.casus")
@personal("signals", "tabled_item", "key")
@require_GET
def uniform_form(request: HttpRequest, key: UUID) -> HttpResponse:
    """The uniform form as a document, for the file of the meeting."""
    user: Any = request.user
    found = selectors.item(user, key)
    if not _given(found):
        raise Http404
    if _blocked(user, found):
        return _page(request, found)
    return document.uniform_form(user, found)


@rule("signals.casus")
@personal("signals", "own_actions")
@require_GET
def actions(request: HttpRequest) -> HttpResponse:
    """What this person is to do, after meetings and for projects."""
    user: Any = request.user
    found, steps = selectors.my_actions(user), selectors.my_steps(user)
    audit.record(user, "actions.list", number=len(found) + len(steps))
    waiting = sum(one.state == "open" for one in (*found, *steps))
    title = ngettext("%d action is yours", "%d actions are yours", waiting) % waiting if waiting else _("Nothing to do")
    context = {"actions": found, "steps": steps, "title": title, "keeps": rules.weighs(user)}
    return render(request, "followup/actions.html", context)


@rule("signals.weigh")
@require_GET
def all_actions(request: HttpRequest) -> HttpResponse:
    """What everybody agreed to do and did not report yet, by term: numbers and names of staff, no content."""
    user: Any = request.user
    found = selectors.agreed(user)
    audit.record(user, "actions.agreed", number=len(found))
    late = sum(one.late for one in found)
    title = _("All actions")
    if late:
        title = ngettext("%d action is past its term", "%d actions are past their term", late) % late
    return render(request, "followup/all_actions.html", {"found": found, "title": title})


@rule("signals.casus")
@personal("signals", "own_actions")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """Report what came of an action."""
    user: Any = request.user
    found = selectors.action(user, key)
    if not user.has_perm("followup.report", found):
        raise Refused("followup.report", f"meeting_action:{key}")
    form = forms.ReportForm(posted(request))
    if submitted(
        request, form, lambda: services.items.report(user, key, **form.cleaned_data), _("The report is saved.")
    ):
        return redirect("own_actions")
    context = {"what": found.what, "due": found.due, "form": form, "back": "own_actions"}
    return render(request, "followup/report.html", context, status=422 if form.errors else 200)
