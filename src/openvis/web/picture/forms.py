"""What can be chosen on the page, and reading what the page asks beyond the filter."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import pages
from .filter import Filter, FilterError, Problem, Vocabulary
from .frame import Frame


def choices(
    frame: Frame, filter_: Filter, first: date | None, vocabulary: Vocabulary, request: HttpRequest
) -> dict[str, Any]:
    """The fields of the filter bar with what is chosen in them."""
    language = get_language()
    hidden = {"uren": "uren", "weken": "weken", "plek": "plek", "cel": "cel", "bron": "bron", "laag": "laag"}
    return {
        "themes": pages.themes(frame, filter_),
        "usual_kinds": ",".join(frame.usual_kinds),
        "usual_level": frame.usual_level,
        "presets": pages.presets(vocabulary, first),
        "areas": pages.area_choices(frame),
        "levels": [{"id": level.id, "name": level.plural.get(language)} for level in frame.profile.levels],
        "attempts": [
            {"id": "alle", "name": _("all")},
            {"id": "voltooid", "name": _("completed only")},
            {"id": "poging", "name": _("attempts only")},
        ],
        "compare": request.GET.get("vergelijk") == pages.LAST_YEAR,
        # Without scripts the form must send along what it has no field for.
        "hidden": {name: request.GET[name] for name in hidden if request.GET.get(name)},
    }


def box(text: str) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees, of `5.1,52.3,5.2,52.4`. Raises FilterError."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west, south, east, north = 1.0, 1.0, 0.0, 0.0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        expected = _("west, south, east and north in degrees, such as 5.1,52.3,5.2,52.4")
        raise FilterError([Problem("bbox", text[:80], expected)])
    return west, south, east, north
