"""The alerts of a selection."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from openvis.web.ui.takeaway import Column, Parcel

from .. import alerting, drawings
from .asking import Asking

METHOD = "alerts"


def alerts(asking: Asking) -> Parcel:
    """What stands out in the latest weeks, with what was expected, its interval and how sure it is."""
    frame = asking.frame
    found = alerting.told(frame, asking.filter, asking.asked.loaded.version)
    listed = [alert for alert in (*found.open, *found.past) if alert.area in frame.areas]
    columns = [
        Column("code", _("Code")), Column("area", _("Area")), Column("kind", _("Kind")), Column("monday", _("Monday")),
        Column("weeks", _("Number of weeks")), Column("incidents", _("Incidents")), Column("expected", _("Expected")),
        Column("low", _("At least expected")), Column("high", _("At most expected")),
        Column("p", _("Chance by itself (p)")), Column("q", _("False discovery rate (q)")),
        Column("latest", _("Latest week")),
    ]  # fmt: skip
    rows: list[Sequence[Any]] = [
        (
            alert.area, alert.area_name, alerting.kind_name(frame, alert.kind), alert.week, alert.weeks, alert.count,
            round(alert.expected, 2), alert.low, alert.high, alert.p, alert.q, alert in found.open,
        )
        for alert in listed
    ]  # fmt: skip
    shapes = [frame.areas[alert.area].geometry for alert in listed]
    sentence = alerting.title(found)

    def drawing() -> Any:
        words = [alerting.kind_name(frame, alert.kind) for alert in found.open]
        colours = {name: f"--ov-heat-{min(5, 3 + place)}" for place, name in enumerate(dict.fromkeys(words))}
        marked = [frame.areas[alert.area].geometry for alert in found.open]
        below = [*(alerting_line(frame, alert) for alert in found.open), alerting.sure(found), *asking.footing]
        return drawings.classes(frame, marked, words, colours, sentence, below, whole=True)

    return asking.parcel(
        "signaleringen", sentence, METHOD, more=[(_("Certainty"), alerting.sure(found))], columns=columns, rows=rows,
        shapes=shapes, drawing=drawing,
    )  # fmt: skip


def alerting_line(frame: Any, alert: Any) -> str:
    """An alert in one line."""
    return f"{alerting.kind_name(frame, alert.kind)}, {alert.area_name}: {alerting.counted(alert)}, {alerting.when(alert)}"
