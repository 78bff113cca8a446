"""The pages of transfers: proposing from a focus place, the question what for, and the answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry, User
from openvis.web.deployment.models import FocusPlace
from openvis.web.sharing.models import Received, Transfer
from web.sharing.handed import SECRET, purpose_of


@pytest.fixture
def mine(proposer: User, client_for: Callable[..., Client]) -> Client:
    return client_for(proposer)


@pytest.fixture
def theirs(receiver: User, client_for: Callable[..., Client]) -> Client:
    return client_for(receiver)


def address(place: FocusPlace, to: str = "nuisance") -> str:
    return reverse("transfer_propose", args=["focus_place", place.pk]) + f"?naar={to}"


def filled(city: Profile, client: Client, place: FocusPlace, **changed: Any) -> dict[str, Any]:
    """The form as somebody fills it in."""
    form = client.get(address(place)).context["form"]
    return {
        "seen": form["seen"].value(), "fields_chosen": ["name", "hours"], "purpose": purpose_of(city), "law": "AVG",
        "article": "art. 6 lid 1 onder e", "motivation": "De zaak speelt hier.", "proportionality": "Alleen dit.",
        "subsidiarity": "Bellen volstaat niet.", "answer_by": timezone.localdate() + timedelta(days=5), **changed,
    }  # fmt: skip


def state_purpose(city: Profile, client: Client, file: str, back: str) -> Any:
    data = {"compartiment": "nuisance", "dossier": file, "doel": purpose_of(city), "next": back}
    return client.post(reverse("purpose"), data)


def test_the_page_of_a_place_leads_to_proposing_for_who_may(place: FocusPlace, mine: Client, client_for: Any, analyst: User):
    page = reverse("focus_place", args=[place.pk])
    way = reverse("transfer_propose", args=["focus_place", place.pk])
    assert way in mine.get(page).content.decode()
    assert way not in client_for(analyst).get(page).content.decode()
    assert client_for(analyst).get(way).status_code == 404


def test_each_field_is_shown_with_its_value_and_none_is_ticked(place: FocusPlace, mine: Client):
    text = mine.get(address(place)).content.decode()
    assert SECRET in text
    assert "vr 21-23 uur" in text
    assert 'type="checkbox"' in text
    assert "checked" not in text


def test_a_proposal_goes_its_way(city: Profile, place: FocusPlace, mine: Client, theirs: Client):
    answer = mine.post(address(place), filled(city, mine, place))
    made = Transfer.objects.get()
    own = reverse("transfer", args=[made.pk])
    assert answer.headers["Location"] == own
    assert "Achter de kerk" in mine.get(own).content.decode()
    # The other side is asked what for, before anything opens.
    assert own in theirs.get(reverse("transfers")).content.decode()
    asked = theirs.get(own)
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith(reverse("purpose"))
    assert theirs.post(reverse("transfer_accept", args=[made.pk])).status_code == 302
    assert Transfer.objects.get().state == "proposed"
    assert state_purpose(city, theirs, f"transfer:{made.pk}", own).headers["Location"] == own
    text = theirs.get(own).content.decode()
    assert "Achter de kerk" in text
    assert "vr 21-23 uur" in text
    assert SECRET not in text
    assert theirs.post(reverse("transfer_accept", args=[made.pk])).status_code == 302
    assert set(Received.objects.get().values) == {"name", "hours"}
    assert "Achter de kerk" in theirs.get(own).content.decode()
    entry = AuditEntry.objects.filter(action="transfer.view", object=f"transfer:{made.pk}").first()
    assert entry is not None
    assert entry.purpose == purpose_of(city)


def test_after_the_answer_the_proposing_side_sees_that_it_was_and_not_what(
    city: Profile, transfer: Transfer, mine: Client, theirs: Client
):
    own = reverse("transfer", args=[transfer.pk])
    assert SECRET in mine.get(own).content.decode()
    state_purpose(city, theirs, f"transfer:{transfer.pk}", own)
    empty = theirs.post(reverse("transfer_refuse", args=[transfer.pk]), {"reason": ""})
    assert empty.status_code == 422
    theirs.post(reverse("transfer_refuse", args=[transfer.pk]), {"reason": "Niet nodig voor deze zaak."})
    text = mine.get(own).content.decode()
    assert "Niet nodig voor deze zaak." in text
    assert SECRET not in text
    again = theirs.post(reverse("transfer_accept", args=[transfer.pk]))
    assert again.status_code == 302
    assert Transfer.objects.get().state == "refused"


def test_what_changed_under_somebody_is_looked_at_again(city: Profile, place: FocusPlace, mine: Client):
    data = filled(city, mine, place)
    place.name = "Bij de brug"
    place.save()
    answer = mine.post(address(place), data)
    assert answer.status_code == 422
    assert not Transfer.objects.exists()
    assert "Bij de brug" in answer.content.decode()
    assert "De zaak speelt hier." in answer.content.decode()
    data["seen"] = answer.context["form"]["seen"].value()
    assert mine.post(address(place), data).status_code == 302


@pytest.mark.parametrize("missing", ["fields_chosen", "purpose", "article", "motivation", "proportionality", "subsidiarity"])
def test_what_is_missing_is_told_and_what_was_typed_stays(city: Profile, place: FocusPlace, mine: Client, missing: str):
    answer = mine.post(address(place), filled(city, mine, place, **{missing: ""}))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {missing}
    assert not Transfer.objects.exists()


def test_only_open_ways_can_be_chosen(city: Profile, place: FocusPlace, mine: Client):
    for closed in ("victims", "index", "persons", "nowhere"):
        answer = mine.get(address(place, closed))
        assert answer.context.get("form") is None or answer.context["form"].to.id == "nuisance"


def test_it_is_taken_back_by_a_colleague_too(
    city: Profile, transfer: Transfer, make_user: Callable[..., User], client_for: Callable[..., Client]
):
    colleague = client_for(make_user(transfer.role))
    assert colleague.post(reverse("transfer_withdraw", args=[transfer.pk])).status_code == 302
    assert Transfer.objects.get().state == "withdrawn"


def test_today_shows_what_waits_without_what_it_holds(transfer: Transfer, theirs: Client, mine: Client):
    text = theirs.get(reverse("today")).content.decode()
    assert reverse("transfer", args=[transfer.pk]) in text
    assert SECRET not in text
    assert "Achter de kerk" not in text
