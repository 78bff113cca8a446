"""Monthly samples: drawn fairly, seen by the manager of these people alone, judged and signed."""

import datetime as dt
from collections import Counter
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from openvis.web.access import audit, services, walls
from openvis.web.access.models import AuditEntry, Organisation
from openvis.web.guard import Refused
from openvis.web.trail import retention, sampling
from openvis.web.trail.models import LookupSample, SampledLookup
from web.conftest import make_person
from web.trail.conftest import open_with_purpose

almere = pytest.mark.parametrize("city", ["almere"], indirect=True)
MONTH = sampling.month_before(timezone.localdate())


def person(number: int) -> UUID:
    return UUID(int=number)


class TestDraw:
    @given(st.lists(st.integers(0, 40), min_size=0, max_size=12), st.integers(0, 2**62))
    def test_it_is_fair_to_people(self, counts, seed):
        """Nobody is drawn twice more often than another who has looks left."""
        rows = [(place * 100 + n, person(place)) for place, number in enumerate(counts) for n in range(number)]
        found = sampling.chosen(rows, seed)
        assert len(found) == len(set(found)) == min(sampling.SIZE, len(rows))
        owner = dict(rows)
        drawn = Counter(owner[entry] for entry in found)
        for place, number in enumerate(counts):
            mine = drawn[person(place)]
            assert mine <= number
            if mine < number:
                assert all(mine >= other - 1 for other in drawn.values())

    def test_the_same_seed_draws_the_same(self):
        rows = [(n, person(n % 7)) for n in range(300)]
        assert sampling.chosen(rows, 5) == sampling.chosen(list(rows), 5)
        assert len({tuple(sampling.chosen(rows, seed)) for seed in range(50)}) > 40

    def test_every_look_can_be_drawn(self):
        rows = [(n, person(n % 3)) for n in range(30)]
        assert {entry for seed in range(200) for entry in sampling.chosen(rows, seed)} == set(range(30))


@pytest.fixture
def boss(city):
    return make_person(city, "teammanager")


@pytest.fixture
def officer(city):
    return make_person(city, "fg")


def worker(city, name: str, organisation: str):
    return services.add_person(f"{name[:3].lower()}@test.example", name, organisation, "a password of a test")


def look(user, number: int, **more) -> list[int]:
    """Look-ups of last month under a purpose."""
    made = []
    for place in range(number):
        audit.record(user, "case.open", f"case:{user.name}-{place}", **{"purpose": "toezicht", **more})
        entry = AuditEntry.objects.latest("id")
        moment = timezone.make_aware(dt.datetime.combine(MONTH + dt.timedelta(days=3), dt.time(12)))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE access_auditentry SET at = %s WHERE id = %s", [moment, entry.pk])
            cursor.execute("SET LOCAL session_replication_role = origin")
        made.append(entry.pk)
    return made


@pytest.fixture
def drawn(city, boss):
    """A sample of the boss's organisation, in which the boss looked something up too; and one of another."""
    mine, other = boss.organisation.key, Organisation.objects.exclude(key=boss.organisation.key).first().key
    ann, bob, eve = worker(city, "ann", mine), worker(city, "bob", mine), worker(city, "Evelien X", other)
    look(ann, 3), look(bob, 2), look(boss, 1), look(eve, 4)
    samples = {sample.organisation: sample for sample in sampling.draw_due()}
    return samples[mine], samples[other]


@almere
class TestSample:
    def test_each_organisation_has_one_and_it_is_drawn_once(self, drawn):
        mine, other = drawn
        assert (mine.population, mine.people, mine.lookups.count()) == (6, 3, 6)
        assert (other.population, other.lookups.count()) == (4, 4)
        assert sampling.draw_due() == []
        assert set(mine.lookups.values_list("entry", flat=True)) == set(
            sampling.chosen(list(sampling.looks(MONTH).filter(organisation=mine.organisation).order_by("id")
                                 .values_list("id", "actor")), mine.seed)
        )  # fmt: skip

    def test_only_looks_are_drawn(self, city, boss):
        ann = worker(city, "ann", boss.organisation.key)
        look(ann, 1, purpose="")
        look(ann, 1, result="refused")
        audit.record(ann, "case.open", "case:now", purpose="toezicht")
        assert sampling.draw_due() == []

    def test_the_manager_judges_and_signs(self, drawn, boss, officer):
        mine, _ = drawn
        for lookup in mine.lookups.all():
            actor = AuditEntry.objects.get(pk=lookup.entry).actor
            judge = officer if actor == boss.pk else boss
            with walls.as_user(judge):
                sampling.judge(SampledLookup.objects.get(pk=lookup.pk), "fits", " fine ", by=judge)
        with walls.as_user(boss):
            signed = sampling.sign(LookupSample.objects.get(pk=mine.pk), by=boss)
        assert signed.signed_by == boss
        assert {lookup.remark for lookup in mine.lookups.all()} == {"fine"}
        assert AuditEntry.objects.filter(action="sample.judge").count() == 6
        assert AuditEntry.objects.filter(action="sample.sign", actor=boss.pk).count() == 1
        with pytest.raises(Refused), walls.as_user(boss):
            sampling.judge(mine.lookups.first(), "ask", "", by=boss)

    def test_nobody_judges_their_own(self, drawn, boss):
        mine, _ = drawn
        own = next(x for x in mine.lookups.all() if AuditEntry.objects.get(pk=x.entry).actor == boss.pk)
        with pytest.raises(Refused), walls.as_user(boss):
            sampling.judge(SampledLookup.objects.get(pk=own.pk), "fits", "", by=boss)

    def test_an_open_one_cannot_be_signed(self, drawn, boss):
        with pytest.raises(sampling.NotReadyError):
            sampling.sign(drawn[0], by=boss)

    def test_it_ends_with_the_term_of_the_audit_log(self, drawn):
        today = timezone.localdate()
        assert retention.preview_samples(today).number == 0
        LookupSample.objects.filter(pk=drawn[0].pk).update(month=dt.date(today.year - 7, 1, 1))
        assert retention.preview_samples(today).number == 1
        assert retention.end_samples(today) == 1
        assert set(LookupSample.objects.all()) == {drawn[1]}

    def test_the_remark_is_not_readable_in_the_database(self, drawn, boss):
        lookup = next(x for x in drawn[0].lookups.all() if AuditEntry.objects.get(pk=x.entry).actor != boss.pk)
        sampling.judge(lookup, "ask", "Kwartelstaart", by=boss)
        with connection.cursor() as cursor:
            cursor.execute("SELECT remark FROM trail_sampledlookup WHERE id = %s", [lookup.pk])
            assert b"Kwartel" not in bytes(cursor.fetchone()[0])


@almere
class TestWall:
    def test_a_manager_sees_their_own_people_and_only_what_was_drawn(self, city, drawn, boss):
        mine, other = drawn
        undrawn = look(worker(city, "dan", boss.organisation.key), 1)[0]
        with walls.as_user(boss):
            assert set(LookupSample.objects.all()) == {mine}
            assert {lookup.sample_id for lookup in SampledLookup.objects.all()} == {mine.pk}
            visible = set(AuditEntry.objects.exclude(actor=boss.pk).values_list("id", flat=True))
            assert visible <= set(mine.lookups.values_list("entry", flat=True))
            assert undrawn not in visible
            assert LookupSample.objects.filter(pk=other.pk).update(seed=1) == 0
            assert SampledLookup.objects.filter(sample=other).update(entry=1) == 0
        for sql in ("DELETE FROM trail_sampledlookup", "INSERT INTO trail_lookupsample (id) VALUES (gen_random_uuid())"):
            with pytest.raises(DatabaseError), walls.as_user(boss), connection.cursor() as cursor:
                cursor.execute(sql)

    def test_others_see_none(self, drawn, analyst):
        with walls.as_user(analyst):
            assert not LookupSample.objects.exists()
            assert not SampledLookup.objects.exists()

    def test_the_officer_sees_all(self, drawn, officer):
        with walls.as_user(officer):
            assert set(LookupSample.objects.all()) == set(drawn)


@almere
class TestPages:
    LIST = "/logboek/steekproef/"

    def test_who_may_not(self, drawn, analyst, officer, client_for):
        for who in (analyst, officer):
            assert client_for(who).get(self.LIST).status_code == 404
            assert client_for(who).get(reverse("trail_sample", args=[drawn[0].pk])).status_code == 404

    def test_that_of_another_organisation_does_not_exist(self, drawn, boss, client_for):
        pages = open_with_purpose(client_for(boss), self.LIST)
        address = reverse("trail_sample", args=[drawn[1].pk])
        assert pages.get(address).status_code == 404
        assert pages.post(reverse("trail_sign", args=[drawn[1].pk])).status_code == 404
        assert AuditEntry.objects.filter(result="refused", actor=boss.pk, object=str(drawn[1].pk)).exists()
        assert "Evelien" not in pages.get(self.LIST).content.decode()

    def test_judging_and_signing(self, drawn, boss, officer, client_for):
        mine = drawn[0]
        address = reverse("trail_sample", args=[mine.pk])
        pages = open_with_purpose(client_for(boss), self.LIST)
        assert "ann" in pages.get(address).content.decode()
        lookups = list(mine.lookups.all())
        for lookup in lookups:
            given = {"lookup": str(lookup.pk), f"{lookup.pk}-oordeel": "fits", f"{lookup.pk}-opmerking": ""}
            own = AuditEntry.objects.get(pk=lookup.entry).actor == boss.pk
            assert pages.post(address, given).status_code == (404 if own else 302)
        assert pages.post(reverse("trail_sign", args=[mine.pk]), follow=True).status_code == 200
        assert LookupSample.objects.get(pk=mine.pk).signed is None
        watching = open_with_purpose(client_for(officer), "/logboek/steekproeven/")
        there = reverse("trail_sample_officer", args=[mine.pk])
        left = mine.lookups.get(judgement="")
        assert watching.post(there, {"lookup": str(left.pk), f"{left.pk}-oordeel": "ask"}).status_code == 302
        pages.post(reverse("trail_sign", args=[mine.pk]))
        assert LookupSample.objects.get(pk=mine.pk).signed_by == boss
        assert "getekend" in watching.get("/logboek/steekproeven/").content.decode().casefold()

    def test_a_form_without_a_judgement_comes_back(self, drawn, boss, client_for):
        pages = open_with_purpose(client_for(boss), self.LIST)
        lookup = drawn[0].lookups.first()
        answer = pages.post(reverse("trail_sample", args=[drawn[0].pk]), {"lookup": str(lookup.pk)})
        assert answer.status_code in (422, 404)

    def test_today_says_what_waits(self, drawn, boss, officer, client_for):
        assert "wachten op uw oordeel" in client_for(boss).get("/").content.decode()
        assert "2 steekproeven" in client_for(officer).get("/").content.decode()

    def test_today_says_nothing_without_a_sample(self, boss, client_for):
        assert "op uw oordeel" not in client_for(boss).get("/").content.decode()
