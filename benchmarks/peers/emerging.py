"""Emerging hot spots against pyehsa, at a size it can do; and their growth.

pyehsa finds its p by simulation, object by object; ours are exact or normal, as in `hotspots.hot_cells`. What both define in
the same way is compared: Gi* of each period (its neighbours in earlier periods left out), the trend of Mann and Kendall,
and the classes that follow from the same hot cells.
"""

import contextlib
import io
import logging
import warnings
from typing import Any

import numpy as np
import shapely

from openvis.analysis.emerging import CLASSES, Emerging, emerging
from openvis.analysis.grid import Grid
from peers.measuring import memory, note, row, square, timed

CELL = 125.0
PERIODS = 36
QUEEN = 1.5 * CELL
"""Reaches the eight cells around one, as the weights of pyehsa do."""
SIMULATIONS = 3
SAME = ("new", "consecutive", "intensifying", "diminishing")
"""Classes that pyehsa defines as we do; the others it gives to cells that are not hot in the last period, too."""


def compare() -> None:
    """15 × 15 cells beside pyehsa; then a whole city, and ten years of it."""
    small = Grid.covering(shapely.box(0.0, 0.0, 15 * CELL, 15 * CELL), CELL)
    counts = planted(small)
    ours, found = timed(lambda: emerging(counts, small, QUEEN))
    with quiet():
        theirs, _ = timed(lambda: whole(counts, small), 1)
    row(f"emerging, against pyehsa with {SIMULATIONS} simulations", f"{small.size} × {PERIODS}", ours, theirs)
    note("pyehsa takes 49 simulations unless told otherwise; ours needs none")
    same(counts, small, found)
    for grid, periods in ((square(), 36), (square(), 120)):
        cube = np.random.default_rng(1).poisson(0.6, (periods, *grid.shape)).astype(float)
        cube[:, 60:90, 60:90] *= 3
        row("emerging", f"{grid.size:,} × {periods}", timed(lambda c=cube, g=grid: emerging(c, g))[0])
    note(f"peak memory of {square().size:,} × {PERIODS}: {memory(city):,.0f} MB more, its cube of counts among it")


def city() -> None:
    """For the memory: counts and classes."""
    cube = np.random.default_rng(1).poisson(0.6, (PERIODS, *square().shape)).astype(float)
    emerging(cube, square())


def planted(grid: Grid) -> np.ndarray:
    """Lasting, growing, shrinking and new places on a low background."""
    t, rate = np.arange(PERIODS), np.full((PERIODS, *grid.shape), 1.0)
    courses = (
        np.full(PERIODS, 30.0), 24 + 0.9 * t, 55.5 - 0.9 * t, np.where(t >= 30, 30.0, 1.0), np.where(t == 35, 36.0, 1.0)
    )  # fmt: skip
    for (r, c), course in zip(((3, 3), (3, 11), (11, 3), (11, 11), (7, 7)), courses, strict=True):
        rate[:, r - 1 : r + 2, c - 1 : c + 2] = course[:, None, None]
    return np.random.default_rng(5).poisson(rate).astype(float)


def frame(counts: np.ndarray, grid: Grid) -> Any:
    """A row for each cell and period, as pyehsa reads it."""
    import geopandas

    cells = np.tile(np.arange(grid.size), PERIODS)
    names = np.char.zfill(cells.astype(str), 6)
    squares = shapely.transform(grid.polygons(np.arange(grid.size)), lambda at: at / 1e5)
    columns = {"cell": names, "period": np.repeat(np.arange(PERIODS), grid.size), "n": counts.ravel()}
    return geopandas.GeoDataFrame(columns, geometry=np.tile(squares, PERIODS), crs="EPSG:4326")


def whole(counts: np.ndarray, grid: Grid) -> Any:
    from pyehsa import EmergingHotspotAnalysis

    return EmergingHotspotAnalysis.emerging_hotspot_analysis(
        frame(counts, grid), "cell", "period", "n", k=0, nsim=SIMULATIONS
    )


def same(counts: np.ndarray, grid: Grid, found: Emerging) -> None:
    """Gi*, trend and classes, where the definitions agree."""
    from pyehsa import EhsaClassification, GiStar, MannKendall, SpatialWeights

    with quiet():
        table = frame(counts, grid)
        weights = SpatialWeights.calculate_spatial_weights(table, "cell")
        their_z = GiStar.calculate_gi_star_spacetime(table, weights, "cell", "period", "n", k=0, nsim=1)["gi"]
    apart = np.abs(their_z.to_numpy().reshape(counts.shape) - found.z).max()
    assert apart < 1e-9, apart
    series = found.z.reshape(PERIODS, -1).T
    trends = [MannKendall.mann_kendall_test(values) for values in series]
    assert np.array_equal([it["S"] for it in trends], found.trend.ravel())
    assert np.allclose([it["sl"] for it in trends], found.trend_p.ravel(), atol=1e-9)
    changing = np.isin(found.category, [CLASSES.index("intensifying"), CLASSES.index("diminishing")])
    limit = float(found.trend_p[changing].max()) + 1e-12
    hot = (found.hot | found.cold).reshape(PERIODS, -1).T
    names = [
        EhsaClassification.classify_hotspot(z, s, it["tau"], it["sl"], limit)["name"]
        for z, s, it in zip(series, hot, trends, strict=True)
    ]
    ours = [CLASSES[code] for code in found.category.ravel()]
    told = {name: sum(n == name for n in ours) for name in SAME}
    for name in SAME:
        assert [n == name for n in ours] == [n == f"{name} hotspot" for n in names], name
    counted = ", ".join(f"{amount} {name}" for name, amount in told.items())
    note(
        f"Gi* of {series.size:,} cells and periods {apart:.0e} apart at most, trends equal; the same cells are {counted}"
    )


@contextlib.contextmanager
def quiet() -> Any:
    """pyehsa prints and logs as it works."""
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)
