"""What the pages read about barrier models."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openvis.web import city
from openvis.web.access.models import User

from .content import Barrier, Content, State, Step
from .models import BarrierModel


def in_use() -> list[BarrierModel]:
    """Models that are worked with."""
    return list(BarrierModel.objects.select_related("changed_by").filter(ends_on__isnull=True))


def put_away() -> list[BarrierModel]:
    """Models that are kept until their term ends."""
    return list(BarrierModel.objects.select_related("changed_by").filter(ends_on__isnull=False))


def one(key: UUID) -> BarrierModel | None:
    """A model by its key."""
    return BarrierModel.objects.select_related("changed_by").filter(pk=key).first()


@dataclass(frozen=True, slots=True)
class Version:
    """A state that a model was in: the last one is how it is."""

    number: int
    title: str
    act: str
    by: User | None
    at: datetime
    content: Any

    @property
    def document(self) -> Content:
        """What stood in it."""
        return Content.model_validate(self.content)


def versions(model: BarrierModel) -> list[Version]:
    """Every version, the newest first."""
    past = apps.get_model("barriers", "BarrierModelEvent").objects.filter(pgh_obj_id=model.pk)
    rows = [model, *past.select_related("changed_by").order_by("-version")]
    return [Version(row.version, row.title, row.act, row.changed_by, row.changed_at, row.content) for row in rows]


@dataclass(frozen=True, slots=True)
class Row:
    """A step, its place, and how it stands in a sentence."""

    number: int
    step: Step
    said: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one partner can do in one step."""

    row: Row
    barriers: list[Barrier]


def rows(content: Content) -> list[Row]:
    """The steps in their order."""
    return [Row(number, step, step_in_words(step)) for number, step in enumerate(content.steps, 1)]


def matrix(content: Content) -> dict[str, list[Cell]]:
    """Partners by steps: each partner with what it can do in every step."""
    steps = rows(content)
    return {key: [Cell(row, row.step.of(key)) for row in steps] for key in content.partners}


def partner_names(content: Content, lang: str | None) -> dict[str, str]:
    """The partners of a model by name; by key where the profile has them no more."""
    found = {key: city.profile().barriers.partner(key) for key in content.partners}
    return {key: item.name.get(lang) if item else key for key, item in found.items()}


def step_in_words(step: Step) -> str:
    """How a step stands, in a sentence."""
    active, planned, idle = (step.count(state) for state in (State.ACTIVE, State.PLANNED, State.INEFFECTIVE))
    if active:
        return ngettext("%d barrier is active.", "%d barriers are active.", active) % active
    if not step.barriers:
        return _("No barrier is active: nothing is thought of yet.")
    if planned:
        return ngettext(
            "No barrier is active: %d is planned.", "No barrier is active: %d are planned.", planned
        ) % planned
    if idle:
        return ngettext(
            "No barrier is active: %d is there and does not work.",
            "No barrier is active: %d are there and do not work.", idle,
        ) % idle
    return _("No barrier is active, and none is planned.")


def gaps_in_words(content: Content) -> str:
    """How many steps lie open, in a sentence."""
    steps, gaps = len(content.steps), len(content.gaps)
    if not steps:
        return _("There are no steps yet.")
    if not gaps:
        return _("Every step has an active barrier.")
    if gaps == steps:
        return _("No step has an active barrier.")
    return ngettext(
        "%(gaps)d of %(steps)d steps has no active barrier.", "%(gaps)d of %(steps)d steps have no active barrier.", gaps
    ) % {"gaps": gaps, "steps": steps}
