"""How fast the methods are, beside what a user would take today, in the same run on the same data.

Kernel density against scikit-learn's KernelDensity (the tree-based one that many use), Gi* against esda; both sides are
called once before they are timed, and the medians of five (or of one, where the peer takes over ten seconds) compared.
The others have no peer that does the same, and are shown with their growth. Takes below two minutes.

    env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE python benchmarks/methods.py
"""

import resource
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from openvis.analysis import density, hotspots, times, trend, warm
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

SIZES = (10_000, 100_000, 1_000_000)
SIDE = 150 * 125.0
REPEATS = 5


def main() -> None:
    print(f"compile all kernels, or find them compiled: {seconds(warm, 1):.2f} s\n")
    grid = Grid.covering(shapely.box(0.0, 0.0, SIDE, SIDE), 125.0)
    print(f"{'method':<46}{'size':>12}{'OpenVIS':>12}{'peer':>12}{'ratio':>10}")
    compare_density(grid)
    compare_getis_ord()
    show_growth(grid)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nlargest memory of this process, peers included: {peak:,.0f} MB")


def compare_density(grid: Grid) -> None:
    """The same points, bandwidth and cells for both; the results are compared as well."""
    from sklearn.neighbors import KernelDensity

    x, y = grid.centres()
    centres = np.column_stack([x.ravel(), y.ravel()])
    for size in (10_000, 100_000):
        events = incidents(size)
        points = np.column_stack([events.x, events.y])

        def peer(points: np.ndarray = points) -> np.ndarray:
            tree = KernelDensity(bandwidth=250.0, kernel="gaussian", rtol=1e-3).fit(points)
            return np.exp(tree.score_samples(centres)).reshape(grid.shape) * len(points) * 1e6

        ours = timed(lambda e=events: density.kde(e, grid, 250.0, "gaussian", edge=False), REPEATS)
        theirs = timed(peer, 1)
        row("kde gaussian 250 m, against scikit-learn", size, ours[0], theirs[0])
        apart = float(np.abs(ours[1] - theirs[1]).max() / theirs[1].max())
        print(f"{'':<6}largest difference {apart:.2%} of the peak")
        assert apart < 0.01


def compare_getis_ord() -> None:
    """Analytic z, and 999 conditional permutations; esda's weights are made beforehand and not counted."""
    warnings.filterwarnings("ignore")
    import esda
    from libpysal import weights

    small = Grid.covering(shapely.box(0.0, 0.0, 100 * 125.0, 100 * 125.0), 125.0)
    counts = np.random.default_rng(0).negative_binomial(0.5, 0.3, small.shape).astype(float)
    x, y = small.centres()
    near = weights.DistanceBand(
        np.column_stack([x.ravel(), y.ravel()]), threshold=250.1, binary=True, silence_warnings=True
    )
    near = weights.fill_diagonal(near, 1.0)
    for permutations in (0, 999):

        def peer(permutations: int = permutations) -> Any:
            return esda.G_Local(
                counts.ravel(), near, transform="B", star=True, permutations=permutations, seed=1, n_jobs=1
            )

        ours = timed(lambda p=permutations: hotspots.getis_ord(counts, small, 250.0, permutations=p), REPEATS)
        theirs = timed(peer, 3)
        row(f"getis_ord, {permutations} permutations, against esda", small.size, ours[0], theirs[0])
        assert np.abs(ours[1].z.ravel() - theirs[1].Zs).max() < 1e-6


def show_growth(grid: Grid) -> None:
    for size in SIZES:
        events = incidents(size)
        end = events.begin + np.random.default_rng(1).integers(0, 2 * 86_400, size).astype("timedelta64[s]")
        spread = Events.of(events.x, events.y, events.begin, end)
        row("kde quartic 500 m, exact", size, seconds(lambda e=events: density.kde(e, grid, 500.0)))
        row("kde quartic, bandwidth chosen from 20", size, seconds(lambda e=events: density.kde(e, grid)))
        row("week_matrix, intervals up to two days", size, seconds(lambda e=spread: times.week_matrix(e)))
        row(
            "week_matrix, with the clock of Amsterdam",
            size,
            seconds(lambda e=spread: times.week_matrix(e, timezone="Europe/Amsterdam")),
        )
        row("hotspots with hours, stability and trend", size, seconds(lambda e=spread: hotspots.hotspots(e, grid)))
    events = incidents(100_000)
    counts = grid.counts(events.x, events.y)
    row("find, from counts per cell alone", grid.size, seconds(lambda: hotspots.find(counts, grid)))
    matrix = times.week_matrix(events)
    row("hot_windows", 168, seconds(lambda: times.hot_windows(matrix)))
    weeks = trend.weeks_between("2020-01-06", "2025-10-01")
    series = np.random.default_rng(2).poisson(40.0, weeks.size).astype(float)
    row("trend.band, weeks", weeks.size, seconds(lambda: trend.band(series, weeks)))


def incidents(size: int) -> Events:
    """A third evenly over the area, two thirds around 60 centres; five years."""
    rng = np.random.default_rng(size)
    centres = rng.uniform(1000, SIDE - 1000, (60, 2))
    near = centres[rng.integers(0, 60, size)] + rng.normal(0, 300, (size, 2))
    even = rng.uniform(0, SIDE, (size, 2))
    points = np.where(rng.random(size)[:, None] < 1 / 3, even, np.clip(near, 0, SIDE))
    begin = np.datetime64("2020-01-01", "s") + rng.integers(0, 5 * 365 * 86_400, size).astype("timedelta64[s]")
    return Events.of(points[:, 0], points[:, 1], begin)


def timed(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
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
    return timed(work, repeats)[0]


def row(method: str, size: int, ours: float, peer: float | None = None) -> None:
    line = f"{method:<46}{size:>12,}{ours * 1000:>9.1f} ms"
    if peer is not None:
        line += f"{peer * 1000:>9.0f} ms{peer / ours:>9.0f}×"
    print(line, flush=True)


if __name__ == "__main__":
    main()
