"""The weeks of each area, as one long table."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from openvis.web.ui.takeaway import Column, Parcel

from .. import charts
from .. import multiples as small
from .asking import Asking
from .panels import finding_of


def weeks(asking: Asking) -> Parcel:
    """A row for each area and week."""
    found = small.areas(asking.asked, small.level_of(asking.query, asking.asked))
    columns = [
        Column("code", _("Code")), Column("area", _("Area")), Column("week", _("Week")), Column("monday", _("Monday")),
        Column("incidents", _("Incidents")), Column("expected", _("Expected")), Column("low", _("At least expected")),
        Column("high", _("At most expected")), Column("finding", _("Finding")), Column("incomplete", _("Still coming in")),
    ]  # fmt: skip
    rows: list[Sequence[Any]] = [
        (
            one.area.code, one.area.name, week["week"], date.fromisoformat(week["start"]), week["count"],
            week["expected"], week["low"], week["high"], finding_of(week), week["incomplete"],
        )
        for one in found
        for week in one.weeks
    ]  # fmt: skip
    sentence = small.sentence(found)

    def drawing() -> Any:
        shown = [(one.area.name, one.weeks) for one in found[: small.SHOWN]]
        return charts.multiples(shown, sentence, asking.footing)

    return asking.parcel("wekengebieden", sentence, "trend", columns=columns, rows=rows, drawing=drawing)
