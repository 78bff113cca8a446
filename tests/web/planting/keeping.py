"""Holds, lists for destruction, requests of persons."""

import uuid

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from web.planting.common import Planted, holds, mark


def hold_on_a_person(profile: Profile) -> Planted:
    """A hold on everything about somebody; why it is there is for who sees retention alone."""
    from openvis.web.keeping.models import Hold

    name, why = mark("naam"), mark("waarom")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    hold = Hold.objects.create(
        person={"name": name}, reason="claim", explanation=why, until=timezone.localdate(), set_by=other
    )
    return Planted("hold", (hold.pk,), (name, why), holds(profile, "retention.view"))


def destruction_list(profile: Profile) -> Planted:
    """A list for destruction with the title of a record."""
    from openvis.web.keeping.models import DestructionList

    title = mark("titel")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    made = DestructionList.objects.create(
        kind="focus_place", day=timezone.localdate(), state="prepared", items=[["1", title]], keys=["1"], prepared_by=other
    )
    return Planted("destruction list", (made.pk,), (title,), holds(profile, "retention.view"))


def subject_request(profile: Profile) -> Planted:
    """A request of a person, with what was found of them."""
    from openvis.web.keeping.models import SubjectRequest

    name, question = mark("betrokkene"), mark("vraag")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    today = timezone.localdate()
    made = SubjectRequest.objects.create(
        number=uuid.uuid4().hex[:12], kind="access", name=name, question=question, received=today, due=today,
        ends_on=today, entered_by=other,
    )
    return Planted("request of a person", (made.pk,), (name, question), holds(profile, "subjects.handle"))
