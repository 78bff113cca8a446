"""The results that the panels of the page show: cells, places, weeks, hours, areas."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from openvis.web.ui import formatting
from openvis.web.ui.takeaway import Column, Parcel

from .. import charts, comparing, drawings, pages
from ..steps import breaks, step
from .asking import Asking

Rows = list[Sequence[Any]]


def cells(asking: Asking) -> Parcel:
    """The cells that are hotter than chance: what the map colours, no cell beside."""
    found = asking.answer["cells"]
    hot = [(number, count, z) for number, count, is_hot, z in zip(*found.values(), strict=True) if is_hot]
    grid = asking.frame.grid(asking.filter.cell)
    numbers = np.array([number for number, _count, _z in hot], dtype=np.int64)
    shapes = list(grid.polygons(numbers)) if hot else []
    sentence = asking.answer["findings"]["places"]
    columns = [Column("cell", _("Cell")), Column("incidents", _("Incidents")), Column("z", _("Gi* (z)"))]

    def drawing() -> Any:
        counts = [count for _number, count, _z in hot]
        return drawings.cells(asking.frame, shapes, counts, sentence, asking.footing, _("Incidents"))

    return asking.parcel("cellen", sentence, "hotspots", columns=columns, rows=hot, shapes=shapes, drawing=drawing)


def places(asking: Asking) -> Parcel:
    """The hot places, each as the cells it is made of."""
    found, frame = asking.answer["places"], asking.frame
    grid = frame.grid(asking.filter.cell)
    shapes = [shapely.union_all(grid.polygons(np.array(place["id"].split("."), dtype=np.int64))) for place in found]
    columns = [
        Column("rank", _("Rank")), Column("place", _("Place")), Column("area", _("Area")),
        Column("incidents", _("Incidents")), Column("share", _("Share of incidents")),
        Column("surface", _("Share of surface")), Column("pai", _("Times as dense as the city")),
        Column("stability", _("Share of the period in which it was hot")), Column("trend", _("Trend")),
        Column("hours", _("Busiest hours")), Column("kinds", _("Kinds")), Column("lon", _("Longitude")),
        Column("lat", _("Latitude")),
    ]  # fmt: skip
    trends = {"up": _("rising"), "down": _("falling"), "level": _("level"), None: ""}
    rows: Rows = [
        (
            place["rank"], place["name"], place["area"], place["count"], place["share"], place["area_share"],
            place["pai"], place["stability"], trends[place["trend"]], ", ".join(place["windows"]),
            ", ".join(f"{kind['name']} {formatting.number(kind['count'])}" for kind in place["kinds"]),
            *place["centre"],
        )
        for place in found
    ]  # fmt: skip
    sentence = asking.answer["findings"]["places"]

    def drawing() -> Any:
        return drawings.places(frame, shapes, [place["name"] for place in found], sentence, asking.footing)

    return asking.parcel("plekken", sentence, "hotspots", columns=columns, rows=rows, shapes=shapes, drawing=drawing)


def weeks(asking: Asking) -> Parcel:
    """The weeks with what was expected."""
    found, opposite = asking.answer["weeks"], _opposite(asking)
    columns = [
        Column("week", _("Week")), Column("monday", _("Monday")), Column("incidents", _("Incidents")),
        Column("expected", _("Expected")), Column("low", _("At least expected")), Column("high", _("At most expected")),
        Column("finding", _("Finding")), Column("incomplete", _("Still coming in")),
    ]  # fmt: skip
    rows: Rows = [
        (
            week["week"], date.fromisoformat(week["start"]), week["count"], week["expected"], week["low"], week["high"],
            finding_of(week), week["incomplete"],
        )
        for week in found
    ]  # fmt: skip
    if opposite:
        columns.append(Column("other", _("In the other period")))
        rows = [(*row, number) for row, number in zip(rows, opposite, strict=True)]
    sentence = asking.answer["findings"]["weeks"]
    return asking.parcel(
        "weken", sentence, "trend", columns=columns, rows=rows,
        drawing=lambda: charts.weeks(found, sentence, asking.footing),
    )  # fmt: skip


def _opposite(asking: Asking) -> list[float | None]:
    """The weeks of the other period, when two are compared."""
    periods = comparing.periods(asking.query, asking.asked)
    return [] if periods is None else comparing.weeks(asking.asked, periods, asking.answer["weeks"])


def finding_of(week: dict[str, Any]) -> str:
    """Whether a week stands out, in words."""
    return _("more than expected") if week["above"] else _("less than expected") if week["below"] else ""


def hours(asking: Asking) -> Parcel:
    """The matrix: a row a day, a column an hour."""
    matrix = asking.answer["matrix"]
    columns = [Column("day", _("Day")), *(Column(f"h{hour:02d}", f"{hour:02d}") for hour in range(24))]
    rows: Rows = [(day["full"], *row) for day, row in zip(pages.days(), matrix, strict=True)]
    sentence = asking.answer["findings"]["matrix"]
    return asking.parcel(
        "uren", sentence, "hot-times", columns=columns, rows=rows,
        drawing=lambda: charts.hours(matrix, sentence, asking.footing),
    )  # fmt: skip


def areas(asking: Asking) -> Parcel:
    """The areas with count and rate; a rate only where enough people live."""
    found, frame = asking.answer["areas"], asking.frame
    columns = [
        Column("code", _("Code")), Column("area", _("Area")), Column("incidents", _("Incidents")),
        Column("base", _("Base")), Column("base_kind", _("Kind of base")), Column("rate", _("Per 1,000")),
        Column("low", _("At least")), Column("high", _("At most")),
    ]  # fmt: skip
    bases = {"dwellings": _("dwellings"), "inhabitants": _("inhabitants")}
    rows: Rows = [
        (
            area["code"], area["name"], area["count"], area["base"], bases[area["base_kind"]], area["rate"],
            area["low"], area["high"],
        )
        for area in found
    ]  # fmt: skip
    shapes = [frame.areas[area["code"]].geometry for area in found]
    sentence = asking.answer["findings"]["areas"]
    bounds = breaks([area["rate"] for area in found if area["rate"]])

    def drawing() -> Any:
        steps = [step(area["rate"], bounds) for area in found]
        return drawings.areas(
            frame, shapes, steps, bounds, sentence, [pages.areas_text(asking.answer), *asking.footing]
        )

    return asking.parcel("gebieden", sentence, "rates", columns=columns, rows=rows, shapes=shapes, drawing=drawing)
