"""What stands in a barrier model, as one document: steps, and in each the barriers; and what can be said of its gaps.

Changing gives a new document; nothing here knows the database. Texts are short, and refuse what looks like a person.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from openvis.profile.barriers import SHORT, Instrument, StartingModel

STEPS, BARRIERS, LINES, ABOUT = 20, 20, 12, 400
"""The most of each: a model that somebody can oversee."""
PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.\w|\b\d{4}\s?[A-Z]{2}\b|(?:\d[\s.-]?){9,}")
"""An e-mail address, a postcode, or a number as long as that of a telephone, a person or an account."""


class State(StrEnum):
    """How a barrier stands: not arranged (hiaat), planned, active, or in place without working."""

    GAP = "gap"
    PLANNED = "planned"
    ACTIVE = "active"
    INEFFECTIVE = "ineffective"


class PersonalTextError(ValueError):
    """A text with something that leads to one person or address."""


def shows(text: str) -> bool:
    """Whether every character of a text can be shown."""
    return all(ord(mark) >= 32 or mark in "\n\r\t" for mark in text)


def discreet(text: str) -> str:
    """The text, when nothing in it looks like an e-mail address, postcode or long number."""
    if not shows(text):
        raise ValueError("no control characters")
    if PERSONAL.search(text):
        raise PersonalTextError("no e-mail addresses, postcodes or long numbers: a model holds no personal data")
    return text


def _key() -> str:
    return uuid.uuid4().hex[:8]


Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,20}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(discreet)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=SHORT), AfterValidator(discreet)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=0, max_length=SHORT), AfterValidator(discreet)]
About = Annotated[str, StringConstraints(strip_whitespace=True, min_length=0, max_length=ABOUT), AfterValidator(discreet)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Barrier(_Part):
    """Something that stops or hinders a step, by whom, and how it stands."""

    id: Key = Field(default_factory=_key)
    what: Line
    instrument: Instrument = Instrument.ADMINISTRATIVE
    partners: Annotated[list[Annotated[str, StringConstraints(max_length=60)]], Field(min_length=1, max_length=30)]
    state: State = State.GAP
    note: Note = ""


class Step(_Part):
    """A step of the criminal process: what makes it possible, what can be seen of it, and what stands in its way."""

    id: Key = Field(default_factory=_key)
    title: Title
    about: Note = ""
    facilitators: Annotated[list[Line], Field(max_length=LINES)] = []
    signals: Annotated[list[Line], Field(max_length=LINES)] = []
    barriers: Annotated[list[Barrier], Field(max_length=BARRIERS)] = []

    def count(self, state: State) -> int:
        """How many of its barriers stand so."""
        return sum(barrier.state == state for barrier in self.barriers)

    @property
    def open(self) -> bool:
        """Whether no barrier is active here: a gap in the model."""
        return not self.count(State.ACTIVE)

    def of(self, partner: str) -> list[Barrier]:
        """What a partner can do here."""
        return [barrier for barrier in self.barriers if partner in barrier.partners]

    def barrier(self, key: str) -> Barrier | None:
        """The barrier with a key."""
        return next((item for item in self.barriers if item.id == key), None)


class Content(_Part):
    """A whole model."""

    about: About = ""
    steps: Annotated[list[Step], Field(max_length=STEPS)] = []

    def step(self, key: str) -> Step | None:
        """The step with a key."""
        return next((item for item in self.steps if item.id == key), None)

    @property
    def partners(self) -> list[str]:
        """The partners that are named, in the order in which they come."""
        return list(dict.fromkeys(key for step in self.steps for item in step.barriers for key in item.partners))

    @property
    def gaps(self) -> list[Step]:
        """The steps in which no barrier is active."""
        return [step for step in self.steps if step.open]

    def dump(self) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class Act:
    """A change of a document: its name for the record, and what it does."""

    name: str
    make: Callable[[Content], Content]


class GoneError(Exception):
    """The step or barrier that was to be changed is not there any more."""


class FullError(Exception):
    """There are as many steps or barriers as a model can hold."""


def start(model: StartingModel, lang: str | None) -> Content:
    """A starting model in one language, with nothing arranged yet."""
    return Content(
        about=model.about.get(lang),
        steps=[
            Step(
                title=step.name.get(lang), about=step.about.get(lang),
                facilitators=[item.get(lang) for item in step.facilitators],
                signals=[item.get(lang) for item in step.signals],
                barriers=[
                    Barrier(what=item.name.get(lang), instrument=item.instrument, partners=item.partners)
                    for item in step.barriers
                ],
            )
            for step in model.steps
        ],
    )  # fmt: skip


def _steps(content: Content, steps: list[Step]) -> Content:
    return content.model_copy(update={"steps": steps})


def describe(about: str) -> Act:
    """Say in other words what the model is about."""
    return Act("about", lambda content: content.model_copy(update={"about": about}))


def add_step(step: Step) -> Act:
    """Put a step at the end."""

    def make(content: Content) -> Content:
        if len(content.steps) >= STEPS:
            raise FullError
        return _steps(content, [*content.steps, step])

    return Act("step_added", make)


def set_step(step: Step) -> Act:
    """Change a step; its barriers stay."""

    def make(content: Content) -> Content:
        current = _found(content, step.id)
        changed = step.model_copy(update={"barriers": current.barriers})
        return _steps(content, [changed if item.id == step.id else item for item in content.steps])

    return Act("step_changed", make)


def remove_step(key: str) -> Act:
    """Take a step out, with its barriers."""

    def make(content: Content) -> Content:
        _found(content, key)
        return _steps(content, [item for item in content.steps if item.id != key])

    return Act("step_removed", make)


def move_step(key: str, way: Literal["up", "down"]) -> Act:
    """Have a step come one earlier or later; at the end it stays where it is."""

    def make(content: Content) -> Content:
        steps = list(content.steps)
        at = steps.index(_found(content, key))
        to = max(0, min(len(steps) - 1, at + (1 if way == "down" else -1)))
        steps.insert(to, steps.pop(at))
        return _steps(content, steps)

    return Act("step_moved", make)


def add_barrier(step: str, barrier: Barrier) -> Act:
    """Put a barrier in a step."""

    def make(content: Content) -> Content:
        if len(_found(content, step).barriers) >= BARRIERS:
            raise FullError
        return _in_step(content, step, lambda barriers: [*barriers, barrier])

    return Act("barrier_added", make)


def set_barrier(step: str, barrier: Barrier) -> Act:
    """Change a barrier."""

    def make(content: Content) -> Content:
        _found_barrier(content, step, barrier.id)
        return _in_step(content, step, lambda found: [barrier if item.id == barrier.id else item for item in found])

    return Act("barrier_changed", make)


def remove_barrier(step: str, key: str) -> Act:
    """Take a barrier out."""

    def make(content: Content) -> Content:
        _found_barrier(content, step, key)
        return _in_step(content, step, lambda found: [item for item in found if item.id != key])

    return Act("barrier_removed", make)


def _in_step(content: Content, key: str, make: Callable[[list[Barrier]], list[Barrier]]) -> Content:
    return _steps(content, [
        step.model_copy(update={"barriers": make(step.barriers)}) if step.id == key else step for step in content.steps
    ])  # fmt: skip


def _found(content: Content, key: str) -> Step:
    step = content.step(key)
    if step is None:
        raise GoneError(key)
    return step


def _found_barrier(content: Content, step: str, key: str) -> Barrier:
    barrier = _found(content, step).barrier(key)
    if barrier is None:
        raise GoneError(key)
    return barrier
