"""Near repeats (herhaling dichtbij): does one incident raise the chance next door, and where is it raised now?

Asked of kinds against property alone: of violence at night the same places return with the same weekend, which is no
contagion. Whether there is any in this city is tested in the background (Knox); zones are drawn only where there is, and
only for who may see single incidents, inside the areas of that right: a zone lies around an incident of the last two
weeks and so tells of it.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from openvis.analysis import near_repeat
from openvis.analysis.events import Events
from openvis.store.loaded import empty
from openvis.store.questions import Cells, Selection
from openvis.web.ui import formatting

from . import forecasting, selectors, services
from .filter import USUAL_CELL, day_number
from .frame import Frame
from .models import Outcome
from .panels import Asked

DISTANCES = (0, 100, 200, 300, 400)
LAGS = (0, 7, 14)
DAYS = 14
"""Days of which the incidents count for the zones."""
ALPHA = 0.05
STEPS = (0.34, 1.0)
"""Sums of risk from which a cell is in the second and the third step; 1 is an incident of this week right there."""
NORMAL = 1.96


def key_of(kind: str) -> str:
    """Of the outcome that holds the test of a kind."""
    return f"knox:{kind}"


def sensible(frame: Frame, kind: str) -> bool:
    """Whether near repeats are asked after for a kind."""
    return frame.kinds[kind].near_repeats


def test(kind: str) -> Outcome | None:
    """Test a kind for near repeats and keep what was found; None when there is nothing to test, or nothing changed."""
    begin = time.monotonic()
    loaded, frame = selectors.loaded(), selectors.frame()
    events = forecasting.events_of(loaded, frame, kind) if sensible(frame, kind) else None
    if events is None:
        return None
    mark = forecasting.fingerprint(events, frame)
    before = selectors.outcome(key_of(kind))
    if before is not None and before.content.get("fingerprint") == mark:
        return None
    found = near_repeat.knox(events, DISTANCES, LAGS, threads=1)
    content = {"fingerprint": mark, "kind": kind, "events": found.events} | summary(found)
    return services.keep_outcome(key_of(kind), loaded.version, content, time.monotonic() - begin)


def summary(found: Any) -> dict[str, Any]:
    """How far the raised chance reaches within a week (None where it is not shown), and the nearest band in numbers."""
    clear = (found.p_any <= ALPHA) & (found.ratio > 1.0)
    rows = int(np.argmin(np.append(clear[:, 0], False)))
    expected, deviation = float(found.expected[0, 0]), float(found.deviation[0, 0])
    spread = NORMAL * deviation / expected if expected > 0 else None
    return {
        "reach": DISTANCES[rows] if rows else None,
        "observed": float(found.observed[0, 0]),
        "expected": round(expected, 3),
        "ratio": round(float(found.ratio[0, 0]), 4) if expected > 0 else None,
        "chance_low": None if spread is None else round(max(0.0, 1.0 - spread), 3),
        "chance_high": None if spread is None else round(1.0 + spread, 3),
        "p": float(found.p_any[0, 0]),
    }


@dataclass(frozen=True)
class Zones:
    """Cells in which the chance is raised now. step: 1 to 3; recent: incidents of the last two weeks they come from."""

    cells: NDArray[np.int64]
    step: NDArray[np.int64]
    risk: NDArray[np.float64]
    recent: int


def zones(asked: Asked, outcome: Outcome, own: frozenset[str] | None) -> Zones:
    """The zones of the last 14 days, from the incidents in the areas of somebody's right and inside those areas.

    own: codes, None for everywhere. Without a shown reach there are none.
    """
    reach, until, frame = outcome.content["reach"], asked.fresh.until, asked.frame
    nothing = Zones(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), 0)
    if reach is None or until is None:
        return nothing
    grid = frame.grid(USUAL_CELL)
    selection = Selection(
        day_number(until - timedelta(days=DAYS - 1)),
        day_number(until),
        (frame.kinds[outcome.content["kind"]].number,),
        areas=None if own is None else frame.keys_in(own),
    )
    found = asked.loaded.ask("points", selection, Cells(grid, 2.0 * USUAL_CELL))
    if empty(found):
        return nothing
    begin, end = (found[name].astype("datetime64[s]") for name in ("begin", "end"))
    events = Events.of(found["x"], found["y"], begin, end, precision=found["precision"].astype(np.float64))
    at = np.datetime64(until + timedelta(days=1), "s")
    risk = near_repeat.risk(events, at, grid, bandwidth=float(reach), days=float(DAYS))
    inside = risk > 0
    if own is not None:
        allowed = np.zeros(grid.shape, dtype=np.bool_)
        for code in own & frame.areas.keys():
            allowed |= frame.grid(USUAL_CELL, code).mask
        inside &= allowed
    cells = np.flatnonzero(inside)
    values = risk.ravel()[cells]
    return Zones(cells, 1 + np.searchsorted(STEPS, values, side="right").astype(np.int64), values, len(events))


# In words


def sentence(outcome: Outcome, name: str) -> str:
    """Whether one incident raises the chance next door here, by how much, and how sure that is."""
    content = outcome.content
    values = {
        "kind": name,
        "times": formatting.number(content["ratio"], 1),
        "low": formatting.number(content["chance_low"], 1),
        "high": formatting.number(content["chance_high"], 1),
        "p": formatting.share(max(content["p"], 0.001), 1),
        "reach": formatting.number(content["reach"]),
        "nearest": formatting.number(DISTANCES[1]),
    }
    if content["reach"] is None:
        return _("%(kind)s: no near repeat is shown in this city, so there are no zones.") % values
    return _(
        "%(kind)s: within %(nearest)s m and a week there are %(times)s times as many pairs as by chance (chance makes "
        "%(low)s to %(high)s times; p at most %(p)s). The chance is raised up to %(reach)s m away."
    ) % values


def zones_text(found: Zones) -> str:
    """How many zones there are now, and from how many incidents."""
    if not found.cells.size:
        return _("No incident of the last 14 days in your areas, so no zone now.")
    return ngettext(
        "%(n)s incident of the last 14 days makes %(cells)s cells of 125 m with a raised chance.",
        "%(n)s incidents of the last 14 days make %(cells)s cells of 125 m with a raised chance.",
        found.recent,
    ) % {"n": formatting.number(found.recent), "cells": formatting.number(found.cells.size)}
