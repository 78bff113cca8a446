"""Made incidents for the tests of the event store."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from openvis.store import EVENTS, EventStore

Make = Callable[..., pa.Table]


@pytest.fixture
def store(tmp_path: Path) -> EventStore:
    """An empty store."""
    return EventStore(tmp_path / "events")


@pytest.fixture
def make() -> Make:
    """Makes a table of seeded incidents: `make(rows, first_id=0, seed=0, start="2025-11-15", days=60)`."""

    def table(rows: int, first_id: int = 0, seed: int = 0, start: str = "2025-11-15", days: int = 60) -> pa.Table:
        rng = np.random.default_rng(seed)
        begin = np.datetime64(start, "s") + rng.integers(0, days * 86_400, rows).astype("timedelta64[s]")
        end = begin + np.where(rng.random(rows) < 0.5, 0, rng.integers(0, 90_000, rows)).astype("timedelta64[s]")
        placed = rng.random(rows) < 0.8
        return pa.table(
            {
                "id": np.arange(first_id, first_id + rows),
                "source": rng.integers(1, 4, rows).astype(np.int16),
                "kind": rng.integers(1, 9, rows).astype(np.int16),
                "attempt": pa.array(rng.random(rows) < 0.4, mask=rng.random(rows) < 0.3),
                "begin": begin,
                "end": end,
                "reported": pa.array(end + np.timedelta64(7200, "s"), mask=rng.random(rows) < 0.2),
                "x": pa.array(rng.uniform(1000, 9000, rows), mask=~placed),
                "y": pa.array(rng.uniform(1000, 9000, rows), mask=~placed),
                "precision": pa.array(rng.choice([5.0, 25.0, 900.0], rows).astype(np.float32), mask=~placed),
                "area": pa.array(rng.integers(1, 30, rows).astype(np.int32), mask=~placed),
            },
            schema=EVENTS,
        )

    return table
