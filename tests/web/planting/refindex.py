"""Entries of the reference index."""

import uuid
from datetime import timedelta

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from web.planting.common import Planted, mark


def index_entry(profile: Profile) -> Planted:
    """An entry of the reference index of another department, with a match, at an address with a street of its own."""
    from openvis.web.places.models import Address
    from openvis.web.refindex.models import Entry, Match

    street, contact = mark("straat"), mark("contact")
    people = [User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders") for _side in range(2)]
    day = timezone.localdate() + timedelta(days=30)
    place = Address.objects.create(number_id=str(uuid.uuid4().int)[:16], street=street, number=1, x=0.0, y=0.0)
    ours, theirs = (
        Entry.objects.create(
            department=f"elders_{side}", address=place, kind="x", contact=contact, handler=person, expires_on=day,
            ends_on=day,
        )
        for side, person in enumerate(people)
    )
    match = Match.objects.create(entry=ours, other=theirs, department=theirs.department)
    kind = ("index_entry", ours.pk)
    return Planted("index entry", (ours.pk,), (contact,), lambda person: False, ((match.pk,), kind))
