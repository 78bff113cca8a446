"""The pages of the privacy officer: search, one entry, export, the processing log; and that nobody else finds them."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from openvis.web.access import acting, audit, walls
from openvis.web.access.models import AuditEntry
from openvis.web.trail import processing, sealer, selectors, verifying
from openvis.web.trail.models import ProcessingEntry
from openvis.web.trail.selectors import Filter, Place
from web.conftest import make_person
from web.trail.conftest import open_with_purpose

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)
SEARCH, EXPORT, LINES = "/logboek/", "/logboek/meenemen/", "/logboek/verwerkingen/"


@pytest.fixture
def officer(city):
    return make_person(city, "fg")


@pytest.fixture
def pages(officer, client_for):
    """The officer's client, with a purpose stated."""
    return open_with_purpose(client_for(officer), SEARCH)


@pytest.fixture
def some(analyst, manager):
    """Entries of two people, in two traces."""
    with acting.begin(acting.Acting(user=analyst, purpose="toezicht", origin="10.0.0.7")):
        audit.record(analyst, "place.open", "place:7")
        audit.record(analyst, "place.keep", "place:7")
        processing.shown([analyst, manager], "operations", "place.open")
    with acting.begin(acting.Acting(user=manager)):
        audit.record(manager, "place.open", "place:8", result="refused")


class TestWhoMayNot:
    @pytest.mark.parametrize("who", ["analyst", "manager", "administrator", "outsider"])
    @pytest.mark.parametrize("address", [SEARCH, "/logboek/1/", LINES, "/logboek/steekproeven/"])
    def test_it_does_not_exist(self, city, who, address, request, client_for):
        assert client_for(request.getfixturevalue(who)).get(address).status_code == 404

    def test_nor_can_it_be_taken_along(self, city, analyst, client_for):
        assert client_for(analyst).post(EXPORT, {"reden": "x", "soort": "csv"}).status_code == 404

    def test_the_wall_shows_others_only_their_own(self, city, some, analyst, manager):
        with walls.as_user(analyst):
            assert {entry.actor for entry in AuditEntry.objects.all()} == {analyst.pk}

    def test_without_a_purpose_nothing_opens(self, officer, client_for):
        answer = client_for(officer).get(SEARCH)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("purpose"))


class TestSearch:
    def test_names_stand_for_numbers(self, some, pages, analyst):
        page = pages.get(SEARCH, {"wie": "analyst"}).content.decode()
        assert "place:7" in page
        assert "place:8" not in page
        assert str(analyst.pk) not in page

    @pytest.mark.parametrize(("question", "found"), [
        ({}, {"place:7", "place:8"}), ({"wie": "manager"}, {"place:8"}), ({"actie": "place.keep"}, {"place:7"}),
        ({"object": "place:8"}, {"place:8"}), ({"resultaat": "refused"}, {"place:8"}), ({"doel": "toezicht"}, {"place:7"}),
        ({"van": "2000-01-01", "tot": "2000-01-02"}, set()), ({"wie": "nobody at all"}, set()),
    ])  # fmt: skip
    def test_each_question(self, some, pages, question, found):
        page = pages.get(SEARCH, question).content.decode()
        assert {name for name in ("place:7", "place:8") if name in page.partition("<table")[2]} == found

    def test_of_an_organisation(self, some, pages, analyst):
        assert "place:7" in pages.get(SEARCH, {"organisatie": analyst.organisation.key}).content.decode()

    def test_a_wrong_period_is_said(self, some, pages):
        page = pages.get(SEARCH, {"van": "2026-02-02", "tot": "2026-02-01"}).content.decode()
        assert "De laatste dag ligt voor de eerste" in page

    def test_looking_is_itself_written_down_with_its_purpose(self, some, pages, officer):
        pages.get(SEARCH, {"actie": "place.open"})
        entry = AuditEntry.objects.filter(action="audit.search", actor=officer.pk).latest("id")
        assert entry.facts["asked"] == ["action"]
        assert entry.purpose
        assert ProcessingEntry.objects.filter(trace=entry.trace, name="audit.search").count() == 2

    def test_everybody_whose_name_is_shown_has_a_line_also_whom_it_was_done_to(self, some, pages, officer):
        pages.get(SEARCH, {"actie": "people.add"})
        entry = AuditEntry.objects.filter(action="audit.search", actor=officer.pk).latest("id")
        added = set(AuditEntry.objects.filter(action="people.add").values_list("object", flat=True))
        assert len(added) == 3
        assert {line.subject for line in ProcessingEntry.objects.filter(trace=entry.trace)} == added

    def test_paging_shows_each_entry_once(self, city, pages, monkeypatch):
        AuditEntry.objects.all()._raw_delete("default")
        now = timezone.now()
        rows = [AuditEntry(at=now - dt.timedelta(seconds=n // 3), action="a.look", object=f"o{n}") for n in range(25)]
        AuditEntry.objects.bulk_create(rows)
        monkeypatch.setattr(selectors, "PAGE", 10)
        seen, after = [], None
        for _ in range(3):
            found = selectors.search(Filter(action="a.look"), after)
            seen += [line.object for line in found.lines]
            after = Place.read(str(found.after)) if found.after else None
        assert after is None
        assert sorted(seen) == sorted(f"o{n}" for n in range(25))
        assert found.number == 25

    def test_a_place_that_is_none_begins_at_the_front(self, some, pages):
        assert pages.get(SEARCH, {"na": "x_y"}).status_code == 200

    def test_the_state_of_the_chain_stands_on_top(self, some, pages, tamper, settings, tmp_path):
        settings.OPENVIS_DATA = tmp_path
        sealer.seal()
        verifying.verify()
        page = pages.get(SEARCH).content.decode()
        assert "in orde" in page
        assert selectors.chain.head().hash.hex() in page
        tamper("UPDATE access_auditentry SET object = 'x' WHERE object = 'place:8'")
        verifying.verify()
        assert "niet wat verzegeld is" in pages.get(SEARCH).content.decode()
        assert "niet wat verzegeld is" in pages.get("/").content.decode()

    def test_what_waits_is_counted_for_the_officer_alone(self, some, officer, analyst):
        with walls.as_user(officer):
            assert selectors.state().waiting > 0
        with walls.as_user(analyst):
            assert selectors.state().waiting == 0

    def test_actions_are_those_that_occur(self, some, officer):
        with walls.as_user(officer):
            assert {"place.open", "place.keep", "people.grant"} <= set(selectors.actions())


class TestEntry:
    def test_it_shows_all_of_its_trace(self, some, pages, officer):
        entry = AuditEntry.objects.get(action="place.keep")
        page = pages.get(f"/logboek/{entry.pk}/").content.decode()
        assert "place.open" in page
        assert "10.0.0.7" in page
        assert "2 ×" in page
        assert AuditEntry.objects.filter(action="audit.entry", object=str(entry.pk), actor=officer.pk).exists()

    def test_one_that_is_not_there(self, pages):
        assert pages.get("/logboek/999999999/").status_code == 404


class TestExport:
    def test_it_is_counted_reasoned_and_marked(self, some, pages, officer):
        answer = pages.post(EXPORT, {"actie": "place.open", "reden": "yearly review", "soort": "csv"})
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) == 3
        entry = AuditEntry.objects.get(action="audit.export")
        assert (entry.facts["rows"], entry.facts["reason"], entry.facts["format"]) == (2, "yearly review", "csv")
        for row in rows[1:]:
            assert officer.name in row[-1]
            assert str(entry.trace)[:8] in row[-1]

    def test_as_a_workbook(self, some, pages):
        answer = pages.post(EXPORT, {"reden": "yearly review", "soort": "xlsx"})
        assert answer.content[:2] == b"PK"

    def test_without_a_reason_nothing_leaves(self, some, pages):
        assert pages.post(EXPORT, {"reden": " ", "soort": "csv"}).status_code == 422
        assert not AuditEntry.objects.filter(action="audit.export").exists()


class TestProcessingLog:
    def test_the_lines_of_one_person_by_name_address_and_number(self, some, pages, manager):
        for text in ("manager", manager.email, str(manager.pk)):
            page = pages.get(LINES, {"soort": "account", "wie": text}).content.decode()
            assert "place.open" in page, text

    def test_of_another_kind_by_the_identifier_alone(self, city, pages):
        processing.shown([processing.Subject("person", "e7a1")], "persons", "case.open")
        assert "case.open" in pages.get(LINES, {"soort": "person", "wie": "e7a1"}).content.decode()
        assert "case.open" not in pages.get(LINES, {"soort": "person", "wie": "e7a2"}).content.decode()

    def test_looking_them_up_is_a_line_too(self, some, pages, manager):
        for number in (1, 2):
            pages.get(LINES, {"soort": "account", "wie": "manager"})
            found = ProcessingEntry.objects.filter(name="processing.search", subject_index=str(manager.pk))
            assert found.count() == number

    def test_nobody(self, city, pages):
        assert "Niemand" in pages.get(LINES, {"soort": "account", "wie": "nobody at all"}).content.decode()

    def test_it_does_not_say_who_looked(self, some, pages, manager):
        page = pages.get(LINES, {"soort": "account", "wie": "manager"}).content.decode()
        assert "analyst" not in page


@pytest.mark.slow
def test_a_search_in_two_hundred_thousand_entries_is_quick(city, officer):
    """Every question is answered from an index, also under the wall: no page reads the whole log."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO access_auditentry (at, actor, organisation, role, action, object, result, purpose, facts)"
            " SELECT now() - n * interval '1 minute', gen_random_uuid(), 'o' || n %% 9, '', 'a' || n %% 40, 'x:' || n,"
            " CASE WHEN n %% 999 = 0 THEN 'flagged' ELSE 'done' END, 'p' || n %% 5, '{}' FROM generate_series(1, %s) n",
            [200_000],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE access_auditentry")
    questions = [Filter(), Filter(object="x:777"), Filter(result="flagged"), Filter(action="a7", purpose="p2"),
                 Filter(since=dt.date(2000, 1, 1), until=dt.date(2000, 1, 2))]  # fmt: skip
    for asked in questions:
        with walls.as_user(officer), connection.cursor() as cursor:
            plan = str(selectors.matching(asked)[: selectors.PAGE].explain())
            assert "Seq Scan on access_auditentry" not in plan, (asked, plan)
