"""Dealers and their checks: the steps in their order, who is due, and figures of no fewer than k."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry
from openvis.web.controls import dealer_selectors
from openvis.web.controls.dealer_selectors import months_later
from openvis.web.controls.models import Dealer, DealerCheck
from openvis.web.controls.services import dealers
from openvis.web.controls.services.acts import ChangedError, NotNowError, NotYoursError, WrongError
from openvis.web.controls.services.dealers import Finding
from web.controls.at_work import addresses, coarse, make_dealer, officer, planner

TODAY = timezone.localdate


def found(outcome: str = "in_order", text: str = "", ago: int = 0, **points: str) -> Finding:
    return Finding(outcome, TODAY() - timedelta(days=ago), points, text)


def checked(by: Any, dealer: Dealer, outcome: str = "in_order", ago: int = 0) -> DealerCheck:
    check = dealers.plan(by, dealer.pk, TODAY())
    return dealers.visit(by, dealer.pk, check.pk, None, found(outcome, "gezien", ago))


def test_a_shortcoming_is_warned_and_checked_again(city: Profile):
    by = officer(city)
    dealer = make_dealer(city, by)
    first = city.controls.dealers.checklist[0].id
    check = dealers.plan(by, dealer.pk, TODAY())
    dealers.visit(by, dealer.pk, check.pk, check.version, found("shortcoming", "Register leeg", **{first: "no"}))
    check.refresh_from_db()
    assert (check.state, check.ends_on, check.checklist) == ("shortcoming", None, {first: "no"})
    term = TODAY() + timedelta(days=14)
    again = dealers.warn(by, dealer.pk, check.pk, None, "Brief", term)
    assert again.planned_for == term + timedelta(days=1)
    assert again.follows == check
    dealers.visit(by, dealer.pk, again.pk, None, found())
    check.refresh_from_db()
    again.refresh_from_db()
    assert (check.state, again.state) == ("rechecked", "in_order")
    assert check.ends_on == again.ends_on == city.retention_term("operations").ends(TODAY())
    acts = list(AuditEntry.objects.filter(object=f"dealer:{dealer.pk}").order_by("id").values_list("action", flat=True))
    assert acts == ["dealer.add", "dealer.plan_check", "dealer.visit", "dealer.warn", "dealer.visit"]


def test_an_offence_goes_to_the_police_and_no_step_is_skipped(city: Profile):
    by = officer(city)
    dealer = make_dealer(city, by)
    check = checked(by, dealer, "offence")
    for act in (
        lambda: dealers.warn(by, dealer.pk, check.pk, None, "x", TODAY()),
        lambda: dealers.withdraw(by, dealer.pk, check.pk, None, "x"),
        lambda: dealers.visit(by, dealer.pk, check.pk, None, found()),
    ):  # fmt: skip
        with pytest.raises(NotNowError):
            act()
    told = dealers.to_police(by, dealer.pk, check.pk, None, "Proces-verbaal door de wijkagent")
    assert (told.state, told.closed_on) == ("police", TODAY())


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (found("rechecked"), "outcome"), (found("shortcoming"), "finding"), (found(ago=-2), "on"),
        (found(nonsense="no"), "checklist"),
    ],
)  # fmt: skip
def test_a_finding_that_does_not_fit_is_refused(city: Profile, told: Finding, field: str):
    by = officer(city)
    dealer = make_dealer(city, by)
    check = dealers.plan(by, dealer.pk, TODAY())
    with pytest.raises(WrongError) as wrong:
        dealers.visit(by, dealer.pk, check.pk, None, told)
    assert wrong.value.field == field
    check.refresh_from_db()
    assert check.state == "planned"


def test_a_point_that_is_wrong_is_not_in_order(city: Profile):
    by = officer(city)
    dealer = make_dealer(city, by)
    check = dealers.plan(by, dealer.pk, TODAY())
    point = city.controls.dealers.checklist[0].id
    with pytest.raises(WrongError):
        dealers.visit(by, dealer.pk, check.pk, None, found("in_order", **{point: "no"}))
    with pytest.raises(ChangedError):
        dealers.visit(by, dealer.pk, check.pk, 99, found())


def test_one_check_is_planned_at_a_time_and_none_for_who_stopped(city: Profile):
    by = officer(city)
    dealer = make_dealer(city, by)
    check = dealers.plan(by, dealer.pk, TODAY())
    with pytest.raises(WrongError):
        dealers.plan(by, dealer.pk, TODAY())
    dealers.stop(by, dealer.pk, TODAY())
    check.refresh_from_db()
    dealer.refresh_from_db()
    assert check.state == "withdrawn"
    assert dealer.ends_on == city.retention_term("operations").ends(TODAY())
    with pytest.raises(NotNowError):
        dealers.plan(by, dealer.pk, TODAY())


def test_nobody_keeps_dealers_outside_their_area_or_ability(city: Profile):
    by, elsewhere, desk = officer(city), officer(city, coarse(city, 1)), planner(city)
    dealer = make_dealer(city, by)
    assert list(dealer_selectors.dealers_for(elsewhere)) == []
    with pytest.raises(NotYoursError):
        dealers.plan(elsewhere, dealer.pk, TODAY())
    with pytest.raises(NotYoursError):
        make_dealer(city, elsewhere)
    with pytest.raises(NotYoursError):
        dealers.change(by, dealer.pk, None, dealers.Particulars("x", addresses(city, 1, coarse(city, 1))[0], dealer.branch))
    if not city.role(desk.grants.get().role).may("dor.keep"):
        with pytest.raises(NotYoursError):
            dealers.plan(desk, dealer.pk, TODAY())


def test_who_was_not_checked_within_the_term_is_due(city: Profile):
    by = officer(city)
    late, fresh, new, quick = (
        make_dealer(city, by, ago=2000), make_dealer(city, by, ago=2000), make_dealer(city, by),
        make_dealer(city, by, ago=2000, branch=0),
    )  # fmt: skip
    checked(by, fresh)
    months = city.controls.dealers.branches[0].months
    assert months is not None
    checked(by, quick, ago=months * 31 + 1)
    due = {row.dealer.pk for row in dealer_selectors.overdue(by, TODAY())}
    assert due == {late.pk, quick.pk}
    assert new.pk not in due
    dealers.stop(by, late.pk, TODAY())
    assert {row.dealer.pk for row in dealer_selectors.overdue(by, TODAY())} == {quick.pk}


def test_months_end_where_they_end():
    from datetime import date

    assert months_later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_later(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert months_later(date(2024, 11, 15), 14) == date(2026, 1, 15)
    assert months_later(date(2024, 1, 15), -12) == date(2023, 1, 15)


def test_figures_are_of_no_fewer_than_k(city: Profile):
    by, k = officer(city), city.controls.k
    made = [make_dealer(city, by, ago=2000, branch=-1) for _ in range(k - 1)]
    assert dealer_selectors.figures(by, TODAY(), "en")[0].dealers is None
    made.append(make_dealer(city, by, ago=2000, branch=-1))
    for number, dealer in enumerate(made):
        checked(by, dealer, "shortcoming" if number == 0 else "in_order")
    total, parts = dealer_selectors.figures(by, TODAY(), "en")
    assert (total.dealers, total.covered, total.repeated) == (k, 1.0, 0.0)
    assert total.compliant == pytest.approx((k - 1) / k)
    assert [part.dealers for part in parts] == [k]
    # One more in another branch: that one is not shown, and cannot be worked out from the total either.
    make_dealer(city, by, branch=0)
    total, parts = dealer_selectors.figures(by, TODAY(), "en")
    assert total.dealers == k + 1
    assert [part.dealers for part in parts] == [None, None]
