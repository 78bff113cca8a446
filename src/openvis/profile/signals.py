"""Signals of undermining crime as data: phenomena, branches, the checklist for weighing, terms, the address index.

The city decides what is asked, what may be ticked and how much an answer counts. The checklist makes a proposal and
never a decision. Other parts of the work with signals add a section here, each from a module of its own.
"""

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from openvis.profile.access import Access
from openvis.profile.documents import Document, Location, Problems, dotted
from openvis.profile.errors import found, one_of
from openvis.profile.followup import Followup
from openvis.profile.municipality import City
from openvis.profile.references import unique
from openvis.profile.text import Filled, Slug, Strict, Text

Route = Literal["close", "department", "index", "riec", "project", "case"]
"""Where a weighed signal can go (see `signals.registry.Route`)."""


class Choice(Strict):
    """Something to choose or tick: an indicator, a question, a branch, a kind."""

    id: Slug
    name: Text


class Phenomenon(Strict):
    """A form of undermining crime (fenomeen), with what points to it and what is asked about it."""

    id: Slug
    name: Text
    short: Text | None = None
    indicators: list[Choice] = []
    """What a reporter can tick: things to be seen, never traits of people."""
    questions: list[Choice] = []
    """What is asked besides the facts; no answer is obligatory."""


class Answer(Strict):
    """An answer to a criterion and how much it counts."""

    id: Slug
    name: Text
    points: int = Field(ge=0, le=10)


class Criterion(Strict):
    """A line of the checklist (wegingscriterium)."""

    id: Slug
    name: Text
    help: Text | None = None
    answers: list[Answer] = Field(min_length=2)


class Band(Strict):
    """From how many points the checklist proposes what; `route` is where it would go."""

    points: int = Field(ge=0)
    name: Text
    route: Route


class Checklist(Strict):
    """How a signal is weighed: criteria, and what their sum proposes."""

    criteria: list[Criterion] = Field(min_length=1)
    bands: list[Band] = Field(min_length=1)
    """From light to heavy; the first begins at 0."""

    @model_validator(mode="after")
    def _rising(self) -> "Checklist":
        starts = [band.points for band in self.bands]
        if starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError(found(starts, "bands that begin at 0 and rise"))
        return self

    def points(self, answers: dict[str, str]) -> int:
        """The sum of the answers (criterion → answer). Raises KeyError for one that does not exist or is missing."""
        return sum(
            {answer.id: answer.points for answer in criterion.answers}[answers[criterion.id]]
            for criterion in self.criteria
        )

    def band(self, points: int) -> Band:
        """What a sum proposes."""
        return next(band for band in reversed(self.bands) if points >= band.points)


class Terms(Strict):
    """Norms for the work, in working days; what is urgent is looked at on the same day."""

    screening_days: int = Field(default=5, ge=1, le=60)
    weighing_days: int = Field(default=20, ge=1, le=120)
    more_info_days: int = Field(default=10, ge=1, le=60)
    """How long a reporter has to answer a question."""
    more_info_most: int = Field(default=2, ge=0, le=5)
    """How often more may be asked."""


class Nearby(Strict):
    """When two signals are close to each other: a reason to look, no proof."""

    metres: int = Field(default=250, ge=10, le=2000)
    days: int = Field(default=30, ge=1, le=365)


class Retention(Strict):
    """Which terms of access.yaml hold for signals."""

    refused: Slug
    """Out of scope, or too thin."""
    weighed: Slug
    """Weighed, without a casus."""
    casus: Slug
    """Taken up in a casus or project."""
    draft_days: int = Field(default=30, ge=1, le=365)
    """A draft that nobody sent in."""


def _network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError as error:
        raise ValueError(found(value, "a network such as 10.0.0.0/8")) from error
    return value


Network = Annotated[str, AfterValidator(_network)]
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")


class Index(Strict):
    """The address index (verwijsindex): what a department may say, and how long it stands."""

    kinds: list[Choice] = Field(min_length=1)
    reply_days: int = Field(default=5, ge=1, le=60)
    """Working days for both departments to speak to each other."""
    months: int = Field(default=12, ge=1, le=36)
    delete_after_days: int = Field(default=30, ge=0, le=365)
    networks: list[Network] = list(PRIVATE)
    """From where the index opens: the municipal network."""


class Signals(Strict):
    """The file signals.yaml."""

    anonymous: bool
    """Whether somebody may report without being known."""
    k: int = Field(default=10, ge=3)
    """The least number of firms or signals in a figure."""
    phenomena: list[Phenomenon] = Field(min_length=1)
    branches: list[Choice] = Field(min_length=1)
    departments: list[Slug] = Field(min_length=1)
    """Organisations of the municipality to which a signal may be passed."""
    weighing: Checklist
    terms: Terms = Terms()
    nearby: Nearby = Nearby()
    retention: Retention
    index: Index
    followup: Followup = Followup()
    forward_to: list[Filled] = []
    """Where a signal that is out of scope can be taken, in words."""

    def phenomenon(self, key: str) -> Phenomenon:
        """The phenomenon with an id. Raises KeyError."""
        for item in self.phenomena:
            if item.id == key:
                return item
        raise KeyError(key)

    def branch(self, key: str) -> Choice:
        """The branch with an id. Raises KeyError."""
        for item in self.branches:
            if item.id == key:
                return item
        raise KeyError(key)


def check_signals(
    signals: Signals, document: Document, city: City | None, access: Access | None, problems: Problems
) -> None:
    """Ids once; departments and terms that exist."""
    _once(signals, document, problems)
    if city is not None:
        known = {item.id for item in city.organisations}
        for number, key in enumerate(signals.departments):
            if key not in known:
                _wrong(document, problems, ("departments", number), key, one_of(known))
    if access is not None:
        terms = {item.id for item in access.terms}
        for name in ("refused", "weighed", "casus"):
            key = getattr(signals.retention, name)
            if key not in terms:
                _wrong(document, problems, ("retention", name), key, one_of(terms))


def _once(signals: Signals, document: Document, problems: Problems) -> None:
    for at, items in (
        (("phenomena",), signals.phenomena),
        (("branches",), signals.branches),
        (("weighing", "criteria"), signals.weighing.criteria),
        (("index", "kinds"), signals.index.kinds),
        (("followup", "approaches"), signals.followup.approaches),
    ):
        unique(items, "id", at, document, problems)
    for number, phenomenon in enumerate(signals.phenomena):
        unique(phenomenon.indicators, "id", ("phenomena", number, "indicators"), document, problems)
        unique(phenomenon.questions, "id", ("phenomena", number, "questions"), document, problems)
    for number, criterion in enumerate(signals.weighing.criteria):
        unique(criterion.answers, "id", ("weighing", "criteria", number, "answers"), document, problems)


def _wrong(document: Document, problems: Problems, at: Location, value: object, expected: str) -> None:
    problems.add(document.path, document.line(at), dotted(at), found(value, expected))
