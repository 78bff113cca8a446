"""What of the follow-up is about people: staff by name, others inside sealed texts, which are opened to look."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import finder
from openvis.web.access.registry import PersonalTable, personal

from . import retention
from .models import (
    CaseHandOver,
    Consent,
    Contribution,
    Decision,
    Intervention,
    Meeting,
    MeetingAction,
    Participant,
    Project,
    ProjectMember,
    ProjectSignal,
    ProjectStep,
    TabledItem,
)
from .words import COMPARTMENT

PURPOSE = _("acting on a signal of undermining crime with partners")
KEPT = _("says who agreed to what in the name of which organisation; goes with its project")


def _erase(model: type[Any]) -> Callable[[str], int]:
    return lambda key: retention.remove(model._default_manager.filter(pk=key))


def _table(
    model: type[Any], columns: tuple[str, ...], kind: str, *, until: str = "", show: tuple[str, ...] = (),
    subject: str = "person", **explained: str,
) -> PersonalTable:
    return PersonalTable(
        model, columns, subject, finder(model, columns, kind, PURPOSE, until=until, show=show), _erase(model),
        compartment=COMPARTMENT, explained=explained,
    )


NUMBER = "the running number of a signal"
REPORTED = ("state", "due")
TABLES = (
    _table(Meeting, ("chair", "made_by", "place"), retention.MEETING, until="ends_on", show=("begins",)),
    _table(Participant, ("user",), "participant", subject="staff"),
    _table(TabledItem, ("routed_by", "result"), retention.ITEM, until="ends_on", show=("number",), number=NUMBER),
    _table(Contribution, ("by", "values", "motivation", "proportionality"), "contribution", show=("at",)),
    _table(Decision, ("by", "text"), "decision", show=("at",)),
    _table(MeetingAction, ("owner", "what", "result", "reported_by"), "meeting_action", show=REPORTED),
    _table(Project, ("leader", "name", "goal", "result"), retention.PROJECT, until="ends_on", show=("started",)),
    _table(ProjectSignal, ("added_by",), "project_signal", subject="staff", show=("number",), number=NUMBER),
    _table(ProjectMember, ("user",), "project_member", subject="staff"),
    _table(ProjectStep, ("owner", "what", "result", "reported_by"), "project_step", show=REPORTED),
    _table(Intervention, ("decided_by", "what", "result", "reported_by"), "intervention", show=("state",)),
    PersonalTable(
        Consent, ("by",), "staff", finder(Consent, ("by",), "consent", PURPOSE, show=("at",)), kept_because=KEPT,
        compartment=COMPARTMENT,
    ),
    _table(CaseHandOver, ("by", "reason", "became"), retention.CASE, until="ends_on", show=("number",), number=NUMBER),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
