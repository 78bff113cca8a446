"""The second wall: what the database itself refuses, under the role that pages run as."""

import pgtrigger
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import Http404, HttpResponse
from django.utils import timezone

from openvis.profile import Purpose, Text
from openvis.web import guard
from openvis.web.access import acting, audit, purposes, walls
from openvis.web.access.middleware import RuleMiddleware, WallsMiddleware
from openvis.web.access.models import AuditEntry, AuditPending, PurposeUse, RoleRight
from openvis.web.deployment.models import FocusPlace
from web.conftest import make_person

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)
WEB = "openvis_web"


def asked(sql: str, *values: object) -> object:
    """The one value that a query gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def refused(sql: str, *values: object) -> bool:
    """Whether the database refuses a statement for want of a right."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError as error:
        if not any(words in str(error) for words in ("permission denied", "row-level security", "must be owner")):
            raise
        return True
    return False


def respond(rf, person, view):
    """The answer of a view behind the middleware that puts requests behind the walls."""
    request = rf.get("/x/")
    request.user = person
    return WallsMiddleware(view)(request)


def test_the_web_role_owns_nothing_and_passes_nothing(city):
    assert asked("SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = %s", WEB) == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", [WEB]
        )
        assert cursor.fetchone() == (False, False, False, False)


def test_tests_of_the_walls_run_under_the_web_role(city, analyst):
    """An owner passes every policy: a test that forgot the role would find nothing wrong, ever."""
    assert asked("SELECT current_user") != WEB
    with walls.as_user(analyst, "a-purpose"):
        assert asked("SELECT current_user") == WEB
        assert asked("SELECT openvis_user()") == analyst.pk
        assert asked("SELECT openvis_purpose()") == "a-purpose"
    assert asked("SELECT current_user") != WEB
    assert asked("SELECT openvis_user()") is None


def test_every_page_runs_under_the_web_role_for_its_person(city, analyst, rf):
    seen = {}

    def view(request):
        seen.update(role=asked("SELECT current_user"), user=asked("SELECT openvis_user()"))
        return HttpResponse()

    respond(rf, analyst, view)
    assert seen == {"role": WEB, "user": analyst.pk}


def test_what_a_page_did_is_taken_back_when_it_fails_and_the_refusal_stays(city, analyst, rf):
    def view(request):
        audit.record(analyst, "inside")
        audit.refuse(request, "places.keep", "place 7")
        acting.afterwards(lambda: audit.record(None, "never"))
        WallsMiddleware(view).process_exception(request, Http404())
        return HttpResponse(status=404)

    assert respond(rf, analyst, view).status_code == 404
    assert not AuditEntry.objects.filter(action="inside").exists()
    assert AuditEntry.objects.filter(action="places.keep", result="refused", actor=analyst.pk).count() == 1
    assert not AuditEntry.objects.filter(action="never").exists()


def test_a_rule_that_fails_takes_everything_back(city, outsider, client_for):
    """The whole stack: the page does not exist for this person, and only the refusal is written."""
    client = client_for(outsider)
    before = AuditEntry.objects.count()
    assert client.get("/mensen/").status_code == 404
    assert AuditEntry.objects.filter(result="refused", action="people.view").count() == 1
    assert AuditEntry.objects.count() == before + 1


def test_a_database_that_is_gone_is_said_in_words(city, analyst, rf):
    def gone(request):
        raise OperationalError("server closed the connection")

    answer = respond(rf, analyst, gone)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "database" in answer.content.decode()


class TestAuditLog:
    def test_entries_can_be_added_and_nothing_else(self, city, analyst):
        with walls.as_user(analyst):
            audit.record(analyst, "a.look", "x")
            assert refused("UPDATE access_auditentry SET object = 'y'")
            assert refused("DELETE FROM access_auditentry")
            assert refused("TRUNCATE access_auditentry")
            assert refused("DELETE FROM access_auditpending")
            assert refused("SELECT * FROM access_auditpending")
        assert AuditEntry.objects.filter(action="a.look").count() == 1

    def test_each_waits_to_be_sealed(self, city, analyst):
        with walls.as_user(analyst):
            audit.record(analyst, "a.look", "x")
        entry = AuditEntry.objects.get(action="a.look")
        assert AuditPending.objects.filter(entry=entry.pk).exists()

    def test_not_even_the_owner_changes_one(self, city, analyst):
        audit.record(analyst, "a.look", "x")
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.filter(action="a.look").update(object="y")

    def test_a_person_sees_their_own_and_nobody_those_of_others(self, city, analyst, manager):
        audit.record(analyst, "a.look", "x")
        audit.record(manager, "a.look", "y")
        with walls.as_user(analyst):
            assert list(AuditEntry.objects.filter(action="a.look").values_list("object", flat=True)) == ["x"]
        with walls.as_user(None):
            assert not AuditEntry.objects.exists()

    def test_the_privacy_officer_sees_all(self, city, analyst):
        audit.record(analyst, "a.look", "x")
        officer = make_person(city, "fg")
        with walls.as_user(officer):
            assert AuditEntry.objects.filter(action="a.look", object="x").exists()

    def test_it_holds_purpose_organisation_and_trace(self, city, analyst):
        with walls.as_user(analyst, "a-purpose") as work:
            audit.record(analyst, "a.look", "x")
            trace = work.trace
        entry = AuditEntry.objects.get(action="a.look")
        assert (entry.purpose, entry.organisation, entry.trace) == ("a-purpose", analyst.organisation.key, trace)


class TestHistory:
    @pytest.fixture
    def place(self, city, analyst):
        from openvis.web.deployment.models import Evidence

        evidence = Evidence.objects.create(query="", store_version="1", outline=b"", shape={}, picture=b"")
        return FocusPlace.objects.create(name="before", evidence=evidence, kept_by=analyst)

    def kept(self) -> list[str]:
        """The names that the history holds."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM deployment_focusplaceevent ORDER BY pgh_id")
            return [name for (name,) in cursor.fetchall()]

    def test_a_page_changes_a_record_and_its_past_is_kept(self, place, analyst):
        with walls.as_user(analyst):
            FocusPlace.objects.filter(pk=place.pk).update(name="after")
        assert self.kept() == ["before"]

    def test_the_web_role_cannot_write_it(self, place, analyst):
        FocusPlace.objects.filter(pk=place.pk).update(name="after")
        with walls.as_user(analyst):
            assert refused("UPDATE deployment_focusplaceevent SET name = 'never'")
            assert refused("DELETE FROM deployment_focusplaceevent")
            assert refused("INSERT INTO pghistory_context (id, metadata) VALUES (gen_random_uuid(), '{}')")
            assert refused("ALTER TABLE deployment_focusplace DISABLE TRIGGER ALL")

    def test_the_web_role_cannot_silence_it(self, place, analyst):
        names = [f"{trigger.get_pgid(FocusPlace)}" for trigger in FocusPlace._meta.triggers]
        with walls.as_user(analyst), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])
            FocusPlace.objects.filter(pk=place.pk).update(name="after")
            cursor.execute("SELECT set_config('pgtrigger.ignore', '', true)")
        assert self.kept() == ["before"]

    def test_the_same_trick_works_for_the_owner(self, place):
        """So that the test above could fail."""
        with pgtrigger.ignore("deployment.FocusPlace:update_update"):
            FocusPlace.objects.filter(pk=place.pk).update(name="after")
        assert self.kept() == []


class TestRights:
    def test_the_database_knows_what_the_profile_gives(self, city):
        for role in city.roles:
            known = set(RoleRight.objects.filter(role=role.id).values_list("right", flat=True))
            assert {str(ability) for ability in role.abilities} <= known, role.id

    def test_a_right_holds_while_its_grant_does(self, city, analyst):
        def holds() -> object:
            with walls.as_user(analyst):
                return asked("SELECT openvis_holds('picture.rows')")

        assert holds() is True
        given = analyst.grants.get()
        given.ends = timezone.now()
        given.save()
        assert holds() is False

    def test_a_disabled_person_and_nobody_hold_nothing(self, city, analyst):
        analyst.is_active = False
        analyst.save()
        with walls.as_user(analyst):
            assert asked("SELECT openvis_holds('picture.rows')") is False
        with walls.as_user(None):
            assert asked("SELECT openvis_holds('picture.rows')") is False

    def test_pages_cannot_give_a_role_more_rights(self, city, analyst):
        with walls.as_user(analyst):
            assert refused("INSERT INTO access_roleright (role, \"right\") VALUES ('handhaver', 'audit.view')")
            assert refused("UPDATE access_roleright SET \"right\" = 'audit.view'")


class TestPurposes:
    def test_a_person_states_and_sees_their_own(self, city, analyst, manager):
        row = {"session": "s", "compartment": "incidents", "object": "x:1", "purpose": "p"}
        with walls.as_user(analyst):
            PurposeUse(user=analyst, **row).save(force_insert=True)
            assert PurposeUse.objects.count() == 1
            with pytest.raises(DatabaseError), transaction.atomic():
                PurposeUse(user=manager, **row).save(force_insert=True)
        with walls.as_user(manager):
            assert not PurposeUse.objects.exists()


def test_a_page_that_opens_personal_data_asks_what_for(city, rf, client_for, monkeypatch):
    """Through the middleware: first the question, then the page with the purpose in force and in the log."""
    officer = make_person(city, "fg")
    oversight = Purpose(
        id="oversight", name=Text(nl="toezicht", en="oversight"), ground=Text(nl="AVG 39", en="GDPR 39"),
        compartments=["administration"], roles=["fg"],
    )
    monkeypatch.setattr(purposes, "allowed", lambda _user, _compartment: [oversight])

    @guard.rule("audit.view")
    @guard.personal("administration", "entry", "key")
    def view(request, key):
        audit.record(request.user, "entry.open", key)
        return HttpResponse("opened")

    request = rf.get("/x/7/")
    request.user = officer
    request.session = client_for(officer).session
    middleware = RuleMiddleware(lambda _request: HttpResponse())

    def through(asked_request):
        return middleware.process_view(asked_request, view, (), {"key": "7"}) or view(asked_request, "7")

    asking = WallsMiddleware(through)(request)
    assert asking.status_code == 302
    assert asking["Location"].startswith("/mensen/doel/?compartiment=administration&dossier=entry%3A7")
    assert not AuditEntry.objects.filter(action="entry.open").exists()

    chosen = oversight.id
    work = acting.of_request(request)
    with walls.as_user(officer):
        purposes.state(officer, "administration", "entry:7", chosen, session=work.session)
    assert WallsMiddleware(through)(request).content == b"opened"
    assert AuditEntry.objects.get(action="entry.open").purpose == chosen
    assert AuditEntry.objects.get(action=purposes.ABILITY, result="done").purpose == chosen


def test_a_right_that_no_rule_gives_is_not_given(city, analyst):
    assert not analyst.has_perm("nothing.of_the_kind")
