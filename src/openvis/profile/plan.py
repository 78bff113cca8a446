"""The plan (actieplan): themes, topics, goals, indicators, actions, methods. The shape of plan.yaml."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from openvis.profile.text import Filled, Named, Slug, Strict, Text

Phase = Literal["preventive", "repressive", "aftercare", "enabling"]
"""preventief, repressief, nazorg; enabling: knowledge or organisation, neither of the three."""
Direction = Literal["down", "up", "not_up", "qualitative"]


class Period(Strict):
    """First and last day."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.end < self.start:
            raise ValueError(f"ends on {self.end} before it starts on {self.start}, expected from before to")
        return self


class Goal(Named):
    """A goal (doel); a quantitative one says which indicators, which way, since which year."""

    id: Filled
    kind: Literal["quantitative", "qualitative"]
    indicators: list[Slug] = []
    direction: Direction
    unit: str | None = None
    baseline: int | None = None
    baseline_value_in_plan: float | None = None
    compare: list[Slug] = []
    rule: str | None = None
    proposed: bool = False
    """The plan left this open and the profile proposes it."""
    implicit: bool = False
    """The plan describes the duty but does not number the goal."""
    groups: list[Slug] = []
    places: list[Slug] = []
    source: str | None = None


class Action(Named):
    """An action (actie), with the goals it serves or the action it is a part of."""

    id: Filled
    phase: list[Phase] = Field(min_length=1)
    goals: list[str] = []
    parent: str | None = None
    method: str | None = None
    owner: Slug | None = None
    tracks: list[Slug] = []


class Topic(Named):
    """A topic (onderwerp) within a theme."""

    id: Filled
    section: str | None = None
    status: Slug | None = None
    """Where the lead is elsewhere: sociaal_domein, say."""
    goals: list[Goal] = []
    actions: list[Action] = []


class Theme(Named):
    """A theme (thema), the top of the goal tree."""

    id: Filled
    topics: list[Topic] = Field(min_length=1)


class Method(Named):
    """A way of working (werkwijze) that runs through all themes."""

    id: Filled


class Indicator(Strict):
    """What a goal is measured with: definition, unit, source and what to beware of."""

    id: Slug
    name: Text
    unit: Literal[
        "per_1000_inhabitants", "per_1000_dwellings", "per_1000_youths_12_24", "percent", "count", "euro", "score"
    ]
    kinds: list[Slug] = []
    """Kinds of incidents it counts; empty when it does not come from incidents."""
    source: Text
    caveat: Text | None = None


class PlanHead(Strict):
    """What the plan says of itself."""

    id: Slug
    title: Text
    period: Period
    baseline_year: int
    adopted_by_council: date | None = None
    report_frequency: Literal["year", "half_year", "quarter"] = "half_year"
    year_plan: bool = False
    overall: list[Goal] = []
    methods: list[Method] = []
    method_actions: list[Action] = []


class Plan(Strict):
    """The file plan.yaml."""

    plan: PlanHead
    themes: list[Theme] = Field(min_length=1)
    indicators: list[Indicator] = []

    @property
    def topics(self) -> list[Topic]:
        """All topics, in the order of the plan."""
        return [topic for theme in self.themes for topic in theme.topics]

    @property
    def goals(self) -> list[Goal]:
        """All goals: the overall ones first."""
        return [*self.plan.overall, *(goal for topic in self.topics for goal in topic.goals)]

    @property
    def actions(self) -> list[Action]:
        """All actions: those on the methods first."""
        return [*self.plan.method_actions, *(action for topic in self.topics for action in topic.actions)]

    def topic(self, key: str) -> Topic | None:
        """The topic with an id."""
        return next((topic for topic in self.topics if topic.id == key), None)

    def goal(self, key: str) -> Goal | None:
        """The goal with an id."""
        return next((goal for goal in self.goals if goal.id == key), None)

    def indicator(self, key: str) -> Indicator | None:
        """The indicator with an id."""
        return next((indicator for indicator in self.indicators if indicator.id == key), None)
