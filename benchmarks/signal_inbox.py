"""The inbox with 200,000 signals: the page of a weigher behind both walls, against the same list written the plain way.

Asks the real page (middleware, wall, templates) 60 times, over its parts and filters, and prints median and 95 %. The
plain way takes whole rows as objects, opens their texts, sorts and counts in Python, once. Target: 95 % below 200 ms.

    python benchmarks/signal_inbox.py [--signals 200000] [--json FILE]
"""

import argparse
import json
import os
import time
from pathlib import Path
from statistics import quantiles

import _private

ROOT = Path(__file__).resolve().parents[1]
MAKE = """
    INSERT INTO signals_signal (
        id, number, state, version, channel, organisation, received_at, phenomenon, branch, indicators, place_text,
        area_code,
        area_level, facts, interpretation, answers, company, company_index, telephone, telephone_index, subjects, acted,
        source_note, urgent, asked, due_on, note, immediate, route, casus, outcome, closing_reason, ends_on
    )
    SELECT gen_random_uuid(), '26-' || n, s.state, 1, 'form', 'gemeente', now() - n * interval '5 minutes',
        (%(phenomena)s::text[])[n %% cardinality(%(phenomena)s::text[]) + 1],
        (%(branches)s::text[])[n %% cardinality(%(branches)s::text[]) + 1], '{}', '',
        (%(areas)s::text[])[n %% cardinality(%(areas)s::text[]) + 1], %(level)s, e.sealed, e.sealed,
        NULL, '', '', '', '', '',
        '', '', n %% 40 = 0, 0, CASE WHEN s.state IN ('closed', 'riec_meeting') THEN NULL
            ELSE current_date + (n %% 60 - 20)::int END,
        '', '', '', false, CASE WHEN s.state = 'closed' THEN 'no_follow_up' ELSE '' END, '',
        CASE WHEN s.state = 'closed' THEN current_date + 300 END
    FROM generate_series(1, %(number)s) n,
        LATERAL (SELECT (ARRAY['received', 'enriched', 'weighed', 'more_info', 'riec_meeting', 'closed', 'closed', 'closed',
            'closed', 'closed'])[n %% 10 + 1] AS state) s,
        LATERAL (SELECT %(sealed)s::bytea AS sealed) e
"""
"""Half of them open: far more than a reporting point ever has."""


def start(kept: Path | None = None) -> None:
    """A private database, for Almere; in a folder that stays, when one is named."""
    os.environ["OPENVIS_PROFILE"] = str(ROOT / "profiles" / "almere")
    _private.database(_private.folder(kept))
    from django.conf import settings

    settings.OPENVIS_SECOND_FACTOR = "off"  # who weighs signs in without a form here


def build(number: int) -> object:
    """So many signals, and who weighs."""
    from django.db import connection

    from openvis.web import city
    from openvis.web.access import services, walls
    from openvis.web.places.services import load_areas

    profile = city.profile()
    services.load_organisations(profile)
    load_areas(profile)
    walls.load_rights(profile)
    told = profile.signals
    with connection.cursor() as cursor:
        cursor.execute(MAKE, {
            "number": number, "phenomena": [item.id for item in told.phenomena], "level": profile.finest.id,
            "branches": [item.id for item in told.branches], "sealed": os.urandom(900),
            "areas": [area.code for area in profile.areas_of(profile.finest.id)],
        })  # fmt: skip
        cursor.execute("VACUUM ANALYZE signals_signal")
    role = next(item for item in profile.roles if "signals.weigh" in item.abilities)
    person = services.add_person("weger@meting.example", "Weger", role.organisation, "a password of a measurement")
    services.grant(person, role.id, reason="measurement", source="measurement")
    return person


def pages(person: object) -> list[float]:
    """Milliseconds of each page, over parts, filters and pages; the first three are not counted."""
    from django.test import Client

    from openvis.web import city

    told = city.profile().signals
    client = Client(HTTP_HOST="localhost")
    client.force_login(person, backend="openvis.web.access.backend.LocalAccounts")
    asked: list[dict[str, str]] = [
        {}, {"deel": "screen"}, {"deel": "weigh"}, {"deel": "second"}, {"deel": "followed"}, {"termijn": "late"},
        {"fenomeen": told.phenomena[1].id}, {"branche": told.branches[2].id, "termijn": "today"}, {"pagina": "7"},
        {"deel": "screen", "fenomeen": told.phenomena[0].id},
    ]  # fmt: skip
    found = []
    for number in range(63):
        begin = time.perf_counter()
        answer = client.get("/signalen/", asked[number % len(asked)])
        found.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 200, answer.status_code
        assert b"26-" in answer.content
    return found[3:]


def plain() -> float:
    """Milliseconds of the plain way: every open signal as an object, sorted and counted in Python."""
    from openvis.web.signals.models import Signal

    begin = time.perf_counter()
    rows = [item for item in Signal.objects.all() if item.state not in ("closed", "forwarded")]
    rows.sort(key=lambda item: (item.due_on is None, str(item.due_on), item.number))
    counts: dict[str, int] = {}
    for item in rows:
        counts[item.state] = counts.get(item.state, 0) + 1
    assert rows[:50]
    assert counts
    return (time.perf_counter() - begin) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signals", type=int, default=200_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    start()
    times = sorted(pages(build(given.signals)))
    p95, median, slow = quantiles(times, n=20)[18], times[len(times) // 2], plain()
    print(f"{given.signals:,} signals, half of them open; the page: median {median:.0f} ms, 95 % {p95:.0f} ms (target 200)")
    print(f"the plain way: {slow:.0f} ms; ratio to the median {slow / median:.0f}")
    if given.json:
        given.json.write_text(json.dumps({"signals": given.signals, "median_ms": median, "p95_ms": p95, "plain_ms": slow}))
    assert p95 < 200


if __name__ == "__main__":
    main()
