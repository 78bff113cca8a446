"""The streets of a demonstration: made up, with made-up addresses, as a file of the register would bring them.

Nobody lives there. A number that begins with 0000 belongs to no municipality, and a postcode never begins with a zero.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl
import shapely

from openvis.profile import AreaData, Profile

from .models import Address
from .services.addresses import store_addresses

NAMES = (
    "Verzonnenstraat", "Fabelpad", "Fantasieweg", "Sprookjeskade", "Denkbeeldhof", "Luchtkasteelplein", "Schijnhaven",
    "Fictielaan", "Mirageweg", "Voorbeeldstraat", "Legendedreef", "Dromerspad", "Hersenspinsel", "Verbeeldingskade",
    "Toverhoek", "Nergensweg",
)  # fmt: skip
HOUSES = 6
APART_M = 25.0
"""Between two houses: a street of six stays within the 250 metres in which signals are near."""
BORDER_M = 10.0


@dataclass
class Streets:
    """The made-up addresses: street by street, first those in the area in which the area roles work."""

    near: list[list[Address]]
    far: list[list[Address]]
    _given: dict[str, int] = field(default_factory=dict)

    def house(self, *, near: bool = False) -> Address:
        """A house that was not given before, in another street than the last one; begins anew when all were given."""
        streets = self.near if near or not self.far else self.near + self.far
        at = self._given["near" if near else "all"] = self._given.get("near" if near else "all", -1) + 1
        # From the far end of each street for the whole city: so that both orders do not meet at once.
        number = at // len(streets) % HOUSES
        return streets[at % len(streets)][number if near else HOUSES - 1 - number]

    def neighbours(self, street: int, *numbers: int) -> list[Address]:
        """Houses of one street."""
        every = self.far + self.near
        return [every[street % len(every)][number] for number in numbers]


def lay_streets(profile: Profile, near: str) -> Streets:
    """Put the streets in the register, and give them: in the area `near`, and elsewhere. Repeatable."""
    inside, outside = [], []
    for area in _largest(profile):
        (inside if near in area.within.values() else outside).append(area)
    half = len(NAMES) // 2 if outside else len(NAMES)
    placed = [*zip(NAMES[:half], _again(inside, half), strict=True),
              *zip(NAMES[half:], _again(outside, len(NAMES) - half), strict=True)]  # fmt: skip
    store_addresses([pl.DataFrame(list(_rows(profile, placed)))])
    found: dict[str, list[Address]] = {name: [] for name in NAMES}
    ours = Address.objects.filter(street__in=NAMES, number_id__startswith="0000")
    for address in ours.select_related("area").order_by("number_id"):
        found[address.street].append(address)
    return Streets([found[name] for name in NAMES[:half]], [found[name] for name in NAMES[half:]])


def _largest(profile: Profile) -> list[AreaData]:
    """The finest areas, those with most dwellings first."""
    return sorted(profile.areas_of(profile.finest.id), key=lambda area: (-(area.dwellings or 0), area.code))


def _again(areas: Sequence[AreaData], number: int) -> Iterator[tuple[AreaData, int]]:
    """So many areas, the first ones again where there are too few: (area, how often it had a street before)."""
    for at in range(number):
        yield areas[at % len(areas)], at // len(areas)


def _rows(profile: Profile, placed: Iterable[tuple[str, tuple[AreaData, int]]]) -> Iterator[dict[str, object]]:
    for street, (name, (area, before)) in enumerate(placed):
        for house, (x, y) in enumerate(_points(area, before)):
            yield {
                "number_id": f"00002000{street:04d}{house:04d}", "postcode": f"0{100 + street}AA", "street": name,
                "town": profile.municipality.name, "number": 2 * house + 1, "letter": "", "addition": "",
                "use": "made up", "x": x, "y": y,
            }  # fmt: skip


def _points(area: AreaData, before: int) -> list[tuple[float, float]]:
    """The houses of a street within an area: in a line through its middle, further streets beside it."""
    middle = area.geometry.representative_point()
    inner = shapely.buffer(area.geometry, -BORDER_M)
    line = [(middle.x + APART_M * (house - HOUSES / 2), middle.y + 300.0 * before) for house in range(HOUSES)]
    beside = [(middle.x + house, middle.y) for house in range(HOUSES)]
    return [point if shapely.contains_xy(inner, *point) else other for point, other in zip(line, beside, strict=True)]
