"""The panels of one answer: each takes what the store says, applies a method, and gives plain lists for the page.

Which filter applies where is `Asked`: map and list follow all choices; the matrix leaves out the hours and the week
line the weeks, because there they are chosen; a chosen place narrows everything but map and list.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvis.analysis import density, hotspots, rates, trend
from openvis.analysis.grid import Grid
from openvis.analysis.places import Hotspot
from openvis.analysis.windows import Window, clear, hot_windows
from openvis.store.loaded import Columns, Loaded, empty, plain
from openvis.store.questions import HOURS, PERIODS, Cells, Selection, matrix_of

from . import wording
from .filter import Filter, day_number, hours_text, monday_of, week_number, week_text
from .frame import Frame, PictureArea
from .freshness import Freshness, first_incomplete

Array = NDArray[np.float64]

MOST_PLACES = 10
WINDOWS = 3
"""Windows told of the whole selection."""
PLACE_WINDOWS = 2
"""Windows told of one place."""
LEAST_FOR_WINDOWS = 10.0
"""Incidents in a place below which its hours say nothing."""
BANDWIDTH_CELLS = 3.0
LEAST_CELLS = 3
"""Cells below which nothing can stand out from the rest."""
LEAST_DENSITY = 0.01
"""Part of the peak below which density is not drawn."""
UNKNOWN_AREA = -1


@dataclass(frozen=True)
class Asked:
    """One filter, put to one version of the store, for one city and language."""

    loaded: Loaded
    frame: Frame
    filter: Filter
    fresh: Freshness
    language: str

    @cached_property
    def selection(self) -> Selection:
        """All that was chosen, in the numbers of the store."""
        chosen, frame = self.filter, self.frame
        keys = {source.key: source.number for source in frame.sources}
        return Selection(
            first=day_number(chosen.first),
            last=day_number(chosen.last),
            kinds=tuple(sorted(frame.kinds[kind].number for kind in chosen.kinds)),
            sources=None if chosen.sources is None else tuple(keys[key] for key in chosen.sources),
            attempt=chosen.attempt,
            areas=None if chosen.area is None else frame.keys_in([chosen.area]),
            hours=chosen.hours,
            weeks=None if chosen.weeks is None else (week_number(chosen.weeks[0]), week_number(chosen.weeks[1])),
            cells=chosen.place,
        )

    @cached_property
    def grid(self) -> Grid:
        """The cells that take part."""
        return self.frame.grid(self.filter.cell, self.filter.area)

    @cached_property
    def cells(self) -> Cells:
        """How points become cells: no point that is less sure than two cells."""
        return Cells(self.frame.grid(self.filter.cell), 2.0 * self.filter.cell)

    def ask(self, question: str, selection: Selection) -> Columns:
        """The store's answer."""
        return self.loaded.ask(question, selection, self.cells)

    @cached_property
    def first_incomplete(self) -> date | None:
        """Monday of the first week still coming in; None without data."""
        if self.fresh.until is None:
            return None
        kinds = self.selection.kinds or ()
        return first_incomplete(self.loaded, kinds, self.selection.sources, self.fresh.until)


# Map and list


@dataclass(frozen=True)
class Heat:
    """Counts per cell, over the period and in parts of it."""

    counts: Array
    history: Array


def heat(asked: Asked) -> Heat:
    """Weight per cell of the grid, (ny, nx), and per part of the period, (PERIODS, ny, nx)."""
    answer = asked.ask("cells", asked.selection.without("cells"))
    grid = asked.grid
    size = grid.nx * grid.ny
    number, part = np.divmod(answer["key"].astype(np.int64), PERIODS)
    cube = np.bincount(part * size + number, weights=answer["weight"], minlength=PERIODS * size)
    history = np.where(grid.mask, cube.reshape(PERIODS, *grid.shape), 0.0)
    return Heat(history.sum(axis=0), history)


def cell_lists(asked: Asked, warmth: Heat) -> dict[str, list[Any]]:
    """Cells with anything in them: number, weight, whether hot, and how hot."""
    flat = np.flatnonzero(warmth.counts.ravel() > 0)
    hot, z = np.zeros(flat.size, dtype=np.int64), np.zeros(flat.size)
    if asked.grid.size >= LEAST_CELLS:
        gi = hotspots.hot_cells(warmth.counts, asked.grid)
        hot, z = gi.significant.ravel()[flat].astype(np.int64), gi.z.ravel()[flat]
    return {
        "id": flat.tolist(),
        "count": _short(warmth.counts.ravel()[flat], 2),
        "hot": hot.tolist(),
        "z": _short(z, 2),
    }


def density_lists(asked: Asked, warmth: Heat) -> dict[str, list[Any]]:
    """Kernel density per km² in the cells where it is at least a hundredth of its peak."""
    smooth = density.kde_of_counts(warmth.counts, asked.grid, BANDWIDTH_CELLS * asked.filter.cell).ravel()
    flat = np.flatnonzero(smooth > LEAST_DENSITY * smooth.max())
    return {"id": flat.tolist(), "value": _short(smooth[flat], 1)}


def places(asked: Asked, warmth: Heat) -> list[dict[str, Any]]:
    """The hot places with names, kinds and hours, the heaviest first."""
    if asked.grid.size < LEAST_CELLS:
        return []
    found = hotspots.find(warmth.counts, asked.grid, history=warmth.history, most=MOST_PLACES)
    if not found:
        return []
    cells = tuple(sorted(cell for place in found for cell in place.cells))
    owner = np.full(asked.grid.nx * asked.grid.ny, -1)
    for position, place in enumerate(found):
        owner[list(place.cells)] = position
    inside = asked.ask("cell_kinds", replace(asked.selection, cells=cells))
    owners = owner[inside["number"].astype(np.int64)]
    names = _distinct([_place_name(asked, place) for place in found])
    return [
        {
            "rank": place.rank,
            "id": ".".join(str(cell) for cell in sorted(place.cells)),
            "name": names[position][0],
            "area": names[position][1].name,
            "area_code": names[position][1].code,
            "count": round(place.count, 1),
            "share": round(place.share, 4),
            "area_share": round(place.area_share, 5),
            "pai": round(place.pai, 1),
            "stability": None if place.stability is None else round(place.stability, 2),
            "trend": place.trend,
            "kinds": _kinds(asked, inside, owners == position),
            "windows": _place_windows(asked, inside, owners == position),
            "centre": _centre(asked, place),
        }
        for position, place in enumerate(found)
    ]


def _kinds(asked: Asked, answer: Columns, rows: NDArray[np.bool_]) -> list[dict[str, Any]]:
    numbers, which = np.unique(answer["kind"][rows], return_inverse=True)
    weights = np.bincount(which, weights=answer["weight"][rows])
    order = np.lexsort((numbers, -weights))
    known = [(asked.frame.kind_of_number.get(int(numbers[i])), float(weights[i])) for i in order]
    return [
        {"id": kind.id, "name": kind.short.get(asked.language), "count": round(weight, 1)}
        for kind, weight in known
        if kind is not None
    ]


def _place_windows(asked: Asked, answer: Columns, rows: NDArray[np.bool_]) -> list[str]:
    """Labels of the clear windows that hold half of what happens in a place, within the chosen hours."""
    matrix = matrix_of(answer, rows)
    if asked.filter.hours is not None:
        matrix[[hour for hour in range(HOURS) if hour not in asked.filter.hours]] = 0.0
    return [wording.window_label(window) for window in _clear_windows(matrix.reshape(7, 24), PLACE_WINDOWS)]


def _clear_windows(matrix: Array, most: int) -> list[Window]:
    """The windows that hold half of it, when they tell more than the fullest hours of a flat week would."""
    if matrix.sum() < LEAST_FOR_WINDOWS:
        return []
    windows = hot_windows(matrix, most=most)
    return windows if clear(matrix, windows) else []


def _place_name(asked: Asked, place: Hotspot) -> tuple[str, PictureArea]:
    """The name of a place (a station or square, a street, or the area) and the area its busiest cell lies in."""
    frame, cell = asked.frame, asked.filter.cell
    busiest = place.cells[0]
    area = frame.areas_of(frame.finest)[int(frame.finest_at(cell)[busiest])]
    row, column = divmod(busiest, asked.grid.nx)
    x, y = asked.grid.x0 + (column + 0.5) * cell, asked.grid.y0 + (row + 0.5) * cell
    return frame.name_near(x, y, float(cell), asked.language) or area.name, area


def _distinct(names: list[tuple[str, PictureArea]]) -> list[tuple[str, PictureArea]]:
    """Names that occur again get a number, so that a list never says the same twice."""
    seen: dict[str, int] = {}
    distinct = []
    for name, area in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append((name if seen[name] == 1 else f"{name} ({seen[name]})", area))
    return distinct


def _centre(asked: Asked, place: Hotspot) -> list[float]:
    middle = place.polygon.centroid
    lon, lat = asked.frame.to_earth.transform(middle.x, middle.y)
    return [round(lon, 6), round(lat, 6)]


# Hours and weeks


def hours(asked: Asked) -> tuple[Array, list[Window]]:
    """(7, 24) weight per hour of the week without the choice of hours, and the clear windows that hold half of it."""
    selection = asked.selection.without("hours")
    matrix = np.asarray(matrix_of(asked.ask("hours", selection))).reshape(7, 24)
    return matrix, _clear_windows(matrix, WINDOWS)


def windows_list(found: list[Window]) -> list[dict[str, Any]]:
    """Windows for the page, each with its hours in the form that the filter takes."""
    return [
        {
            "label": wording.window_label(window),
            "count": round(window.count, 1),
            "share": round(window.share, 4),
            "hours": hours_text(frozenset(np.flatnonzero(window.cells().ravel()).tolist())),
        }
        for window in found
    ]


@dataclass(frozen=True)
class Span:
    """The weeks of the store up to the end of the period, and which of them are shown. begin: number of the first."""

    begin: int
    start: int
    stop: int
    incomplete: date

    @classmethod
    def of(cls, asked: Asked) -> "Span | None":
        """None when no week of the period has data."""
        fresh, incomplete = asked.fresh, asked.first_incomplete
        if fresh.first is None or fresh.until is None or incomplete is None:
            return None
        begin = week_number(fresh.first)
        start = max(week_number(asked.filter.first), begin)
        stop = min(week_number(asked.filter.last), week_number(fresh.until))
        return None if stop < start else cls(begin, start, stop, incomplete)

    @property
    def size(self) -> int:
        """Weeks from the first of the data to the last shown."""
        return self.stop - self.begin + 1

    def rows(self, series: Array) -> list[dict[str, Any]]:
        """The weeks shown, of a series over all of them."""
        mondays = np.datetime64(monday_of(self.begin), "D") + np.arange(self.size) * np.timedelta64(7, "D")
        first = self.start - self.begin
        expected, low, high = trend.band(series, mondays, least=max(trend.LEAST_WEEKS, first))
        return [
            _week(
                monday_of(self.begin + i), series[i], expected[i], low[i], high[i],
                monday_of(self.begin + i) >= self.incomplete,
            )
            for i in range(first, self.size)
        ]  # fmt: skip


def weeks(asked: Asked) -> list[dict[str, Any]]:
    """Per week of the period: weight, what was expected from the weeks before it, and whether it stands out."""
    span = Span.of(asked)
    if span is None:
        return []
    always = asked.selection.always()
    # The same for every period: those who turn over the calendar do not have all years counted again.
    answer = asked.loaded.remember(("weeks", always, asked.filter.cell), lambda: asked.ask("weeks", always))
    series = np.zeros(span.size)
    week, weight = answer["week"].astype(np.int64) - span.begin, answer["weight"]
    inside = (week >= 0) & (week < series.size)
    series[week[inside]] = weight[inside]
    return span.rows(series)


def _week(monday: date, count: float, expected: float, low: float, high: float, incomplete: bool) -> dict[str, Any]:
    known = bool(np.isfinite(expected))
    return {
        "week": week_text(monday),
        "start": monday.isoformat(),
        "count": round(float(count), 1),
        "expected": round(float(expected), 1) if known else None,
        "low": round(float(low), 1) if known else None,
        "high": round(float(high), 1) if known else None,
        # What is already more than expected stays so; too little may still come in.
        "above": known and bool(count > high),
        "below": known and not incomplete and bool(count < low),
        "incomplete": incomplete,
    }


# Areas and totals


@dataclass(frozen=True)
class Sums:
    """Weight per area, attempt or not, and on the map or not."""

    key: NDArray[np.int64]
    attempt: NDArray[np.int64]
    """1 attempt, 0 completed, -1 unknown."""
    on_map: NDArray[np.bool_]
    weight: Array


def sums(asked: Asked) -> Sums:
    """All that was chosen, by area."""
    answer = asked.ask("areas", asked.selection)
    if empty(answer):
        nothing = np.zeros(0)
        return Sums(nothing.astype(np.int64), nothing.astype(np.int64), nothing.astype(np.bool_), nothing)
    return Sums(
        key=plain(answer["area"], UNKNOWN_AREA).astype(np.int64),
        attempt=plain(answer["attempt"].astype(np.int64), -1),
        on_map=plain(answer["on_map"], False).astype(np.bool_),
        weight=answer["weight"].astype(np.float64),
    )


def totals(asked: Asked, per: Sums) -> dict[str, Any]:
    """Totals of the selection; unplaced are those without a place, or with one too vague for a cell."""
    total = float(per.weight.sum())
    unplaced = float(per.weight[~per.on_map].sum())
    incomplete = asked.first_incomplete
    shown = incomplete is not None and incomplete <= asked.filter.last
    return {
        "count": round(total, 1),
        "unplaced": round(unplaced, 1),
        "unplaced_share": round(unplaced / total, 4) if total else 0.0,
        "incomplete_from": week_text(incomplete) if shown and incomplete else None,
        "attempts": round(float(per.weight[per.attempt == 1].sum()), 1),
        "completed": round(float(per.weight[per.attempt == 0].sum()), 1),
        "attempt_unknown": round(float(per.weight[per.attempt == -1].sum()), 1),
    }


def areas(asked: Asked, per: Sums) -> list[dict[str, Any]]:
    """Counts and rates of the areas on the chosen level (those inside the chosen area, when there is one)."""
    frame, level = asked.frame, asked.filter.level
    counts: dict[str, float] = {}
    for key in np.unique(per.key):
        code = frame.code_of(int(key))
        if code is None:
            continue
        above = code if level == frame.finest else frame.areas[code].within.get(level)
        if above is not None:
            counts[above] = counts.get(above, 0.0) + float(per.weight[per.key == key].sum())
    shown = frame.areas_of(level)
    if asked.filter.area is not None:
        inside = {part.code for part in frame.finest_in(asked.filter.area)}
        shown = [area for area in shown if not inside.isdisjoint(part.code for part in frame.finest_in(area.code))]
    base_kind = base_of(frame, asked.filter.kinds)
    return [rated(frame, area, counts.get(area.code, 0.0), base_kind) for area in shown]


def base_of(frame: Frame, kinds: tuple[str, ...]) -> str:
    """What a rate is taken of: dwellings when every chosen kind says so, else inhabitants."""
    bases = {kind.base for kind in frame.profile.kinds if kind.id in kinds}
    return "dwellings" if bases == {"dwellings"} else "inhabitants"


def rated(frame: Frame, area: PictureArea, count: float, base_kind: str) -> dict[str, Any]:
    """One area with its rate per 1,000 over the period; a count alone where too few people live."""
    base = area.dwellings if base_kind == "dwellings" else area.inhabitants
    people = area.inhabitants if area.inhabitants is not None else base
    small = not base or people is None or people < frame.profile.municipality.rate_floor
    rate = None if small else rates.rate(count, float(base or 0))
    return {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "count": round(count, 1),
        "base": base,
        "base_kind": base_kind,
        "rate": round(rate.rate, 2) if rate else None,
        "low": round(rate.low, 2) if rate else None,
        "high": round(rate.high, 2) if rate else None,
        "small": small,
    }


def _short(values: Array, decimals: int) -> list[float]:
    """Rounded, whole numbers without a decimal point: the answer stays small."""
    rounded = np.round(values, decimals)
    return [int(value) if value.is_integer() else value for value in rounded.tolist()]
