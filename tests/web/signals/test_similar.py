"""Similar signals: what is planted as the same is found for the right reason, and nothing else; spelling is a question."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import User
from openvis.web.signals import services
from openvis.web.signals.models import Likeness, Signal
from openvis.web.signals.similar import plain_name, similar
from web.signals.conftest import make_address


@pytest.fixture
def base(make_signal: Callable[..., Signal]) -> Signal:
    return make_signal(address=make_address(1), company="De Gouden Zegge B.V.", telephone="06-1234 5678")


def found(signal: Signal) -> dict[str, tuple[list[str], str]]:
    return {item.signal.number: (item.reasons, item.question) for item in similar(signal)}


def test_the_same_address_business_and_number_are_told(base: Signal, make_signal: Callable[..., Signal]) -> None:
    address = make_signal(address=base.address)
    business = make_signal(company="de gouden zegge bv")
    telephone = make_signal(telephone="+31 6 12345678")
    other = make_signal(company="Bakkerij Roos", telephone="0612345679", address=make_address(2, dx=5000))
    told = found(base)
    assert len(told[address.number][0]) == len(told[business.number][0]) == len(told[telephone.number][0]) == 1
    assert not any(question for _reasons, question in told.values())
    assert other.number not in told


def test_near_counts_within_metres_and_days_of_the_city(
    city: Profile, base: Signal, make_signal: Callable[..., Signal]
) -> None:
    near = city.signals.nearby
    inside = make_signal(address=make_address(2, dx=near.metres - 1))
    outside = make_signal(address=make_address(3, dx=near.metres + 1))
    earlier = make_signal(address=make_address(4, dx=1))
    Signal.objects.filter(pk=earlier.pk).update(received_at=base.received_at - timedelta(days=near.days + 1))
    evening = make_signal(address=make_address(5, dx=2))
    Signal.objects.filter(pk=evening.pk).update(received_at=base.received_at + timedelta(days=1))
    told = found(base)
    with translation.override("en"):
        assert [found(base)[item.number][0] for item in (inside, evening)] == [
            [f"{near.metres - 1} metres away, on the same day"], ["2 metres away, 1 day apart"],
        ]  # fmt: skip
    assert inside.number in told
    assert outside.number not in told
    assert earlier.number not in told


def test_another_spelling_is_a_question_that_a_person_answers(
    base: Signal, make_signal: Callable[..., Signal], weigher: User, reporter: User
) -> None:
    other = make_signal(company="De Goude Zegge")
    reasons, question = found(base)[other.number]
    assert reasons == []
    assert "De Goude Zegge" in question
    with pytest.raises(services.NotYoursError):
        services.decide_likeness(reporter, base.pk, other.pk, True)
    with walls.as_user(weigher):
        services.decide_likeness(weigher, other.pk, base.pk, False)
        services.decide_likeness(weigher, base.pk, other.pk, True)
    assert Likeness.objects.get().same is True
    assert {item.signal.number: item.same for item in similar(base)}[other.number] is True
    # An answer about one pair says nothing about another: nothing learns from it.
    third = make_signal(company="De Goude Zegge")
    assert {item.signal.number: item.same for item in similar(base)}[third.number] is None


def test_who_may_not_see_finds_nothing(base: Signal, make_signal: Callable[..., Signal], reporter: User) -> None:
    make_signal(address=base.address)
    with walls.as_user(reporter):
        assert similar(base) == []


@given(st.text(alphabet="abc de", min_size=4, max_size=20), st.sampled_from(["B.V.", "BV", "vof", "N.V.", "Holding B.V."]))
def test_a_legal_form_does_not_make_another_business(name: str, form: str) -> None:
    assert plain_name(f"{name} {form}") == plain_name(name)
