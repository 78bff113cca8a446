"""The search for addresses in a register of ten million, against a plain `ILIKE '%…%'` in the same run.

Makes a register with the shape of the Dutch one (2,500 towns, 24 streets in every thousand addresses, names that many towns
share), loads it as `openvis addresses` does (all in one area: placing points is measured elsewhere), and asks what people
type: in full, abbreviated, misspelt, by postcode, without a town, and while still typing. Names of streets come from parts;
those of a CSV file with a column `street` come first.

    python benchmarks/address_search.py [--addresses 10000000] [--queries 2000] [--names FILE] [--keep FOLDER]
        [--undisturbed] [--json FILE]
"""

import argparse
import json
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import polars as pl
from django.conf import settings

import _private

STEMS = [
    "Linden", "Beuken", "Eiken", "Kastanje", "Wilgen", "Iepen", "Esdoorn", "Berken", "Populieren", "Rozen", "Tulpen",
    "Hyacinten", "Dahlia", "Narcissen", "Vondel", "Rembrandt", "Mozart", "Beethoven", "Schubert", "Verdi", "Chopin",
    "Tromp", "Ruyter", "Piet-Hein", "Evertsen", "Witte-de-With", "Wilhelmina", "Juliana", "Beatrix", "Emma",
    "Margriet", "Hendrik", "Bernhard", "Oranje", "Nassau", "Willem", "Maurits", "Kerk", "School", "Dorps", "Hoofd",
    "Markt", "Stations", "Molen", "Haven", "Water", "Kanaal", "Sluis", "Dijk", "Veen", "Heide", "Bos", "Duin", "Zee",
    "Zand", "Klei", "Weide", "Akker", "Tuin", "Boomgaard", "Meidoorn", "Vlier", "Sleedoorn", "Merel", "Leeuwerik",
    "Kievit", "Zwaluw", "Reiger", "Ooievaar", "Fazant", "Patrijs", "Buizerd", "Havik", "Valk", "Sperwer", "Uilen",
    "Snoek", "Baars", "Karper", "Zalm", "Forel", "Goud", "Zilver", "Koper", "Brons", "IJzer", "Tin", "Diamant",
    "Saffier", "Robijn", "Smaragd", "Amsterdam", "Utrecht", "Gelder", "Brabant", "Limburg", "Zeeland", "Friesland",
    "Drenthe",
]  # fmt: skip
ENDS = [
    "straat", "laan", "weg", "plein", "hof", "kade", "singel", "gracht", "dijk", "pad", "park", "dreef", "steeg",
    "plantsoen", "oord", "veld", "meer", "burg", "horst", "wijk",
]  # fmt: skip
FRONTS = ("", "", "", "Oude ", "Nieuwe ", "Burgemeester ", "Prins ", "Van der ", "Dokter ", "Korte ", "Lange ", "1e ", "2e ")
ABBREVIATED = {"straat": "str", "laan": "ln", "weg": "wg", "plein": "pln", "Burgemeester": "Burg.", "Dokter": "Dr."}
KINDS = ("in full", "abbreviated", "misspelt", "postcode", "no town", "typing")
STREETS_IN = 24 / 1000


class OneArea:
    """Stands for the areas of a municipality: everything lies in one."""

    def __init__(self, key: int) -> None:
        self.key = key

    def locate_ids(self, x: np.ndarray, _y: np.ndarray) -> pl.Series:
        """The area of every point."""
        return pl.Series("area", np.full(len(x), self.key))


def start(kept: Path | None) -> None:
    """A private database, new or as it was kept."""
    _private.database(_private.folder(kept))
    # Otherwise every statement is kept in memory.
    settings.DEBUG = False


def made_streets(number: int, file: Path | None, rng: np.random.Generator) -> pl.DataFrame:
    """So many streets: name and town. Few names are everywhere, most are rare, as in the country."""
    listed = pl.read_csv(file, infer_schema=False)["street"].unique().sort().to_list() if file else []
    parts = [f"{front}{stem}{end}" for front in sorted(set(FRONTS)) for stem in STEMS for end in ENDS]
    parts += [f"{one.replace('-', '')}{two.lower()}{end}" for one in STEMS for two in STEMS for end in ENDS]
    rng.shuffle(parts)
    names = np.array(list(dict.fromkeys([*listed, *parts])), dtype=object)
    towns = np.array([f"{stem.replace('-', '')}{end}" for stem in STEMS for end in ENDS], dtype=object)[:2500]
    drawn = (len(names) * rng.power(0.35, 2 * number)).astype(np.int64)
    frame = pl.DataFrame({"street": names[drawn], "town": rng.choice(towns, 2 * number)}, schema_overrides=None)
    return frame.unique(maintain_order=True).head(number)


def made_addresses(streets: pl.DataFrame, number: int, rng: np.random.Generator) -> Iterator[pl.DataFrame]:
    """So many addresses on these streets, in parts, with the columns that the importer gives."""
    weight = rng.lognormal(0, 1.0, len(streets))
    sizes = np.maximum(1, np.round(weight / weight.sum() * number)).astype(np.int64)
    letters = "ABCDEFGHJKLMNPRSTVWXZ"
    made = 0
    for begin in range(0, len(streets), 20_000):
        part = streets.slice(begin, 20_000)
        size = sizes[begin : begin + 20_000]
        row = np.repeat(np.arange(len(part)), size)
        place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
        # One in six shares its number with the one before and has a letter or an addition.
        kind = np.where(rng.random(len(row)) < 1 / 6, rng.integers(1, 4, len(row)), 0)
        code = 2 * (begin + row) + place % 2
        yield part[row].with_columns(
            pl.Series("number_id", made + np.arange(len(row))).cast(pl.String).str.zfill(16),
            pl.Series("postcode", 1000 + code // 441 % 9000).cast(pl.String)
            + pl.Series([a + b for a in letters for b in letters])[code % 441],
            pl.Series("number", 1 + place),
            pl.Series("letter", np.array(["", "A", "B", ""], dtype=object)[kind]),
            pl.Series("addition", np.array(["", "", "", "2"], dtype=object)[kind]),
            pl.lit("woonfunctie").alias("use"),
            pl.Series("x", 100_000 + 100 * rng.random(len(row))),
            pl.Series("y", 400_000 + 100 * rng.random(len(row))),
        )
        made += len(row)


def load(number: int, file: Path | None) -> tuple[float, int, int]:
    """Load the register, unless it is there; seconds, addresses, streets."""
    from django.db import connection

    from openvis.web.places import services
    from openvis.web.places.models import Address, Area, Street

    if there := Address.objects.count():
        return 0.0, there, Street.objects.count()
    rng = np.random.default_rng(7)
    area = Area.objects.create(code="1", name="the country", level="buurt", outline=b"")
    streets = made_streets(int(number * STREETS_IN), file, rng)
    begin = time.perf_counter()
    with patch.object(services.addresses, "area_index", lambda: OneArea(area.pk)):
        services.store_addresses(made_addresses(streets, number, rng))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return time.perf_counter() - begin, Address.objects.count(), Street.objects.count()


def sizes() -> dict[str, float]:
    """Megabytes on disk: rows and indexes of the addresses, and what the search adds to them."""
    from django.db import connection

    tables = {
        "addresses": "pg_table_size('places_address')", "their indexes": "pg_indexes_size('places_address')",
        "streets": "pg_total_relation_size('places_street')",
        "trigrams": "pg_total_relation_size('places_streettrigram') + pg_total_relation_size('places_trigramcount')",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(tables.values()))
        return {name: size / 1e6 for name, size in zip(tables, cursor.fetchone(), strict=True)}


def asked(number: int, chance: random.Random) -> list[tuple[str, str, Any]]:
    """(kind, line, address): what people type for addresses drawn at random."""
    from openvis.web.places.models import Address

    last = Address.objects.order_by("-pk").values_list("pk", flat=True)[0]
    drawn = Address.objects.in_bulk(chance.sample(range(1, last + 1), number))
    return [(kind, typed(kind, address, chance), address)
            for place, address in enumerate(drawn.values()) for kind in [KINDS[place % len(KINDS)]]]  # fmt: skip


def typed(kind: str, address: Any, chance: random.Random) -> str:
    """The line for an address."""
    number = str(address).removeprefix(address.street)
    if kind == "in full":
        return address.in_full()
    if kind == "abbreviated":
        street = address.street
        for whole, short in ABBREVIATED.items():
            street = street.replace(whole, short)
        return f"{street}{number.replace('-', ' ')} {address.town}".lower()
    if kind == "misspelt":
        return f"{misspelt(address.street, chance)}{number}, {address.town}"
    if kind == "postcode":
        return f"{address.postcode[:4]} {address.postcode[4:]}{number}"
    return address.street[: chance.randint(3, 9)].lower() if kind == "typing" else str(address)


def misspelt(street: str, chance: random.Random) -> str:
    """One letter wrong, missing, double or swapped with the next."""
    place = chance.choice([place for place, letter in enumerate(street[:-1]) if letter.isalpha()])
    before, letter, after = street[:place], street[place], street[place + 1 :]
    other = chance.choice("abcdefghklmnoprstuvwz")
    return chance.choice([before + other + after, before + after, before + letter + letter + after,
                          before + after[:1] + letter + after[1:]])  # fmt: skip


def searched(lines: list[tuple[str, str, Any]]) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Milliseconds of each search by kind, and the share in which the address meant is among the answers."""
    from openvis.web.places import register

    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    hit: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for kind, line, address in lines:
        begin = time.perf_counter()
        found = register.find(line)
        took[kind].append(1000 * (time.perf_counter() - begin))
        hit[kind].append(any(item.address.pk == address.pk for item in found))
    return took, {kind: float(np.mean(hits)) for kind, hits in hit.items()}


def plain(lines: list[tuple[str, str, Any]]) -> list[float]:
    """Milliseconds of the plain way: the line anywhere in the text of the address."""
    from django.db import connection

    took = []
    for _kind, line, _address in lines:
        with connection.cursor() as cursor:
            begin = time.perf_counter()
            cursor.execute(
                "SELECT id FROM places_address WHERE street || ' ' || number || letter || addition || ', ' || postcode"
                " || ' ' || town ILIKE %s LIMIT 8", [f"%{line}%"],
            )  # fmt: skip
            cursor.fetchall()
            took.append(1000 * (time.perf_counter() - begin))
    return took


def undisturbed() -> None:
    """Let this process and its server process go before all other work: a busy machine would be measured instead."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    # The server's first process too: what it starts for the connections of later requests goes along.
    server = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    for process in (0, backend, server):
        os.sched_setscheduler(process, os.SCHED_RR, os.sched_param(5))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addresses", type=int, default=10_000_000)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for the register, used again when it is there")
    parser.add_argument("--undisturbed", action="store_true", help="go before other work on the machine (needs root)")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    start(given.keep)
    seconds, addresses, streets = load(given.addresses, given.names)
    disk = sizes()
    print(f"{addresses:,} addresses in {streets:,} streets"
          f" {f'loaded in {seconds:.0f} s' if seconds else 'as kept'}; on disk {sum(disk.values()) / 1000:.2f} GB: "
          + ", ".join(f"{name} {size:.0f} MB" for name, size in disk.items()), flush=True)
    if given.undisturbed:
        undisturbed()
    chance = random.Random(11)  # noqa: S311 -- the same queries each time
    searched(asked(given.queries // 4, chance))
    lines = asked(given.queries, chance)
    took, found = searched(lines)
    every = [each for kind in took.values() for each in kind]
    for kind, times in took.items():
        # Three letters of a street are no address yet; without a town many streets share the name.
        meant = "" if kind in ("typing", "no town") else f", the address meant is found: {100 * found[kind]:.1f} %"
        print(f"{kind:12} p50 {np.percentile(times, 50):5.1f} ms, p99 {np.percentile(times, 99):5.1f} ms{meant}", flush=True)
    slow = plain([lines[place] for place in range(0, len(lines), max(1, len(lines) // 3))])
    p50, p99 = np.percentile(every, 50), np.percentile(every, 99)
    print(f"all: p50 {p50:.1f} ms, p99 {p99:.1f} ms (target 20 ms); plain ILIKE p50 {np.percentile(slow, 50):.0f} ms;"
          f" ratio {np.percentile(slow, 50) / p50:.0f}")
    if given.json:
        given.json.write_text(json.dumps({
            "addresses": addresses, "streets": streets, "load_s": seconds, "disk_mb": disk, "p50_ms": p50, "p99_ms": p99,
            "kinds": {kind: [float(np.percentile(times, 50)), float(np.percentile(times, 99)), found[kind]]
                      for kind, times in took.items()},
            "plain_p50_ms": float(np.percentile(slow, 50)), "ratio": float(np.percentile(slow, 50) / p50),
        }, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
