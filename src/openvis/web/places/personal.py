"""Areas and addresses are public registers: they say where, and never who."""

from openvis.web.access.registry import PersonalTable, personal

from .models import Address, Area, FormerAddress, Street, StreetTrigram, TrigramCount

TABLES = (
    PersonalTable(Area, none_because="areas of a city, from public registers"),
    PersonalTable(Address, none_because="the public register of addresses (BAG): every address, and nobody who lives there"),
    PersonalTable(FormerAddress, none_because="what addresses of the public register were called before"),
    PersonalTable(Street, none_because="the streets of the public register"),
    PersonalTable(StreetTrigram, none_because="parts of street names, to find them misspelt"),
    PersonalTable(TrigramCount, none_because="counts of parts of street names"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
