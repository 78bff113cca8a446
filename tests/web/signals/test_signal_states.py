"""The states of a signal: every one can be reached, what ended stays so, and the database allows the same steps."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.signals.models import Signal, Weighing
from openvis.web.signals.states import AFTER_ROUTE, ENDED, STEPS, State, told


def test_every_state_has_its_steps_and_is_reached() -> None:
    assert set(STEPS) == set(State)
    reached = {State.RECEIVED}.union(*STEPS.values())
    assert reached == set(State)
    assert all(STEPS[state] == frozenset() for state in ENDED)
    assert set(AFTER_ROUTE.values()) <= STEPS[State.WEIGHED]
    assert all(told(state) for state in State)


@pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
def test_the_database_holds_the_same_steps(city: Profile) -> None:
    for here in State:
        for there in State:
            if there == here or (here == State.WEIGHED and there != State.ENRICHED):
                continue
            ended = {"ends_on": timezone.localdate(), "outcome": "done"}
            number = f"{here[:5]}-{there[:5]}"
            made = Signal.objects.create(number=number, phenomenon="x", state=here, facts="x", **ended)
            try:
                with transaction.atomic():
                    Signal.objects.filter(pk=made.pk).update(state=there)
                allowed = True
            except DatabaseError:
                allowed = False
            assert allowed == (there in STEPS[here]), f"{here} → {there}"
            made.delete()


@pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
def test_no_weighed_signal_goes_on_without_a_second_reader(city: Profile, manager, analyst) -> None:
    ended = {"ends_on": timezone.localdate(), "outcome": "no_follow_up"}
    made = Signal.objects.create(number="1", phenomenon="x", state="weighed", facts="x", **ended)
    first = Weighing.objects.create(
        signal=made, answers={}, points=1, proposal="close", route="close", reason="x", proposed_by=manager
    )

    def close() -> None:
        with transaction.atomic():
            Signal.objects.filter(pk=made.pk).update(state="closed")

    with pytest.raises(DatabaseError, match="second reader"):
        close()
    with pytest.raises(DatabaseError), transaction.atomic():
        Weighing.objects.filter(pk=first.pk).update(outcome="confirmed", decided_by=manager)
    Weighing.objects.filter(pk=first.pk).update(outcome="confirmed", decided_by=analyst)
    close()
