"""The store keeps what it was given, in one state at a time, whatever dies when."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from openvis.store import COUNTS, EVENTS, EventStore, StoreError, fingerprint
from openvis.store import manifest as manifests
from openvis.store.comparison import compare

Make = Callable[..., pa.Table]


def rows_of(table: pa.Table) -> list[tuple[object, ...]]:
    return sorted(zip(*table.to_pydict().values(), strict=True), key=lambda row: row[0])


def test_what_goes_in_comes_out(store: EventStore, make: Make) -> None:
    table = make(500)
    store.append("a", table)
    assert rows_of(store.read()) == rows_of(table)
    assert store.fingerprints() == fingerprint(table) == store.fingerprints(recount=True)
    assert store.months() == sorted({str(day)[:7] for day in table["begin"].to_pylist()})
    assert sorted(path.name for path in store.folder.glob("month=*")) == [f"month={month}" for month in store.months()]


def test_an_empty_store_answers(store: EventStore) -> None:
    assert store.version == "0"
    assert store.months() == []
    assert store.read().schema == EVENTS
    assert store.counts().schema == COUNTS
    assert store.sweep() == 0


def test_each_commit_has_its_own_version(store: EventStore, make: Make) -> None:
    seen = {store.version}
    for step in (lambda: store.append("a", make(10)), lambda: store.append("a", make(10)), store.remove_all):
        step()
        assert store.version not in seen
        seen.add(store.version)


def test_the_same_batch_again_replaces_itself(store: EventStore, make: Make) -> None:
    store.append("a", make(300))
    store.append("b", make(100, first_id=1000, seed=1))
    again = make(200, seed=2, start="2026-03-01")
    store.append("a", again)
    assert rows_of(store.read()) == rows_of(pa.concat_tables([again, make(100, first_id=1000, seed=1)]))


def test_a_batch_replaces_itself_in_the_months_given_only(store: EventStore, make: Make) -> None:
    store.append("a", make(300))
    kept = store.read(["2025-11", "2026-01"])
    december = make(50, 1000, 2, "2025-12-01", 31)
    store.append("a", december, ["2025-12"])
    assert rows_of(store.read()) == rows_of(pa.concat_tables([kept, december]))
    store.append("a", EVENTS.empty_table(), ["2025-12"])
    assert rows_of(store.read()) == rows_of(kept)
    with pytest.raises(ValueError, match="rows of batch a begin in 2025-12; expected only 2025-11"):
        store.append("a", december, ["2025-11"])


def test_a_batch_that_was_joined_with_others_is_not_doubled(store: EventStore, make: Make) -> None:
    a, b = make(300), make(100, first_id=1000, seed=1)
    store.append("a", a)
    store.append("b", b)
    assert store.compact(2) == 3
    assert store.compact(2) == 0
    before = store.fingerprints()
    store.append("a", a)
    assert store.fingerprints() == before


def test_whole_months_are_put_anew(store: EventStore, make: Make) -> None:
    store.append("a", make(400))
    december = make(50, first_id=5000, start="2025-12-01", days=30)
    others = store.read().filter(pc.not_equal(pc.strftime(store.read()["begin"], "%Y-%m"), "2025-12"))
    store.replace_months({"2025-12": december})
    assert rows_of(store.read(["2025-12"])) == rows_of(december)
    assert rows_of(store.read()) == rows_of(pa.concat_tables([others, december]))
    store.replace_months({"2025-12": EVENTS.empty_table()})
    assert "2025-12" not in store.months()


def test_a_month_takes_only_its_own_rows(store: EventStore, make: Make) -> None:
    with pytest.raises(ValueError, match="rows for month 2025-12 hold 2025-11"):
        store.replace_months({"2025-12": make(10, days=1)})
    with pytest.raises(ValueError, match="month is '2025-13'"):
        store.replace_months({"2025-13": EVENTS.empty_table()})


def test_rebuild_is_one_step(store: EventStore, make: Make) -> None:
    store.append("old", make(100))
    tables = [make(200, first_id=1000 * i, seed=i) for i in range(1, 4)]
    seen = []

    def watched() -> object:
        for table in tables:
            seen.append(store.fingerprints())
            yield table

    store.rebuild(watched())
    assert all(state == fingerprint(make(100)) for state in seen)
    assert store.fingerprints() == fingerprint(pa.concat_tables(tables))
    assert len(list(store.folder.glob("*/*.parquet"))) == len(store.months())


def test_counts_stand_apart(store: EventStore, make: Make) -> None:
    year = {"period": [date(2025, 1, 1)] * 2, "unit": ["year"] * 2}
    counts = pa.table({"source": [3, 3], "kind": [90, 90], "area": [1, 2], **year, "value": [5, None]}).cast(COUNTS)
    store.append("a", make(10))
    store.replace_counts(3, counts)
    store.replace_counts(4, counts.slice(0, 1))
    store.remove_all()
    assert store.counts().num_rows == 3
    store.replace_counts(3, COUNTS.empty_table())
    assert store.counts().num_rows == 1
    assert store.read().num_rows == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop_columns("kind"), "columns missing: ['kind']"),
        (lambda t: t.append_column("name", pa.array(["x"] * t.num_rows)), "not known: ['name']"),
        (lambda t: t.set_column(1, "source", pa.array([None] * t.num_rows, pa.int16())), "column source is absent"),
        (lambda t: t.set_column(2, "kind", pa.array([70_000] * t.num_rows)), "column kind"),
        (lambda t: t.set_column(5, "end", pc.subtract(t["begin"], pa.scalar(1, pa.duration("s")))), "end lies before"),
    ],
)  # fmt: skip
def test_wrong_tables_are_refused_in_words(store: EventStore, make: Make, change: object, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("[", r"\[")):
        store.append("a", change(make(5)))
    assert store.version == "0"


def test_wrong_batch_names_are_refused(store: EventStore, make: Make) -> None:
    for name in ("", "../up", "a/b", "x" * 81):
        with pytest.raises(ValueError, match="batch is"):
            store.append(name, make(3))


# Fingerprints


def test_a_fingerprint_knows_no_order(make: Make) -> None:
    table = make(200)
    turned = table.take(np.random.default_rng(3).permutation(200))
    assert fingerprint(table) == fingerprint(turned)


@pytest.mark.parametrize("column", EVENTS.names)
def test_a_fingerprint_sees_any_changed_value(make: Make, column: str) -> None:
    table, field = make(50), EVENTS.field(column)
    values = table[column].to_pylist()
    place = next(i for i, value in enumerate(values) if value is not None)
    if pa.types.is_timestamp(field.type):
        values[place] += timedelta(seconds=1)
    else:
        values[place] = not values[place] if pa.types.is_boolean(field.type) else values[place] + 1
    changed = table.set_column(table.schema.get_field_index(column), field, pa.array(values, field.type))
    assert fingerprint(table) != fingerprint(changed)


def test_a_missing_value_is_not_zero(make: Make) -> None:
    table = make(1)
    zero = table.set_column(3, EVENTS.field("attempt"), pa.array([False]))
    none = table.set_column(3, EVENTS.field("attempt"), pa.array([None], pa.bool_()))
    assert fingerprint(zero) != fingerprint(none)


def test_swapped_columns_are_not_the_same(make: Make) -> None:
    table = make(1).set_column(7, EVENTS.field("x"), pa.array([5.0])).set_column(8, EVENTS.field("y"), pa.array([6.0]))
    turned = table.set_column(7, EVENTS.field("x"), pa.array([6.0])).set_column(8, EVENTS.field("y"), pa.array([5.0]))
    assert fingerprint(table) != fingerprint(turned)


# Comparing with the record


def test_equal_stores_compare_equal(store: EventStore, make: Make) -> None:
    table = make(300)
    store.append("a", table)
    compared = compare(store, [table.slice(200), table.slice(0, 200)])
    assert compared.differences == ()
    assert compared.rows == 300


def test_a_changed_row_is_found_and_told(store: EventStore, make: Make) -> None:
    table = make(300)
    store.append("a", table)
    path = next(store.folder.glob("month=2025-12/*.parquet"))
    rows = pq.read_table(path)
    kinds = rows["kind"].to_pylist()
    kinds[7] += 1
    pq.write_table(rows.set_column(2, EVENTS.field("kind"), pa.array(kinds, pa.int16())), path)
    compared = compare(store, [table])
    assert [str(difference) for difference in compared.differences] == [
        f"2025-12: both have {len(kinds)} incidents, but their contents differ."
    ]


def test_missing_and_damaged_files_are_found(store: EventStore, make: Make) -> None:
    table = make(300)
    store.append("a", table)
    next(store.folder.glob("month=2025-11/*.parquet")).unlink()
    next(store.folder.glob("month=2025-12/*.parquet")).write_bytes(b"rubbish")
    found = compare(store, [table]).differences
    assert [difference.month for difference in found] == ["2025-11", "2025-12"]
    assert all("none that can be read" in str(difference) for difference in found)
    with pytest.raises(StoreError, match="openvis store rebuild"):
        store.read()


def test_more_in_the_store_than_in_the_record(store: EventStore, make: Make) -> None:
    store.append("a", make(300))
    words = [str(difference) for difference in compare(store, [make(300).slice(0, 0)]).differences]
    assert all(word.endswith("the record none.") for word in words)
    assert len(words) == 3


# Crashes, and two writers at once


def test_a_crash_between_files_and_manifest_leaves_the_old_state(
    store: EventStore, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append("a", make(200))
    before, version = store.fingerprints(), store.version

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(manifests, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            store.append("b", make(200, first_id=500))
    assert (store.version, store.fingerprints(recount=True)) == (version, before)
    assert EventStore(store.folder).read().num_rows == 200
    assert store.sweep() == 3
    store.append("b", make(200, first_id=500))
    assert store.read().num_rows == 400
    assert store.sweep() == 0


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import pyarrow.parquet as pq
from openvis.store import EventStore
store, table = EventStore(sys.argv[2]), pq.read_table(sys.argv[3])
print("ready", flush=True)
while True:
    store.append("b", table)
"""


def test_kill_minus_nine_at_any_moment(store: EventStore, make: Make, tmp_path: Path) -> None:
    first, second = make(200), make(20_000, first_id=1000, seed=4)
    store.append("a", first)
    path = tmp_path / "second.parquet"
    pq.write_table(second, path)
    allowed = [fingerprint(first), fingerprint(pa.concat_tables([first, second]))]
    rng = np.random.default_rng(5)
    for _ in range(6):
        command = [sys.executable, "-c", WRITER, str(Path(__file__).parents[2] / "src"), str(store.folder), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(float(rng.uniform(0.0, 0.15)))
            os.kill(writer.pid, signal.SIGKILL)
        assert EventStore(store.folder).fingerprints(recount=True) in allowed
    store.append("b", second)
    store.sweep()
    assert store.fingerprints(recount=True) == allowed[1]
    files = {path.relative_to(store.folder).as_posix() for path in store.folder.glob("*/*.parquet")}
    assert files == store.manifest.paths()


def _append(folder: str, number: int, table: pa.Table) -> None:
    EventStore(folder).append(f"batch{number}", table)


def test_writers_at_once_lose_nothing(store: EventStore, make: Make) -> None:
    tables = [make(300, first_id=1000 * i, seed=i) for i in range(4)]
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append, args=(str(store.folder), i, t)) for i, t in enumerate(tables)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert store.fingerprints(recount=True) == fingerprint(pa.concat_tables(tables))


def test_a_reader_sees_one_state_while_another_writes(store: EventStore, make: Make) -> None:
    small, large = make(50), make(400, seed=2)
    store.append("a", small)
    stop = threading.Event()

    def write() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            store.append("a", small if turn % 2 else large)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        reader = EventStore(store.folder)
        for _ in range(40):
            try:
                assert reader.read().num_rows in (50, 400)
            except StoreError as error:
                assert "try again" in str(error)  # noqa: PT017 -- a writer without pause may win five times
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize("text", ["{", '{"format": 99, "parts": []}', '{"format": 1}', "[]"])
def test_a_strange_manifest_says_what_to_do(store: EventStore, make: Make, text: str) -> None:
    store.append("a", make(5))
    (store.folder / manifests.NAME).write_text(text)
    with pytest.raises(StoreError, match="openvis store rebuild"):
        EventStore(store.folder).months()
