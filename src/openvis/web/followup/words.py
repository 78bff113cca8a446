"""What the profile says about the follow-up, in the language of the page, and who counts as a partner."""

from datetime import date

from django.utils.translation import get_language

from openvis.profile.followup import Approach, Followup
from openvis.web import city
from openvis.web.sharing import covenants
from openvis.web.sharing.flows import organisation_name

COMPARTMENT = "signals"
TERM = "signals_casus"
"""The retention term of the profile: of signals that became a casus."""


def settings() -> Followup:
    """The section `followup` of the city's signals.yaml, or what is usual."""
    return city.profile().signals.followup


def approaches() -> list[Approach]:
    """What a meeting or a project may choose between."""
    return settings().approaches


def approach_choices() -> list[tuple[str, str]]:
    """The same, for a form."""
    return [(item.id, item.name.get(get_language())) for item in approaches()]


def approach_name(key: str) -> str:
    """An approach in the language of the page; its id where the profile has it no more."""
    return dict(approach_choices()).get(key, key)


def controller() -> str:
    """The organisation that decides on the compartment: the municipality."""
    return city.profile().compartment(COMPARTMENT).controller


def is_partner(organisation: str) -> bool:
    """Whether an organisation is another than the municipality: one we exchange with under a covenant.

    Departments of the municipality are neither partners of the compartment nor parties to a covenant.
    """
    profile = city.profile()
    outside = {*profile.compartment(COMPARTMENT).partners, *(party for item in profile.covenants for party in item.parties)}
    return organisation in outside and organisation != controller()


def covenant_choices() -> list[tuple[str, str]]:
    """The covenants under which the meeting may exchange signals."""
    return [(item.id, item.name.get(get_language())) for item in covenants.naming(COMPARTMENT)]


def partners_of(covenant: str) -> list[tuple[str, str]]:
    """The partners of a covenant, for a form."""
    found = covenants.find(covenant)
    return [(key, organisation_name(key)) for key in (found.parties if found else []) if is_partner(key)]


def names(keys: list[str]) -> str:
    """Organisations in a line."""
    return ", ".join(organisation_name(key) for key in keys)


def kept_until(day: date) -> date:
    """The end of the term of a casus that closes on a day."""
    return city.profile().retention_term(TERM).ends(day)
