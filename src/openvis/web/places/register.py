"""The register of addresses, searched by what people type.

    find("stationsstr 12b"), find("1315 NT 4 hs"), find("Statonsstraat 12")

A line is read in the ways it can be meant (`asking`). A street is found by its key, by the beginning of it, and else by
trigrams: the rarest ones of what was asked give candidates, and those most like it stay. All of it is the public register:
an answer tells that an address exists, never what is known about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.ui import formatting

from . import asking, spelling
from .asking import Reading
from .models import Address

SHORTEST = 3
"""Letters of a street that are needed to search by its beginning."""
MOST_KEYS = 8
STREETS_A_KEY = 25
STREETS_IN_TOWN = 2000
ENOUGH = 0.9
"""With something this sure found, no other spelling is tried."""
LIKE_ENOUGH = 0.6
CERTAIN = 0.99
MOST_ROWS = 500
RAREST, MOST_KEYS_READ, CANDIDATES, COMPARED, ALIKE = 8, 5_000, 120, 24, 4


@dataclass(frozen=True, slots=True)
class Found:
    """An address that may be meant: as on an envelope, how sure (0 to 1), and what to know about it, if anything."""

    address: Address
    title: str
    sure: float
    note: str = ""
    """That it was called otherwise, or that it has ended."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What a statement gives of an address, or of what it was called before."""

    id: int
    road: int
    number: int
    suffix: str
    until: date | None
    old: str


@dataclass(frozen=True, slots=True)
class _Road:
    """A street that may be meant, and how much it looks like what was asked."""

    id: int
    sure: float
    addresses: int


def find(text: str, most: int = 8, *, ended: bool = False) -> list[Found]:
    """The addresses that a line may mean, the likeliest first; those that have ended only when asked for."""
    meant = asking.readings(text)
    day = None if ended else timezone.localdate()
    rows: dict[int, tuple[float, int, _Row]] = {}
    for reading in meant:
        if reading.postcode:
            _keep(rows, _by_postcode(reading, most, day))
    streets = [reading for reading in meant if not reading.postcode]
    for way in (_keys_as_written, _keys_begun, _keys_alike):
        for reading in streets:
            if _best(rows) < ENOUGH or (way is _keys_begun and reading.number is None and len(rows) < most):
                _keep(rows, _by_street(reading, way(reading), most, day))
    ordered = sorted(rows.values(), key=lambda row: (-round(row[0], 3), -row[1], row[2].number, row[2].suffix))[:most]
    known = Address.objects.in_bulk([row.id for _sure, _size, row in ordered])
    return [_told(known[row.id], sure, row) for sure, _size, row in ordered if row.id in known]


def the_one(text: str) -> Address | None:
    """The address that a line names beyond doubt; None when there are several, or none."""
    certain = [found.address for found in find(text) if found.sure >= CERTAIN]
    return certain[0] if len(certain) == 1 else None


def _told(address: Address, sure: float, row: _Row) -> Found:
    notes = []
    if row.old:
        notes.append(_("was called %(old)s until %(day)s") % {"old": row.old, "day": formatting.date(row.until)})
    if address.ended:
        notes.append(_("ended on %(day)s") % {"day": formatting.date(address.valid_to)})
    return Found(address, address.in_full(), round(sure, 3), "; ".join(notes))


def _best(rows: dict[int, tuple[float, int, _Row]]) -> float:
    return max((sure for sure, _size, _row in rows.values()), default=0.0)


def _keep(rows: dict[int, tuple[float, int, _Row]], more: list[tuple[float, int, _Row]]) -> None:
    for found in more:
        if found[0] > rows.get(found[2].id, (0.0,))[0]:
            rows[found[2].id] = found


# ---- by postcode ---------------------------------------------------------------------------------------------------


def _by_postcode(reading: Reading, most: int, day: date | None) -> list[tuple[float, int, _Row]]:
    """Addresses of a postcode, or of its four digits; a street beside it says which is meant."""
    if len(reading.postcode) == 4:
        where, values = "a.postcode BETWEEN %s AND %s", [f"{reading.postcode}AA", f"{reading.postcode}ZZ"]
        rows = _addresses(where, values, day, "postcode, number", most)
    elif reading.number is None:
        rows = _addresses("a.postcode = %s", [reading.postcode], day, "number, letter, addition", most)
    else:
        values = [reading.postcode, reading.number]
        rows = _addresses("a.postcode = %s AND a.number = %s", values, day, "number, letter, addition", MOST_ROWS)
    return [(_number_score(reading, row), 0, row) for row in rows]


# ---- by street -----------------------------------------------------------------------------------------------------


def _by_street(reading: Reading, keys: dict[str, float], most: int, day: date | None) -> list[tuple[float, int, _Row]]:
    """Addresses of the streets with these keys: with the number asked for, or with their first numbers."""
    roads = {road.id: road for road in _roads(reading, keys)}
    if not roads:
        return []
    if reading.number is None:
        rows = _first_of_each(list(roads)[:most], most, day)
    else:
        values = [list(roads), reading.number]
        rows = _addresses("a.road_id = ANY(%s) AND a.number = %s", values, day, "number, letter, addition", MOST_ROWS)
        if len(rows) < most and not reading.complete:
            rows += _begun(reading.number, list(roads)[:most], most - len(rows), day)
    return [(roads[row.road].sure * _number_score(reading, row), roads[row.road].addresses, row) for row in rows]


def _roads(reading: Reading, keys: dict[str, float]) -> list[_Road]:
    """The streets with these keys, the likeliest first; of many with one name those in the town, or the largest."""
    if not keys:
        return []
    rows = _all(
        "SELECT street.id, asked.key, street.town, street.addresses FROM unnest(%s::text[]) asked(key)"
        " CROSS JOIN LATERAL (SELECT id, town, addresses FROM places_street WHERE key = asked.key"
        " ORDER BY addresses DESC, id LIMIT %s) street",
        [list(keys), STREETS_IN_TOWN if reading.town else STREETS_A_KEY],
    )
    towns = _towns(reading.town, {town for _id, _key, town, _size in rows}) if reading.town else None
    if towns is not None and not towns and reading.only_there:
        return []
    found = [
        _Road(number, keys[key] * (1.0 if towns is None else towns.get(town, 0.85)), size)
        for number, key, town, size in rows
        if not (reading.only_there and towns is not None and town not in towns)
    ]
    return sorted(found, key=lambda road: (-road.sure, -road.addresses, road.id))[: MOST_KEYS * STREETS_A_KEY]


def _towns(asked: str, towns: set[str]) -> dict[str, float]:
    """Which towns may be meant, and how sure."""
    keys = {town: spelling.street_key(town) for town in towns if town}
    begun = {town: 1.0 for town, key in keys.items() if key == asked} or {
        town: 0.98 for town, key in keys.items() if key.startswith(asked)
    }
    if begun:
        return begun
    mine = spelling.trigrams(asked)
    alike = {town: spelling.common(mine, key) for town, key in keys.items()}
    return {town: 0.9 for town, share in alike.items() if share > 0.4}


def _keys_as_written(reading: Reading) -> dict[str, float]:
    """The key itself."""
    return {reading.street: 1.0}


def _keys_begun(reading: Reading) -> dict[str, float]:
    """The keys that begin with it, those of the most addresses."""
    if len(reading.street) < SHORTEST or reading.only_there:
        return {}
    rows = _all(
        "SELECT key FROM places_street WHERE key LIKE %s GROUP BY key ORDER BY sum(addresses) DESC, key LIMIT %s",
        [f"{reading.street}%", MOST_KEYS],
    )
    return {key: spelling.likeness(reading.street, key) for (key,) in rows}


def _keys_alike(reading: Reading) -> dict[str, float]:
    """The keys most like it. One wrong letter spoils three trigrams, so among the eight rarest are always right ones."""
    asked = reading.street
    if len(asked) < SHORTEST or reading.literal:
        return {}
    counts = _all(
        "SELECT trigram, keys FROM places_trigramcount WHERE trigram = ANY(%s) ORDER BY keys, trigram",
        [sorted(spelling.trigrams(asked))],
    )
    chosen: list[str] = []
    read = 0
    for trigram, keys in counts[:RAREST]:
        read += keys
        if len(chosen) >= 4 and read > MOST_KEYS_READ:
            break
        chosen.append(trigram)
    rows = _all(
        "SELECT key FROM places_streettrigram WHERE trigram = ANY(%s)"
        " GROUP BY key ORDER BY count(*) DESC, abs(length(key) - %s), key LIMIT %s",
        [chosen, len(asked), CANDIDATES],
    )
    mine = spelling.trigrams(asked)
    shared = {key: spelling.common(mine, key) for (key,) in rows}
    nearest = sorted(shared, key=lambda key: (-shared[key], key))[:COMPARED]
    alike = sorted(((spelling.likeness(asked, key), key) for key in nearest), reverse=True)[:ALIKE]
    return {key: sure for sure, key in alike if sure >= LIKE_ENOUGH}


# ---- numbers -------------------------------------------------------------------------------------------------------


def _number_score(reading: Reading, row: _Row) -> float:
    """How well number and suffix are those asked for."""
    if reading.number is None:
        return 0.95
    if row.number != reading.number:
        return 0.55
    if row.suffix == reading.suffix:
        return 1.0
    if not reading.suffix:
        return 0.85
    if spelling.spoken_suffix(reading.suffix) == spelling.spoken_suffix(row.suffix):
        return 0.995
    return 0.8 if row.suffix.startswith(reading.suffix) else 0.6


def _begun(number: int, roads: list[int], most: int, day: date | None) -> list[_Row]:
    """Numbers that begin with these digits, for who is still typing: 12 may become 120."""
    spans = [(number * ten, number * ten + ten - 1) for ten in (10, 100, 1000) if number * ten < 100_000]
    where = " OR ".join("a.number BETWEEN %s AND %s" for _span in spans)
    if not spans:
        return []
    values = [roads, *(end for span in spans for end in span)]
    return _addresses(f"a.road_id = ANY(%s) AND ({where})", values, day, "number, letter, addition", most)


def _first_of_each(roads: list[int], most: int, day: date | None) -> list[_Row]:
    """The first numbers of each street, together no more than asked for."""
    in_use = "" if day is None else " AND (valid_to IS NULL OR valid_to > %s)"
    rows = _all(
        "SELECT own.*, NULL::date, '' FROM unnest(%s::bigint[]) WITH ORDINALITY asked(road, place)"  # noqa: S608
        " CROSS JOIN LATERAL (SELECT id, road_id, number, letter, addition FROM places_address WHERE road_id = asked.road"
        f"{in_use} ORDER BY number, letter, addition LIMIT %s) own ORDER BY asked.place LIMIT %s",
        [roads, *([] if day is None else [day]), max(1, most // len(roads)), most],
    )
    return [_row(*row) for row in rows]


# ---- statements ----------------------------------------------------------------------------------------------------


def _addresses(where: str, values: Sequence[Any], day: date | None, order: str, most: int) -> list[_Row]:
    """Addresses for a condition, and those that were called so before; without the ended ones where a day is given."""
    in_use = "" if day is None else " AND (own.valid_to IS NULL OR own.valid_to > %s)"
    more = [] if day is None else [day]
    now = f"({where.replace('a.', 'own.')}){in_use} ORDER BY {', '.join(f'own.{c}' for c in order.split(', '))} LIMIT %s"
    before = f"({where}){in_use} ORDER BY {', '.join(f'a.{c}' for c in order.split(', '))} LIMIT %s"
    rows = _all(
        "(SELECT own.id, own.road_id, own.number, own.letter, own.addition, NULL::date, '' FROM places_address own"  # noqa: S608
        f" WHERE {now}) UNION ALL (SELECT a.address_id, a.road_id, a.number, a.letter, a.addition, a.until, a.street"
        f" FROM places_formeraddress a JOIN places_address own ON own.id = a.address_id WHERE {before})",
        [*values, *more, most, *values, *more, most],
    )
    return [_row(*row) for row in rows]


def _row(key: int, road: int, number: int, letter: str, addition: str, until: date | None, street: str) -> _Row:
    old = f"{street} {number}{letter}{'-' if addition else ''}{addition}" if until else ""
    return _Row(key, road, number, spelling.suffix(letter, addition), until, old)


def _all(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
