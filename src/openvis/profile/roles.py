"""Roles (rollen) and what they may do (bevoegdheden).

The list of abilities is closed: each is a question the web asks, and a profile that names another is refused, because a
misspelt ability would silently withhold a right, and a misspelt scope would silently give one.
"""

from enum import StrEnum
from typing import Literal

from openvis.profile.text import Slug, Strict, Text


class Ability(StrEnum):
    """What a role may do. Every view and operation of the web asks for one of these."""

    PICTURE_VIEW = "picture.view"
    """See the picture: map, hot times, trends and hotspots as totals, without single incidents."""
    PICTURE_ROWS = "picture.rows"
    """See single incidents on the map and in lists, within the role's scope."""
    INTAKE_VIEW = "intake.view"
    """See what was delivered: batches, their counts and rejected rows."""
    INTAKE_UPLOAD = "intake.upload"
    """Offer a file, and correct and offer rejected rows again."""
    INTAKE_SOURCES = "intake.sources"
    """Make and change sources: which column means what, term, legal ground."""
    INTAKE_WITHDRAW = "intake.withdraw"
    """Take a wrong batch back."""
    OBSERVATION_ENTER = "observation.enter"
    """Enter a loose observation (losse waarneming)."""
    PLACES_KEEP = "places.keep"
    """Keep a hotspot as focus place (aandachtsplek) and write what will be done there."""
    PLACES_ASSESS = "places.assess"
    """Interpret (duiden) a focus place and accept or dismiss it."""
    BRIEFING_VIEW = "briefing.view"
    """See and print the weekly briefing, within the role's scope."""
    PLAN_VIEW = "plan.view"
    """See goals, figures and actions of the plan."""
    PEOPLE_VIEW = "people.view"
    """See who has an account with which role."""
    EXPORT_AGGREGATE = "export.aggregate"
    """Take tables and charts of totals out of the system."""


class Role(Strict):
    """A function in the safety work with its rights; `scope` says over which incidents and places they reach."""

    id: Slug
    name: Text
    organisation: Slug
    abilities: list[Ability]
    scope: Literal["city", "area", "own"]
    """city: everywhere; area: the areas of the person's account; own: what the person entered."""

    def may(self, ability: str) -> bool:
        """Whether the role holds an ability."""
        return ability in self.abilities


class Roles(Strict):
    """The file roles.yaml."""

    roles: list[Role]
