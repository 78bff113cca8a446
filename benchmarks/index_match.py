"""Registering in the reference index, with matching, among a million entries; beside a version without walls.

A private PostgreSQL holds made addresses and entries of four departments. Registrations go through the real service, under
the web role, each in a transaction of its own that is committed: rights, sealing, policies, matching, audit entry, the
order to tell. The plain version writes the same rows as the owner: one insert, one query for the others, one insert of
the matches. Half of the addresses have an entry of another department.

Prints median and 95th percentile (target of the service: 50 ms).

    python benchmarks/index_match.py [--entries 1000000] [--turns 400] [--json FILE]
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import _private

TARGET = 50.0
ADDRESSES = """
    INSERT INTO places_address ({columns})
    SELECT {values} FROM generate_series(1, %s) n
"""
ENTRIES = """
    INSERT INTO refindex_entry
        (id, department, address_id, kind, contact, handler_id, offered, silent, state, registered_at, expires_on, reason,
         ends_on)
    SELECT gen_random_uuid(), (%s::text[])[d], a.id, 'x', 'x', (%s::uuid[])[d], false, n %% 20 = 0, 'active',
        now() - n %% 300 * interval '1 day', current_date + 60 + n %% 300, '', current_date + 90 + n %% 300
    FROM generate_series(1, %s) n
    CROSS JOIN LATERAL (SELECT 1 + n %% 4 AS d) department
    JOIN places_address a ON a.number_id = lpad((2 + 2 * ((n - 1) / 2))::text, 16, '0')
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=400)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    start()
    users = people()
    build(given.entries, users)
    told = measured(given.turns, users)
    told["entries"] = given.entries
    for name in ("service", "plain"):
        print(f"{name:8} p50 {told[name]['p50']:6.1f} ms   p95 {told[name]['p95']:6.1f} ms")
    told["ratio"] = told["service"]["p50"] / told["plain"]["p50"]
    print(f"{given.entries:,} entries; matches made {told['matches']}; ratio of the medians {told['ratio']:.1f};"
          f" target p95 {TARGET:.0f} ms")
    if given.json:
        given.json.write_text(json.dumps(told, indent=2))
    assert told["service"]["p95"] < TARGET


def start() -> None:
    """A private database, with the organisations of the city and the rights of its roles."""
    _private.database(_private.folder())
    from openvis.web import city
    from openvis.web.access.services import load_organisations

    load_organisations(city.profile())


def people() -> list[Any]:
    """Two contributors of each of four departments: whose entries are there, and who registers."""
    from openvis.web import city
    from openvis.web.access import services

    profile = city.profile()
    role = next(role for role in profile.roles if "index.contribute" in role.abilities)
    found = []
    for number, item in enumerate([*profile.organisations[:4], *profile.organisations[:4]]):
        person = services.add_person(f"person-{number}@bench.example", item.id, item.id)
        services.grant(person, role.id, reason="bench", source="bench")
        found.append(person)
    return found


def addresses(number: int) -> None:
    """A register of so many addresses and two."""
    from django.db import connection

    from openvis.web.places.models import Address

    made = {"number_id": "lpad(n::text, 16, '0')", "postcode": "'1315NT'", "street": "'Kanaalstraat'", "number": "n",
            "x": "140000 + abs(hashint8(n)) % 20000", "y": "480000 + abs(hashint8(n + 7)) % 15000"}  # fmt: skip
    for field in Address._meta.concrete_fields:
        if field.attname not in made and not field.null and not field.primary_key and not field.has_db_default():
            made[field.attname] = {"IntegerField": "0", "PositiveIntegerField": "0"}.get(field.get_internal_type(), "''")
    with connection.cursor() as cursor:
        sql = ADDRESSES.format(columns=", ".join(made), values=", ".join(made.values()).replace("%", "%%"))
        cursor.execute(sql, [number + 2])
        cursor.execute("VACUUM ANALYZE places_address")


def build(entries: int, users: list[Any]) -> None:
    """Addresses, of which every second one has two entries, of departments that differ."""
    from django.db import connection

    begin = time.perf_counter()
    addresses(entries)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        departments = [user.organisation.key for user in users[:4]]
        cursor.execute(ENTRIES, [departments, [user.pk for user in users[:4]], entries])
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE refindex_entry")
    print(f"{entries:,} entries made in {time.perf_counter() - begin:.0f} s")


def measured(turns: int, users: list[Any]) -> dict[str, Any]:
    """Times of both ways in turns, on addresses of which every second one has entries of others."""
    from openvis.web.places.models import Address
    from openvis.web.refindex.models import Match

    rng = np.random.default_rng(7)
    highest = Address.objects.count()
    numbers = rng.choice(np.arange(1, highest), 2 * (turns + 20), replace=False)
    places = [Address.objects.get(number_id=f"{number:016d}") for number in numbers]
    ways: dict[str, Callable[[Any, Any], None]] = {"service": by_service, "plain": plainly}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(turns + 20):
        for name in sorted(ways, reverse=bool(turn % 2)):
            place, user = places.pop(), users[4 + turn % 4]
            begin = time.perf_counter()
            ways[name](user, place)
            taken[name].append((time.perf_counter() - begin) * 1000)
    found: dict[str, Any] = {
        name: {"p50": float(np.percentile(times[20:], 50)), "p95": float(np.percentile(times[20:], 95))}
        for name, times in taken.items()
    }
    return found | {"matches": Match.objects.count(), "turns": turns}


def by_service(user: Any, place: Any) -> None:
    """As a page does, but for the HTTP around it."""
    from openvis.web import city
    from openvis.web.access import walls
    from openvis.web.access.models import User
    from openvis.web.refindex import services, terms

    purpose = next(item.id for item in city.profile().purposes if "index" in item.compartments)
    # Anew, as a request has it: what was kept of the one before is not there.
    with walls.as_user(User.objects.get(pk=user.pk), purpose):
        services.register(user, place, terms.index().kinds[0].id, "036 539 1111")


def plainly(user: Any, place: Any) -> None:
    """The same rows, by the owner, without walls, sealing, audit entry, or thought."""
    from datetime import timedelta

    from django.db import transaction
    from django.utils import timezone

    from openvis.web.refindex.models import Entry, Match

    day = timezone.localdate() + timedelta(days=365)
    with transaction.atomic():
        mine = Entry(department=user.organisation.key, address=place, kind="", contact="", handler=user,
                     expires_on=day, ends_on=day)  # fmt: skip
        mine.save(force_insert=True)
        others = Entry.objects.filter(address=place, state="active", silent=False).exclude(department=mine.department)
        pairs = [pair for other in others for pair in ((mine, other), (other, mine))]
        Match.objects.bulk_create(Match(entry=one, other=two, department=two.department) for one, two in pairs)


if __name__ == "__main__":
    main()
