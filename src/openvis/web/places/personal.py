"""Areas and addresses are public registers: they say where, and never who."""

from openvis.web.access.registry import PersonalTable, personal

from .models import Address, Area

TABLES = (
    PersonalTable(Area, none_because="areas of a city, from public registers"),
    PersonalTable(Address, none_because="the public register of addresses (BAG): every address, and nobody who lives there"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
