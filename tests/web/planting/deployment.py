"""Focus places."""

from typing import Any

import shapely
from django.utils import timezone

from openvis.profile import Profile
from web.planting.common import Planted, mark, other_area, works_in

FIGURES: dict[str, Any] = {
    "count": 1, "total": 1, "share": None, "area_share": None, "trend": None, "kinds": [], "windows": [], "chips": [],
    "matrix": [[0.0] * 24] * 7, "weeks": [], "from": "2026-01-01", "to": "2026-06-30", "chosen_kinds": [],
}
"""Evidence with nothing in it."""


def focus_place(profile: Profile) -> Planted:
    """A focus place in another area, with an interpretation, a decision and an action."""
    from openvis.web.deployment.models import Evidence, FocusAction, FocusPlace

    area, name, inside, act = other_area(profile), mark("plek"), mark("duiding"), mark("afspraak")
    evidence = Evidence.objects.create(
        query=mark("vraag"), store_version="1", figures=FIGURES, shape={}, picture=b"x",
        outline=shapely.to_wkb(profile.areas[0].geometry),
    )
    place = FocusPlace.objects.create(
        name=name, evidence=evidence, home=[area], touches=[area], interpretation=inside, state="accepted", reason=inside,
    )
    action = FocusAction.objects.create(
        place=place, what=act, phase="preventive", organisation=profile.organisations[0].id, due=timezone.localdate(),
    )
    readers = works_in(profile, area, "briefing.view", "places.keep", "places.assess")
    return Planted("focus place", (place.pk,), (name, inside, act, evidence.query), readers, ((action.pk,),))
