"""A control day from plan to conclusion: who may what, what is refused, and what the route is worth."""

from datetime import date, time, timedelta
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry
from openvis.web.controls import selectors
from openvis.web.controls.models import ControlDay, ControlStop, DealerCheck
from openvis.web.controls.services import days, visits
from openvis.web.controls.services.acts import ChangedError, NotNowError, NotYoursError, WrongError
from openvis.web.controls.states import DayState, Result
from web.controls.at_work import addresses, coarse, make_day, make_dealer, make_user, officer, plan, planner, role_with


def partner(city: Profile) -> str:
    return city.organisations[-1].id


def test_a_day_goes_from_plan_to_conclusion(city: Profile):
    desk, street = planner(city), officer(city)
    day = make_day(city, desk, 3, members=[street], partners=[partner(city)])
    assert list(selectors.days_for(street)) == [day]
    days.make_route(desk, day.pk)
    first, second, third = selectors.stops_of(day)
    assert [stop.order for stop in (first, second, third)] == [1, 2, 3]
    assert first.expected >= time(9, 0)

    visits.report(street, day.pk, first.pk, first.version, visits.Report("in_order"))
    day.refresh_from_db()
    assert day.state == DayState.UNDER_WAY
    assert selectors.next_stop(day) == second
    due = timezone.localdate() + timedelta(days=14)
    wrong = visits.Report("shortcoming", "Geen register", follow_up="Brief", follow_by=partner(city), follow_due=due)
    visits.report(street, day.pk, second.pk, second.version, wrong)
    with pytest.raises(WrongError):
        days.close(desk, day.pk, None, "Klaar")
    visits.report(street, day.pk, third.pk, third.version, visits.Report("offence", "Wiet", handed_to=partner(city)))
    told = selectors.totals(selectors.stops_of(day), timezone.localdate())
    assert (told.results["in_order"], told.results["shortcoming"], told.results["offence"], told.open) == (1, 1, 1, 1)
    closed = days.close(desk, day.pk, None, "Twee van drie niet in orde")
    assert closed.state == DayState.CLOSED
    assert closed.ends_on == city.retention_term("operations").ends(timezone.localdate())
    visits.follow_up_done(desk, day.pk, second.pk, timezone.localdate())
    assert selectors.totals(selectors.stops_of(day), timezone.localdate()).open == 0
    acts = AuditEntry.objects.filter(object=f"control_day:{day.pk}").values_list("action", flat=True)
    assert {"control_day.make", "control_day.route", "control_day.report", "control_day.close"} <= set(acts)
    with pytest.raises(NotNowError):
        visits.report(street, day.pk, first.pk, None, visits.Report("nobody"))


def test_the_route_is_the_shortest_of_all_orders(city: Profile):
    desk = planner(city)
    at = addresses(city, 7)
    rng = np.random.default_rng(5)
    for place in at:
        place.x, place.y = place.x + float(rng.uniform(0, 900)), place.y + float(rng.uniform(0, 900))
        place.save()
    day = days.make(desk, plan(city, start=at[0]))
    for place in at[1:]:
        days.add(desk, day.pk, days.Visit(place, city.controls.places[0].id))
    made = days.make_route(desk, day.pk)

    def way(order: Any) -> float:
        points = [at[0], *order, at[0]]
        return sum(1.3 * float(np.hypot(a.x - b.x, a.y - b.y)) for a, b in pairwise(points))

    assert made.metres == pytest.approx(min(map(way, permutations(at[1:]))))
    assert made.gap == 0
    assert way([stop.address for stop in selectors.stops_of(made)]) == pytest.approx(made.metres)


def test_a_route_needs_a_start_and_an_address_and_is_gone_when_the_list_changes(city: Profile):
    desk = planner(city)
    day = days.make(desk, plan(city))
    with pytest.raises(WrongError) as wrong:
        days.make_route(desk, day.pk)
    assert wrong.value.field == "start"
    day = make_day(city, desk, 2, date=timezone.localdate() + timedelta(days=1))
    assert days.make_route(desk, day.pk).metres
    days.add(desk, day.pk, days.Visit(addresses(city, 1)[0], city.controls.places[0].id))
    day.refresh_from_db()
    assert day.metres is None
    assert {stop.order for stop in selectors.stops_of(day)} == {None}


def test_two_visits_change_places(city: Profile):
    desk = planner(city)
    day = make_day(city, desk, 3)
    days.make_route(desk, day.pk)
    before = [stop.pk for stop in selectors.stops_of(day)]
    days.move(desk, day.pk, before[0], later=True)
    after = selectors.stops_of(day)
    assert [stop.pk for stop in after] == [before[1], before[0], before[2]]
    assert [stop.expected for stop in after] == sorted(stop.expected for stop in after if stop.expected)
    day.refresh_from_db()
    assert day.gap is None
    with pytest.raises(NotNowError):
        days.move(desk, day.pk, before[1], later=False)


def test_a_closed_door_is_marked(city: Profile):
    desk = planner(city)
    day = make_day(city, desk, 1)
    days.add(
        desk, day.pk, days.Visit(addresses(city, 1)[0], city.controls.places[0].id, opens=time(7), closes=time(8))
    )
    days.make_route(desk, day.pk)
    assert [stop.shut for stop in selectors.stops_of(day) if stop.closes] == [True]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"aim": "  "}, "aim"), ({"ground": "nonsense"}, "ground"), ({"partners": ["nobody"]}, "partners"),
        ({"area": "XX99"}, "area"), ({"date": date(2020, 1, 1)}, "date"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_fit_is_refused(city: Profile, changed: dict[str, Any], field: str):
    with pytest.raises(WrongError) as wrong:
        days.make(planner(city), plan(city, **changed))
    assert wrong.value.field == field
    assert not ControlDay.objects.exists()


def test_nobody_plans_or_visits_outside_their_area_or_ability(city: Profile):
    desk, street = planner(city), officer(city)
    elsewhere = planner(city, coarse(city, 1))
    with pytest.raises(NotYoursError):
        days.make(street, plan(city))
    with pytest.raises(NotYoursError):
        days.make(elsewhere, plan(city))
    with pytest.raises(NotYoursError):
        days.make(desk, plan(city, area=""))
    day = make_day(city, desk, 1)
    stop = selectors.stops_of(day)[0]
    for act in (
        lambda: days.make_route(elsewhere, day.pk), lambda: days.cancel(elsewhere, day.pk),
        lambda: visits.report(elsewhere, day.pk, stop.pk, None, visits.Report("in_order")),
        lambda: days.drop(street, day.pk, stop.pk), lambda: days.close(street, day.pk, None, "x"),
    ):  # fmt: skip
        with pytest.raises(NotYoursError):
            act()
    assert list(selectors.days_for(elsewhere)) == []
    outsider = make_user(city, role_with(city, "picture.view", scope="city", without=("controls.visit", "controls.plan")))
    assert list(selectors.days_for(outsider)) == []


def test_a_team_of_another_area_sees_its_day_and_no_other(city: Profile):
    desk, guest = planner(city), officer(city, coarse(city, 1))
    day, other = make_day(city, desk, 1, members=[guest]), make_day(city, desk, 1)
    assert list(selectors.days_for(guest)) == [day]
    visits.report(guest, day.pk, selectors.stops_of(day)[0].pk, None, visits.Report("nobody"))
    with pytest.raises(NotYoursError):
        visits.report(guest, other.pk, selectors.stops_of(other)[0].pk, None, visits.Report("nobody"))


def test_an_address_goes_on_the_list_once_and_within_the_area(city: Profile):
    desk = planner(city)
    day = make_day(city, desk)
    place = addresses(city, 1)[0]
    kind = city.controls.places[0].id
    days.add(desk, day.pk, days.Visit(place, kind))
    for visit, field in (
        (days.Visit(place, kind), "address"), (days.Visit(addresses(city, 1, coarse(city, 1))[0], kind), "address"),
        (days.Visit(addresses(city, 1)[0], "castle"), "kind"),
        (days.Visit(addresses(city, 1)[0], kind, opens=time(12), closes=time(9)), "closes"),
    ):  # fmt: skip
        with pytest.raises(WrongError) as wrong:
            days.add(desk, day.pk, visit)
        assert wrong.value.field == field


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"result": "waiting"}, "result"), ({"result": "shortcoming"}, "finding"), ({"result": "offence"}, "finding"),
        ({"result": "offence", "finding": "x"}, "handed_to"),
        ({"result": "shortcoming", "finding": "x"}, "follow_up"),
        ({"result": "shortcoming", "finding": "x", "follow_up": "y"}, "follow_by"),
        ({"result": "in_order", "follow_up": "y", "follow_by": "first"}, "follow_due"),
    ],
)  # fmt: skip
def test_a_result_says_what_it_must(city: Profile, told: dict[str, str], field: str):
    desk = planner(city)
    day = make_day(city, desk, 1)
    stop = selectors.stops_of(day)[0]
    if told.get("follow_by"):
        told = told | {"follow_by": city.organisations[0].id}
    with pytest.raises(WrongError) as wrong:
        visits.report(desk, day.pk, stop.pk, None, visits.Report(**told))
    assert wrong.value.field == field
    stop.refresh_from_db()
    assert stop.result == Result.WAITING


def test_a_day_to_come_has_no_results_yet_and_nobody_overwrites(city: Profile):
    desk = planner(city)
    day = make_day(city, desk, 1, date=timezone.localdate() + timedelta(days=1))
    stop = selectors.stops_of(day)[0]
    with pytest.raises(WrongError):
        visits.report(desk, day.pk, stop.pk, None, visits.Report("in_order"))
    today = make_day(city, desk, 1)
    stop = selectors.stops_of(today)[0]
    visits.report(desk, today.pk, stop.pk, stop.version, visits.Report("nobody"))
    with pytest.raises(ChangedError):
        visits.report(desk, today.pk, stop.pk, stop.version, visits.Report("in_order"))
    with pytest.raises(NotNowError):
        days.drop(desk, today.pk, stop.pk)
    with pytest.raises(NotNowError):
        days.cancel(desk, today.pk)


def test_places_out_of_sight_are_offered_and_get_their_control_date(city: Profile):
    from openvis.web.controls import choosing
    from openvis.web.themes.models import PlaceOutOfSight

    desk, street, at = planner(city), officer(city), addresses(city, 3)
    codes, today = [coarse(city)], timezone.localdate()
    seen, missed, later = (
        PlaceOutOfSight.objects.create(
            title=f"Loods {number}", kind="storage", area_code=codes[0], areas=codes, address=address, reason="Lang geleden",
            next_control=today + timedelta(days=30 if number == 2 else -1),
        )
        for number, address in enumerate(at)
    )  # fmt: skip
    day = make_day(city, desk)
    offered = choosing.due(desk, day)
    assert {item.place for item in offered} == {seen.pk, missed.pk}
    choosing.put(desk, day, offered)
    for stop in selectors.stops_of(day):
        result = "in_order" if stop.place == seen.pk else "nobody"
        visits.report(street, day.pk, stop.pk, None, visits.Report(result))
    days.close(desk, day.pk, None, "Klaar")
    for place in (seen, missed, later):
        place.refresh_from_db()
    assert (seen.last_control, seen.next_control) == (today, None)
    assert (missed.last_control, missed.next_control) == (None, today - timedelta(days=1))
    assert later.last_control is None


def test_a_dealer_on_the_list_gets_its_check(city: Profile):
    desk, street = planner(city), officer(city)
    dealer = make_dealer(city, street)
    day = make_day(city, desk)
    stop = days.add(desk, day.pk, days.Visit(dealer.address, city.controls.places[0].id, dealer=dealer))
    due = timezone.localdate() + timedelta(days=14)
    wrong = visits.Report("shortcoming", "Register leeg", follow_up="x", follow_by=partner(city), follow_due=due)
    visits.report(street, day.pk, stop.pk, None, wrong)
    check = DealerCheck.objects.get()
    assert (check.state, check.visited_on, check.finding) == ("shortcoming", timezone.localdate(), "Register leeg")
    assert ControlStop.objects.get(pk=stop.pk).dealer == dealer
