"""The yearly review of all rights: every role once, not by its holder, signed for, carried out, and never changed after."""

import datetime as dt
import re

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from openvis.web.access import demo, people, reviewing, services, walls
from openvis.web.access.models import AuditEntry, Grant, ReviewedGrant, RightsReview, User
from web.conftest import make_person

almere = pytest.mark.parametrize("city", ["almere"], indirect=True)


@pytest.fixture
def officer(city):
    """Who reviews rights in this city."""
    role = next(role for role in city.roles if role.may("people.review"))
    alias = next(key for key, found in demo.roles_by_alias(city).items() if found.id == role.id)
    return make_person(city, alias)


def text(response):
    return response.content.decode()


def judge_all(review, by, *, end=()):
    for row in review.rows.exclude(user=by):
        reviewing.decide(row, "end" if row.user_id in end else "keep", "fine", by)


def refused(change) -> bool:
    try:
        with transaction.atomic():
            return change() == 0
    except DatabaseError as error:
        if not any(words in str(error) for words in ("row-level security", "permission denied", "Cannot update")):
            raise
        return True


def test_it_holds_every_role_of_now_and_later_and_none_that_ended(city, officer, analyst, manager, outsider):
    day = dt.timedelta(days=1)
    past = services.grant(outsider, city.roles[0].id, reason="r", source="s", starts=timezone.now() - 2 * day,
                          ends=timezone.now() - day)  # fmt: skip
    later = services.grant(outsider, city.roles[0].id, reason="r", source="s", starts=timezone.now() + day)
    review = reviewing.begin(officer)
    held = set(review.rows.values_list("grant", flat=True))
    assert held == set(Grant.objects.values_list("pk", flat=True)) - {past.pk}
    assert later.pk in held


def test_signed_ends_what_was_judged_to_end_and_keeps_the_rest(city, officer, analyst, manager):
    review = reviewing.begin(officer)
    with pytest.raises(reviewing.RefusedError):
        reviewing.sign(review, officer)
    judge_all(review, officer, end={analyst.pk})
    assert people.may(User.objects.get(pk=analyst.pk), "picture.view")
    signed = reviewing.sign(review, officer)
    assert not people.may(User.objects.get(pk=analyst.pk), "picture.view")
    assert people.may(User.objects.get(pk=manager.pk), "picture.view")
    assert len(signed.fingerprint) == 64
    assert reviewing.fingerprint(signed) == signed.fingerprint
    entry = AuditEntry.objects.get(action="review.sign")
    assert (entry.actor, entry.facts) == (officer.pk, {"roles": 3, "ended": 1})


@almere
class TestRules:
    def test_nobody_judges_their_own_role(self, city, officer, analyst):
        review = reviewing.begin(officer)
        own = review.rows.get(user=officer)
        with pytest.raises(reviewing.RefusedError):
            reviewing.decide(own, "keep", "", officer)
        with pytest.raises(IntegrityError, match="nobody_judges"), transaction.atomic():
            ReviewedGrant.objects.filter(pk=own.pk).update(decision="keep", decided_by=officer)
        judge_all(review, officer)
        reviewing.sign(review, officer)
        assert review.rows.get(user=officer).decision == ""

    def test_another_reviewer_judges_it_and_who_loses_a_role_does_not_sign(self, city, officer, outsider):
        services.grant(outsider, "fg", reason="r", source="s")
        second = User.objects.get(pk=outsider.pk)
        review = reviewing.begin(officer)
        reviewing.decide(review.rows.get(user=officer), "end", "", second)
        reviewing.decide(review.rows.get(user=second), "keep", "", officer)
        with pytest.raises(reviewing.RefusedError, match="eigen rollen"):
            reviewing.sign(review, officer)
        reviewing.sign(review, second)
        assert not people.may(User.objects.get(pk=officer.pk), "people.review")

    def test_only_one_at_a_time(self, city, officer):
        first = reviewing.begin(officer)
        with pytest.raises(reviewing.RefusedError):
            reviewing.begin(officer)
        with pytest.raises(IntegrityError), transaction.atomic():
            RightsReview.objects.create(begun_by=officer)
        reviewing.sign(first, officer)
        assert reviewing.begin(officer).pk != first.pk

    def test_a_decision_is_one_of_two(self, city, officer, analyst):
        review = reviewing.begin(officer)
        with pytest.raises(reviewing.RefusedError):
            reviewing.decide(review.rows.get(user=analyst), "maybe", "", officer)

    def test_once_a_year(self, city, officer, move_to):
        assert reviewing.overdue()
        now = timezone.now()
        reviewing.sign(reviewing.begin(officer), officer)
        assert not reviewing.overdue()
        move_to(now + dt.timedelta(days=366))
        assert reviewing.overdue()


@almere
class TestChanges:
    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda grant: services.revoke(grant), "intussen beëindigd"),
            (lambda grant: Grant.objects.filter(pk=grant.pk).update(ends=timezone.now() + dt.timedelta(9)), "laatste dag"),
            (lambda grant: Grant.objects.filter(pk=grant.pk).update(areas=["X"]), "andere gebieden"),
            (lambda grant: Grant.objects.filter(pk=grant.pk).update(reason="another"), "andere reden"),
            (lambda grant: Grant.objects.filter(pk=grant.pk).delete(), "vernietigd"),
        ],
        ids=["ended", "lengthened", "moved", "reason", "destroyed"],
    )
    def test_what_changed_since_it_began_is_shown(self, city, officer, analyst, client_for, change, says):
        review = reviewing.begin(officer)
        page = reverse("review", args=[review.pk])
        assert says not in text(client_for(officer).get(page))
        change(analyst.grants.get())
        assert says in text(client_for(officer).get(page))

    def test_what_was_given_since_is_counted(self, city, officer, outsider, client_for):
        review = reviewing.begin(officer)
        services.grant(outsider, "raadslid", reason="r", source="s")
        assert "1 rol is sinds het begin gegeven" in text(client_for(officer).get(reverse("review", args=[review.pk])))


@almere
class TestSigned:
    @pytest.fixture
    def signed(self, city, officer, analyst):
        review = reviewing.begin(officer)
        judge_all(review, officer)
        return reviewing.sign(review, officer)

    def test_nothing_in_it_changes_not_even_by_the_owner(self, city, signed, officer, analyst):
        row = signed.rows.get(user=analyst)
        with pytest.raises(reviewing.RefusedError):
            reviewing.decide(row, "end", "", officer)
        with pytest.raises(reviewing.RefusedError):
            reviewing.sign(signed, officer)
        rows, review = ReviewedGrant.objects.filter(pk=row.pk), RightsReview.objects.filter(pk=signed.pk)
        for change in ({"decision": "end"}, {"remark": "x"}, {"role": "x"}, {"reason": "x"}):
            assert refused(lambda change=change: rows.update(**change))
        for change in ({"fingerprint": "0" * 64}, {"signer": "another"}, {"signed": None, "fingerprint": ""}):
            assert refused(lambda change=change: review.update(**change))

    def test_a_row_that_is_gone_shows_by_the_fingerprint(self, city, signed, officer, analyst, client_for):
        page = reverse("review", args=[signed.pk])
        assert "De vingerafdruk klopt niet" not in text(client_for(officer).get(page))
        signed.rows.filter(user=analyst).delete()
        assert "De vingerafdruk klopt niet" in text(client_for(officer).get(page))

    def test_the_page_for_the_file_tells_all_of_it(self, city, signed, officer, client_for):
        page = text(client_for(officer).get(reverse("review", args=[signed.pk])))
        assert signed.fingerprint in page
        assert "analyst@test.example" in page
        assert "niet beoordeeld" in page
        assert "houden" in page


@almere
class TestTheWall:
    def test_the_whole_way_under_the_web_role(self, city, officer, analyst):
        with walls.as_user(officer):
            review = reviewing.begin(officer)
            judge_all(review, officer, end={analyst.pk})
            reviewing.sign(review, officer)
        assert not analyst.grants.in_force().exists()

    def test_a_role_ends_by_a_judgement_only(self, city, officer, analyst, administrator):
        with walls.as_user(officer):
            review = reviewing.begin(officer)
            assert refused(lambda: analyst.grants.update(ends=timezone.now()))
            judge_all(review, officer, end={analyst.pk})
            assert refused(lambda: administrator.grants.update(ends=timezone.now()))
            assert not refused(lambda: analyst.grants.update(ends=timezone.now()))

    def test_others_see_and_write_nothing(self, city, officer, analyst, administrator):
        review = reviewing.begin(officer)
        for person in (analyst, administrator, None):
            with walls.as_user(person):
                assert not RightsReview.objects.exists()
                assert not ReviewedGrant.objects.exists()
                assert refused(lambda: review.rows.update(decision="end"))


class TestPages:
    def test_beginning_judging_and_signing_by_hand(self, city, officer, analyst, manager, client_for):
        client = client_for(officer)
        assert "geen herbeoordeling van alle rechten" in text(client.get("/"))
        begun = client.post(reverse("begin_review"))
        review = RightsReview.objects.get()
        assert begun["Location"] == reverse("review", args=[review.pk])
        page = text(client.get(begun["Location"]))
        typed = dict.fromkeys(re.findall(r'name="(besluit-\d+)"', page), "keep")
        assert len(typed) == 2
        last = review.rows.get(user=manager)
        typed |= {f"besluit-{last.pk}": "end", f"opmerking-{last.pk}": "moved to another team"}
        client.post(reverse("judge_review", args=[review.pk]), typed)
        assert review.rows.get(pk=last.pk).remark == "moved to another team"
        client.post(reverse("sign_review", args=[review.pk]))
        assert RightsReview.objects.get().signed is not None
        assert not manager.grants.in_force().exists()
        assert "geen herbeoordeling van alle rechten" not in text(client.get("/"))

    def test_a_row_of_another_review_is_not_judged_here(self, city, officer, analyst, client_for):
        client = client_for(officer)
        first = reviewing.begin(officer)
        judge_all(first, officer)
        reviewing.sign(first, officer)
        second = reviewing.begin(officer)
        row = first.rows.get(user=analyst)
        client.post(reverse("judge_review", args=[second.pk]), {f"besluit-{row.pk}": "end"})
        assert first.rows.get(pk=row.pk).decision == "keep"

    def test_others_find_nothing_here(self, city, officer, analyst, administrator, client_for):
        review = reviewing.begin(officer)
        for person in (analyst, administrator):
            client = client_for(person)
            for address in (reverse("reviews"), reverse("review", args=[review.pk])):
                assert client.get(address).status_code == 404
            for name in ("judge_review", "sign_review"):
                assert client.post(reverse(name, args=[review.pk]), {}).status_code == 404
            assert client.post(reverse("begin_review")).status_code == 404
        assert RightsReview.objects.get().signed is None
