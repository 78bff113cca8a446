"""Two periods beside each other: areas and cells with their difference."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from openvis.web.ui.takeaway import Column, Parcel

from .. import comparing, drawings
from ..filter import FilterError, Problem
from .asking import Asking

METHOD = "rates"
Notes = list[tuple[str, Any]]


def _periods(asking: Asking) -> comparing.Periods:
    """What is compared. Raises FilterError when nothing is."""
    found = comparing.periods(asking.query, asking.asked)
    if found is None:
        expected = _("one of: %(list)s") % {"list": ", ".join(comparing.CHOICES)}
        raise FilterError([Problem(comparing.CHOICE, asking.query.get(comparing.CHOICE, ""), expected)])
    return found


def _notes(total: dict[str, Any]) -> Notes:
    return [
        (_("This period"), total["now_period"]),
        (_("Other period"), total["period"]),
        (_("In this period"), total["now"]),
        (_("In the other period"), total["count"]),
        (_("Certainty"), _("Exact intervals of 95 %; what differs, at a false discovery rate of 5 %")),
    ]


def areas(asking: Asking) -> Parcel:
    """The areas with both numbers, how many times as many with its interval, and whether it is told from chance."""
    periods = _periods(asking)
    total = comparing.total(asking.asked, periods)
    rows = comparing.area_rows(comparing.areas(asking.asked, periods))
    columns = [
        Column("code", _("Code")), Column("area", _("Area")), Column("now", _("This period")),
        Column("before", _("Other period")), Column("ratio", _("Times as many a day")), Column("low", _("At least")),
        Column("high", _("At most")), Column("p", _("Chance by itself (p)")), Column("finding", _("Finding")),
    ]  # fmt: skip
    table: list[Sequence[Any]] = [
        (
            row["code"], row["name"], row["now"], row["before"], row["ratio"], row["low"], row["high"], row["p"],
            finding(row["sign"]),
        )
        for row in rows
    ]  # fmt: skip
    shapes = [asking.frame.areas[row["code"]].geometry for row in rows]
    sentence = total["sentence"]

    def drawing() -> Any:
        below = [f"{total['now_period']} – {total['period']}", *asking.footing]
        words = [finding(row["sign"]) for row in rows]
        return drawings.classes(asking.frame, shapes, words, scale(), sentence, below, whole=True)

    return asking.parcel(
        "verschil", sentence, METHOD, more=_notes(total), columns=columns, rows=table, shapes=shapes, drawing=drawing
    )


def cells(asking: Asking) -> Parcel:
    """The cells that differ by more than chance can make; no cell beside."""
    periods = _periods(asking)
    total = comparing.total(asking.asked, periods)
    flat, different = comparing.cells(asking.asked, periods)
    told = np.flatnonzero(different.sign)
    columns = [
        Column("cell", _("Cell")), Column("now", _("This period")), Column("before", _("Other period")),
        Column("p", _("Chance by itself (p)")), Column("finding", _("Finding")),
    ]  # fmt: skip
    signs = [int(different.sign[at]) for at in told]
    rows = [
        (int(flat[at]), float(different.now[at]), float(different.before[at]), float(different.p[at]), finding(sign))
        for at, sign in zip(told, signs, strict=True)
    ]
    shapes = list(asking.frame.grid(asking.filter.cell).polygons(flat[told])) if told.size else []
    sentence = f"{total['sentence']} {comparing.places_text(different)}"

    def drawing() -> Any:
        below = [f"{total['now_period']} – {total['period']}", *asking.footing]
        return drawings.classes(asking.frame, shapes, [finding(sign) for sign in signs], scale(), sentence, below)

    return asking.parcel(
        "verschilcellen", sentence, METHOD, more=_notes(total), columns=columns, rows=rows, shapes=shapes, drawing=drawing
    )


def finding(sign: int) -> str:
    """Whether a difference is told from chance, in words."""
    return _("more") if sign > 0 else _("fewer") if sign < 0 else _("may be chance")


def scale() -> dict[str, str]:
    """The colours of the findings."""
    return {_("more"): "--ov-heat-4", _("fewer"): "--ov-time-4", _("may be chance"): "--ov-sunken"}
