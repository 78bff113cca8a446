"""Roles (rollen) and what they may do (bevoegdheden).

The list of abilities is closed: each is a question the web asks, and a profile that names another is refused, because a
misspelt ability would silently withhold a right, and a misspelt scope would silently give one.
"""

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

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
    PEOPLE_MANAGE = "people.manage"
    """Invite people, give roles and end them."""
    PEOPLE_REVIEW = "people.review"
    """Go through all rights once a year (jaarlijkse herbeoordeling) and sign for it."""
    ACCESS_EXPLAIN = "access.explain"
    """Ask why a person may or may not see a kind of object."""
    ACCESS_EXPLAIN_OBJECT = "access.explain_object"
    """Ask the same of one object, with a purpose."""
    AUDIT_VIEW = "audit.view"
    """Search the audit log."""
    AUDIT_SAMPLE = "audit.sample"
    """Judge the monthly sample (steekproef) of what one's own people looked up."""
    RETENTION_VIEW = "retention.view"
    """See what is due for destruction, and the certificates of what is gone."""
    RETENTION_RUN = "retention.run"
    """Have what is due destroyed or made anonymous."""
    RETENTION_APPROVE = "retention.approve"
    """Approve a list for destruction (vernietigingslijst) as the second person."""
    RETENTION_HOLD = "retention.hold"
    """Keep something from destruction while an appeal or an investigation runs, and end that."""
    SUBJECTS_HANDLE = "subjects.handle"
    """Handle the request of a person about their own data: access (inzage), correction, erasure."""
    TRANSFERS_PROPOSE = "transfers.propose"
    """Propose data to another compartment, with the ground and the chosen fields."""
    TRANSFERS_ACCEPT = "transfers.accept"
    """Accept or refuse what another compartment proposes."""
    COVENANTS_VIEW = "covenants.view"
    """See the register of covenants (convenanten)."""
    BREAK_GLASS_ASK = "break_glass.ask"
    """Ask for access in an emergency (noodtoegang)."""
    BREAK_GLASS_APPROVE = "break_glass.approve"
    """Allow it as the second person."""
    SIGNALS_REPORT = "signals.report"
    """Report a signal of undermining crime, or a threat against staff, and see what became of one's own."""
    SIGNALS_WEIGH = "signals.weigh"
    """Screen and weigh signals (wegen), as first or as second reader, register them for others, decide what follows."""
    SIGNALS_CASUS = "signals.casus"
    """Take part in the meeting (RIEC-overleg) or project about signals, for what is tabled or one's own."""
    SIGNALS_FIGURES = "signals.figures"
    """See counts of signals by phenomenon, branch and area, of at least so many as the profile says."""
    INDEX_CONTRIBUTE = "index.contribute"
    """Register in the address index (verwijsindex) that one's department holds a signal, and look up one's own."""
    INDEX_MANAGE = "index.manage"
    """Keep the settings of the address index, see its counts and what waits too long; no entries."""
    BARRIERS_EDIT = "barriers.edit"
    """Make and change barrier models (barrièremodellen)."""
    CONTROLS_PLAN = "controls.plan"
    """Plan control days (controledagen) and keep the list of places out of sight (vrijplaatsen)."""
    CONTROLS_VISIT = "controls.visit"
    """Carry out the visits of a control day and write down what was found."""
    DOR_VIEW = "dor.view"
    """See the register of second-hand dealers and their checks."""
    DOR_KEEP = "dor.keep"
    """Keep that register, and enter checks."""
    RESILIENCE_KEEP = "resilience.keep"
    """Handle threats against staff, and keep awareness sessions."""
    OPERATIONS_VIEW = "operations.view"
    """See the queue of work and the health of the system."""
    OPERATIONS_RETRY = "operations.retry"
    """Have work that failed done again."""


WITHOUT_SECOND_FACTOR = frozenset(
    {Ability.PICTURE_VIEW, Ability.PLAN_VIEW, Ability.EXPORT_AGGREGATE, Ability.OBSERVATION_ENTER}
)
"""What a password alone may open: totals, the plan, one's own entries."""


def _second_factor(role: dict[str, Any]) -> bool:
    return not WITHOUT_SECOND_FACTOR.issuperset(role.get("abilities", ()))


class Role(Strict):
    """A function in the safety work with its rights; `scope` says over which incidents and places they reach."""

    id: Slug
    name: Text
    organisation: Slug
    abilities: list[Ability]
    scope: Literal["city", "area", "own"]
    """city: everywhere; area: the areas of the person's account; own: what the person entered."""
    second_factor: bool = Field(default_factory=_second_factor)
    """Whether the person needs a second factor to sign in; by itself: when an ability opens more than totals, plan and
    own entries."""

    def may(self, ability: str) -> bool:
        """Whether the role holds an ability."""
        return ability in self.abilities


class Roles(Strict):
    """The file roles.yaml."""

    roles: list[Role]
