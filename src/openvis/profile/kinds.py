"""Kinds of incidents (incidentsoorten)."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from openvis.profile.text import Slug, Strict, Text


class Kind(Strict):
    """A kind of incident: what it is called, which topic of the plan it belongs to, how heavy it weighs."""

    id: Slug
    number: int = Field(gt=0, lt=32768)
    """Stable number in the event store; never give it to another kind."""
    name: Text
    short: Text
    """Name that fits in a legend."""
    theme: str
    """Id of the topic (onderwerp) in plan.yaml, such as T1.1."""
    group: Slug
    """hic (high impact crime), vvc (veelvoorkomende criminaliteit), overlast … as the municipality groups them."""
    harm: float = Field(gt=0.0)
    """Harm weight (schadegewicht): one unit is one bicycle stolen; a proposal to be adopted by the municipality."""
    base: Literal["dwellings", "inhabitants"] = "inhabitants"
    """What a rate is taken per 1,000 of."""
    police_code: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")] | None = None
    """Number in the police's public classification, such as 1.1.1."""
    near_repeats: bool = False
    """Whether one incident may raise the chance next door (herhaling dichtbij): property that can be taken again."""
    splits_attempts: bool = False
    """Whether attempts (pogingen) can be told apart."""
    total: bool = False
    """Holds other kinds already (all crime together): never added up with them."""


class Group(Strict):
    """A group of kinds, for legends and choices."""

    id: Slug
    name: Text


class Kinds(Strict):
    """The file kinds.yaml."""

    groups: list[Group]
    kinds: list[Kind] = Field(min_length=1)
