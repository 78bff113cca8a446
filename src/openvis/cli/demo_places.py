"""The focus places of a demonstration: found in the picture as anybody finds them, kept by its people."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from openvis.cli.city import recipe_for
from openvis.cli.city.places import point_of
from openvis.cli.city.recipe import Kept, Spot

if TYPE_CHECKING:
    from openvis.profile import Profile
    from openvis.web.access.models import User

NEAR_M = 300.0
"""A hot place so near to what was planted is that place."""


def keep_places(profile: "Profile", until: date) -> int:
    """Keep those planted hotspots that the recipe says people kept, once. How many focus places there are."""
    from django.db import transaction
    from django.utils import translation

    from openvis.web.deployment.models import FocusPlace

    analyst, manager = _people()
    if not FocusPlace.objects.exists() and analyst is not None:
        # All of them or none: broken off in between, the next time begins anew.
        with transaction.atomic(), translation.override(profile.municipality.language):
            for spot in recipe_for(profile).hotspots:
                if spot.kept is not None:
                    _keep(profile, spot, spot.kept, analyst, manager or analyst, until)
    return FocusPlace.objects.count()


def _people() -> tuple["User | None", "User | None"]:
    from openvis.web.access.models import User

    return tuple(User.objects.filter(email__startswith=f"{name}@").first() for name in ("analyst", "manager"))  # type: ignore[return-value]


def _keep(profile: "Profile", spot: Spot, kept: Kept, analyst: "User", manager: "User", until: date) -> None:
    from openvis.web.deployment import services
    from openvis.web.deployment.evidence import freeze

    query = urlencode({"soort": ",".join(spot.kinds)}, safe=",")
    found = _nearest(profile, spot, analyst, query)
    if found is None:
        return
    evidence = freeze(analyst, f"{query}&plek={found['id']}")
    place = services.keep(analyst, evidence, evidence.name, kept.goal, kept.interpretation)
    if kept.accepted:
        owner = manager if manager.has_perm("deployment.assess_place", place) else analyst
        place = services.accept(owner, place.pk, place.version, kept.accepted, owner)
        if kept.action:
            due = until + timedelta(weeks=kept.due_weeks)
            services.agree_action(owner, place.pk, place.version, kept.action, kept.phase, due, person=owner)


def _nearest(profile: "Profile", spot: Spot, analyst: "User", query: str) -> dict[str, Any] | None:
    """The hot place of the picture at the planted one."""
    from pyproj import Transformer

    from openvis.web.deployment import reading

    planted = point_of(profile, spot.place)
    plane = Transformer.from_crs(4326, profile.municipality.crs, always_xy=True)
    for place in reading.ask(analyst, query)["places"]:
        x, y = plane.transform(*place["centre"])
        if (x - planted[0]) ** 2 + (y - planted[1]) ** 2 < NEAR_M**2:
            return dict(place)
    return None
