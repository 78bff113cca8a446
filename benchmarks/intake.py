"""A million rows of CSV to valid, placed, stored and projected, against a bare COPY of the same file.

Both in the same run and the same private PostgreSQL; onto an empty record and onto a million rows. Prints the ratios
(target: at most 12) and the peak memory of the load (target: below 1.5 GB). Each load is a process of its own.

    python benchmarks/intake.py [--rows 1000000] [--repeat 3] [--json FILE]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

import _private

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "politie-incidenten"


def make_file(path: Path, rows: int, seed: int, start: int) -> None:
    """A delivery of the police source: places all over the city, five years, a third known only as an interval."""
    from openvis.profile import load

    profile = load(ROOT / "profiles" / "almere")
    areas = profile.areas_of(profile.finest.id)
    rng = np.random.default_rng(seed)
    points = np.array([(a.geometry.representative_point().x, a.geometry.representative_point().y) for a in areas])
    chosen = rng.integers(0, len(areas), rows)
    at = points[chosen] + rng.normal(0, 15, (rows, 2))
    columns = profile.source(SOURCE).columns
    assert columns is not None
    kinds = np.array(list(columns.kind.map))
    day = 86_400
    seconds = rng.integers(0, 5 * 365 * day, rows)
    begin = np.datetime64("2021-11-01T00:00", "ms") + (seconds * 1000).astype("timedelta64[ms]")
    long = rng.exponential(6 * 3600, rows) * (rng.random(rows) < 1 / 3)
    end = begin + (long * 1000).astype("timedelta64[ms]")
    reported = end + (rng.exponential(day, rows) * 1000).astype("timedelta64[ms]")
    reported = np.minimum(reported, np.datetime64("2026-11-20"))
    frame = pl.DataFrame(
        {
            "registratienummer": np.char.add("PL", (start + np.arange(rows)).astype(str)),
            "maatschappelijke_klasse": kinds[rng.integers(0, len(kinds), rows)],
            "poging": np.array(["ja", "nee"])[rng.integers(0, 2, rows)],
            "begin": begin,
            "end": end,
            "reported": reported.astype("datetime64[ms]"),
            "x": at[:, 0].round(1),
            "y": at[:, 1].round(1),
            "buurtcode": np.array([area.code for area in areas])[chosen],
        }
    )
    day_of, time_of = "%d-%m-%Y", "%H:%M"
    empty = [pl.lit("").alias(name) for name in ("postcode", "huisnummer", "huisletter", "toevoeging")]
    frame.select(
        "registratienummer",
        "maatschappelijke_klasse",
        "poging",
        pl.col("begin").dt.strftime(day_of).alias("begindatum"),
        pl.col("begin").dt.strftime(time_of).alias("begintijd"),
        pl.col("end").dt.strftime(day_of).alias("einddatum"),
        pl.col("end").dt.strftime(time_of).alias("eindtijd"),
        pl.col("reported").dt.strftime(f"{day_of} {time_of}").alias("kennisname"),
        *(pl.col(name).cast(pl.String).str.replace(".", ",", literal=True) for name in ("x", "y")),
        *empty,
        "buurtcode",
        pl.lit("bijzonderheden: geen").alias("toelichting"),
    ).write_csv(path, separator=";")


def start_django() -> None:
    """Settings and apps, in this process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")
    django.setup()


def bare_copy(path: Path) -> float:
    """Seconds of COPY into one table of texts without any index."""
    from django.db import connection

    names = path.open(encoding="utf-8").readline().strip().split(";")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_copy")
        cursor.execute(f"CREATE TABLE bare_copy ({', '.join(f'{name} text' for name in names)})")
        begin = time.perf_counter()
        with (
            path.open("rb") as file,
            cursor.copy("COPY bare_copy FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')") as copy,
        ):
            while piece := file.read(1024 * 1024):
                copy.write(piece)
        seconds = time.perf_counter() - begin
        cursor.execute("DROP TABLE bare_copy")
    return seconds


def load_one(path: Path) -> None:
    """In a process of its own: load a file, and print seconds and the peak memory."""
    start_django()
    from openvis.web.intake import services

    begin = time.perf_counter()
    batch = services.import_path(path, SOURCE).batch
    seconds = time.perf_counter() - begin
    assert batch.projected
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    counted = {"read": batch.read, "new": batch.new, "updated": batch.updated}
    print(json.dumps({"seconds": seconds, "peak_gb": peak, **counted}))


def loaded(path: Path) -> dict[str, float]:
    """Load a file in a process of its own."""
    command = [sys.executable, __file__, "--load", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def empty_record() -> None:
    """An empty record and an empty store."""
    from django.db import connection

    from openvis.web.intake import projection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE intake_incident, intake_incidenthistory, intake_batch CASCADE")
    projection.event_store().remove_all()


def run(rows: int, repeat: int) -> dict[str, float]:
    """All measurements, in a database of their own."""
    from django.core.management import call_command

    from openvis.web import city
    from openvis.web.intake.services import load_sources
    from openvis.web.places.services import load_areas

    call_command("migrate", verbosity=0, interactive=False)
    load_areas(city.profile())
    load_sources(city.profile())
    folder = Path(os.environ["OPENVIS_DATA"])
    files = [folder / f"delivery-{number}.csv" for number in (1, 2)]
    for number, path in enumerate(files):
        make_file(path, rows, seed=number, start=10_000_000 * (number + 1))
    changed = folder / "delivery-3.csv"
    text = files[1].read_text(encoding="utf-8")
    changed.write_text(text.replace(";ja;", ";nee;"), encoding="utf-8")
    bare, onto_empty, onto_full, updating, peaks = [], [], [], [], []
    for _ in range(repeat):
        empty_record()
        bare.append(bare_copy(files[0]))
        first = loaded(files[0])
        bare.append(bare_copy(files[1]))
        second = loaded(files[1])
        third = loaded(changed)
        bare.append(bare_copy(files[1]))
        for answer, times in ((first, onto_empty), (second, onto_full), (third, updating)):
            times.append(answer["seconds"])
            peaks.append(answer["peak_gb"])
    copy = statistics.median(bare)
    return {
        "rows": rows,
        "megabytes": files[0].stat().st_size / 1e6,
        "bare COPY (s)": copy,
        "onto an empty record (s)": statistics.median(onto_empty),
        "onto as many rows (s)": statistics.median(onto_full),
        "half of the rows updated (s)": statistics.median(updating),
        "ratio, empty": statistics.median(onto_empty) / copy,
        "ratio, full": statistics.median(onto_full) / copy,
        "ratio, updates": statistics.median(updating) / copy,
        "peak memory (GB)": max(peaks),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        load_one(arguments.load)
        return
    os.environ["OPENVIS_DATA"] = str(_private.folder())
    start_django()
    results = run(arguments.rows, arguments.repeat)
    for name, value in results.items():
        print(f"{name:32} {value:12,.2f}")
    print(f"{'target: ratio, empty and full':32} {12:12,.2f}")
    print(f"{'target: peak memory (GB)':32} {1.5:12,.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
