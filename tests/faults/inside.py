"""Acts in a process that has the program loaded, called by the tests with a name; answers in JSON on its last line.

The process may be killed, run out of room, or see another time: that is what it is for.
"""

import datetime as dt
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")


def _move_clock() -> None:
    """Another time in this process alone: `FAULT_CLOCK` days from the true one, in Django and in the standard library."""
    days = float(os.environ.get("FAULT_CLOCK", "0"))
    if not days:
        return
    import time

    real = time.time
    time.time = lambda: real() + days * 86400  # type: ignore[assignment]
    from django.utils import timezone

    true = timezone.now
    timezone.now = lambda: true() + dt.timedelta(days=days)  # type: ignore[assignment]


_move_clock()
django.setup()

from django.db import connection  # noqa: E402 -- after setup

from openvis.store.comparison import compare  # noqa: E402
from openvis.web.intake import expiring, observing, originals, projection, services  # noqa: E402
from openvis.web.intake.models import Batch, Behind, Incident  # noqa: E402

POLICE = "politie-incidenten"


def truth() -> dict[str, Any]:
    """Everything that must be so: sums of the batches, references once, store equal to the record."""
    services.finish()
    uneven = [str(b.pk) for b in Batch.objects.all() if b.read != b.new + b.updated + b.skipped + b.rejected]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM intake_incident GROUP BY source_id, reference HAVING count(*) > 1) d"
        )
        doubled = cursor.fetchone()[0]
    compared = compare(projection.event_store(), projection.record_events())
    held = expiring.held_originals(dt.datetime.now(dt.UTC).date())
    lost = [name for name in held if not originals.place(name).exists()]
    return {
        "incidents": Incident.objects.count(),
        "new": sum(batch.new for batch in Batch.objects.filter(state="loaded")),
        "uneven": uneven, "doubled": doubled, "differs": [str(d) for d in compared.differences],
        "behind": Behind.objects.count(), "lost": lost,
        "states": sorted(set(Batch.objects.values_list("state", flat=True))),
    }  # fmt: skip


def load(path: str, source: str) -> dict[str, int]:
    """Take in a file, or finish it."""
    batch = services.import_path(Path(path), source).batch
    return {name: getattr(batch, name) for name in ("read", "new", "updated", "skipped", "rejected")}


def load_many(start: str, rows: str) -> int:
    """Take in one file after the other, without end; each lies on disk before it is begun."""
    from installation import delivery

    at, folder = int(start), Path(os.environ["OPENVIS_DATA"]) / "deliveries"
    folder.mkdir(exist_ok=True)
    while True:
        path = folder / f"{at:09d}.csv"
        path.write_bytes(delivery(int(rows), at))
        services.import_path(path, POLICE)
        at += int(rows)


def load_again() -> int:
    """Offer every file once more, as somebody would who does not know how far it got. Gives how many rows they hold."""
    from openvis.web.intake.words import Refusal

    rows = 0
    for path in sorted((Path(os.environ["OPENVIS_DATA"]) / "deliveries").glob("*.csv")):
        lines = path.read_bytes().count(b"\n")
        if not lines:
            continue  # killed before it was written
        rows += lines - 1
        try:
            services.import_path(path, POLICE)
        except Refusal as refusal:
            if refusal.reason != "already_loaded":
                raise
    return rows


def withdraw_all() -> int:
    """Take back every delivery, one by one, so that months are written anew."""
    from openvis.web.intake import withdrawing

    found = list(Batch.objects.filter(state="loaded", way="file"))
    for batch in found:
        withdrawing.withdraw(batch, None)
    return len(found)


def rebuild_many() -> int:
    """Make the event store anew, without end."""
    while True:
        rebuild()


def expire_many(day: str) -> int:
    """Run what ends terms, without end."""
    while True:
        expire(day)


def sign_in(person: str) -> dict[str, Any]:
    """A session made directly: the cookie, and the key of it."""
    from django.conf import settings
    from django.test import Client

    from openvis.web.access.models import User

    client = Client()
    client.force_login(User.objects.get(email=person), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def opens(cookie: str) -> int:
    """What a page answers to a session, at the time of this process."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client.get("/", headers={"host": "localhost"}).status_code


def sealed() -> dict[str, Any]:
    """Write an audit entry, seal what waits, and verify the chain."""
    from openvis.web.access import audit
    from openvis.web.trail import sealer, verifying

    audit.record(None, "fault.clock")
    number = sealer.seal()
    return {"sealed": number, "whole": verifying.verify(keep=False).whole}


def inspect(path: str, key: str) -> dict[str, Any]:
    """What a backup says of itself."""
    from openvis.web.operations.backup import container, reading

    manifest = reading.inspect(Path(path), container.read_key(Path(key)))
    return {"tables": manifest.tables, "absent": manifest.absent, "parts": sorted(manifest.parts)}


def offer(*paths: str) -> list[str]:
    """Keep files and leave the loading to the worker, as the page does."""
    from openvis.web.intake import receiving, tasks

    offered = []
    for path in paths:
        data = Path(path).read_bytes()
        received = receiving.receive(data, receiving.source_by(POLICE), file_name=Path(path).name, by=None)
        tasks.queue(received.batch)
        offered.append(str(received.batch.pk))
    return offered


def observe(number: str) -> int:
    """Observe without end, or so many times; every one that came through is written down after it."""
    from openvis.web.access.models import User

    person, _ = User.objects.get_or_create(email="observer@test.example", defaults={"name": "observer"})
    kind = next(iter(observing.observation_source().described.columns.kind.map.values())).kind
    from openvis.web import city

    profile = city.profile()
    area = next(a for a in profile.areas if a.level == profile.levels[-1].id)
    seen = Path(os.environ["OPENVIS_DATA"]) / "observed"
    for _ in range(int(number)):
        when = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
        observing.observe(observing.Observation(kind, when, area=area.code), person)
        with seen.open("a") as file:
            file.write("1\n")
    return int(number)


def expire(*day: str) -> dict[str, int]:
    """Run what ends terms, on a day or today."""
    from openvis.web.keeping import running

    kinds = ["original", "rejected", "trial", "incident", "count"]
    ended = running.run(dt.date.fromisoformat(day[0]) if day else None, kinds=kinds)
    return {"incidents": ended.numbers["incident"], "originals": ended.numbers["original"]}


def small(limit: str, act: str, *arguments: str) -> Any:
    """The same with files of at most so many bytes: what a full disk is to a process that writes one (EFBIG)."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    return globals()[act](*arguments)


def people() -> dict[str, str]:
    """Accounts of a demonstration: address by what they do, and the password of all."""
    from openvis.web import city
    from openvis.web.access import demo

    made = {account.email.partition("@")[0]: account.email for account in demo.make_demo_people(city.profile())}
    return made | {"password": demo.PASSWORD}


def rebuild() -> int:
    """Make the event store anew."""
    store = projection.event_store()
    projection.rebuild(store)
    return store.count()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])) + "\n")
    sys.stdout.flush()
    # A thread that still compiles questions of the picture is not waited for.
    os._exit(0)
