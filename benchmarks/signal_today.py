"""Today, and looking things up, with 200,000 signals and 1,000,000 index entries: behind both walls, as each role.

Measured: the whole page Today of who weighs, of an inspector (index, control days, dealers) and of a partner of the
meeting; every card of signals on it apart; the look-up of an address (hit and miss) through its real page work (rights,
walls, limit, audit entry, sealed contact); and what signals look similar to one. Each of these many times over, in turns.
The plain way beside it: the same look-up as one bare statement by the owner.

Targets at 95 %: 200 ms for Today with all of its cards, 50 ms for a look-up.

    python benchmarks/signal_today.py [--signals 200000] [--entries 1000000] [--turns 60] [--explain] [--at FOLDER]
        [--undisturbed] [--json FILE]
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import _signal_city
import address_search
import signal_inbox

PAGE, LOOK_UP = 200.0, 50.0
OURS = ("signals", "refindex", "followup", "controls", "resilience")


def pages(people: dict[str, Any], turns: int) -> dict[str, list[float]]:
    """Milliseconds of the whole page Today by role, in turns; the first three rounds are not counted."""
    from django.test import Client

    found: dict[str, list[float]] = {f"Today, {name}": [] for name in ("weigher", "inspector", "partner")}
    clients = {}
    for name in found:
        clients[name] = Client(HTTP_HOST="localhost")
        clients[name].force_login(people[name.split(", ")[1]], backend="openvis.web.access.backend.LocalAccounts")
    for turn in range(turns + 3):
        for name, client in clients.items():
            begin = time.perf_counter()
            answer = client.get("/")
            taken = (time.perf_counter() - begin) * 1000
            assert answer.status_code == 200, answer.status_code
            if turn > 2:
                found[name].append(taken)
    return found


def cards(people: dict[str, Any], turns: int) -> dict[str, list[float]]:
    """The same of each card of signals apart, as the first of the roles that may see it."""
    from django.http import HttpRequest

    from openvis.web.access import people as rights
    from openvis.web.access import walls
    from openvis.web.access.models import User
    from openvis.web.ui import registry

    found: dict[str, list[float]] = {}
    for card in registry.cards:
        app = card.render.__module__.split(".")[2]
        who = next((people[name] for name in ("weigher", "inspector") if rights.may(people[name], card.ability)), None)
        if app not in OURS or who is None:
            continue
        taken = found.setdefault(f"card {app}.{card.render.__name__}", [])
        for _turn in range(turns // 3 + 1):
            request = HttpRequest()
            request.META |= {"REMOTE_ADDR": "127.0.0.1"}
            request.user = User.objects.get(pk=who.pk)
            with walls.as_user(request.user):
                begin = time.perf_counter()
                card.render(request)
                taken.append((time.perf_counter() - begin) * 1000)
        del taken[0]
    return found


def look_ups(people: dict[str, Any], turns: int) -> dict[str, list[float]]:
    """Hit and miss in turns, each by another handler: nobody comes to the limit. And the plain statement."""
    from django.db import connection
    from django.db.models import Exists, OuterRef

    from openvis.web import city
    from openvis.web.access import walls
    from openvis.web.access.models import User
    from openvis.web.refindex import lookups
    from openvis.web.refindex.models import Entry

    purpose = next(item.id for item in city.profile().purposes if "index" in item.compartments)
    chance = np.random.default_rng(3)
    handlers = chance.choice(np.arange(len(people["handlers"]) - 1), min(1_900, 2 * turns), replace=False)
    found: dict[str, list[float]] = {"look-up, hit": [], "look-up, miss": [], "look-up, plainly": []}
    for turn, number in enumerate(handlers):
        user = people["handlers"][number]
        unseen = Exists(Entry.objects.filter(address=OuterRef("address"), silent=True).exclude(handler=user))
        entry = Entry.objects.filter(unseen if turn % 2 else ~unseen, handler=user).order_by("?").first()
        with walls.as_user(User.objects.get(pk=user.pk), purpose):
            begin = time.perf_counter()
            calls = lookups.look_up(user, "index_entry", str(entry.pk))
            taken = (time.perf_counter() - begin) * 1000
        found["look-up, hit" if calls else "look-up, miss"].append(taken)
        begin = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT contact FROM refindex_entry WHERE address_id = %s AND state = 'active'"
                           " AND department <> %s", [entry.address_id, entry.department])  # fmt: skip
            cursor.fetchall()
        found["look-up, plainly"].append((time.perf_counter() - begin) * 1000)
    return {name: times[3:] for name, times in found.items()}


def similar(people: dict[str, Any], turns: int) -> dict[str, list[float]]:
    """What looks similar to a signal with an address and a business: all of its work, as who weighs."""
    from openvis.web.access import walls
    from openvis.web.access.models import User
    from openvis.web.signals import selectors
    from openvis.web.signals.models import Signal
    from openvis.web.signals.similar import similar as ask

    wanted = Signal.objects.filter(address__isnull=False).exclude(company=b"").order_by("number")
    keys = list(wanted.values_list("pk", flat=True)[:: max(1, wanted.count() // turns)])
    taken, numbers = [], []
    for key in keys:
        with walls.as_user(User.objects.get(pk=people["weigher"].pk)):
            one = selectors.signal(people["weigher"], key)
            begin = time.perf_counter()
            numbers.append(len(ask(one)))
            taken.append((time.perf_counter() - begin) * 1000)
    print(f"similar signals found: {np.mean(numbers):.1f} on average, {max(numbers)} at most")
    return {"similar signals": taken[3:]}


@contextmanager
def explained(most: int) -> Iterator[None]:
    """Print the slowest statements of what happens in it, with their plans as the web role has them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        yield
    for query in sorted(caught.captured_queries, key=lambda item: -float(item["time"]))[:most]:
        print(f"-- {float(query['time']) * 1000:.0f} ms\n{query['sql'][:1500]}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signals", type=int, default=200_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--explain", action="store_true", help="print the slowest statements")
    parser.add_argument("--undisturbed", action="store_true", help="go before other work on the machine (needs root)")
    parser.add_argument("--at", type=Path, help="a folder where the database stays, for a next run")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    signal_inbox.start(given.at)
    begin = time.perf_counter()
    people = _signal_city.build(given.signals, given.entries)
    print(f"{given.signals:,} signals and {given.entries:,} entries made in {time.perf_counter() - begin:.0f} s")
    if given.undisturbed:
        address_search.undisturbed()
    parts: list[Callable[[dict[str, Any], int], dict[str, list[float]]]] = [pages, cards, look_ups, similar]
    told: dict[str, dict[str, float]] = {}
    for part in parts:
        if given.explain:
            with explained(6):
                part(people, 3)
        for name, times in part(people, given.turns).items():
            told[name] = {"p50": float(np.percentile(times, 50)), "p95": float(np.percentile(times, 95))}
            print(f"{name:30} p50 {told[name]['p50']:7.1f} ms   p95 {told[name]['p95']:7.1f} ms   ({len(times)} times)")
    if given.json:
        given.json.write_text(json.dumps(told, indent=2))
    slow = [name for name, one in told.items() if one["p95"] > (PAGE if name.startswith(("Today", "card")) else LOOK_UP)]
    assert not slow, slow


if __name__ == "__main__":
    main()
