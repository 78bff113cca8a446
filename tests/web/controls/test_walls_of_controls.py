"""The second wall: the database itself lets nobody see or change days, visits, dealers and checks of others."""

import pytest
from django.db import DatabaseError, transaction

from openvis.profile import Profile
from openvis.web.access import services, walls
from openvis.web.controls.models import ControlDay, ControlMember, ControlStop, Dealer, DealerCheck
from openvis.web.controls.services import days, dealers, visits
from web.controls.at_work import TODAY, coarse, make_day, make_dealer, officer, plan, planner

EVERYTHING = (ControlDay, ControlMember, ControlStop, Dealer, DealerCheck)


@pytest.fixture
def full(city: Profile) -> ControlDay:
    """A day with a team, addresses and a result, and a dealer with a check, all in the first area."""
    desk, street = planner(city), officer(city)
    day = make_day(city, desk, 2, members=[street])
    visits.report(street, day.pk, day.stops.first().pk, None, visits.Report("nobody"))
    dealer = make_dealer(city, street)
    dealers.plan(street, dealer.pk, TODAY())
    return day


def seen() -> list[int]:
    return [model.objects.count() for model in EVERYTHING]


def test_who_works_in_the_area_sees_it_and_nobody_else(city: Profile, full: ControlDay):
    with walls.as_user(officer(city)):
        assert seen() == [1, 1, 2, 1, 1]
    outsider = services.add_person("buiten@test.example", "Buiten")
    for person in (officer(city, coarse(city, 1)), planner(city, coarse(city, 1)), outsider, None):
        with walls.as_user(person):
            assert seen() == [0, 0, 0, 0, 0]


def test_history_is_behind_the_same_wall(city: Profile, full: ControlDay):
    from django.apps import apps

    event = apps.get_model("controls", "ControlStopEvent")
    assert event.objects.exists()
    with walls.as_user(officer(city)):
        assert event.objects.exists()
    with walls.as_user(officer(city, coarse(city, 1))):
        assert not event.objects.exists()


def test_a_guest_in_the_team_sees_that_day_and_no_dealer(city: Profile, full: ControlDay):
    guest = officer(city, coarse(city, 1))
    ControlMember(day=full, person=guest).save(force_insert=True)
    with walls.as_user(guest):
        assert seen() == [1, 2, 2, 0, 0]


def test_the_services_work_behind_the_wall(city: Profile):
    desk, street = planner(city), officer(city)
    day = make_day(city, desk)
    from web.controls.at_work import addresses

    at = addresses(city, 2)
    dealer = make_dealer(city, street)
    with walls.as_user(desk):
        made = days.make(desk, plan(city, start=at[0], members=[street]))
        stop = days.add(desk, made.pk, days.Visit(at[1], city.controls.places[0].id))
        extra = days.add(desk, made.pk, days.Visit(dealer.address, city.controls.places[0].id, dealer=dealer))
        days.make_route(desk, made.pk)
        days.drop(desk, day.pk, days.add(desk, day.pk, days.Visit(at[1], city.controls.places[0].id)).pk)
    with walls.as_user(street):
        visits.report(street, made.pk, stop.pk, None, visits.Report("in_order"))
        visits.report(street, made.pk, extra.pk, None, visits.Report("in_order"))
    assert DealerCheck.objects.get().state == "in_order"
    with walls.as_user(desk):
        days.close(desk, made.pk, None, "Klaar")


def test_a_mistake_in_the_program_changes_nothing(city: Profile, full: ControlDay):
    elsewhere, street = planner(city, coarse(city, 1)), officer(city)
    with walls.as_user(elsewhere):
        assert ControlDay.objects.update(area="x") == 0
        assert ControlStop.objects.update(result="in_order") == 0
        assert DealerCheck.objects.update(state="withdrawn") == 0
    with walls.as_user(street):
        # An officer plans nothing.
        assert ControlStop.objects.all().delete()[0] == 0
        assert ControlMember.objects.all().delete()[0] == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            ControlMember(day=full, person=elsewhere).save(force_insert=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            Dealer.objects.all().delete()
    with walls.as_user(elsewhere), pytest.raises(DatabaseError), transaction.atomic():
        ControlDay(
            aim="x", date=TODAY(), ground="x", area=full.area, areas=full.areas, made_by=elsewhere
        ).save(force_insert=True)


def test_content_is_sealed_and_not_in_history(city: Profile, full: ControlDay):
    from django.db import connection

    from web.controls.at_work import SECRET

    days.change(planner(city), full.pk, None, plan(city, aim=f"Anders {SECRET}"))
    tables = [model._meta.db_table for model in EVERYTHING] + [
        "controls_controldayevent", "controls_controlstopevent", "controls_dealerevent", "controls_dealercheckevent",
    ]  # fmt: skip
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            assert SECRET not in cursor.fetchone()[0], table
