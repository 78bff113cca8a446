"""What can be chosen on the page, and reading what the page asks beyond the filter."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import comparing
from .filter import Filter, FilterError, Problem, Vocabulary
from .frame import Frame


def choices(
    frame: Frame, filter_: Filter, first: date | None, vocabulary: Vocabulary, request: HttpRequest
) -> dict[str, Any]:
    """The fields of the filter bar with what is chosen in them."""
    language = get_language()
    hidden = {"uren": "uren", "weken": "weken", "plek": "plek", "cel": "cel", "bron": "bron", "laag": "laag"}
    return {
        "themes": themes(frame, filter_),
        "usual_kinds": ",".join(frame.usual_kinds),
        "usual_level": frame.usual_level,
        "presets": presets(vocabulary, first),
        "areas": area_choices(frame),
        "levels": [{"id": level.id, "name": level.plural.get(language)} for level in frame.profile.levels],
        "attempts": [
            {"id": "alle", "name": _("all")},
            {"id": "voltooid", "name": _("completed only")},
            {"id": "poging", "name": _("attempts only")},
        ],
        "compares": [
            {"id": "", "name": _("nothing")},
            {"id": comparing.LAST_YEAR, "name": _("a year earlier")},
            {"id": comparing.BEFORE, "name": _("the period before")},
            {"id": comparing.OWN, "name": _("days of your own")},
        ],
        "compare": request.GET.get(comparing.CHOICE) or "",
        "compare_days": own_days(filter_, request),
        # Without scripts the form must send along what it has no field for.
        "hidden": {name: request.GET[name] for name in hidden if request.GET.get(name)},
    }


def own_days(filter_: Filter, request: HttpRequest) -> dict[str, str]:
    """The days to compare with: those of the address, else the same ones a year of weeks earlier."""
    return {
        "from": request.GET.get(comparing.FROM) or (filter_.first - comparing.YEAR_OF_WEEKS).isoformat(),
        "to": request.GET.get(comparing.TO) or (filter_.last - comparing.YEAR_OF_WEEKS).isoformat(),
    }


def presets(vocabulary: Any, first: date | None) -> list[dict[str, Any]]:
    """Periods one often wants, all ending with the last whole week of the data."""
    last = vocabulary.last
    found = [
        {"text": text, "from": last - timedelta(days=7 * weeks - 1), "to": last}
        for text, weeks in (
            (_("Last 4 weeks"), 4), (_("Last 13 weeks"), 13), (_("Last 52 weeks"), 52), (_("Last 2 years"), 104),
        )
    ]  # fmt: skip
    if first is not None and first < last:
        found.append({"text": _("Everything there is"), "from": first, "to": last})
    return found


def themes(frame: Frame, filter_: Filter) -> list[dict[str, Any]]:
    """Kinds by the topic of the plan they belong to, for the list with boxes."""
    language = get_language()
    topics = {topic.id: topic.name.get(language) for topic in frame.profile.plan.topics}
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in frame.kinds.values():
        item = {"id": kind.id, "name": kind.name.get(language), "chosen": kind.id in filter_.kinds}
        found.setdefault(kind.theme, []).append(item)
    return [{"id": key, "name": topics.get(key, key), "kinds": kinds} for key, kinds in sorted(found.items())]


def area_choices(frame: Frame) -> list[dict[str, Any]]:
    """Areas by level, coarse to fine, by name."""
    language = get_language()
    return [
        {
            "name": level.plural.get(language),
            "areas": sorted(frame.areas_of(level.id), key=lambda area: area.name.casefold()),
        }
        for level in frame.profile.levels
    ]


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
