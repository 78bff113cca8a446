"""Screening and weighing: terms, the checklist proposes, two people decide, and nobody's text is lost."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from openvis.profile import Profile
from openvis.web import working_days
from openvis.web.access import walls
from openvis.web.access.models import User
from openvis.web.signals import registry, retention, services
from openvis.web.signals.models import HandOver, Signal, Weighing
from openvis.web.signals.states import State
from web.signals.conftest import SECRET, heaviest, lightest, make_address, make_user, role_with


def weighed(city: Profile, route: str = "close", **with_route: list[str]) -> services.Weighed:
    return services.Weighed(lightest(city), route, "Oud en vaag.", with_route)


def test_the_checklist_proposes_and_rises(city: Profile) -> None:
    checklist = city.signals.weighing
    low, high = checklist.points(lightest(city)), checklist.points(heaviest(city))
    assert checklist.band(low).route == checklist.bands[0].route
    assert checklist.band(high).route == checklist.bands[-1].route
    with pytest.raises(KeyError):
        checklist.points({})


def test_out_of_scope_is_kept_shorter_than_what_was_weighed(
    city: Profile, make_signal: Callable[..., Signal], weigher: User, second: User
) -> None:
    thin, done = make_signal(), make_signal()
    thin = services.refuse(weigher, thin.pk, thin.version, "insufficient", "Niets om op te varen.")
    done = services.enrich(weigher, done.pk, done.version, "niets")
    services.weigh(weigher, done.pk, done.version, weighed(city))
    services.confirm(second, done.pk, 1)
    done.refresh_from_db()
    terms = city.signals.retention
    today = timezone.localdate()
    assert thin.ends_on == city.retention_term(terms.refused).ends(today)
    assert (done.state, done.outcome, done.weight) == ("closed", "no_follow_up", 0)
    assert done.ends_on == city.retention_term(terms.weighed).ends(today)
    assert retention.run_signals(max(thin.ends_on, done.ends_on)) == 2
    assert not Signal.objects.exists()
    assert not Weighing.objects.exists()


def test_a_first_reader_never_confirms_their_own_weighing(
    city: Profile, enriched: Signal, weigher: User, second: User
) -> None:
    services.weigh(weigher, enriched.pk, enriched.version, weighed(city))
    with pytest.raises(services.NotYoursError):
        services.confirm(weigher, enriched.pk, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Weighing.objects.update(decided_by=weigher)
    with pytest.raises(DatabaseError), walls.as_user(weigher), transaction.atomic():
        Weighing.objects.update(outcome="confirmed", decided_by=second)
    with walls.as_user(second):
        services.confirm(second, enriched.pk, 1, "Eens.")
    made = Weighing.objects.get()
    assert (made.outcome, made.decided_by, made.remark) == ("confirmed", second, "Eens.")


def test_sent_back_is_weighed_again_and_both_rounds_stay(
    city: Profile, enriched: Signal, weigher: User, second: User
) -> None:
    services.weigh(weigher, enriched.pk, enriched.version, weighed(city))
    with pytest.raises(services.WrongError):
        services.send_back(second, enriched.pk, 1, " ")
    with walls.as_user(second):
        enriched = services.send_back(second, enriched.pk, 1, "Kijk nog eens naar de ernst.")
    assert (enriched.state, enriched.weight) == ("enriched", None)
    with pytest.raises(services.NotNowError):
        services.confirm(second, enriched.pk, 1)
    with walls.as_user(second):
        services.weigh(second, enriched.pk, enriched.version, weighed(city))
    with pytest.raises(services.NotNowError):
        services.confirm(weigher, enriched.pk, 1)
    services.confirm(weigher, enriched.pk, 2)
    assert [item.outcome for item in Weighing.objects.order_by("round")] == ["sent_back", "confirmed"]


def test_nothing_is_weighed_half(city: Profile, enriched: Signal, weigher: User, reporter: User) -> None:
    for wrong in (
        services.Weighed({}, "close", "x"), services.Weighed(lightest(city), "moon", "x"),
        services.Weighed(lightest(city), "close", " "), services.Weighed(lightest(city), "department", "x", {}),
    ):
        with pytest.raises(services.WrongError):
            services.weigh(weigher, enriched.pk, enriched.version, wrong)
    with pytest.raises(services.NotYoursError):
        services.weigh(reporter, enriched.pk, enriched.version, weighed(city))
    assert not Weighing.objects.exists()


def test_two_who_write_at_once_are_told_and_nothing_is_lost(enriched: Signal, weigher: User, second: User) -> None:
    seen = enriched.version
    services.note(weigher, enriched.pk, seen, "Van de een.")
    with pytest.raises(services.ConflictError) as caught:
        services.note(second, enriched.pk, seen, "Van de ander.")
    assert caught.value.signal.note == "Van de een."
    services.note(second, enriched.pk, caught.value.signal.version, "Van de een. Van de ander.")
    enriched.refresh_from_db()
    assert enriched.note == "Van de een. Van de ander."


def test_what_could_not_wait_is_written_down_and_weighed_after(city: Profile, signal: Signal, weigher: User) -> None:
    found = services.act_at_once(weigher, signal.pk, signal.version, "Politie gebeld om 10:04.")
    assert (found.state, found.urgent) == ("immediate_action", True)
    assert found.due_on == working_days.after(timezone.localdate(found.received_at), city.signals.terms.weighing_days)
    assert services.enrich(weigher, found.pk, found.version, "niets").state == State.ENRICHED


def passed_on(city: Profile, signal: Signal, first: User, then: User) -> HandOver:
    department = city.signals.departments[0]
    chosen = {"organisation": [department], "facts": ["Licht in de loods."], "request": ["Kijk naar de vergunning."]}
    services.weigh(first, signal.pk, signal.version, weighed(city, "department", **chosen))
    services.confirm(then, signal.pk, 1)
    return HandOver.objects.get()


def test_a_department_gets_what_was_chosen_and_tells_its_result_once(
    city: Profile, enriched: Signal, weigher: User, second: User, reporter: User
) -> None:
    handed = passed_on(city, enriched, weigher, second)
    reports = role_with(city, "signals.report", without="signals.weigh")
    clerk = make_user(city, reports, "Balie", handed.organisation)
    stranger = make_user(city, reports, "Elders", city.organisations[-1].id)
    with walls.as_user(clerk):
        assert HandOver.objects.get().facts == "Licht in de loods."
        assert not Signal.objects.exists()
    with walls.as_user(stranger):
        assert not HandOver.objects.exists()
    with pytest.raises(services.NotYoursError):
        services.give_result(stranger, handed.pk, "Ik ook.")
    with pytest.raises(DatabaseError), walls.as_user(clerk), transaction.atomic():
        HandOver.objects.update(organisation=stranger.organisation.key)
    with walls.as_user(clerk):
        services.give_result(clerk, handed.pk, "Vergunning ingetrokken.")
    enriched.refresh_from_db()
    assert (enriched.state, enriched.due_on) == ("evaluated", timezone.localdate())
    with pytest.raises(services.NotNowError):
        services.give_result(clerk, handed.pk, "Nog eens.")
    closed = services.close(weigher, enriched.pk, enriched.version, "De afdeling handelde.")
    assert (closed.state, closed.outcome) == ("closed", "done")


def test_the_index_wants_an_address_and_a_department_registers_it(
    city: Profile, make_signal: Callable[..., Signal], weigher: User, second: User
) -> None:
    department = city.signals.departments[0]
    for place in (None, make_address(7)):
        found = make_signal(address=place)
        found = services.enrich(weigher, found.pk, found.version, "niets")
        services.weigh(weigher, found.pk, found.version, weighed(city, "index", organisation=[department]))
        if place is None:
            with pytest.raises(services.WrongError):
                services.confirm(second, found.pk, 1)
            found.refresh_from_db()
            assert found.state == State.WEIGHED
        else:
            services.confirm(second, found.pk, 1)
            handed = HandOver.objects.get()
            assert SECRET not in handed.facts
            assert str(handed.address) == "Proefstraat 7"


def test_a_way_that_cannot_be_taken_leaves_everything_as_it_was(
    city: Profile, enriched: Signal, weigher: User, second: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_told: object) -> str:
        raise ValidationError("not now")

    monkeypatch.setattr(registry, "routes", [registry.Route("riec", "RIEC", cannot)])
    services.weigh(weigher, enriched.pk, enriched.version, weighed(city, "riec"))
    with pytest.raises(services.WrongError, match="not now"):
        services.confirm(second, enriched.pk, 1)
    enriched.refresh_from_db()
    assert (enriched.state, enriched.weight, Weighing.objects.get().outcome) == ("weighed", None, "")
