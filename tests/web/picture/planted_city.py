"""Almere's areas with seeded incidents in which truths are planted."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from openvis.profile import load
from openvis.store import EVENTS, EventStore
from openvis.store.loaded import Current, Loaded
from openvis.web.picture.answer import Answer, compute
from openvis.web.picture.filter import Filter, Vocabulary
from openvis.web.picture.frame import Frame, PictureArea, PictureSource
from openvis.web.picture.freshness import Freshness, freshness

ROOT = Path(__file__).resolve().parents[3]
UNTIL = date(2026, 11, 22)
NIGHT = (142_900.0, 487_000.0)


def frame_of(profile_folder: Path) -> Frame:
    """The frame of a profile, its areas numbered as a database would."""
    profile = load(profile_folder)
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


def planted(frame: Frame, rows: int = 24_000, seed: int = 3) -> pa.Table:
    """Three years of incidents: spread over where people live, with

    1,200 robberies around one point, in the nights from Friday to Sunday; and burglaries known as an interval only.
    """
    from openvis.web.places.resolve import AreaIndex

    rng = np.random.default_rng(seed)
    finest = frame.areas_of(frame.finest)
    people = np.array([float(area.inhabitants or 0) for area in finest])
    which = rng.choice(len(finest), rows, p=people / people.sum())
    boxes = np.array([area.geometry.bounds for area in finest])[which]
    x = rng.uniform(boxes[:, 0], boxes[:, 2])
    y = rng.uniform(boxes[:, 1], boxes[:, 3])
    start = np.datetime64("2023-11-20T00:00:00", "s")
    begin = start + rng.integers(0, 1099 * 86_400, rows).astype("timedelta64[s]")
    kind = rng.choice([1, 12, 14], rows)
    length = np.where(kind == 1, rng.integers(3600, 100_000, rows), 0)
    night = np.arange(1200)
    x[night], y[night] = NIGHT[0] + rng.normal(0, 40, 1200), NIGHT[1] + rng.normal(0, 40, 1200)
    friday = np.datetime64("2023-11-24T23:00:00", "s")
    begin[night] = (
        friday
        + (rng.integers(0, 156, 1200) * 604_800).astype("timedelta64[s]")
        + (rng.integers(0, 2, 1200) * 86_400 + rng.integers(0, 4 * 3600, 1200)).astype("timedelta64[s]")
    )
    kind[night], length[night] = 2, 0
    end = begin + length.astype("timedelta64[s]")
    located = AreaIndex.build(finest, 75.0).locate(x, y)
    placed = (located >= 0) & (rng.random(rows) > 0.04)
    keys = np.array([area.keys[0] for area in finest])
    vague = rng.random(rows) < 0.02
    table = pa.table(
        {
            "id": np.arange(rows),
            "source": np.full(rows, 2, np.int16),
            "kind": kind.astype(np.int16),
            "attempt": pa.array(rng.random(rows) < 0.3, mask=kind != 1),
            "begin": begin,
            "end": end,
            "reported": end + rng.exponential(86_400, rows).astype("timedelta64[s]"),
            "x": pa.array(x, mask=~placed),
            "y": pa.array(y, mask=~placed),
            "precision": pa.array(np.where(vague, 2000, 10).astype(np.float32), mask=~placed),
            "area": pa.array(keys[np.maximum(located, 0)].astype(np.int32), mask=~placed),
        },
        schema=EVENTS,
    )
    ends = table["reported"].to_numpy() < np.datetime64("2026-11-23")
    return table.filter(pa.array(ends))


@dataclass(frozen=True)
class World:
    """A frame with incidents, and the answers to query strings."""

    frame: Frame
    table: pa.Table
    loaded: Loaded
    fresh: Freshness
    vocabulary: Vocabulary

    def filter(self, **query: str) -> Filter:
        return Filter.of(query, self.vocabulary)

    def answer(self, **query: str) -> Answer:
        return compute(self.loaded, self.frame, self.filter(**query), self.fresh, "en")


def world_of(frame: Frame, table: pa.Table, folder: Path) -> World:
    store = EventStore(folder)
    store.append("planted", table)
    loaded = Current(folder)()
    fresh = freshness(loaded, frame)
    return World(frame, table, loaded, fresh, Vocabulary.of(frame, fresh.until or UNTIL))
