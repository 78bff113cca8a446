"""The test: every method forecasts from one origin after another, each time knowing only what came before."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints, Times
from openvis.analysis.events import Events
from openvis.analysis.forecast.fitting import COUNTS, METHODS, WALKING, fitter
from openvis.analysis.forecast.intervals import RESAMPLES
from openvis.analysis.forecast.model import size_of
from openvis.analysis.forecast.outcome import Backtest
from openvis.analysis.forecast.record import DAY, Record, seconds_of
from openvis.analysis.forecast.scoring import found, log_score, most
from openvis.analysis.grid import Grid

SHARES = (0.0025, 0.01, 0.03, 0.05)
PIECES = 4
"""Stretches of origins that a method without a memory is cut in, for the threads to share."""

Progress = Callable[[int, int], None]


def weekly_origins(begin: Any, end: Any, horizon: int = 7) -> Times:
    """Origins a horizon apart from `begin` on, as long as the whole period lies before `end` (datetime64[s])."""
    first, last = np.datetime64(begin, "s"), np.datetime64(end, "s")
    step = np.timedelta64(int(horizon), "D")
    periods = int((last - first) // step)
    if periods < 1:
        raise ValueError(
            f"begin is {first}, end is {last}; expected at least one period of {horizon} days between them"
        )
    return np.asarray(first + np.arange(periods) * step)


def backtest(
    events: Events,
    grid: Grid,
    methods: Sequence[str] = METHODS,
    origins: Any = None,
    horizon: int = 7,
    shares: Sequence[float] = SHARES,
    *,
    seed: int = 0,
    threads: int | None = None,
    resamples: int = RESAMPLES,
    progress: Progress | None = None,
) -> Backtest:
    """How well each method would have forecast the `horizon` days after each origin, from what was known at it.

    origins: datetime64, whole horizons apart (`weekly_origins`); left out: as many as fit in the last 52 horizons of
    the events. shares: parts of the study area, whole cells. The counts COUNTS are always among the methods. A method
    that refuses an origin (too little history for it) is left out and says why in `Backtest.left_out`.
    seed: for ties, drawn cells and the bootstrap; threads change nothing but the time. progress: called with forecasts
    made and forecasts in all. Raises ValueError for origins that are not whole horizons apart, before the first event,
    or with none to come; shares outside (0, 1]; an unknown method.
    """
    chosen = _methods(methods)
    record = Record.of(events, grid)
    at = _origins(origins, int(horizon), record)
    sizes = [size_of(share, grid) for share in shares]
    outcomes = [record.outcome(int(t), int(t) + int(horizon) * DAY) for t in at]
    runs = _Runs(record, at, int(horizon), sizes, outcomes, seed, progress, len(chosen))
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        # The methods that take longest first, so that no thread is left with one of them at the end.
        waiting = {
            (name, part): pool.submit(runs.over, name, part) for name in reversed(chosen) for part in _parts(name, at)
        }
        done = {name: [waiting[name, part].result() for part in _parts(name, at)] for name in chosen}
    left_out = {name: part for name, parts in done.items() for part in parts if isinstance(part, str)}
    tables = {name: np.vstack(parts) for name, parts in done.items() if name not in left_out}
    names = tuple(tables)
    table = np.stack([tables[name] for name in names])
    return Backtest(
        methods=names,
        origins=at.astype("datetime64[s]"),
        horizon=int(horizon),
        shares=tuple(float(share) for share in shares),
        chosen=tuple(sizes),
        cells=grid.size,
        hits=table[:, :, :-1].transpose(0, 2, 1),
        log_scores=table[:, :, -1],
        events=np.array([outcome.sum() for outcome in outcomes]),
        most=np.array([most(outcome, sizes) for outcome in outcomes]).T,
        left_out=left_out,
        seed=seed,
        resamples=resamples,
    )


class _Runs:
    """What the runs of all methods share."""

    def __init__(
        self, record: Record, at: Ints, horizon: int, sizes: list[int], outcomes: list[Floats], seed: int,
        progress: Progress | None, methods: int,
    ) -> None:  # fmt: skip
        self._record, self._at, self._horizon = record, at, horizon
        self._sizes, self._outcomes, self._seed = sizes, outcomes, seed
        self._progress, self._all, self._done, self._lock = progress, methods * at.size, 0, Lock()

    def over(self, method: str, part: tuple[int, int]) -> Floats | str:
        """(origins, shares + 1) events found per share and the log score; or why the method cannot be used."""
        rows = np.zeros((part[1] - part[0], len(self._sizes) + 1))
        try:
            at = fitter(method, self._record, int(self._at[0]), self._horizon, self._seed)
            for i in range(*part):
                until = int(self._at[i])
                expected = at(until).expected(until, until + self._horizon * DAY)
                rows[i - part[0], :-1] = found(expected, self._outcomes[i], self._sizes, self._seed)
                rows[i - part[0], -1] = log_score(expected, self._outcomes[i])
                self._tell()
        except ValueError as refused:
            if method in COUNTS:
                raise
            return str(refused)
        return rows

    def _tell(self) -> None:
        if self._progress is not None:
            with self._lock:
                self._done += 1
                self._progress(self._done, self._all)


def _parts(method: str, at: Ints) -> list[tuple[int, int]]:
    pieces = 1 if method in WALKING else min(PIECES, at.size)
    edges = [at.size * i // pieces for i in range(pieces + 1)]
    return list(pairwise(edges))


def _methods(methods: Sequence[str]) -> list[str]:
    unknown = sorted(set(methods) - set(METHODS))
    if unknown:
        raise ValueError(f"methods has {', '.join(map(repr, unknown))}; expected some of {', '.join(METHODS)}")
    return [name for name in METHODS if name in methods or name in COUNTS]


def _origins(origins: Any, horizon: int, record: Record) -> Ints:
    if horizon < 1:
        raise ValueError(f"horizon is {horizon}; expected at least 1 day")
    step = horizon * DAY
    if origins is None:
        last = int(record.middle.max()) // DAY * DAY + DAY
        back = min(52, (last - int(record.known[0])) // step - 1)
        at = last - step * np.arange(max(back, 1), 0, -1)
    else:
        given = np.asarray(origins)
        if given.ndim != 1 or given.size == 0 or given.dtype.kind != "M" or np.isnat(given).any():
            raise ValueError(f"origins is {origins!r}; expected at least one date or moment, as datetime64")
        at = np.unique(seconds_of(given))
    if ((at - at[0]) % step).any():
        raise ValueError(
            f"origins are not whole horizons of {horizon} days apart; expected such, as weekly_origins gives"
        )
    if record.known[0] > at[0]:
        raise ValueError(
            f"the first origin is {np.datetime64(int(at[0]), 's')}, before anything in the study area is known; "
            f"expected a moment after {np.datetime64(int(record.known[0]), 's')}, with history before it"
        )
    if record.middle.max() < at[0]:
        raise ValueError(f"no event after the first origin {np.datetime64(int(at[0]), 's')}; expected some to test on")
    return np.asarray(at, dtype=np.int64)
