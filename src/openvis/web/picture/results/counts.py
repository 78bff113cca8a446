"""The open counts, by area and year."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.ui.takeaway import Column, Parcel

from .. import drawings
from ..counts import counts_answer
from ..steps import breaks, step
from .asking import Asking, method_text

METHOD = "rates"


def areas(asking: Asking) -> Parcel:
    """Published totals per area and year, and the rate of the chosen year."""
    found, frame = counts_answer(asking.user, asking.filter), asking.frame
    columns = [
        Column("code", _("Code")), Column("area", _("Area")),
        *(Column(f"y{year['year']}", str(year["year"])) for year in found["years"]),
        Column("rate", _("Per 1,000")), Column("low", _("At least")), Column("high", _("At most")),
    ]  # fmt: skip
    rows: list[Sequence[Any]] = [
        (area["code"], area["name"], *(one["count"] for one in area["trend"]), area["rate"], area["low"], area["high"])
        for area in found["areas"]
    ]
    sentence = found["findings"]["areas"]
    kinds = ", ".join(one["name"] for one in found["kinds"])
    sources = [source["name"] for source in found["sources"]]
    shapes = [frame.areas[area["code"]].geometry for area in found["areas"]]
    bounds = breaks([area["rate"] for area in found["areas"] if area["rate"]])

    def drawing() -> Any:
        steps = [step(area["rate"], bounds) for area in found["areas"]]
        below = [f"{kinds}, {found['year']}", f"{_('Source:')} {'; '.join(sources)}"]
        return drawings.areas(frame, shapes, steps, bounds, sentence, below)

    return Parcel(
        name=f"openvis-tellingen-{found['year']}",
        columns=columns,
        rows=rows,
        notes=[
            (_("Finding"), sentence),
            *((_("Source"), name) for name in sources),
            (_("Kinds"), kinds),
            (_("Rate of the year"), found["year"]),
            (_("Made"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
            (_("Method"), method_text(METHOD)),
        ],
        shapes=shapes,
        crs=frame.crs,
        to_earth=frame.to_earth.transform,
        drawing=drawing,
    )
