"""Starting models for barriers (barrièremodellen): per criminal process its steps, and what can be put in the way.

They are general knowledge and say what is possible. What a municipality really has in place stands in its own models,
which start as a copy of one of these.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from openvis.profile.documents import Document, Problems
from openvis.profile.errors import found, one_of
from openvis.profile.text import Named, Slug, Strict, Text

SHORT = 180
"""Characters of a text in a model: enough for what is done, too few for somebody's story."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=SHORT, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class Instrument(StrEnum):
    """By which way something is put in the way (bestuurlijk, strafrechtelijk, fiscaal, privaatrechtelijk, …)."""

    ADMINISTRATIVE = "administrative"
    CRIMINAL = "criminal"
    FISCAL = "fiscal"
    CIVIL = "civil"
    CARE = "care"
    PREVENTION = "prevention"


class ShortText(Text):
    """A text of one line, in both languages."""

    nl: Line
    en: Line


class Partner(Named):
    """Who can put something in the way: a kind of organisation, also one without accounts here."""

    id: Slug
    nl: Title
    en: Title


class StartingBarrier(Named):
    """Something that can be done in a step, and by whom."""

    nl: Line
    en: Line
    partners: Annotated[list[Slug], Field(min_length=1)]
    instrument: Instrument


class StartingStep(Named):
    """A step of the criminal process."""

    nl: Title
    en: Title
    about: ShortText
    facilitators: list[ShortText] = []
    """Who or what makes the step possible, knowing it or not (facilitators)."""
    signals: list[ShortText] = []
    """What somebody can see of it."""
    barriers: Annotated[list[StartingBarrier], Field(min_length=1, max_length=20)]


class StartingModel(Named):
    """A criminal process from its first step to its last."""

    id: Slug
    nl: Title
    en: Title
    about: Text
    steps: Annotated[list[StartingStep], Field(min_length=2, max_length=20)]


class Barriers(Strict):
    """The file barriers.yaml. A municipality without it starts with empty models and one partner: itself."""

    partners: list[Partner] = []
    models: list[StartingModel] = []

    def partner(self, key: str) -> Partner | None:
        """The partner with an id; None where the profile has it no more."""
        return next((item for item in self.partners if item.id == key), None)

    def model(self, key: str) -> StartingModel | None:
        """The starting model with an id."""
        return next((item for item in self.models if item.id == key), None)


def check_barriers(file: Barriers, document: Document, problems: Problems) -> None:
    """Ids once, and every partner that is named in the list of partners."""
    for part, ids in (("partners", [item.id for item in file.partners]), ("models", [item.id for item in file.models])):
        for number, key in enumerate(ids):
            if key in ids[:number]:
                line = document.line((part, number, "id"))
                problems.add(document.path, line, f"{part}.{number}.id", found(key, "every id once"))
    known = {item.id for item in file.partners}
    for m, model in enumerate(file.models):
        for s, step in enumerate(model.steps):
            if step.nl in [earlier.nl for earlier in model.steps[:s]]:
                place = ("models", m, "steps", s, "nl")
                expected = "every step under a name of its own"
                problems.add(document.path, document.line(place), ".".join(map(str, place)), found(step.nl, expected))
            for b, barrier in enumerate(step.barriers):
                for p, key in enumerate(barrier.partners):
                    if key not in known:
                        where = ("models", m, "steps", s, "barriers", b, "partners", p)
                        problems.add(
                            document.path, document.line(where), ".".join(map(str, where)),
                            found(key, one_of(known)),
                        )
