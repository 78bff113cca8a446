"""What can be handed over of a place and of an incident: in words, for who sees it, and never what may lead to somebody."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import acting, registry
from openvis.web.access.models import User
from openvis.web.deployment.models import FocusPlace
from openvis.web.intake.models import Batch, Incident, Source
from openvis.web.places.models import Area
from openvis.web.sharing import flows, selectors, services
from openvis.web.sharing.models import Received
from web.sharing.handed import asked, elsewhere, home, make_user, proposing_role, purpose_of


@pytest.fixture
def incident(city: Profile) -> Incident:
    """An incident of last night in a neighbourhood of the first area."""
    source = Source.objects.filter(definition__kind_of_data="incidents").order_by("number").first()
    assert source is not None
    batch = Batch.objects.create(source=source, way=Batch.Way.FILE, state=Batch.State.LOADED)
    level = city.levels[0].id
    inside = Area.objects.filter(level=city.finest.id, **{f"within__{level}": home(city)}).first()
    assert inside is not None
    now = timezone.now()
    return Incident.objects.create(
        source=source, batch=batch, reference="GEHEIM-2026-1", kind=city.kinds[0].number, attempt=False,
        begin=now - timedelta(hours=9), end=now - timedelta(hours=7), x=144000.4, y=487000.6, precision=25, area=inside,
        text=b"sealed", ends_on=now.date() + timedelta(days=100),
    )  # fmt: skip


def test_an_incident_is_offered_in_words_without_its_number_and_text(city: Profile, incident: Incident):
    manager = make_user(city, proposing_role(city))
    thing = flows.thing(manager, "incident", str(incident.pk))
    assert thing is not None
    shown = {name: value for name, _title, value in thing.lines}
    assert shown["what"] in (city.kinds[0].name.get("nl"), city.kinds[0].name.get("en"))
    assert shown["point"].startswith("144000, 487001")
    assert incident.area is not None
    assert shown["area"] == incident.area.name
    assert home(city) in thing.areas
    told = " ".join(thing.values.values())
    assert "GEHEIM" not in told
    assert "sealed" not in told


def test_outside_ones_own_areas_there_is_no_incident(city: Profile, incident: Incident, outsider: User, administrator: User):
    far = make_user(city, proposing_role(city), (elsewhere(city),))
    for person in (far, outsider, administrator):
        assert flows.thing(person, "incident", str(incident.pk)) is None
        assert not selectors.proposable(person, "incident", str(incident.pk))
    manager = make_user(city, proposing_role(city))
    for key in ("0", "-1", "x", "1e3", "٣", str(2**70), f"0{incident.pk}", f"{incident.pk}\n"):
        assert flows.thing(manager, "incident", key) is None, key


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_an_observation_becomes_a_signal_by_an_act(city: Profile, incident: Incident):
    manager, desk = make_user(city, proposing_role(city)), make_user(city, "meldpuntcoordinator")
    thing = flows.thing(manager, "incident", str(incident.pk))
    assert thing is not None
    proposal = asked(city, to="signals", fields=("what", "begin"), purpose=purpose_of(city, "signals"))
    made = services.propose(manager, thing, proposal)
    with acting.begin(acting.Acting(user=desk, purpose=purpose_of(city, "signals"))):
        services.accept(desk, made.pk)
    assert set(Received.objects.get().values) == {"what", "begin"}


def test_a_place_is_offered_to_who_sees_it(city: Profile, place: FocusPlace, outsider: User):
    manager = make_user(city, proposing_role(city))
    thing = flows.thing(manager, "focus_place", str(place.pk))
    assert thing is not None
    assert {name for name, _title, _value in thing.lines} >= {"name", "where", "interpretation", "figures", "hours"}
    assert flows.thing(outsider, "focus_place", str(place.pk)) is None
    for key in ("not-a-key", f"{{{place.pk}}}", str(place.pk).upper(), place.pk.hex):
        assert flows.thing(manager, "focus_place", key) is None, key


def test_every_offer_names_a_compartment_of_the_profile(city: Profile):
    offers: list[Any] = registry.offers
    assert {offer.kind for offer in offers} >= {"focus_place", "incident"}
    for offer in offers:
        assert city.compartment(offer.compartment)
        assert offer.fields
