"""What a role opens, in words: compartments with rights, abilities, and purposes that may be stated."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from openvis.profile import Cell, Compartment, Role
from openvis.web import city

from .words import ABILITIES

RIGHTS = {
    "e": pgettext_lazy("a right", "enter"),
    "r": pgettext_lazy("a right", "read"),
    "d": pgettext_lazy("a right", "decide"),
    "a": _("only what is assigned to the person or their area"),
    "m": _("manage settings and see counts, no rows"),
    "c": _("see counts, no rows"),
}
"""The letters of the matrix in words, in their order."""
CIRCLES = {
    "public": _("everybody may see it"),
    "aggregate": _("totals, nothing about persons"),
    "own_work": _("what one takes part in"),
    "purpose": _("only for a stated purpose"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """What a role may do in one compartment."""

    compartment: Compartment
    name: str
    holds: str
    """Categories of data."""
    cell: Cell
    words: str
    """`read, decide; only what is assigned …`."""
    note: str
    circle: Any


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a role opens."""

    role: Role
    name: str
    compartments: list[Opened]
    abilities: list[Any]
    purposes: list[tuple[str, str]]
    """What may be stated: name and legal ground."""


def words(cell: Cell) -> str:
    """The letters of a cell in words; nothing for the empty cell."""
    rights = [str(RIGHTS[letter]) for letter in cell.written if letter != "a"]
    narrowed = [str(RIGHTS["a"])] if "a" in cell.written else []
    return "; ".join([", ".join(rights), *narrowed] if rights else narrowed)


def note(cell: Cell) -> str:
    """What the note of a cell means, in the language of the page."""
    found = city.profile().access.notes.get(cell.note)
    return found.name.get(get_language()) if found is not None else ""


def opened(role: str) -> list[Opened]:
    """The compartments in which a role may do something, in the order of the profile."""
    profile, lang = city.profile(), get_language()
    cells = [(item, profile.rights(role, item.id)) for item in profile.compartments]
    return [
        Opened(item, item.name.get(lang), item.holds.get(lang), cell, words(cell), note(cell), CIRCLES[item.circle])
        for item, cell in cells if cell
    ]


def opening(role: Role) -> Opening:
    """Everything that a role opens."""
    lang = get_language()
    return Opening(
        role, role.name.get(lang), opened(role.id), [ABILITIES[ability] for ability in role.abilities],
        [(item.name.get(lang), item.ground.get(lang)) for item in city.profile().purposes if role.id in item.roles],
    )
