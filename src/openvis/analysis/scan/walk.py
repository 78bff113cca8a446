"""The walk of the scan: circles growing around each centre, for the data and for all its permutations at once."""

import threading

import numpy as np
import numpy.typing as npt

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.scan.places import Places
from openvis.analysis.threads import side_by_side

DAY_BITS = 10
MOST_DAYS = 2**DAY_BITS - 1
LEAST = 2
"""One case is no cluster."""
PIECES = 64
"""Every so many-th centre makes a piece of the work: each piece sees all of the city and soon knows what is high."""
RATIO_STEP, RATIO_STEPS = 0.5, 80
EXACT_SIZES, SIZE_GROWTH = 48, 1.04
"""How finely the table of needed cases tells ratios and sizes apart; coarser is no less exact, only slower."""
BATCH, NEAR = 256, 1_000_000
"""Centres worked out together at most, and about how many places around them."""

Words = npt.NDArray[np.uint64]


def walk(
    places: Places, radius: float, recent: Ints, entries: tuple[Ints, Ints], permutations: int
) -> tuple[Floats, Floats]:
    """The best window around each place in the data, and the highest ratio of each permutation.

    recent: cases in the last 1, 2, … days. entries: for each place (as offsets and flat numbers) the recent days its
    cases have in the data (replication 0) and in the permutations: replication · 2^DAY_BITS + days ago.
    Returns (places, 5): logarithm of the ratio, radius, days, observed, cases in the circle; and (permutations,).

    A ratio grows with the cases observed and falls with those expected, so the best circle around a centre ends at a
    recent case: only those are looked at. Most cannot beat what their permutation has already; a table of the cases
    needed for that, rounded down, spares the logarithms. What is left is worked out exactly.
    """
    for bits in (8, 16, 32):
        found, best = np.zeros((len(places), 5)), np.zeros(permutations + 1)
        if _walked(places, radius, recent, entries, bits, best, found):
            break
    return found, best[1:]


def _walked(
    places: Places, radius: float, recent: Ints, entries: tuple[Ints, Ints], bits: int, best: Floats, found: Floats
) -> bool:
    """One walk with counts of so many bits, by pieces of the centres; False when that is too few."""
    total = int(places.cases.sum())
    size_of, sizes = _sizes(total)
    needed, added = _needed(sizes, recent, total, bits), _added(recent.size, bits)
    tops = np.uint64(sum(1 << (lane + bits - 1) for lane in range(0, 64, bits)))
    lock = threading.Lock()

    def piece(first: int) -> bool:
        room = len(places) + NEAR
        near, held, away = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64), np.empty(room)
        offset = np.zeros(BATCH + 1, dtype=np.int64)
        count, grade = np.zeros((best.size, added.shape[1]), dtype=np.uint64), np.zeros(best.size, dtype=np.int64)
        while first < len(places):
            with lock:
                mine = best.copy()
            np.minimum(mine / RATIO_STEP, RATIO_STEPS - 1, out=grade, casting="unsafe")
            centres = _around(
                first, PIECES, places.x, places.y, places.start, places.across, places.up, places.side, radius,
                near, away, offset,
            )  # fmt: skip
            _rings(centres, offset, near, away, places.cases, held)
            if not _count(
                first, PIECES, centres, near, away, held, offset, entries[0], entries[1], recent.astype(np.float64),
                float(total), size_of, needed, added, bits, tops, count, grade, mine, found,
            ):  # fmt: skip
                return False
            # The highest of all is the same in whatever order the pieces end; only the speed differs.
            with lock:
                np.maximum(best, mine, out=best)
            first += centres * PIECES
        return True

    return all(side_by_side(piece, range(min(PIECES, len(places)))))


def _sizes(total: int) -> tuple[Ints, Ints]:
    """Numbers of cases in a circle put into classes: class of each number, and the smallest number of each class."""
    sizes = list(range(min(EXACT_SIZES, total) + 1))
    while sizes[-1] * SIZE_GROWTH < total:
        sizes.append(int(np.ceil(sizes[-1] * SIZE_GROWTH)))
    lowest = np.array(sizes, dtype=np.int64)
    return np.searchsorted(lowest, np.arange(total + 1), side="right") - 1, lowest


def _needed(sizes: Ints, recent: Ints, total: int, bits: int) -> Words:
    """(ratio class, size class, words) fewest cases with which a window of such a size may beat such a ratio."""
    most = 2 ** (bits - 1) - 1
    fewest = np.full((RATIO_STEPS, sizes.size, recent.size), most, dtype=np.int64)
    _fill_needed(sizes, recent.astype(np.float64), float(total), fewest)
    return _packed(np.minimum(fewest, most), bits, most)


def _added(days: int, bits: int) -> Words:
    """(days ago, words) one for each window of days that holds that day."""
    return _packed(np.triu(np.ones((days, days), dtype=np.int64)), bits, 0)


def _packed(values: Ints, bits: int, spare: int) -> Words:
    """Numbers along the last axis side by side in words of 64 bits; `spare` where a word is not full."""
    lanes = 64 // bits
    words = -(-values.shape[-1] // lanes)
    whole = np.full((*values.shape[:-1], words * lanes), spare, dtype=np.uint64)
    whole[..., : values.shape[-1]] = values
    shifts = np.arange(lanes, dtype=np.uint64) * np.uint64(bits)
    packed: Words = np.bitwise_or.reduce(whole.reshape(*values.shape[:-1], words, lanes) << shifts, axis=-1)
    return packed


@kernel
def _fill_needed(sizes: Ints, recent: Floats, total: float, needed: Ints) -> None:
    for t in range(recent.size):
        for step in range(needed.shape[0]):
            ratio = step * RATIO_STEP - 1e-9
            c = float(LEAST)
            for size in range(sizes.size):
                expected = sizes[size] * recent[t] / total
                while c <= recent[t]:
                    if c > expected:
                        rest = total - c
                        reached = np.inf if expected == 0.0 else c * np.log(c / expected)
                        if rest > 0.0:
                            reached += rest * np.log(rest / (total - expected))
                        if reached > ratio:
                            break
                    c += 1.0
                if c <= recent[t]:
                    needed[step, size, t] = int(c)


@kernel
def _around(
    first: int,
    step: int,
    x: Floats,
    y: Floats,
    start: Ints,
    across: int,
    up: int,
    side: float,
    radius: float,
    near: Ints,
    away: Floats,
    offset: Ints,
) -> int:
    """Places within the radius of each centre, the closest first, with their squared distances; how many centres fit."""
    west, south = x.min(), y.min()
    reach = int(np.ceil(radius / side))
    n = 0
    for i in range(offset.size - 1):
        centre = first + i * step
        if centre >= x.size:
            return i
        offset[i] = n
        column, row = int((x[centre] - west) / side), int((y[centre] - south) / side)
        for r in range(max(0, row - reach), min(up, row + reach + 1)):
            begin = start[r * across + max(0, column - reach)]
            end = start[r * across + min(across, column + reach + 1)]
            if n + end - begin > near.size:
                return i
            for place in range(begin, end):
                dx, dy = x[place] - x[centre], y[place] - y[centre]
                d2 = dx * dx + dy * dy
                near[n] = place
                away[n] = d2
                n += d2 <= radius * radius
        order = np.argsort(away[offset[i] : n])
        away[offset[i] : n] = away[offset[i] : n][order]
        near[offset[i] : n] = near[offset[i] : n][order]
        offset[i + 1] = n
    return offset.size - 1


@kernel
def _rings(centres: int, offset: Ints, near: Ints, away: Floats, cases: Ints, held: Ints) -> None:
    """Cases in the circle around each centre that reaches to each place; places equally far go in together."""
    for i in range(centres):
        inside = 0
        ring = offset[i]
        for k in range(offset[i], offset[i + 1]):
            while ring < offset[i + 1] and away[ring] <= away[k]:
                inside += cases[near[ring]]
                ring += 1
            held[k] = inside


@kernel
def _count(
    first: int,
    step: int,
    centres: int,
    near: Ints,
    away: Floats,
    held: Ints,
    offset: Ints,
    entry_start: Ints,
    entries: Ints,
    recent: Floats,
    total: float,
    size_of: Ints,
    needed: Words,
    added: Words,
    bits: int,
    tops: np.uint64,
    count: Words,
    grade: Ints,
    best: Floats,
    found: Floats,
) -> bool:
    """Counts per window of days in every permutation while the circle around each centre grows.

    The counts of several windows lie side by side in one word. False when a count has outgrown its bits.
    """
    words = added.shape[1]
    most = 2 ** (bits - 1) - 1
    for i in range(centres):
        count[:] = np.uint64(0)
        best[0] = 0.0
        grade[0] = 0
        for k in range(offset[i], offset[i + 1]):
            size = size_of[held[k]]
            for e in range(entry_start[near[k]], entry_start[near[k] + 1]):
                replication, ago = entries[e] >> DAY_BITS, entries[e] & MOST_DAYS
                ranked = grade[replication]
                enough = np.uint64(0)
                for word in range(words):
                    counted = count[replication, word] + added[ago, word]
                    count[replication, word] = counted
                    enough |= (counted | tops) - needed[ranked, size, word]
                if enough & tops == 0:
                    continue
                for t in range(recent.size):
                    c = (count[replication, t * bits // 64] >> np.uint64(t * bits % 64)) & np.uint64(most)
                    if c == most:
                        return False
                    observed, expected = float(c), held[k] * recent[t] / total
                    if c < LEAST or observed <= expected:
                        continue
                    ratio = observed * np.log(observed / expected)
                    if observed < total:
                        ratio += (total - observed) * np.log((total - observed) / (total - expected))
                    if ratio > best[replication]:
                        best[replication] = ratio
                        grade[replication] = min(int(ratio / RATIO_STEP), needed.shape[0] - 1)
                        if replication == 0:
                            window = found[first + i * step]
                            window[0], window[1], window[2], window[3] = ratio, np.sqrt(away[k]), t + 1.0, observed
                            window[4] = held[k]
    return True
