"""Access as data: compartments, who may do what in each (the matrix), purposes, terms and covenants.

A page asks for an ability; an ability opens something in a compartment (compartiment). `ABILITY_NEEDS` binds the two,
so that a role cannot hold an ability that its row of the matrix does not allow.
"""

import calendar
import re
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from openvis.profile.errors import found
from openvis.profile.roles import Ability
from openvis.profile.text import Filled, Named, Slug, Strict, Text


class CompartmentId(StrEnum):
    """The compartments there can be. The list is closed: rules and row-level security name them."""

    PUBLIC = "public"
    AGGREGATES = "aggregates"
    INCIDENTS = "incidents"
    OPERATIONS = "operations"
    SIGNALS = "signals"
    INDEX = "index"
    NUISANCE = "nuisance"
    GROUPS = "groups"
    PERSONS = "persons"
    VICTIMS = "victims"
    RADICALISATION = "radicalisation"
    MEASURES = "measures"
    BIBOB = "bibob"
    CRISIS = "crisis"
    EVENTS = "events"
    PLAN = "plan"
    ADMINISTRATION = "administration"


NEVER_FEEDS = frozenset({CompartmentId.INDEX, CompartmentId.VICTIMS})
"""What is in these goes nowhere: never into a profile, a group or a measure."""
CLOSED_CIRCLES = frozenset({"own_work", "purpose"})
"""Where persons may stand: opened for a purpose, by who has a second factor."""
NEVER_ANSWERS = frozenset({CompartmentId.VICTIMS, CompartmentId.RADICALISATION})
"""To who has no right here, these do not even tell whether somebody is known."""

ABILITY_NEEDS: dict[Ability, tuple[str, ...]] = {
    Ability.PICTURE_VIEW: ("aggregates:r",),
    Ability.PICTURE_ROWS: ("incidents:r",),
    Ability.INTAKE_VIEW: ("incidents:e",),
    Ability.INTAKE_UPLOAD: ("incidents:e",),
    Ability.INTAKE_SOURCES: ("incidents:e", "administration:e"),
    Ability.INTAKE_WITHDRAW: ("incidents:e",),
    Ability.OBSERVATION_ENTER: ("incidents:e", "operations:e", "signals:e"),
    Ability.PLACES_KEEP: ("operations:e", "incidents:e"),
    Ability.PLACES_ASSESS: ("operations:d", "incidents:e"),
    Ability.BRIEFING_VIEW: ("incidents:r",),
    Ability.PLAN_VIEW: ("plan:r",),
    Ability.EXPORT_AGGREGATE: ("aggregates:r",),
    Ability.PEOPLE_VIEW: ("administration:r",),
    Ability.PEOPLE_MANAGE: ("administration:e",),
    Ability.PEOPLE_REVIEW: ("administration:d",),
    Ability.ACCESS_EXPLAIN: ("administration:r",),
    Ability.ACCESS_EXPLAIN_OBJECT: ("administration:d",),
    Ability.AUDIT_VIEW: ("administration:d",),
    Ability.AUDIT_SAMPLE: ("administration:r",),
    Ability.RETENTION_VIEW: ("administration:d",),
    Ability.RETENTION_RUN: ("administration:d",),
    Ability.RETENTION_APPROVE: ("administration:d",),
    Ability.RETENTION_HOLD: ("administration:d",),
    Ability.SUBJECTS_HANDLE: ("administration:d",),
    Ability.TRANSFERS_PROPOSE: ("operations:r", "signals:r", "nuisance:r", "groups:r", "persons:r", "measures:r",
                                "crisis:r", "events:r"),
    Ability.TRANSFERS_ACCEPT: ("operations:d", "signals:d", "nuisance:d", "groups:d", "persons:d", "measures:d",
                               "bibob:d", "crisis:d"),
    Ability.COVENANTS_VIEW: ("administration:d", "plan:e"),
    Ability.BREAK_GLASS_ASK: ("administration:e",),
    Ability.BREAK_GLASS_APPROVE: ("administration:d",),
    Ability.SIGNALS_REPORT: ("signals:e",),
    Ability.SIGNALS_WEIGH: ("signals:d",),
    Ability.SIGNALS_CASUS: ("signals:r",),
    Ability.SIGNALS_FIGURES: ("signals:c", "signals:d"),
    Ability.INDEX_CONTRIBUTE: ("index:e",),
    Ability.INDEX_MANAGE: ("index:m",),
    Ability.BARRIERS_EDIT: ("signals:d",),
    Ability.CONTROLS_PLAN: ("operations:d",),
    Ability.CONTROLS_VISIT: ("operations:e",),
    Ability.DOR_VIEW: ("operations:r",),
    Ability.DOR_KEEP: ("operations:e",),
    Ability.RESILIENCE_KEEP: ("signals:d",),
    Ability.OPERATIONS_VIEW: ("administration:r",),
    Ability.OPERATIONS_RETRY: ("administration:e",),
}  # fmt: skip
"""Ability → the rights of which a role needs one (`compartment:letter`)."""

CELL = re.compile(r"(?P<letters>(?=.)e?r?d?a?m?c?)(?: \((?P<note>[a-z0-9_]+)\))?")


class Cell(Strict):
    """What one role may do in one compartment, as `erda` or `ra (own_area)` in the file; empty: nothing.

    e enter, r read, d decide, a assigned rows only, m manage settings and see counts, c see counts.
    """

    written: str = ""
    """The letters as they stand in the file."""
    note: str = ""
    """Key of a note; see `Access.notes`."""
    part: bool = False
    """Whether the note says that only a part of the compartment is reached; known once the cell is in a profile."""

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        match = CELL.fullmatch(value)
        if match is None:
            raise ValueError(found(value, "letters of erdamc in this order, and perhaps a note, such as ra (own_area)"))
        return {"written": match["letters"], "note": match["note"] or ""}

    @property
    def rights(self) -> frozenset[str]:
        """The letters that count in the whole compartment, or in the assigned rows of it.

        `a` alone means: read what is assigned to me. Who manages (m) sees counts (c). Where the note names a part,
        reading and deciding are not here but in `of_part`, so that who does not know the part opens nothing.
        """
        held = self._meant - {"r", "d"} if self.part else self._meant
        return frozenset(held)

    @property
    def of_part(self) -> frozenset[str]:
        """The letters that count in the part that the note names."""
        return frozenset(self._meant & {"r", "d"} if self.part else ())

    @property
    def held(self) -> frozenset[str]:
        """Everything, as policies in the database ask for it.

        `r`: may read, perhaps assigned rows only; `r:all`: every row; `r(zones)`: the part that the note names;
        `a(tabled)`: what the note says of the rows that are assigned.
        """
        everywhere = () if self.assigned else self.rights & {"e", "r", "d"}
        return (
            self.rights
            | {f"{right}:all" for right in everywhere}
            | ({f"a({self.note})"} if self.assigned and self.note else set())
            | {f"{right}({self.note})" for right in self.of_part}
        )

    @property
    def _meant(self) -> set[str]:
        letters = set(self.written)
        if letters == {"a"}:
            letters.add("r")
        if "m" in letters:
            letters.add("c")
        return letters

    @property
    def assigned(self) -> bool:
        """Whether the cell reaches only rows that are assigned to the person or their area."""
        return "a" in self.written

    @property
    def counts_only(self) -> bool:
        """Whether the cell shows numbers and never a row."""
        return "c" in self._meant and "r" not in self._meant

    def __bool__(self) -> bool:
        return bool(self.written)

    def __str__(self) -> str:
        return f"{self.written} ({self.note})" if self.note else self.written


NOTHING = Cell()
"""The empty cell."""


class Note(Named):
    """What narrows a cell."""

    part: bool = False
    """Whether only a part of the compartment is reached, which its own rules know by this key."""


class Compartment(Strict):
    """A part of the data with walls around it, and on which ground it is there."""

    id: CompartmentId
    letter: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
    """How the matrix names it."""
    name: Text
    circle: Literal["public", "aggregate", "own_work", "purpose"]
    """public: everybody; aggregate: totals; own_work: what one takes part in; purpose: needs a stated purpose."""
    holds: Text
    """Categories of data."""
    subjects: Text
    """Categories of persons the data are about."""
    controller: Slug
    """Organisation that decides on it (verwerkingsverantwoordelijke)."""
    ground: Text
    """The law and article (grondslag)."""
    dpia: Filled
    """Number of the data protection impact assessment."""
    term: Slug
    """The retention term of most of it."""
    further_terms: list[Slug] = []
    """Terms of other parts of it."""
    partners: list[Slug] = []
    """Organisations that receive or deliver."""
    answers: Literal["rows", "hit", "nothing"] = "nothing"
    """What somebody without a right learns at most: that it is known and whom to call (hit), or nothing; rows: all."""
    feeds: list[CompartmentId] = []
    """Compartments to which data may be proposed. Nothing moves by itself."""


class Purpose(Strict):
    """A stated purpose (doel) for which somebody opens personal data."""

    id: Slug
    name: Text
    ground: Text
    compartments: list[CompartmentId] = Field(min_length=1)
    roles: list[Slug] = Field(min_length=1)
    """Who may choose it."""


class RetentionTerm(Strict):
    """How long a kind of data is kept (bewaartermijn)."""

    id: Slug
    data: Text
    years: int = Field(default=0, ge=0, le=100)
    months: int = Field(default=0, ge=0)
    days: int = Field(default=0, ge=0)
    begins: Literal["happened", "recorded", "delivered", "last_change", "decided", "closed", "ended", "published"]
    """The moment it counts from."""
    ground: Text
    second_person: bool = False
    """Whether a list for destruction needs a second person's approval."""

    @model_validator(mode="after")
    def _some(self) -> "RetentionTerm":
        if not (self.years or self.months or self.days):
            raise ValueError("found no years, months or days, expected at least one")
        return self

    def ends(self, start: date) -> date:
        """The day from which what began on a day is due for destruction."""
        month = start.month - 1 + self.months
        year, month = start.year + self.years + month // 12, month % 12 + 1
        day = min(start.day, calendar.monthrange(year, month)[1])
        return date(year, month, day) + timedelta(days=self.days)

    def begins_before(self, day: date) -> date:
        """The first day that is still within the term on a day: what began before it has ended."""
        found = day - timedelta(days=self.years * 366 + self.months * 31 + self.days)
        while self.ends(found) <= day:
            found += timedelta(days=1)
        return found


class PartnerCovenant(Strict):
    """An agreement between parties (convenant) in the register; after `ends` its exchange stops."""

    id: Slug
    name: Text
    parties: list[Slug] = Field(min_length=2)
    purpose: Text
    data: Text
    ground: Text
    controller: list[Slug] = Field(min_length=1)
    """One organisation, or those that are controller together."""
    remark: Text | None = None
    """What is still to be confirmed."""
    compartments: list[CompartmentId] = Field(min_length=1)
    """Where it allows an exchange."""
    starts: date
    review: date
    ends: date
    contact: Filled
    """A function, not a person."""

    @model_validator(mode="after")
    def _ordered(self) -> "PartnerCovenant":
        if not self.starts <= self.review <= self.ends:
            raise ValueError(
                f"starts {self.starts}, review {self.review}, ends {self.ends}, expected them in this order"
            )
        return self

    def in_force(self, day: date) -> bool:
        """Whether it covers a day."""
        return self.starts <= day <= self.ends


class Access(Strict):
    """The file access.yaml."""

    compartments: list[Compartment] = Field(min_length=1)
    notes: dict[Slug, Note] = {}
    """Key → what the narrowing of a cell means."""
    public: dict[str, Cell] = {}
    """The row of who has no account: what is published, and where they may write."""
    matrix: dict[str, dict[str, Cell]]
    """Role → letter of a compartment → cell."""
    terms: list[RetentionTerm]
    purposes: list[Purpose]
    covenants: list[PartnerCovenant] = []

    def row(self, cells: dict[str, Cell]) -> dict[CompartmentId, Cell]:
        """A row with the compartments by their id."""
        letters = {item.letter: item.id for item in self.compartments}
        parts = {key for key, note in self.notes.items() if note.part}
        return {
            letters[letter]: cell.model_copy(update={"part": cell.note in parts})
            for letter, cell in cells.items()
            if letter in letters
        }
