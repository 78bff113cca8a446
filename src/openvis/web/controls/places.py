"""Where an address lies: the codes of its areas, and the way to it on a phone."""

from functools import lru_cache

import pyproj

from openvis.web import city
from openvis.web.deployment import areas
from openvis.web.places.models import Address


def codes_of(address: Address) -> list[str]:
    """The codes of the areas that an address lies in, the finest first."""
    return [address.area.code, *address.area.within.values()] if address.area is not None else []


def codes_from(code: str) -> list[str]:
    """The codes of an area and those above it; nothing for the whole city. Raises Http404 for one that does not exist."""
    return areas.by_code(code).codes if code else []


def inside(address: Address, code: str) -> bool:
    """Whether an address lies in an area; in the whole city (no code) every address does."""
    return not code or code in codes_of(address)


def where(code: str) -> str:
    """The name of an area; empty for the whole city."""
    return areas.names([code]).get(code, code) if code else ""


@lru_cache(maxsize=2)
def _to_degrees(crs: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, 4326, always_xy=True)


def map_link(address: Address) -> str:
    """A link that opens the map of the phone itself (RFC 5870): no other party is told which address is looked at."""
    lon, lat = _to_degrees(city.profile().municipality.crs).transform(address.x, address.y)
    return f"geo:{lat:.6f},{lon:.6f}?q={lat:.6f},{lon:.6f}"
