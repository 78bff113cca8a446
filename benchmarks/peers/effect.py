"""Difference in differences against statsmodels' Poisson regression; and how the counting of places and periods grows."""

import warnings
from typing import Any

import numpy as np
import shapely

from openvis.analysis.effect import did, event_study, period_counts, placebo, wdd, zones
from peers.measuring import SIDE, incidents, memory, note, row, seconds, timed

PERIODS, START = 36, 24
RINGS = (100.0, 200.0, 300.0)


def compare() -> None:
    warnings.filterwarnings("ignore")
    note(f"peak memory of counting 1,000,000 events: {memory(count_a_million):,.0f} MB")
    _regression()
    rng = np.random.default_rng(2)
    before, after = rng.poisson(120, 400), rng.poisson(110, 400)
    row("placebo, areas", before.size, seconds(lambda: placebo(before, after, 0)))
    for size in (10_000, 100_000, 1_000_000):
        events = incidents(size)
        row("zones with three rings, and counts per month", size, seconds(lambda e=events: counted(e)))


def counted(events: Any) -> Any:
    """Events in a treated place, rings around it and a comparison, in 36 months."""
    place = shapely.Point(SIDE / 3, SIDE / 3).buffer(1500)
    control = shapely.Point(2 * SIDE / 3, 2 * SIDE / 3).buffer(1500)
    zone = zones(events.x, events.y, place, RINGS, control)
    edges = (np.datetime64("2020-06") + np.arange(PERIODS + 1)).astype("datetime64[s]")
    return period_counts(events.begin, events.end, zone, len(RINGS) + 2, edges)


def count_a_million() -> None:
    counted(incidents(1_000_000))


def _regression() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(1)
    after = np.arange(PERIODS) >= START
    control = rng.negative_binomial(40, 0.4, PERIODS)
    treated = rng.poisson(np.where(after, 25, 40) * control / 60)
    own = np.repeat([1.0, 0.0], PERIODS)
    design = np.column_stack([np.tile(np.eye(PERIODS), (2, 1)), own, own * np.tile(after, 2)])
    counts = np.concatenate([treated, control])

    def peer() -> Any:
        return sm.GLM(counts, design, family=sm.families.Poisson()).fit(tol=1e-12, scale="X2")

    ours = timed(lambda: did(treated[~after], treated[after], control[~after], control[after]))
    theirs = timed(peer)
    row("did over 36 months, against statsmodels' GLM", PERIODS, ours[0], theirs[0])
    note(f"log ratio: ours {np.log(ours[1].ratio):.9f}, theirs {theirs[1].params[-1]:.9f}")
    assert abs(np.log(ours[1].ratio) - theirs[1].params[-1]) < 1e-8
    assert abs(ours[1].spread - max(1.0, theirs[1].scale)) < 1e-6
    row("event_study with trend and intervals", PERIODS, seconds(lambda: event_study(treated, control, after)))
    row("wdd with displacement", 4, seconds(lambda: wdd((207, 110), (308, 318), (178, 157), (150, 140))))
