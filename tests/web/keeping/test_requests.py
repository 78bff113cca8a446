"""A request of a person: gathered across all tables, answered, corrected, erased by two, and again after a restore."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from openvis.cli.subjects import subjects
from openvis.web.access import registry, walls
from openvis.web.access.finding import history_of
from openvis.web.access.models import AuditEntry
from openvis.web.access.registry import Person
from openvis.web.deployment.models import FocusPlace
from openvis.web.guard import Refused
from openvis.web.keeping import document, gathering, replay, requests, running, services, tasks
from openvis.web.keeping.models import Correction, ErasureProof, SubjectRequest
from openvis.web.trail.models import ProcessingEntry
from web.keeping.conftest import place, purpose_of, stating

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)
NAME = "Jannie de Boer-Visser"
STATED = "rechten_van_betrokkenen"


@pytest.fixture
def named(city) -> FocusPlace:
    """A place whose interpretation names somebody."""
    return place("plein", days_past=-900, interpretation=f"{NAME} zit hier elke avond", owner=None)


@pytest.fixture
def asked(city, officer, named) -> SubjectRequest:
    """A request whose data are gathered."""
    made = requests.receive(
        officer, "erasure", Person(name=NAME, email="jannie@thuis.example"), received=timezone.localdate(), question="Weg"
    )
    requests.identify(officer, made.pk, "desk")
    requests.ask_gathering(officer, made.pk)
    requests.gather(made.pk)
    made.refresh_from_db()
    return made


def marks(asked: SubjectRequest) -> dict[str, str]:
    return {item.kind: item.mark for item in gathering.unpacked(asked.findings)}


def approved(asked: SubjectRequest, officer, second) -> SubjectRequest:
    """Chosen, proposed and approved."""
    mark = marks(asked)["focus_place"]
    requests.choose(officer, asked.pk, [mark], [mark])
    requests.ask_erasure(officer, asked.pk)
    return requests.decide_erasure(second, asked.pk, approve=True)


def test_the_answer_is_due_a_month_later_and_the_end_is_known(city, officer) -> None:
    made = requests.receive(officer, "access", Person(name=NAME), received=date(2026, 1, 31))
    assert made.due == date(2026, 2, 28)
    assert made.ends_on == date(2031, 2, 28)
    assert made.late
    requests.extend(officer, made.pk, "it is much")
    made.refresh_from_db()
    assert made.due == date(2026, 4, 30)
    with pytest.raises(services.UnfitError, match="één keer"):
        requests.extend(officer, made.pk, "again")


def test_everything_is_gathered_with_purpose_term_and_recipients(asked, named) -> None:
    assert asked.state == "gathered"
    found = {item.kind: item for item in gathering.unpacked(asked.findings)}
    assert found["focus_place"].key == str(named.pk)
    assert found["focus_place"].sure
    assert found["focus_place"].until == named.ends_on.isoformat()
    assert NAME in str(found["focus_place"].values)
    group = next(group for group in gathering.groups(list(found.values())) if group.findings[0].kind == "focus_place")
    assert all((group.purpose, group.ground, group.controller, group.recipients, group.term))


def test_a_family_name_alone_is_told_to_be_unsure(city, officer) -> None:
    kept = place("a", interpretation="mevrouw Visserman-Boerhaave en de heer Pieterse", days_past=-9)
    found = gathering.find(Person(name="Klaas Pieterse"))
    assert [(item.key, item.sure) for item in found if item.kind == "focus_place"] == [(str(kept.pk), False)]
    assert not [item for item in gathering.find(Person(name="Klaas Visser")) if item.kind == "focus_place"]


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Jannie de Boer-Visser was er", True), ("BOER-VISSER, Jannie (de)", True), ("mw. De Boer-Visser", False),
        ("mevrouw Visser", False), ("de visserij", None), ("bel 06-1234 5678", True), ("jannie@THUIS.example schreef", True),
        ("Jannie Bakker", None), ("", None),
    ],
)  # fmt: skip
def test_ways_of_writing_somebody(city, text, sure) -> None:
    from openvis.web.access.finding import marks_of

    person = Person(name="Jannie de Boer-Visser", phone="+31 6 12345678", email="jannie@thuis.example")
    assert marks_of(person).fits(text) is sure


def test_nothing_is_gathered_before_the_identity_is_known(city, officer) -> None:
    made = requests.receive(officer, "access", Person(name=NAME), received=timezone.localdate())
    with pytest.raises(services.UnfitError, match="identiteit"):
        requests.ask_gathering(officer, made.pk)
    assert requests.gather(made.pk) == 0


def test_other_staff_in_a_record_are_not_told(city, officer, analyst, manager) -> None:
    place("a", owner=analyst, kept_by=manager, days_past=-9)
    told = str([item.values for item in gathering.find(Person(user=analyst)) if item.kind == "focus_place"])
    assert analyst.email in told
    assert manager.email not in told


def test_the_overview_is_a_pdf_with_what_was_chosen(asked, officer) -> None:
    made = document.answer(asked)
    assert made.startswith(b"%PDF")
    requests.choose(officer, asked.pk, [], [])
    asked.refresh_from_db()
    assert len(document.answer(asked)) < len(made)


def test_erasure_takes_two_and_leaves_proof(asked, officer, second, named) -> None:
    mark = marks(asked)["focus_place"]
    with pytest.raises(services.UnfitError):
        requests.ask_erasure(officer, asked.pk)
    requests.choose(officer, asked.pk, [mark], [mark, "invented|x|y"])
    requests.ask_erasure(officer, asked.pk)
    with pytest.raises(Refused):
        requests.decide_erasure(officer, asked.pk, approve=True)
    assert requests.erase(asked.pk) == 0, "not before the second person"
    requests.decide_erasure(second, asked.pk, approve=True)
    assert requests.erase(asked.pk) > 0
    assert not FocusPlace.objects.filter(pk=named.pk).exists()
    assert not history_of(FocusPlace)[0].objects.exists()
    proof = ErasureProof.objects.get()
    assert (proof.asked_by, proof.approved_by, proof.request) == (officer, second, asked.number)
    assert str(named.pk) not in str(ErasureProof.objects.values().get())
    assert NAME not in replay.place().read_text()
    assert requests.erase(asked.pk) == 0, "again changes nothing"
    with pytest.raises(DatabaseError), transaction.atomic():
        ErasureProof.objects.all().delete()


def test_the_database_refuses_one_person_for_both(asked, officer) -> None:
    with pytest.raises(IntegrityError, match="erasure_by_two_people"), transaction.atomic():
        SubjectRequest.objects.filter(pk=asked.pk).update(erasure_by=officer, approved_by=officer)
    with pytest.raises(IntegrityError, match="erasure_approved"), transaction.atomic():
        SubjectRequest.objects.filter(pk=asked.pk).update(state="erasing")


def test_a_hold_keeps_from_erasure_also_after_the_approval(asked, officer, second, named) -> None:
    approved(asked, officer, second)
    services.hold(
        officer, kind="focus_place", key=str(named.pk), reason="investigation", explanation="x", until=timezone.localdate()
    )
    assert requests.erase(asked.pk) == 0
    assert FocusPlace.objects.filter(pk=named.pk).exists()
    assert not ErasureProof.objects.exists()
    found = {item.kind: item for item in gathering.find(Person(name=NAME))}
    assert found["focus_place"].kept, "the preview says that it stays, and why"


class Killed(BaseException):
    """Ends everything at once."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_erasure_that_is_broken_off_is_finished_by_the_next(asked, officer, second, named, monkeypatch, when) -> None:
    approved(asked, officer, second)
    whole = replay.write_down

    def dies(proof):
        if when == "after":
            whole(proof)
        raise Killed

    monkeypatch.setattr(replay, "write_down", dies)
    with pytest.raises(Killed):
        requests.erase(asked.pk)
    assert FocusPlace.objects.filter(pk=named.pk).exists(), "both or neither"
    assert not ErasureProof.objects.exists()
    monkeypatch.setattr(replay, "write_down", whole)
    assert requests.erase(asked.pk) > 0
    assert ErasureProof.objects.count() == 1


def test_what_was_erased_goes_again_after_a_restore(asked, officer, second, named) -> None:
    moment = timezone.now()
    key, evidence = named.pk, named.evidence
    approved(asked, officer, second)
    requests.erase(asked.pk)
    erasures = replay.since(moment)
    assert len(erasures) == 1
    # The backup brings it back, with its key, and knows nothing of the erasure.
    evidence.save(force_insert=True)
    back = FocusPlace(pk=key, name="back", evidence=evidence, state="closed", reason="r", result="r")
    back.save(force_insert=True)
    other = place("other", days_past=-9)
    assert replay.replay(erasures) > 0
    assert list(FocusPlace.objects.values_list("pk", flat=True)) == [other.pk]
    assert replay.replay(erasures) == 0
    assert next(replay.written())["digest"] == erasures[0]["digest"]


def test_a_half_line_at_the_end_is_left_out_and_a_wrong_one_is_told(city, tmp_path) -> None:
    file = tmp_path / "log.jsonl"
    line = json.dumps({"at": timezone.now().isoformat(), "table": "a.b", "kind": "k", "digest": "00"})
    file.write_text(f"{line}\n{line[:20]}")
    assert len(list(replay.written(file))) == 1
    file.write_text(f"nonsense\n{line}\n")
    with pytest.raises(ValueError, match="line 1"):
        list(replay.written(file))


def test_a_correction_is_carried_out_and_kept_sealed(asked, officer, named) -> None:
    made = requests.ask_correction(officer, asked.pk, marks(asked)["focus_place"], "interpretation", "Een bewoner zit hier")
    assert requests.correct(made.pk) == 1
    named.refresh_from_db()
    assert named.interpretation == "Een bewoner zit hier"
    assert requests.correct(made.pk) == 0, "once"
    with pytest.raises(services.UnfitError):
        requests.ask_correction(officer, asked.pk, marks(asked)["focus_place"], "state", "closed")


def test_closing_empties_what_was_gathered(asked, officer, named) -> None:
    with pytest.raises(services.UnfitError, match="weggelaten"):
        requests.close(officer, asked.pk, outcome="partly", answer="Hier")
    requests.close(
        officer, asked.pk, outcome="partly", answer="Hier", restriction="d", restriction_text="opsporing loopt"
    )
    asked.refresh_from_db()
    assert (asked.findings, asked.chosen, asked.state) == (None, None, "closed")
    assert asked.ends_on == city_term(asked)
    later = asked.ends_on + timedelta(days=1)
    running.run(later, kinds=["request"])
    assert not SubjectRequest.objects.exists()


def city_term(asked):
    from openvis.web import city

    return city.profile().retention_term("requests").ends(timezone.localdate())


def test_nobody_handles_their_own_request(city, officer) -> None:
    made = requests.receive(officer, "access", Person(name="officer", user=officer), received=timezone.localdate())
    with pytest.raises(services.UnfitError, match="uzelf"):
        requests.identify(officer, made.pk, "known")


def test_every_act_is_in_both_logs_and_names_nobody(asked, officer) -> None:
    entries = AuditEntry.objects.filter(action__startswith="subjects.", object=str(asked.pk))
    assert {entry.action for entry in entries} >= {"subjects.receive", "subjects.identify", "subjects.gather"}
    assert NAME not in str(list(entries.values()))
    lines = ProcessingEntry.objects.filter(subject_type="subjectrequest")
    assert lines.count() >= 3
    assert AuditEntry.objects.filter(action="search.name", actor=officer.pk).exists()


def test_looking_oneself_up_by_a_request_is_flagged(city, officer, second) -> None:
    made = requests.receive(second, "access", Person(name=officer.name), received=timezone.localdate())
    requests.identify(officer, made.pk, "desk")
    requests.ask_gathering(officer, made.pk)
    assert AuditEntry.objects.filter(action="search.name", actor=officer.pk, result="flagged").exists()


def test_a_member_of_staff_finds_account_roles_and_what_they_did(city, officer, analyst) -> None:
    found = {item.kind for item in gathering.find(Person(user=analyst))}
    assert {"user", "grant"} <= found
    by_address = {item.kind for item in gathering.find(Person(name="x", email=analyst.email))}
    assert {"user", "grant"} <= by_address


class TestWalls:
    def test_only_who_handles_requests_for_a_purpose_sees_them(self, asked, officer, overseer, analyst) -> None:
        for person, purpose, sees in (
            (officer, STATED, True), (officer, "", False), (overseer, "toezicht_op_gebruik", True), (overseer, "", False),
            (analyst, STATED, False), (None, STATED, False),
        ):  # fmt: skip
            with walls.as_user(person, purpose):
                assert SubjectRequest.objects.exists() is sees, (person, purpose)

    def test_who_oversees_changes_nothing(self, asked, overseer) -> None:
        with walls.as_user(overseer, "toezicht_op_gebruik"):
            assert SubjectRequest.objects.filter(pk=asked.pk).update(state="closed") == 0

    def test_nobody_approves_in_the_name_of_somebody_else(self, asked, officer, second) -> None:
        mark = marks(asked)["focus_place"]
        requests.choose(officer, asked.pk, [mark], [mark])
        requests.ask_erasure(officer, asked.pk)
        with walls.as_user(officer, STATED), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            SubjectRequest.objects.filter(pk=asked.pk).update(approved_by=second, approved=timezone.now())

    def test_the_name_is_nowhere_in_the_clear(self, asked) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(r)::text FROM keeping_subjectrequest r")
            assert "Jannie" not in cursor.fetchone()[0]


class TestPages:
    def test_only_who_handles_requests_finds_them(self, city, asked, officer, overseer, analyst, client_for) -> None:
        for person in (overseer, analyst):
            client = client_for(person)
            for address in ("/bewaren/verzoeken/", "/bewaren/verzoeken/nieuw/", f"/bewaren/verzoeken/{asked.pk}/"):
                assert client.get(address).status_code == 404, address
        page = stating(client_for(officer), "/bewaren/verzoeken/", STATED)
        assert NAME in page.content.decode()

    def test_the_data_protection_officer_sees_no_names(self, asked, officer, overseer, analyst, client_for) -> None:
        page = stating(client_for(overseer), "/bewaren/verzoeken/toezicht/", purpose_of(overseer)).content.decode()
        assert asked.number in page
        assert "Jannie" not in page
        assert client_for(officer).get("/bewaren/verzoeken/toezicht/").status_code == 404

    def test_a_request_from_entering_to_the_answer(
        self, city, officer, second, named, client_for, django_capture_on_commit_callbacks
    ) -> None:
        client, other = client_for(officer), client_for(second)
        stating(client, "/bewaren/verzoeken/nieuw/", STATED)
        form = {"kind": "erasure", "received": timezone.localdate().isoformat(), "name": NAME, "question": "Weg ermee"}
        wrong = client.post("/bewaren/verzoeken/nieuw/", {**form, "account": "niemand@nergens.example"})
        assert wrong.status_code == 422
        assert "Weg ermee" in wrong.content.decode()
        address = client.post("/bewaren/verzoeken/nieuw/", form)["Location"]
        made = SubjectRequest.objects.get()
        assert stating(client, address, STATED).status_code == 200
        assert client.post(f"{address}verzamelen/").status_code == 302
        assert SubjectRequest.objects.get().state == "received", "not before the identity is known"
        client.post(f"{address}identiteit/", {"identity": "desk"})
        with django_capture_on_commit_callbacks():
            client.post(f"{address}verzamelen/")
        tasks.gather(str(made.pk))
        page = client.get(address).content.decode()
        assert f"{NAME} zit hier elke avond" in page
        made.refresh_from_db()
        mark = marks(made)["focus_place"]
        client.post(f"{address}kiezen/", {"told": [mark], "erase": [mark]})
        assert client.get(f"{address}overzicht/").content.startswith(b"%PDF")
        assert client.get(f"{address}corrigeren/", {"finding": mark}).status_code == 200
        client.post(f"{address}verwijdering/")
        assert "Goedkeuren als tweede" not in client.get(address).content.decode()
        assert client.post(f"{address}goedkeuren/", {"approve": "yes"}).status_code == 404
        assert "Goedkeuren als tweede" in stating(other, address, STATED).content.decode()
        other.post(f"{address}goedkeuren/", {"approve": "yes"})
        tasks.erase(str(made.pk))
        assert not FocusPlace.objects.exists()
        short = client.post(f"{address}antwoord/", {"outcome": "partly", "answer": "Hier"})
        assert short.status_code == 422
        assert client.post(f"{address}antwoord/", {"outcome": "granted", "answer": "Gedaan"}).status_code == 302
        assert "Gedaan" in client.get(address).content.decode()


class TestCommands:
    def call(self, *arguments: str, **more):
        return CliRunner().invoke(subjects, list(arguments), **more)

    def test_find_report_and_erase(self, asked, officer, second, named, tmp_path) -> None:
        found = self.call("find", asked.number, "--by", officer.email)
        assert found.exit_code == 0, found.output
        assert str(named.pk) in found.output
        assert "Jannie" not in found.output
        assert "Jannie" in self.call("find", asked.number, "--by", officer.email, "--full").output
        out = tmp_path / "overview.pdf"
        assert self.call("report", asked.number, "--by", officer.email, "--out", str(out)).exit_code == 0
        assert out.read_bytes().startswith(b"%PDF")
        assert out.stat().st_mode & 0o077 == 0
        assert self.call("erase", asked.number, "--by", officer.email).exit_code == 2, "nobody approved"
        asked.refresh_from_db()
        approved(asked, officer, second)
        assert "goes" in self.call("erase", asked.number, "--by", officer.email, "--preview").output
        assert self.call("erase", asked.number, "--by", officer.email).exit_code == 0
        assert not FocusPlace.objects.exists()
        again = self.call("replay", str(replay.place()))
        assert again.exit_code == 0
        assert "1 erasures read; 0 rows" in again.output

    def test_correct_asks_for_the_text(self, asked, officer, named) -> None:
        done = self.call(
            "correct", asked.number, "--by", officer.email, "--finding", marks(asked)["focus_place"], "--column", "name",
            input="Markt\n",
        )
        assert done.exit_code == 0, done.output
        named.refresh_from_db()
        assert named.name == "Markt"
        assert Correction.objects.get().done

    @pytest.mark.parametrize("by", ["nobody@test.example", "analyst@test.example"])
    def test_who_may_not_handle_requests_is_told(self, asked, analyst, by) -> None:
        assert self.call("find", asked.number, "--by", by).exit_code == 2


def test_every_kind_that_is_found_can_be_held(city) -> None:
    """What a hold on a person keeps is found by the kinds that end: a finder of another name would keep nothing."""
    ending = {rule.kind for rule in registry.retention}
    assert {"focus_place", "incident", "rejected", "original", "trial", "user", "grant", "purpose"} <= ending
