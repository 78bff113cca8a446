"""Hot windows: the few stretches of the week in which most of it happens, as a person would say them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, between
from openvis.analysis.rates import count_interval

DAYS, HOURS_A_DAY, HOURS = 7, 24, 168
MOST = 3
WORTH = 0.2
"""One window more must sharpen the contrast by this part, or the shorter story is told."""
LEVELS = (0.8, 0.6, 0.4, 0.2)
PRICE = float(np.log(DAYS * DAYS * HOURS_A_DAY * HOURS_A_DAY))
"""What one window must add to the log-likelihood: as much as the best of so many candidates does by chance."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Window:
    """The same hours on days in a row (tijdvenster).

    days: on which the window begins, 0 is Monday, in order (may run over Sunday: (5, 6, 0)). It runs from begin_hour
    to end_hour (1 to 24); where end_hour is not after begin_hour it ends on the next day. count: weight inside;
    share: of all; low, high: 95 % interval of what such a period may be expected to bring.
    """

    days: tuple[int, ...]
    begin_hour: int
    end_hour: int
    count: float
    share: float
    low: float
    high: float

    @property
    def hours(self) -> int:
        """Hours in a week that the window holds."""
        return len(self.days) * ((self.end_hour - self.begin_hour - 1) % HOURS_A_DAY + 1)

    @property
    def over_midnight(self) -> bool:
        """Whether it ends on the day after the one on which it began."""
        return self.end_hour <= self.begin_hour

    def cells(self) -> Bools:
        """(7, 24) True for the hours of the week inside the window."""
        inside = np.zeros(HOURS, dtype=np.bool_)
        length = self.hours // len(self.days)
        for day in self.days:
            inside[(day * HOURS_A_DAY + self.begin_hour + np.arange(length)) % HOURS] = True
        return inside.reshape(DAYS, HOURS_A_DAY)


def hot_windows(matrix: Any, share: float = 0.5, most: int = MOST, confidence: float = 0.95) -> list[Window]:
    """The fewest connected windows that hold at least `share` of the (7, 24) matrix, cut where the week itself does.

    A window is a run of hours on a run of days and may go over midnight and over the weekend. Of all windows that hold
    the share in no more hours than an even week would need, those are taken that stand out most from the other hours
    (two-level Poisson likelihood): a busy night is not cut in half because half of it would do. One window more, to at
    most `most`, must sharpen that contrast by a fifth and be no mere chance. They do not overlap; the heaviest comes
    first. Whether they mean anything says `clear`.
    A matrix without weight has no windows. Raises ValueError for another shape, negative values, a share not in (0, 1).
    """
    weights = np.asarray(matrix, dtype=np.float64)
    if weights.shape != (DAYS, HOURS_A_DAY):
        raise ValueError(f"matrix has shape {weights.shape}; expected (7, 24), Monday first")
    if not np.isfinite(weights).all() or weights.min() < 0:
        raise ValueError("matrix holds negative or unknown values; expected weights of 0 or more")
    share = between("share", share, 0.0, 1.0)
    if most < 1:
        raise ValueError(f"most is {most}; expected at least 1")
    total = float(weights.sum())
    if total <= 0:
        return []
    chosen = _search(weights.ravel() / total, total, share, most)
    windows = [_window(number, weights.ravel(), total, confidence) for number in chosen]
    return sorted(windows, key=lambda window: (-window.count, window.days, window.begin_hour))


def clear(matrix: Any, windows: list[Window]) -> bool:
    """Whether the windows tell more than chance: do they beat a flat week by more than the search for them costs?

    Log-likelihood of two levels (inside and outside the windows) against one, less ln(number of candidates) a window.
    With few events the fullest windows of a flat week are only noise; then say that there are no clear hours.
    """
    total = float(np.asarray(matrix, dtype=np.float64).sum())
    if not windows or total <= 0:
        return False
    shares, hours = np.array([sum(it.share for it in windows)]), np.array([sum(it.hours for it in windows)])
    return bool(total * _contrast(shares, hours)[0] > PRICE * len(windows))


def _contrast(shares: Floats, hours: Ints) -> Floats:
    """Log-likelihood an event gains when `hours` that hold `shares` are told apart from the rest of the week."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = shares * np.log(shares * HOURS / hours)
        outside = (1.0 - shares) * np.log((1.0 - shares) * HOURS / (HOURS - hours))
    rest = np.where((shares < 1.0 - ROUNDING) & (hours < HOURS), outside, 0.0)
    return np.where(shares * HOURS > hours, inside + rest, 0.0)


def _search(part: Floats, total: float, share: float, most: int) -> tuple[int, ...]:
    """Numbers of the candidates of the best set: of each size the one with most contrast, then the size.

    The last window of a set is the best of all candidates; those before it are taken from the peaks. A larger set must
    sharpen the contrast, and by more than the search for another window could find by chance.
    """
    _, _, _, hours = _candidates()
    sums = _sums(part)
    # No more hours than an even week would need for the share; a single window may always hold it.
    limit = max(share * HOURS, float(hours[_allowed() & (sums >= share - ROUNDING)].min()))
    chosen: tuple[int, ...] = ()
    contrast = -np.inf
    sets: list[tuple[int, ...]] = [()]
    for size in range(1, most + 1):
        best: tuple[float, tuple[int, ...]] = (-np.inf, ())
        longer: list[tuple[int, ...]] = []
        for before in sets:
            free = _free(before)
            held, used = float(sums[list(before)].sum()), int(hours[list(before)].sum())
            enough = np.flatnonzero(free & (sums >= share - held - ROUNDING) & (used + hours <= limit))
            if enough.size:
                gains = np.round(_contrast(np.minimum(held + sums[enough], 1.0), used + hours[enough]), 12)
                last = enough[gains == gains.max()]
                best = max(best, (float(gains.max()), (*before, int(last[np.argmin(hours[last])]))))
            if size < most:
                longer += [(*before, number) for number in _peaks(part, sums, hours, free)]
        sets = list(dict.fromkeys(longer))
        price = PRICE * (size - len(chosen)) / total
        if best[1] and (not chosen or best[0] > max(contrast * (1.0 + WORTH), contrast + price)):
            contrast, chosen = best
    return chosen


def _free(taken: tuple[int, ...]) -> Bools:
    """Candidates that overlap none of those taken."""
    free = _allowed()
    for number in taken:
        free = free & _beside(number)
    return free


@lru_cache(maxsize=500)
def _beside(number: int) -> Bools:
    """Candidates that share no hour with one. Kept for those that come back: 28 kB each."""
    inside = np.zeros(HOURS)
    inside[_hours_of(number)] = 1.0
    return np.asarray(_sums(inside) == 0)


def _peaks(part: Floats, sums: Floats, hours: Ints, free: Bools) -> list[int]:
    """Candidates that rise most above a level, for several levels of the busiest hour: wide ones and sharp ones."""
    numbers = np.flatnonzero(free)
    if not numbers.size:
        return []
    held, lasting, busiest = sums[numbers], hours[numbers].astype(np.float64), float(part.max())
    return list(dict.fromkeys(int(numbers[np.argmax(held - level * busiest * lasting)]) for level in LEVELS))


@lru_cache(maxsize=1)
def _candidates() -> tuple[Ints, Ints, Ints, Ints]:
    """First day, number of days, begin hour and total hours of every candidate window (28,000 of them)."""
    length, begin, number, day = (
        axis.ravel()
        for axis in np.meshgrid(np.arange(1, 25), np.arange(24), np.arange(1, 8), np.arange(7), indexing="ij")
    )
    return day, number, begin, length * number


@lru_cache(maxsize=1)
def _allowed() -> Bools:
    """A whole day begins at midnight, and all days begin on Monday: the same hours are not offered twice."""
    day, number, begin, hours = _candidates()
    return np.asarray(((hours // number < HOURS_A_DAY) | (begin == 0)) & ((number < DAYS) | (day == 0)))


def _sums(values: Floats) -> Floats:
    """Sum of a (168,) array over the hours of every candidate."""
    twice = np.concatenate([[0.0], np.cumsum(np.concatenate([values, values[:HOURS_A_DAY]]))])
    start, end = _of_a_day()
    per_day = twice[end] - twice[start]
    wrapped = np.concatenate([per_day, per_day[..., :-1]], axis=2)
    running = np.concatenate([np.zeros((*wrapped.shape[:2], 1)), np.cumsum(wrapped, axis=2)], axis=2)
    days = np.arange(1, DAYS + 1)[:, None] + np.arange(DAYS)[None, :]
    return np.asarray((running[:, :, days] - running[:, :, None, :DAYS]).ravel())


@lru_cache(maxsize=1)
def _of_a_day() -> tuple[Ints, Ints]:
    """Where the hours of each day from each hour begin, (1, 24, 7), and end after each number of hours, (24, 24, 7)."""
    start = (np.arange(HOURS_A_DAY)[:, None] + HOURS_A_DAY * np.arange(DAYS)[None, :])[None]
    return start, start + np.arange(1, HOURS_A_DAY + 1)[:, None, None]


def _hours_of(number: int) -> Ints:
    day, days, begin, hours = (int(column[number]) for column in _candidates())
    starts = (day + np.arange(days)) * HOURS_A_DAY + begin
    return np.asarray((starts[:, None] + np.arange(hours // days)[None, :]).ravel() % HOURS)


def _window(number: int, weights: Floats, total: float, confidence: float) -> Window:
    day, days, begin, hours = (int(column[number]) for column in _candidates())
    count = float(weights[_hours_of(number)].sum())
    low, high = count_interval(count, confidence)
    end = (begin + hours // days - 1) % HOURS_A_DAY + 1
    return Window(tuple((day + i) % DAYS for i in range(days)), begin, end, count, count / total, low, high)
