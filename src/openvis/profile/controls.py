"""Control days and the register of second-hand dealers, as the municipality does them: the file controls.yaml.

Who is competent for what on a visit (bevoegdheden), on which ground, which dealers (opkopers) are checked how often, with
which questions. A municipality that holds no controls leaves the file out.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from openvis.profile.documents import Document, Problems, dotted
from openvis.profile.errors import found, one_of
from openvis.profile.text import Named, Slug, Strict, Text


class Choice(Named):
    """Something to choose from a list."""

    id: Slug


class Competence(Strict):
    """What a department may do at a kind of place, and by which law (bevoegdheid)."""

    organisation: Slug
    places: list[Slug] = []
    """Kinds of place it counts for; none: all."""
    may: Text
    law: Text


class Branch(Named):
    """A trade of dealers, and after how many months one of it is due for a check again."""

    id: Slug
    months: int | None = Field(default=None, ge=1, le=120)
    """None: as for all."""


class Question(Named):
    """A point of the checklist: what has to be in order."""

    id: Slug
    law: Text | None = None


class Dealers(Strict):
    """The register of second-hand dealers (opkopersregister, DOR)."""

    months: int = Field(default=12, ge=1, le=120)
    """After so many months a dealer is due for a check again."""
    recheck_days: int = Field(default=28, ge=1, le=365)
    """Days that a dealer gets after a warning."""
    branches: list[Branch] = []
    checklist: list[Question] = []
    place: Slug = ""
    """The kind of place that a dealer is on a control day."""
    kinds: list[Slug] = []
    """Kinds of incidents (burglary) that the picture shows around a dealer."""


class Controls(Strict):
    """The file controls.yaml."""

    k: int = Field(default=10, ge=2)
    """Fewer dealers than this make no figure."""
    minutes: int = Field(default=15, ge=1, le=240)
    """How long a visit takes, when a route is planned."""
    speed: float = Field(default=25.0, gt=0, le=100)
    """Km/h on the way, traffic lights and parking counted in."""
    follow_up_days: int = Field(default=28, ge=1, le=365)
    """The term that is proposed for what follows from a visit."""
    grounds: list[Choice] = []
    places: list[Choice] = []
    """Kinds of place that are visited."""
    competences: list[Competence] = []
    dealers: Dealers = Dealers()

    def competent(self, place: str) -> list[Competence]:
        """Who may do what at a kind of place."""
        return [item for item in self.competences if not item.places or place in item.places]


def read_controls(directory: Path, problems: Problems) -> tuple[Controls, Document | None]:
    """The file of a profile, or what counts without it."""
    path = directory / "controls.yaml"
    document = Document.read(path, problems) if path.exists() else None
    return (document.check(Controls, problems) if document else None) or Controls(), document


def check_controls(
    controls: Controls, document: Document, organisations: list[str], kinds: list[str], problems: Problems
) -> None:
    """What the file names exists, and every id stands once."""

    def wrong(at: tuple[int | str, ...], value: Any, expected: str) -> None:
        problems.add(document.path, document.line(at), dotted(at), found(value, expected))

    lists: list[tuple[tuple[str, ...], Sequence[Any]]] = [
        (("grounds",), controls.grounds), (("places",), controls.places),
        (("dealers", "branches"), controls.dealers.branches), (("dealers", "checklist"), controls.dealers.checklist),
    ]  # fmt: skip
    for name, items in lists:
        seen: set[str] = set()
        for number, item in enumerate(items):
            if item.id in seen:
                wrong((*name, number, "id"), item.id, "every id once")
            seen.add(item.id)
    places = [item.id for item in controls.places]
    for number, competence in enumerate(controls.competences):
        if competence.organisation not in organisations:
            wrong(("competences", number, "organisation"), competence.organisation, one_of(organisations))
        for which, place in enumerate(competence.places):
            if place not in places:
                wrong(("competences", number, "places", which), place, one_of(places))
    if controls.dealers.place and controls.dealers.place not in places:
        wrong(("dealers", "place"), controls.dealers.place, one_of(places))
    for number, kind in enumerate(controls.dealers.kinds):
        if kind not in kinds:
            wrong(("dealers", "kinds", number), kind, f"a kind of kinds.yaml: {one_of(kinds)}")
