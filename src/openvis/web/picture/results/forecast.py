"""The forecast of the coming week, and its test."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web.ui.formatting import dates, share
from openvis.web.ui.takeaway import Column, Parcel

from .. import drawings, forecasting, rules
from ..filter import USUAL_CELL
from .asking import Asking

METHOD = "forecast"


def _chosen(asking: Asking) -> forecasting.Chosen:
    """What is forecast. Raises Http404 when nothing is: more kinds than one, or no test yet."""
    found = forecasting.chosen(asking.query, asking.filter, rules.areas_of_rows(asking.user) is None)
    if found is None:
        raise Http404
    return found


def cells(asking: Asking) -> Parcel:
    """The chosen cells with what is expected in each; how the method did before goes along."""
    found = _chosen(asking)
    coming = forecasting.coming(asking.asked, found)
    if coming is None:
        raise Http404
    name = asking.frame.kinds[found.kind].name.get(get_language())
    sentence, score, content = forecasting.sentence(found, name), found.score(found.method), found.outcome.content
    columns = [
        Column("cell", _("Cell")), Column("expected", _("Expected incidents")), Column("first", _("From")),
        Column("last", _("Up to and including")),
    ]  # fmt: skip
    rows: list[Sequence[Any]] = [
        (int(cell), round(float(expected), 5), coming.first, coming.last)
        for cell, expected in zip(coming.cells, coming.expected, strict=True)
    ]
    shapes = list(asking.frame.grid(USUAL_CELL).polygons(coming.cells)) if coming.cells.size else []
    more = [
        (_("Kind"), name),
        (_("Forecast of"), dates(coming.first, coming.last)),
        (_("Shown method"), forecasting.method_name(found.method)),
        (_("Part of the surface"), share(found.share, 2)),
        (_("Found in the test"), share(score["hit_rate"], 1)),
        ("PAI", f"{score['pai']:.1f} ({score['pai_low']:.1f} – {score['pai_high']:.1f})"),
        (_("Tested weeks"), f"{content['origins']}: {content['first']} – {content['last']}"),
    ]

    def drawing() -> Any:
        words = [_("chosen cell")] * len(shapes)
        below = [sentence, f"{name}, {dates(coming.first, coming.last)}", *asking.footing[1:]]
        title = _("Forecast of the coming week: %(kind)s") % {"kind": name}
        return drawings.classes(asking.frame, shapes, words, {_("chosen cell"): "--ov-accent"}, title, below)

    return asking.parcel(
        "verwachting", sentence, METHOD, more=more, columns=columns, rows=rows, shapes=shapes, drawing=drawing
    )


def scores(asking: Asking) -> Parcel:
    """How every method did at every share of the surface."""
    found = _chosen(asking)
    content = found.outcome.content
    columns = [
        Column("method", _("Method")), Column("share", _("Part of the surface")), Column("origins", _("Tested weeks")),
        Column("hits", _("Incidents found")), Column("events", _("Incidents in all")), Column("hit_rate", _("Part found")),
        Column("pai", "PAI"), Column("pai_low", _("PAI at least")), Column("pai_high", _("PAI at most")),
        Column("pei", "PEI*"), Column("log_score", _("Log score")), Column("finding", _("Against the best count")),
    ]  # fmt: skip
    findings = {(one["method"], one["share"]): one for one in content["differences"] if one["measure"] == "hit_rate"}
    rows: list[Sequence[Any]] = [
        (
            forecasting.method_name(score["method"]), score["share"], score["origins"], score["hits"], score["events"],
            score["hit_rate"], score["pai"], score["pai_low"], score["pai_high"], score["pei"], score["log_score"],
            forecasting.finding_text(findings.get((score["method"], score["share"]))),
        )
        for score in content["scores"]
    ]  # fmt: skip
    name = asking.frame.kinds[found.kind].name.get(get_language())
    sentence = forecasting.sentence(found, name)
    return asking.parcel("toets", sentence, METHOD, more=[(_("Kind"), name)], columns=columns, rows=rows)
