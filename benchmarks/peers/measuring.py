"""How the benchmarks measure: medians, memory of a process of its own, made-up incidents, a line of the table."""

import multiprocessing
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from openvis.analysis import warm
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

SIDE = 150 * 125.0
REPEATS = 5
HEADING = f"{'method':<58}{'size':>12}{'OpenVIS':>13}{'peer':>13}{'ratio':>10}"


def square() -> Grid:
    """150 × 150 cells of 125 m, the size of Almere with its surroundings."""
    return Grid.covering(shapely.box(0.0, 0.0, SIDE, SIDE), 125.0)


def incidents(size: int) -> Events:
    """A third evenly over the area, two thirds around 60 centres; five years."""
    rng = np.random.default_rng(size)
    centres = rng.uniform(1000, SIDE - 1000, (60, 2))
    near = centres[rng.integers(0, 60, size)] + rng.normal(0, 300, (size, 2))
    even = rng.uniform(0, SIDE, (size, 2))
    points = np.where(rng.random(size)[:, None] < 1 / 3, even, np.clip(near, 0, SIDE))
    begin = np.datetime64("2020-01-01", "s") + rng.integers(0, 5 * 365 * 86_400, size).astype("timedelta64[s]")
    return Events.of(points[:, 0], points[:, 1], begin)


def timed(work: Callable[[], Any], repeats: int = REPEATS) -> tuple[float, Any]:
    """Median seconds and the result; run once beforehand unless it is to be run only once."""
    if repeats > 1:
        work()
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken), result


def seconds(work: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Median seconds."""
    return timed(work, repeats)[0]


def row(method: str, size: int | str, ours: float, peer: float | None = None) -> None:
    """A line of the table: seconds of ours and of the peer, and how many times as fast ours is."""
    told = size if isinstance(size, str) else f"{size:,}"
    line = f"{method:<58}{told:>12}{_told(ours):>13}"
    if peer is not None:
        ratio = peer / ours
        line += f"{_told(peer):>13}{ratio:>9.{0 if ratio >= 10 else 1}f}×"
    print(line, flush=True)


def note(text: str) -> None:
    """A remark under a line: what was compared, how far apart the results are."""
    print(f"{'':<6}{text}", flush=True)


def memory(work: Callable[[], Any]) -> float:
    """Peak MB that `work` (a function at the top of a module) adds in a process of its own, imports not counted."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        added: float = pool.apply(_peak, (work,))
    return added


def _peak(work: Callable[[], Any]) -> float:
    # Not getrusage: its peak is handed on from the process that began this one, and hides all that stays below it.
    warm()
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    work()
    return _status("VmHWM") - before


def _status(name: str) -> float:
    """MB, as Linux keeps it of this process alone."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) / 1024


def _told(value: float) -> str:
    return f"{value * 1000:,.1f} ms" if value < 1 else f"{value:,.2f} s"
