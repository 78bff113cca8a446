"""Places out of sight, and figures of quarters."""

from django.utils import timezone

from openvis.profile import Profile
from web.planting.common import Planted, holds, mark, other_area, works_in


def place_out_of_sight(profile: Profile) -> Planted:
    """A place on the list in another area."""
    from openvis.web.themes.models import PlaceOutOfSight

    area, title, why = other_area(profile), mark("vrijplaats"), mark("waarom")
    made = PlaceOutOfSight.objects.create(title=title, kind="club", area_code=area, areas=[area], reason=why)
    return Planted("place out of sight", (made.pk,), (title, why), works_in(profile, area, "controls.plan"))


def theme_figures(profile: Profile) -> Planted:
    """Figures of a quarter, with a mark where a key of a phenomenon stands."""
    from openvis.web.themes.models import QuarterFigures

    name = mark("cijfers")
    told = {"rows": [name, "total"], "columns": ["total"], "values": [[20], [20]]}
    made = QuarterFigures.objects.create(
        year=1987, quarter=3, k=10, level="x", phenomena=told, branches=told, ends_on=timezone.localdate()
    )
    return Planted("figures of a quarter", (made.year, made.quarter), (name,), holds(profile, "signals.figures"))
