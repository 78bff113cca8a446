"""How fast the picture answers a changed filter, with a million incidents over five years.

Makes its own seeded store, asks 200 different filters, and prints the median and the 95th percentile of the whole
answer (address read, all panels, JSON written), then of the same answers when they are asked again. In the same run
the countable part of the same questions is answered plainly with Polars, from a table in memory; the ratio is printed.

    python benchmarks/picture.py [--rows 1000000] [--filters 200] [--seed 1]
"""

import argparse
import gc
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
UNTIL = date(2026, 11, 22)
DAYS = 5 * 365
TARGET, TARGET_KEPT = 250.0, 60.0
PARTS = 20
"""Filters of which the parts beside the answer are measured."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--filters", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    start_django()
    from openvis.store import EventStore
    from openvis.store.loaded import Current

    frame = city()
    rng = np.random.default_rng(given.seed)
    table = incidents(frame, given.rows, rng)
    with tempfile.TemporaryDirectory() as folder:
        store = EventStore(folder)
        print(f"append {given.rows:,} rows      {timed(lambda: store.append('bench', table)):8.0f} ms")
        current = Current(folder)
        print(f"load into memory            {timed(current):8.0f} ms   (once for each new version)")
        print(f"compile the questions       {timed(current().warm):8.0f} ms   (once for each process)")
        ask(frame, current(), table, given.filters, rng)


def start_django() -> None:
    """Django's settings without its database: the answer needs texts, not the record, and never connects."""
    os.environ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1/none"
    os.environ["OPENVIS_DATA"] = str(Path(tempfile.gettempdir()) / "openvis-no-data")
    os.environ["DJANGO_SETTINGS_MODULE"] = "openvis.web.settings.development"
    import django

    django.setup()


def city() -> Any:
    """The frame of Almere, its areas numbered as a database would."""
    from openvis.profile import load
    from openvis.web.picture.frame import Frame, PictureArea, PictureSource

    profile = load(ROOT / "profiles" / "almere")
    areas = [
        PictureArea(
            area.code, area.name, area.level, (number,), area.within, area.inhabitants, area.dwellings, area.geometry
        )
        for number, area in enumerate(profile.areas, start=1)
    ]
    sources = [
        PictureSource(number, source.id, source.name, source.kind_of_data, frozenset(source.kinds))
        for number, source in enumerate(profile.sources, start=1)
    ]
    return Frame(profile, areas, sources)


def incidents(frame: Any, rows: int, rng: np.random.Generator) -> pa.Table:
    """Incidents concentrated where people live, with busy places and hours, a third known as an interval only."""
    from openvis.store import EVENTS

    finest = frame.areas_of(frame.finest)
    people = np.array([(area.inhabitants or 0) + 20.0 for area in finest])
    which = rng.choice(len(finest), rows, p=people / people.sum())
    boxes = np.array([area.geometry.bounds for area in finest])[which]
    spread = rng.beta(4.0, 4.0, (rows, 2))
    x = boxes[:, 0] + spread[:, 0] * (boxes[:, 2] - boxes[:, 0])
    y = boxes[:, 1] + spread[:, 1] * (boxes[:, 3] - boxes[:, 1])
    busy = rng.random(rows) < 0.15
    centre = rng.integers(0, 12, rows)
    spots = np.random.default_rng(7).choice(len(finest), 12)
    middle = np.array([finest[spot].geometry.representative_point().coords[0] for spot in spots])[centre]
    x = np.where(busy, middle[:, 0] + rng.normal(0, 80, rows), x)
    y = np.where(busy, middle[:, 1] + rng.normal(0, 80, rows), y)
    which = np.where(busy, spots[centre], which)
    day = rng.integers(0, DAYS, rows)
    hour = np.where(busy, (20 + centre + rng.integers(0, 5, rows)) % 24, rng.integers(0, 24, rows))
    begin = np.datetime64(UNTIL - timedelta(days=DAYS - 1), "s") + (
        day * 86_400 + hour * 3600 + rng.integers(0, 3600, rows)
    ).astype("timedelta64[s]")
    length = np.where(rng.random(rows) < 0.3, rng.integers(600, 3 * 86_400, rows), 0)
    end = begin + length.astype("timedelta64[s]")
    kinds = np.array([kind.number for key, kind in frame.kinds.items() if key in frame.usual_kinds])
    weights = 1.0 / np.arange(1, kinds.size + 1)
    placed = rng.random(rows) > 0.05
    return pa.table(
        {
            "id": np.arange(rows),
            "source": np.full(rows, 2, np.int16),
            "kind": rng.choice(kinds, rows, p=weights / weights.sum()).astype(np.int16),
            "attempt": pa.array(rng.random(rows) < 0.3, mask=rng.random(rows) < 0.5),
            "begin": begin,
            "end": end,
            "reported": end + rng.exponential(2 * 86_400, rows).astype("timedelta64[s]"),
            "x": pa.array(x, mask=~placed),
            "y": pa.array(y, mask=~placed),
            "precision": np.full(rows, 10, np.float32),
            "area": pa.array(np.array([area.keys[0] for area in finest], np.int32)[which], mask=~placed),
        },
        schema=EVENTS,
    )


def queries(frame: Any, number: int, rng: np.random.Generator) -> list[dict[str, str]]:
    """Different filters, as people make them: a few kinds, a period, an area, hours, weeks, a place."""
    kinds, areas = list(frame.usual_kinds), [area.code for area in frame.areas_of(frame.usual_level)]
    flat = np.flatnonzero(frame.grid(125).mask)
    asked = []
    while len(asked) < number:
        query: dict[str, str] = {}
        if rng.random() < 0.7:
            query["soort"] = ",".join(rng.choice(kinds, rng.integers(1, 6), replace=False))
        if rng.random() < 0.5:
            last = UNTIL - timedelta(days=int(rng.integers(0, 700)))
            query |= {"tot": last.isoformat(), "van": (last - timedelta(days=int(rng.integers(60, 1000)))).isoformat()}
        if rng.random() < 0.25:
            query["gebied"] = str(rng.choice(areas))
        if rng.random() < 0.4:
            begin, length = int(rng.integers(0, 168)), int(rng.integers(1, 40))
            end = (begin + length) % 168
            query["uren"] = f"{begin // 24}.{begin % 24}-{end // 24}.{end % 24}"
        if rng.random() < 0.2:
            query["weken"] = "2026-W05..2026-W30"
        if rng.random() < 0.2:
            query["pogingen"] = "voltooid"
        if rng.random() < 0.2:
            query["plek"] = ".".join(str(cell) for cell in rng.choice(flat, 9, replace=False))
        if query and query not in asked:
            asked.append(query)
    return asked


def ask(frame: Any, loaded: Any, table: pa.Table, number: int, rng: np.random.Generator) -> None:
    from django.utils import translation

    from openvis.web.picture.answer import remembered
    from openvis.web.picture.filter import Filter, Vocabulary
    from openvis.web.picture.freshness import freshness

    fresh = freshness(loaded, frame)
    vocabulary = Vocabulary.of(frame, UNTIL)
    plain = Plain(frame, table)

    def whole(query: dict[str, str]) -> str:
        filter_ = Filter.of(query, vocabulary)
        answer = remembered(loaded, frame, filter_, fresh, "nl", None)
        return json.dumps(answer.as_json(), separators=(",", ":"))

    asked = queries(frame, number, rng)
    with translation.override("nl"):
        first = timed(lambda: whole({}))
        print(f"first answer of all         {first:8.0f} ms   ({len(whole({})) / 1000:.0f} kB of JSON)")
        for query in queries(frame, 5, np.random.default_rng(99)):
            plain.answer(Filter.of(query, vocabulary))
        changed, kept, polars = [], [], []
        gc.disable()
        for query in asked:
            changed.append(timed(lambda query=query: whole(query)))
            kept.append(timed(lambda query=query: whole(query)))
            polars.append(timed(lambda query=query: plain.answer(Filter.of(query, vocabulary))))
        gc.enable()
    report("changed filter", changed, TARGET)
    report("same filter again", kept, TARGET_KEPT)
    report("plain Polars, counts only", polars, None)
    ratios = np.array(changed) / np.array(polars)
    print(f"ratio to plain Polars       {np.median(ratios):8.2f}     (the answer also finds places, trends and rates)")
    parts(frame, loaded, [Filter.of(query, vocabulary) for query in asked[:PARTS]], fresh)


def parts(frame: Any, loaded: Any, filters: list[Any], fresh: Any) -> None:
    """What comes beside the main answer: two periods compared, in total and by place, and the weeks of each area."""
    from django.utils import translation

    from openvis.web.picture import comparing
    from openvis.web.picture.panels import Asked

    names = ("comparison, in the answer", "difference by place", "weeks by area")
    with translation.override("nl"):
        asked = [Asked(loaded, frame, filter_, fresh, "nl") for filter_ in filters]
        pairs = [(one, comparing.periods({"vergelijk": "vorigjaar"}, one)) for one in asked]
        took = [measured(one, found) for one, found in pairs if found is not None]
    for name, times in zip(names, zip(*took, strict=True), strict=True):
        report(name, list(times), None)


def measured(asked: Any, found: Any) -> tuple[float, float, float]:
    """One comparison and one page of areas, in milliseconds."""
    from openvis.web.picture import comparing, multiples

    return (
        timed(lambda: (comparing.total(asked, found), comparing.weeks(asked, found, []))),
        timed(lambda: (comparing.cells(asked, found), comparing.areas(asked, found))),
        timed(lambda: multiples.areas(asked, asked.frame.usual_level)),
    )


def report(name: str, times: list[float], target: float | None) -> None:
    half, most = np.percentile(times, [50, 95])
    verdict = "" if target is None else f"   target {target:.0f} ms: {'met' if most < target else 'MISSED'}"
    print(f"{name:<26}  p50 {half:6.1f} ms   p95 {most:6.1f} ms{verdict}")


def timed(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1e3


class Plain:
    """The counts of the same panels as one would write them with Polars: cells, hours, weeks, areas, kinds."""

    def __init__(self, frame: Any, table: pa.Table) -> None:
        self.frame = frame
        self.events = pl.DataFrame(pl.from_arrow(table)).sort("begin")

    def answer(self, filter_: Any) -> list[pl.DataFrame]:
        from openvis.analysis.times import week_matrix

        grid = self.frame.grid(filter_.cell)
        numbers = [self.frame.kinds[kind].number for kind in filter_.kinds]
        chosen = self.events.lazy().filter(pl.col("kind").is_in(numbers))
        if filter_.area is not None:
            chosen = chosen.filter(pl.col("area").is_in(list(self.frame.keys_in([filter_.area]))))
        if filter_.attempt is not None:
            chosen = chosen.filter(pl.col("attempt") == filter_.attempt)
        column = ((pl.col("x") - grid.x0) // grid.cell).cast(pl.Int32)
        row = ((pl.col("y") - grid.y0) // grid.cell).cast(pl.Int32)
        chosen = chosen.with_columns(cell=row * grid.nx + column, week=pl.col("begin").dt.truncate("1w"))
        everything = chosen.collect()
        period = everything.filter(pl.col("begin").dt.date().is_between(filter_.first, filter_.last))
        if filter_.weeks is not None:
            period = period.filter(pl.col("week").dt.date().is_between(*filter_.weeks))
        weights = self._weights(period, filter_)
        placed = self._place(weights, filter_)
        matrix = self._place(period, filter_)
        begin, end = matrix["begin"].to_numpy(), matrix["end"].to_numpy()
        hours = week_matrix(begin, end) if matrix.height else np.zeros((7, 24))
        total = pl.col("weight").sum()
        return [
            weights.group_by("cell").agg(total),
            weights.group_by("cell", "kind").agg(total),
            placed.group_by("area", "attempt").agg(total),
            self._place(self._weights(everything, filter_), filter_).group_by("week").agg(total),
            pl.DataFrame(hours),
        ]

    @staticmethod
    def _place(rows: pl.DataFrame, filter_: Any) -> pl.DataFrame:
        return rows if filter_.place is None else rows.filter(pl.col("cell").is_in(list(filter_.place)))

    @staticmethod
    def _weights(rows: pl.DataFrame, filter_: Any) -> pl.DataFrame:
        """Weight by share of the chosen hours, in closed form."""
        if filter_.hours is None:
            return rows.with_columns(weight=pl.lit(1.0))
        chosen = np.zeros(168)
        chosen[sorted(filter_.hours)] = 1.0
        before = np.concatenate([[0.0], np.cumsum(chosen)]) * 3600.0
        begin = rows["begin"].to_numpy().astype(np.int64) + 3 * 86_400
        end = rows["end"].to_numpy().astype(np.int64) + 3 * 86_400

        def until(moment: Any) -> Any:
            hour = moment % 604_800 // 3600
            return moment // 604_800 * before[168] + before[hour] + chosen[hour] * (moment % 3600)

        length = end - begin
        inside = (until(end) - until(begin)) / np.maximum(length, 1)
        weight = np.where(length > 0, inside, chosen[begin % 604_800 // 3600])
        return rows.with_columns(weight=pl.Series(weight)).filter(pl.col("weight") > 0)


if __name__ == "__main__":
    main()
