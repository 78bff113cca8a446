"""Transfers between compartments."""

import uuid

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from web.planting.common import Planted, mark, other_area


def transfer(profile: Profile) -> Planted:
    """Fields of a focus place in another area that were accepted, and stay with the receiver."""
    from openvis.web.sharing.models import Received, Transfer

    area, why, value = other_area(profile), mark("reden"), mark("waarde")
    here, there = next((one, to) for one in profile.compartments for to in one.feeds if one.letter == "O")
    role = next(role for role in profile.roles if "transfers.propose" in role.abilities)
    day = timezone.localdate()
    sent = Transfer.objects.create(
        kind="focus_place", key=str(uuid.uuid4()), from_compartment=here.id, to_compartment=there, areas=[area],
        fields=["name"], values={"name": value}, role=role.id, answer_by=day, ends_on=day, purpose="p", law="AVG",
        article=why, motivation=why, proportionality=why, subsidiarity=why,
    )
    Transfer.objects.filter(pk=sent.pk).update(state="accepted", values=None)
    Received.objects.create(transfer=sent, compartment=there, areas=[area], values={"name": value}, ends_on=day)

    def reads(person: User) -> bool:
        for grant in person.grants.in_force():
            held = profile.role(grant.role)
            reached = held.scope == "city" or area in grant.areas
            cell = profile.rights(grant.role, there).rights
            receives = "transfers.accept" in held.abilities and "e" in cell and not cell.isdisjoint("ra")
            if reached and (receives or grant.role == role.id):
                return True
        return False

    return Planted("transfer", (sent.pk,), (why, value), reads)
