"""What a test found: scores with intervals, paired differences to the best count, and a verdict."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from openvis.analysis.checks import Floats, Times
from openvis.analysis.forecast.fitting import COUNTS
from openvis.analysis.forecast.intervals import draws, interval, ratio
from openvis.analysis.forecast.scoring import hit_rate, pai, pei

Measure = Literal["hit_rate", "log_score"]
Finding = Literal["better", "worse", "no clear difference"]


@dataclass(frozen=True)
class Score:
    """One method at one share of the area, over all origins: totals first, then ratios of the totals.

    log_score: mean over the origins (the same at every share). pai_low to pai_high: 95 % by bootstrap over origins.
    """

    method: str
    share: float
    origins: int
    hits: float
    events: float
    hit_rate: float
    pai: float
    pei: float
    log_score: float
    pai_low: float
    pai_high: float


@dataclass(frozen=True)
class Difference:
    """One method less the best count, on the same origins. share: None for the log score, which knows no share.

    low to high: 95 % by paired bootstrap. finding: "worse" when that lies below 0; "better" when the interval lies
    above 0 even after allowing for the number of methods tried (Bonferroni), so that trying many finds no winner.
    """

    method: str
    against: str
    measure: Measure
    share: float | None
    difference: float
    low: float
    high: float
    finding: Finding


@dataclass(frozen=True, eq=False)
class Backtest:
    """Per method (m), share (s) and origin (o).

    hits: (m, s, o) events in the chosen cells; events: (o,) in the area; most: (s, o) in the best cells afterwards;
    log_scores: (m, o). chosen: cells per share, of `cells` in the area. left_out: methods that could not be used, why.
    """

    methods: tuple[str, ...]
    origins: Times
    horizon: int
    shares: tuple[float, ...]
    chosen: tuple[int, ...]
    cells: int
    hits: Floats
    events: Floats
    most: Floats
    log_scores: Floats
    left_out: Mapping[str, str]
    seed: int
    resamples: int

    def scores(self) -> list[Score]:
        """Every method at every share."""
        drawn = self._draws()
        return [self._score(m, s, drawn) for m in range(len(self.methods)) for s in range(len(self.shares))]

    def differences(self) -> list[Difference]:
        """Every method that is no count, against the best count: events found at every share, and log score."""
        drawn = self._draws()
        return [
            self._difference(m, measure, s, drawn)
            for m, name in enumerate(self.methods)
            if name not in COUNTS
            for measure, s in self._measures()
        ]

    def best_count(self, share: int | None) -> str:
        """The count with the most hits at a share (its position), or with the best log score (None)."""
        return self.methods[self._best(share)]

    def better(self) -> list[Difference]:
        """The differences in favour of another method than a count."""
        return [it for it in self.differences() if it.finding == "better"]

    def _measures(self) -> Iterator[tuple[Measure, int | None]]:
        for s in range(len(self.shares)):
            yield "hit_rate", s
        yield "log_score", None

    def _draws(self) -> Floats:
        return draws(self.events.size, self.seed, self.resamples)

    def _score(self, m: int, s: int, drawn: Floats) -> Score:
        hits, events = float(self.hits[m, s].sum()), float(self.events.sum())
        part = self.chosen[s] / self.cells
        low, high = interval(ratio(drawn, self.hits[m, s], self.events) / part, self.events.size)
        return Score(
            method=self.methods[m],
            share=self.shares[s],
            origins=self.events.size,
            hits=hits,
            events=events,
            hit_rate=hit_rate(hits, events),
            pai=pai(hits, events, self.chosen[s], self.cells),
            pei=pei(hits, float(self.most[s].sum())),
            log_score=float(self.log_scores[m].mean()),
            pai_low=low,
            pai_high=high,
        )

    def _best(self, share: int | None) -> int:
        values = self.log_scores.sum(axis=1) if share is None else self.hits[:, share].sum(axis=1)
        return max((self.methods.index(name) for name in reversed(COUNTS)), key=lambda m: float(values[m]))

    def _difference(self, m: int, measure: Measure, s: int | None, drawn: Floats) -> Difference:
        best = self._best(s)
        ones = np.ones(self.events.size)
        if s is None:
            gain, below = self.log_scores[m] - self.log_scores[best], ones
        else:
            gain, below = self.hits[m, s] - self.hits[best, s], self.events
        resampled = ratio(drawn, gain, below)
        low, high = interval(resampled, gain.size)
        tried = sum(name not in COUNTS for name in self.methods)
        careful, _ = interval(resampled, gain.size, 1.0 - 0.05 / tried)
        finding: Finding = "better" if careful > 0 else "worse" if high < 0 else "no clear difference"
        total = float(below.sum())
        return Difference(
            method=self.methods[m],
            against=self.methods[best],
            measure=measure,
            share=None if s is None else self.shares[s],
            difference=float(gain.sum()) / total if total > 0 else float("nan"),
            low=low,
            high=high,
            finding=finding,
        )
