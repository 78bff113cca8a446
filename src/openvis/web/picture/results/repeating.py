"""The zones of near repeats; only for who may see single incidents."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web.ui.takeaway import Column, Parcel

from .. import drawings, forecasting, repeating, rules, selectors
from ..filter import USUAL_CELL
from .asking import Asking

METHOD = "near-repeat"


def zones(asking: Asking) -> Parcel:
    """The cells with a raised chance. Raises Http404 when there is no test of the kind."""
    kind = forecasting.kind_of(asking.filter)
    outcome = selectors.outcome(repeating.key_of(kind)) if kind else None
    if kind is None or outcome is None:
        raise Http404
    found = repeating.zones(asking.asked, outcome, rules.areas_of_rows(asking.user))
    name = asking.frame.kinds[kind].name.get(get_language())
    sentence = repeating.sentence(outcome, name)
    columns = [Column("cell", _("Cell")), Column("step", _("Step (1 to 3)")), Column("risk", _("Sum of risk"))]
    rows: list[Sequence[Any]] = [
        (int(cell), int(step), round(float(risk), 4))
        for cell, step, risk in zip(found.cells, found.step, found.risk, strict=True)
    ]
    shapes = list(asking.frame.grid(USUAL_CELL).polygons(found.cells)) if found.cells.size else []

    def drawing() -> Any:
        texts = step_texts()
        colours = {text: f"--ov-heat-{tone}" for text, tone in zip(texts, (2, 3, 5), strict=True)}
        words = [texts[int(step) - 1] for step in found.step]
        below = [sentence, *asking.footing]
        return drawings.classes(asking.frame, shapes, words, colours, repeating.zones_text(found), below)

    return asking.parcel("herhaling", sentence, METHOD, columns=columns, rows=rows, shapes=shapes, drawing=drawing)


def step_texts() -> list[str]:
    """What the three steps mean."""
    return [_("raised"), _("more"), _("this week, right there")]
