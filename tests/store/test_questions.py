"""The questions in Ibis against plain loops in Python, on random incidents and random filters."""

import gc
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openvis.analysis.grid import Grid
from openvis.analysis.times import week_matrix
from openvis.store import EVENTS, EventStore
from openvis.store.loaded import Columns, Current, Loaded, plain
from openvis.store.questions import PERIODS, QUESTIONS, Cells, Selection, matrix_of

Make = Callable[..., pa.Table]
GRID = Grid.covering(shapely.box(1000, 1000, 9000, 9000), 500.0)
CELLS = Cells(GRID, 100.0)
MONDAY = datetime(1969, 12, 29)  # noqa: DTZ001 -- local time of the city, as in the store
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
EVERYTHING = Selection(0, 40_000)
DAY0 = (datetime(2025, 11, 15) - EPOCH).days  # noqa: DTZ001
ROWS = 250

Event = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Event], Loaded]:
    """The same incidents as a list and in memory: some lie on hours, cell borders and week borders exactly."""
    rng = np.random.default_rng(11)
    begin = np.datetime64("2025-11-15", "s") + rng.integers(0, 60 * 24, ROWS).astype("timedelta64[h]")
    begin = begin + np.where(rng.random(ROWS) < 0.5, 0, rng.integers(0, 3600, ROWS)).astype("timedelta64[s]")
    length = rng.choice([0, 0, 1, 1800, 3600, 50_000, 604_800, 900_000, 2_000_000], ROWS)
    placed = rng.random(ROWS) < 0.8
    corner = rng.random(ROWS) < 0.3
    x = np.where(corner, rng.integers(2, 18, ROWS) * 500.0, rng.uniform(1000, 9000, ROWS))
    y = np.where(corner, rng.integers(2, 18, ROWS) * 500.0, rng.uniform(1000, 9000, ROWS))
    table = pa.table(
        {
            "id": np.arange(ROWS),
            "source": rng.integers(1, 4, ROWS).astype(np.int16),
            "kind": rng.integers(1, 6, ROWS).astype(np.int16),
            "attempt": pa.array(rng.random(ROWS) < 0.4, mask=rng.random(ROWS) < 0.3),
            "begin": begin,
            "end": begin + length.astype("timedelta64[s]"),
            "reported": pa.array(begin + np.timedelta64(3_000_000, "s"), mask=rng.random(ROWS) < 0.2),
            "x": pa.array(x, mask=~placed),
            "y": pa.array(y, mask=~placed),
            "precision": pa.array(rng.choice([5.0, 100.0, 900.0], ROWS).astype(np.float32), mask=~placed),
            "area": pa.array(rng.integers(1, 8, ROWS).astype(np.int32), mask=~placed),
        },
        schema=EVENTS,
    )
    store = EventStore(tmp_path_factory.mktemp("questions"))
    store.append("a", table)
    return table.to_pylist(), Current(store.folder)()


# The reference: one incident at a time


def hour_of(moment: datetime) -> int:
    return moment.weekday() * 24 + moment.hour


def share_of(event: Event, hours: frozenset[int] | None) -> float:
    """Share of an interval in some hours of the week, hour by hour."""
    if hours is None:
        return 1.0
    begin, end = event["begin"], event["end"]
    if begin == end:
        return 1.0 if hour_of(begin) in hours else 0.0
    inside, at = 0.0, begin
    while at < end:
        following = min(end, at.replace(minute=0, second=0) + timedelta(hours=1))
        if hour_of(at) in hours:
            inside += (following - at).total_seconds()
        at = following
    return inside / (end - begin).total_seconds()


def cell_of(event: Event) -> int:
    if event["x"] is None or event["precision"] > CELLS.precision:
        return -1
    column, row = int((event["x"] - GRID.x0) // GRID.cell), int((event["y"] - GRID.y0) // GRID.cell)
    return row * GRID.nx + column if 0 <= column < GRID.nx and 0 <= row < GRID.ny else -1


def week_of(event: Event) -> int:
    return (event["begin"] - MONDAY).days // 7


def weighed(events: list[Event], chosen: Selection) -> Iterator[tuple[Event, float]]:
    """The incidents of a selection with their weight."""
    for event in events:
        if (
            chosen.first <= (event["begin"] - EPOCH).days <= chosen.last
            and (chosen.kinds is None or event["kind"] in chosen.kinds)
            and (chosen.sources is None or event["source"] in chosen.sources)
            and (chosen.areas is None or event["area"] in chosen.areas)
            and (chosen.attempt is None or event["attempt"] is chosen.attempt)
            and (chosen.weeks is None or chosen.weeks[0] <= week_of(event) <= chosen.weeks[1])
            and (chosen.cells is None or cell_of(event) in chosen.cells)
        ):
            weight = share_of(event, chosen.hours)
            if weight > 0:
                yield event, weight


def by(answer: Columns, *keys: str) -> dict[Any, float]:
    """Weight by some columns of an answer; -1 where one is absent."""
    columns = [plain(answer[key].astype(int), -1).tolist() for key in keys]
    return summed(zip(zip(*columns, strict=True), answer["weight"].tolist(), strict=True))


def summed(pairs: Iterable[tuple[Any, float]]) -> dict[Any, float]:
    sums: dict[Any, float] = defaultdict(float)
    for key, weight in pairs:
        sums[key] += weight
    return dict(sums)


def close(found: dict[Any, float], wanted: dict[Any, float]) -> bool:
    return all(abs(found.get(key, 0.0) - wanted.get(key, 0.0)) < 1e-6 for key in {*found, *wanted})


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    first = DAY0 + draw(st.integers(-3, 40))
    week = (first + 3) // 7 + draw(st.integers(0, 5))
    some = lambda values, most: st.none() | st.lists(values, max_size=most, unique=True).map(tuple)  # noqa: E731
    return Selection(
        first=first,
        last=first + draw(st.integers(0, 70)),
        kinds=draw(some(st.integers(1, 6), 4)),
        sources=draw(some(st.integers(1, 3), 2)),
        attempt=draw(st.sampled_from([None, None, True, False])),
        areas=draw(some(st.integers(1, 8), 5)),
        hours=draw(st.none() | st.frozensets(st.integers(0, 167), min_size=1, max_size=60)),
        weeks=draw(st.none() | st.just((week, week + draw(st.integers(0, 4))))),
        cells=draw(some(st.integers(0, GRID.nx * GRID.ny - 1), 120)),
    )


checked = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@checked
@given(chosen=selections())
def test_every_panel_counts_what_a_plain_loop_counts(world: tuple[list[Event], Loaded], chosen: Selection) -> None:
    events, loaded = world
    rows = list(weighed(events, chosen))

    def part(event: Event) -> int:
        return ((event["begin"] - EPOCH).days - chosen.first) * PERIODS // (chosen.last - chosen.first + 1)

    def on_map(event: Event) -> int:
        return int(event["x"] is not None and event["precision"] <= CELLS.precision)

    def attempt(event: Event) -> int:
        return -1 if event["attempt"] is None else int(event["attempt"])

    celled = [(event, weight) for event, weight in rows if cell_of(event) >= 0]
    wanted = summed(((cell_of(event) * PERIODS + part(event),), weight) for event, weight in celled)
    assert close(by(loaded.ask("cells", chosen, CELLS), "key"), wanted)
    wanted = summed(((cell_of(event), event["kind"]), weight) for event, weight in celled)
    assert close(by(loaded.ask("cell_kinds", chosen, CELLS), "number", "kind"), wanted)
    wanted = summed(((week_of(event),), weight) for event, weight in rows)
    assert close(by(loaded.ask("weeks", chosen, CELLS), "week"), wanted)
    wanted = summed(((event["area"] or -1, attempt(event), on_map(event)), weight) for event, weight in rows)
    answer = loaded.ask("areas", chosen, CELLS)
    # A vague or missing place is not on the map, whether it is false or unknown.
    answer["on_map"] = plain(answer["on_map"], False)
    assert close(by(answer, "area", "attempt", "on_map"), wanted)


@checked
@given(chosen=selections())
def test_the_matrix_is_the_aoristic_one(world: tuple[list[Event], Loaded], chosen: Selection) -> None:
    events, loaded = world
    chosen = chosen.without("hours")
    rows = [event for event, _ in weighed(events, chosen)]
    found = matrix_of(loaded.ask("hours", chosen, CELLS))
    if not rows:
        assert found.sum() == 0
        return
    begin, end = (np.array([event[name] for event in rows], dtype="datetime64[s]") for name in ("begin", "end"))
    np.testing.assert_allclose(found.reshape(7, 24), week_matrix(begin, end), atol=1e-6)
    assert found.sum() == pytest.approx(len(rows), rel=1e-9)


@checked
@given(hours=st.frozensets(st.integers(0, 167), min_size=1, max_size=167))
def test_hours_and_the_other_hours_add_up(world: tuple[list[Event], Loaded], hours: frozenset[int]) -> None:
    _, loaded = world
    everything = Selection(DAY0 - 10, DAY0 + 400)
    whole = loaded.ask("weeks", everything)["weight"].sum()
    others = frozenset(range(168)) - hours
    parts = [loaded.ask("weeks", replace(everything, hours=part))["weight"].sum() for part in (hours, others)]
    assert sum(parts) == pytest.approx(whole, rel=1e-9)


def test_rows_stay_in_the_box_and_hold_nothing_personal(world: tuple[list[Event], Loaded]) -> None:
    events, loaded = world
    chosen = Selection(DAY0, DAY0 + 400, areas=(1, 2), box=(2000.0, 2000.0, 6000.0, 7000.0))
    rows = loaded.ask("rows", chosen)
    assert set(rows) == {"id", "kind", "begin", "end", "attempt", "precision", "x", "y", "area", "weight"}
    wanted = sorted(
        (event["x"], event["y"])
        for event in events
        if event["area"] in (1, 2) and event["x"] is not None
        if 2000 <= event["x"] < 6025 and 2000 <= event["y"] < 7025
    )
    assert sorted(zip(rows["x"].tolist(), rows["y"].tolist(), strict=True)) == wanted
    assert set(rows["area"].tolist()) <= {1, 2}


def test_a_new_version_is_loaded_and_an_old_one_stays_whole(store: EventStore, make: Make) -> None:
    current = Current(store.folder)
    empty = current()
    everything = Selection(0, 40_000)
    assert empty.ask("weeks", everything)["weight"].sum() == 0
    store.append("a", make(40))
    before = current()
    assert before is current()
    store.append("b", make(30, first_id=100, seed=1))
    after = current()
    assert [loaded.ask("weeks", everything)["weight"].sum() for loaded in (before, after)] == [40, 70]
    assert before.version != after.version == store.version


def test_while_a_newer_version_is_read_the_one_before_answers_for_a_moment(
    store: EventStore, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append("a", make(40))
    current = Current(store.folder, behind=60)
    before = current()
    go_on, read = threading.Event(), Loaded.of

    def slowly(of: EventStore, earlier: Loaded | None) -> Loaded:
        assert go_on.wait(60)
        return read(of, earlier)

    monkeypatch.setattr(Loaded, "of", slowly)
    store.append("b", make(30, first_id=100, seed=1))
    assert [current() for _ in range(3)] == [before] * 3, "nobody waits"
    current._until = 0.0  # the moment is over: who asks now waits
    answers: list[Loaded] = []
    waiting = threading.Thread(target=lambda: answers.append(current()))
    waiting.start()
    waiting.join(0.2)
    assert not answers
    go_on.set()
    waiting.join(60)
    assert answers[0].version == store.version != before.version
    assert current() is answers[0]


def test_what_comes_in_is_read_with_its_open_months_only(store: EventStore, make: Make) -> None:
    store.append("a", make(2000))  # November, and December and January, which are open
    current = Current(store.folder)
    versions = [current()]
    for part in store.manifest.of(["2025-11"]):
        (store.folder / part.path).unlink()  # who reads a settled month again fails
    for number, size in enumerate((1, 0, 3, 20)):
        store.append(f"more-{number % 2}", make(size, 5000 + 100 * number, number, "2025-12-20", 60))
        versions.append(current())
    store.compact(2)
    versions.append(current())
    numbers = [one.ask("weeks", EVERYTHING)["weight"].sum() for one in versions]
    assert numbers == [2000, 2001, 2001, 2003, 2023, 2023], "each answers for its own moment"


def test_what_was_taken_along_answers_as_if_read_afresh(store: EventStore, make: Make) -> None:
    store.append("a", make(2000))
    before = Loaded.of(store)
    store.append("b", make(30, 5000, 1, "2025-12-20", 60))
    after, afresh = Loaded.of(store, before), Loaded.of(store)
    assert after._backend.con is not afresh._backend.con
    for question in QUESTIONS:
        assert in_order(after.ask(question, EVERYTHING, CELLS)) == in_order(afresh.ask(question, EVERYTHING, CELLS))


def in_order(columns: Columns) -> list[str]:
    """The rows of an answer, in an order of their own; sums of floats to nine digits, as their order differs."""
    rows = zip(*(np.ma.asarray(column).tolist() for column in columns.values()), strict=True)
    return sorted(str([f"{value:.9g}" if isinstance(value, float) else value for value in row]) for row in rows)


CHANGES = {"a settled month": ("2025-11-20", 1), "many months": ("2026-02-01", 100)}


@pytest.mark.parametrize(("start", "days"), CHANGES.values(), ids=CHANGES)
def test_other_changes_are_read_with_the_whole(store: EventStore, make: Make, start: str, days: int) -> None:
    store.append("a", make(2000))
    before = Loaded.of(store)
    store.append("b", make(400, 5000, 1, start, days))
    after = Loaded.of(store, before)
    assert after.ask("weeks", EVERYTHING)["weight"].sum() == 2400
    assert after._table not in tables(before), "everything was read, and lies in order again"


def tables(loaded: Loaded) -> list[str]:
    """The tables in the memory of a version."""
    return [name for (name,) in loaded._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]


def test_versions_that_nobody_asks_are_given_back(store: EventStore, make: Make) -> None:
    store.append("a", make(2000))
    current = Current(store.folder)
    for number in range(4):
        store.append(f"more-{number}", make(1, first_id=5000 + number))
        current()
    for thread in threading.enumerate():
        if thread.name == "store-warm":
            thread.join(60)
    gc.collect()
    assert tables(current()) == [current()._table]


def test_what_is_remembered_belongs_to_one_version(store: EventStore, make: Make) -> None:
    store.append("a", make(10))
    loaded = Current(store.folder)()
    made: list[int] = []
    for _ in range(3):
        assert loaded.remember("key", lambda: made.append(1) or "value") == "value"
    assert made == [1]


def test_many_may_ask_at_once(store: EventStore, make: Make) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store.append("a", make(500))
    loaded = Current(store.folder)()
    chosen = [Selection(DAY0 - 5, DAY0 + 100, kinds=(kind,)) for kind in range(1, 9)] * 4
    alone = [loaded.ask("weeks", one)["weight"].sum() for one in chosen]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda one: loaded.ask("weeks", one)["weight"].sum(), chosen))
    assert alone == together


def test_cells_are_made_of_whole_tiles() -> None:
    with pytest.raises(ValueError, match="multiples of 25"):
        Cells(Grid.covering(shapely.box(0, 0, 1000, 1000), 110.0), 220.0)


def test_a_place_needs_a_grid(store: EventStore, make: Make) -> None:
    store.append("a", make(5))
    with pytest.raises(ValueError, match="no grid"):
        Current(store.folder)().ask("weeks", Selection(0, 40_000, cells=(1,)))


def test_questions_stand_on_the_folder_only(store: EventStore, make: Make, tmp_path: Path) -> None:
    store.append("a", make(20))
    assert Current(str(store.folder))().version == store.version
