"""Threats against staff, and sessions."""

import uuid

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from web.planting.common import Planted, holds, mark


def threat(profile: Profile) -> Planted:
    """A threat that somebody else reported, with what was done about it."""
    from openvis.web.resilience.models import ThreatIncident

    what, who, after = mark("bedreiging"), mark("functie"), mark("vervolg")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    made = ThreatIncident.objects.create(
        kind="threat", happened_on=timezone.localdate(), organisation=profile.organisations[0].id, victim=who, what=what,
        reporter=other, follow_up=after,
    )
    return Planted("threat against staff", (made.pk,), (what, who, after), holds(profile, "resilience.keep"))


def awareness_session(profile: Profile) -> Planted:
    """A session that was held."""
    from openvis.web.resilience.models import AwarenessSession

    title, day = mark("bijeenkomst"), timezone.localdate()
    made = AwarenessSession.objects.create(title=title, held_on=day, ends_on=day)
    return Planted("awareness session", (made.pk,), (title,), holds(profile, "resilience.keep"))
