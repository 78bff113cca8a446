"""What is past its term goes, with its history and a certificate; what is not, or is held, stays."""

import random
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import registry
from openvis.web.access import services as access_services
from openvis.web.access.finding import history_of
from openvis.web.access.models import AuditEntry, Grant, Invitation, PurposeUse, Session, User
from openvis.web.access.registry import Due, Person, RetentionRule
from openvis.web.deployment.models import Evidence, FocusAction, FocusPlace
from openvis.web.guard import Refused
from openvis.web.keeping import holding, running, services, terms
from openvis.web.keeping.models import Certificate, CertificateLine, DestructionList, DuePreview, Hold, RetentionRun
from openvis.web.picture.models import Alert
from web.keeping.conftest import place

ALMERE = pytest.mark.parametrize("city", ["almere"], indirect=True)
VELDERMEER = pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
"""Where a second person approves what ends of focus places."""


def numbers(done) -> dict[str, int]:
    return {kind: number for kind, number in done.numbers.items() if number}


def test_every_kind_of_data_has_a_term_in_the_profile(city: Profile) -> None:
    found = [(kind.rule.kind, kind.words, kind.ground) for kind in terms.kinds()]
    assert len({kind for kind, *_ in found}) == len(found), "a kind ends in one way"
    assert all(words and ground for _kind, words, ground in found)


def test_every_table_with_people_ends_in_some_way(city: Profile) -> None:
    """No table about people is kept for ever: it has a rule, or goes with a record that has one."""
    with_record = {
        "focus_action": "focus_place", "correction": "request", "destruction_list": "certificate",
        "retention_run": "certificate", "certificate_line": "certificate",
    }  # fmt: skip
    kinds = {rule.kind for rule in registry.retention}
    assert set(with_record.values()) <= kinds


@ALMERE
def test_a_focus_place_goes_with_evidence_actions_and_history(city) -> None:
    gone, stays, still_open = place("gone"), place("stays", days_past=0), place("open", state="accepted")
    gone.name = "renamed"
    gone.save()
    done = running.run()
    assert numbers(done) == {"focus_place": 1}
    assert set(FocusPlace.objects.values_list("pk", flat=True)) == {stays.pk, still_open.pk}
    assert Evidence.objects.count() == FocusAction.objects.count() == 2
    for model in (FocusPlace, FocusAction):
        assert not history_of(model)[0].objects.exclude(pgh_obj_id__in=[stays.pk, still_open.pk]).filter(
            pgh_obj_id=gone.pk
        ).exists()
    assert not apps.get_model("deployment", "FocusActionEvent").objects.exists()


@ALMERE
def test_the_certificate_says_how_many_on_which_ground_and_no_content(city, officer) -> None:
    place("a name that nobody may read")
    done = running.run(by=officer)
    line = done.certificate.lines.get()
    assert (line.kind, line.number, line.term, line.prepared_by) == ("focus_place", 1, "operations", officer)
    assert line.term_text == "5 jaar na sluiting"
    assert "Archiefwet" in line.ground
    assert line.oldest == timezone.localdate() - timedelta(days=1)
    told = " ".join(str(value) for value in CertificateLine.objects.values().get().values())
    assert "nobody may read" not in told
    entry = AuditEntry.objects.filter(action="retention.run").first()
    assert entry.facts["ended"] == {"focus_place": 1}


@ALMERE
@pytest.mark.parametrize("model", [Certificate, CertificateLine])
def test_a_certificate_never_changes(city, model) -> None:
    place()
    running.run()
    for change in (lambda: model.objects.update(at=timezone.now()), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@ALMERE
def test_certificates_are_numbered_in_order(city) -> None:
    for _each in range(3):
        place()
        running.run()
    year = timezone.localdate().year
    found = sorted(Certificate.objects.values_list("number", flat=True))
    assert found == [f"{year}-0001", f"{year}-0002", f"{year}-0003"]


@ALMERE
def test_nothing_due_leaves_no_certificate(city) -> None:
    assert running.run().certificate is None
    assert RetentionRun.objects.get().finished


@ALMERE
def test_a_preview_changes_nothing_and_says_what_a_run_would_do(city) -> None:
    place()
    place(days_past=-3)
    told = {kind.rule.kind: due for kind, due in running.preview()}
    assert told["focus_place"] == Due(1, timezone.localdate() - timedelta(days=1))
    assert FocusPlace.objects.count() == 2
    later = {kind.rule.kind: due.number for kind, due in running.preview(timezone.localdate() + timedelta(days=4))}
    assert later["focus_place"] == 2
    running.keep_preview()
    assert DuePreview.objects.get(kind="focus_place").number == 1


@ALMERE
def test_the_same_run_again_finds_nothing(city) -> None:
    place()
    assert numbers(running.run())
    assert not numbers(running.run())


# ---- accounts and what hangs on them ----------------------------------------------------------------------------------


@ALMERE
def test_accounts_roles_sessions_and_invitations_end(city, analyst) -> None:
    long_ago = timezone.now() - timedelta(days=365 * 6)
    ended = access_services.grant(analyst, "informatieanalist", reason="why", source="who", starts=long_ago)
    Grant.objects.filter(pk=ended.pk).update(ends=timezone.now() - timedelta(days=365 * 2 + 5))
    Session.objects.create(session_key="s", session_data="", expire_date=long_ago, user=analyst)
    Invitation.objects.create(user=analyst, digest="d", ends=long_ago)
    PurposeUse.objects.create(user=analyst, session="s", compartment="persons", purpose="p", at=long_ago)
    closed = access_services.add_person("closed@test.example", "Iemand Weg", "gemeente")
    User.objects.filter(pk=closed.pk).update(created=long_ago, is_active=False)
    history_of(User)[0].objects.filter(pgh_obj_id=closed.pk).update(pgh_created_at=long_ago)
    found = numbers(running.run())
    assert found == {"grant": 1, "session": 1, "invitation": 1, "purpose": 1, "user": 1}
    closed.refresh_from_db()
    assert closed.name == ""
    assert "closed" not in closed.email
    assert not history_of(User)[0].objects.filter(pgh_obj_id=closed.pk).exists()
    assert analyst.grants.filter(ends__isnull=True).exists(), "the role of now stays"
    assert not history_of(Grant)[0].objects.filter(pgh_obj_id=ended.pk).exists()
    assert not numbers(running.run())


@ALMERE
def test_an_account_that_was_closed_lately_stays(city) -> None:
    person = access_services.add_person("lately@test.example", "Iemand", "gemeente")
    User.objects.filter(pk=person.pk).update(created=timezone.now() - timedelta(days=3650))
    access_services.disable(User.objects.get(pk=person.pk))
    assert "user" not in numbers(running.run())


@ALMERE
def test_alerts_end_with_figures_per_area(city) -> None:
    common = {"area": "x", "area_name": "x", "level": "l", "count": 1, "expected": 1, "low": 1, "high": 1, "p": 1}
    Alert.objects.create(kind="old", week=timezone.localdate() - timedelta(days=366 * 21), store_version="1", **common)
    Alert.objects.create(kind="new", week=timezone.localdate(), store_version="1", **common)
    assert numbers(running.run()) == {"alert": 1}
    assert Alert.objects.get().kind == "new"


@ALMERE
def test_certificates_end_too(city) -> None:
    place()
    running.run()
    later = timezone.localdate() + timedelta(days=366 * 21)
    assert running.run(later).numbers["certificate"] == 1
    assert Certificate.objects.get().lines.get(kind="certificate").number == 1


# ---- a second person --------------------------------------------------------------------------------------------------


@VELDERMEER
def test_nothing_goes_without_the_second_person(city, officer, second) -> None:
    gone = place("a cellar")
    assert not numbers(running.run())
    made = services.ask_list(officer, "focus_place")
    assert services.draw_up(made.pk).state == "prepared"
    assert not numbers(running.run()), "prepared is not approved"
    made.refresh_from_db()
    assert made.items == [[str(gone.pk), f"a cellar ({gone.ends_on})"]]
    with pytest.raises(Refused):
        services.decide_list(officer, made.pk, approve=True)
    services.decide_list(second, made.pk, approve=True)
    done = running.run()
    assert numbers(done) == {"focus_place": 1}
    line = done.certificate.lines.get()
    assert (line.prepared_by, line.approved_by) == (officer, second)
    made.refresh_from_db()
    assert (made.state, made.items, made.keys) == ("taken", None, None), "the titles go with what they name"


@VELDERMEER
def test_the_database_refuses_one_person_for_both(city, officer, second) -> None:
    made = services.ask_list(officer, "focus_place")
    with pytest.raises(IntegrityError, match="list_by_two_people"), transaction.atomic():
        DestructionList.objects.filter(pk=made.pk).update(
            state="approved", approved_by=officer, approved=timezone.now()
        )
    with pytest.raises(IntegrityError, match="list_approved_by_somebody"), transaction.atomic():
        DestructionList.objects.filter(pk=made.pk).update(state="approved")
    with pytest.raises(DatabaseError), transaction.atomic():
        DestructionList.objects.filter(pk=made.pk).update(prepared_by=second)


@VELDERMEER
def test_what_became_due_after_the_approval_overtakes_the_list(city, officer, second) -> None:
    place("approved")
    made = services.ask_list(officer, "focus_place")
    services.draw_up(made.pk)
    services.decide_list(second, made.pk, approve=True)
    place("slipped in")
    assert not numbers(running.run())
    made.refresh_from_db()
    assert made.state == "overtaken"
    assert FocusPlace.objects.count() == 2


@VELDERMEER
def test_a_hold_after_the_approval_keeps_its_record(city, officer, second) -> None:
    goes, stays = place("goes"), place("stays")
    made = services.ask_list(officer, "focus_place")
    services.draw_up(made.pk)
    services.decide_list(second, made.pk, approve=True)
    hold_on(officer, "focus_place", stays.pk)
    assert numbers(running.run()) == {"focus_place": 1}
    assert FocusPlace.objects.get() == stays
    assert goes != stays


@VELDERMEER
def test_a_refused_list_goes_nowhere(city, officer, second) -> None:
    place()
    made = services.ask_list(officer, "focus_place")
    services.draw_up(made.pk)
    with pytest.raises(services.UnfitError):
        services.decide_list(second, made.pk, approve=False)
    services.decide_list(second, made.pk, approve=False, remark="not yet")
    assert not numbers(running.run())
    again = services.ask_list(officer, "focus_place")
    with pytest.raises(services.UnfitError, match="Er is al een lijst"):
        services.ask_list(officer, "focus_place")
    assert again.state == "asked"


@ALMERE
def test_a_kind_without_a_second_person_needs_no_list(city, officer, analyst) -> None:
    with pytest.raises(services.UnfitError):
        services.ask_list(officer, "focus_place")
    with pytest.raises(Refused):
        services.ask_list(analyst, "focus_place")


# ---- holds ------------------------------------------------------------------------------------------------------------


def hold_on(by, kind, key, **more) -> Hold:
    until = timezone.localdate() + timedelta(days=30)
    return services.hold(
        by, kind=kind, key=str(key), **{"reason": "appeal", "explanation": "an appeal runs", "until": until, **more}
    )


@ALMERE
def test_a_hold_keeps_until_it_ends(city, officer) -> None:
    kept = place()
    hold = hold_on(officer, "focus_place", kept.pk)
    assert running.preview(timezone.localdate())  # works out with holds
    due = next(due for kind, due in running.preview() if kind.rule.kind == "focus_place")
    assert (due.number, due.held) == (0, 1)
    assert not numbers(running.run())
    services.end_hold(officer, hold.pk)
    assert numbers(running.run()) == {"focus_place": 1}


@ALMERE
def test_a_hold_lapses_after_its_last_day(city, officer) -> None:
    kept = place()
    hold = hold_on(officer, "focus_place", kept.pk)
    Hold.objects.filter(pk=hold.pk).update(until=timezone.localdate())
    assert not numbers(running.run())
    Hold.objects.filter(pk=hold.pk).update(until=timezone.localdate() - timedelta(days=1))
    assert numbers(running.run()) == {"focus_place": 1}


@ALMERE
def test_a_hold_on_a_person_keeps_everything_about_them(city, officer, analyst) -> None:
    owned = place("owned", owner=analyst)
    named = place("named", interpretation="Zwerft rond bij Jannie de Boer-Visser in de straat")
    place("neither")
    common = {"reason": "objection", "explanation": "objects", "until": timezone.localdate() + timedelta(days=30)}
    services.hold(officer, person=Person(user=analyst), **common)
    services.hold(officer, person=Person(name="Jannie de Boer-Visser"), **common)
    assert numbers(running.run()) == {"focus_place": 1}
    assert set(FocusPlace.objects.values_list("pk", flat=True)) == {owned.pk, named.pk}


@ALMERE
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": "5b0c8a52-0000-0000-0000-000000000000"}, "key"), ({"key": "nonsense"}, "key"), ({"key": ""}, "key"),
        ({"kind": "nonsense"}, "kind"), ({"explanation": " "}, "explanation"), ({"reason": "because"}, "reason"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "until"),
        ({"until": timezone.localdate() + timedelta(days=2000)}, "until"),
        ({"person": Person(name=" ")}, "name"),
    ],
)
def test_a_hold_on_nothing_is_refused(city, officer, wrong, field) -> None:
    right = {
        "kind": "focus_place", "key": str(place().pk), "reason": "appeal", "explanation": "x", "until": timezone.localdate()
    }
    with pytest.raises(services.UnfitError) as refused:
        services.hold(officer, **{**right, **wrong})
    assert refused.value.field == field


@ALMERE
def test_who_may_not_hold_does_not(city, overseer) -> None:
    with pytest.raises(Refused):
        hold_on(overseer, "focus_place", place().pk)


@ALMERE
@pytest.mark.parametrize("seed", range(12))
def test_nothing_under_a_hold_goes_and_everything_else_that_is_due_does(city, officer, analyst, seed) -> None:
    chance = random.Random(seed)  # noqa: S311 -- a draw of a test
    places = [
        place(f"p{number}", days_past=chance.randint(-3, 3), state=chance.choice(["closed", "dismissed", "accepted"]),
              owner=chance.choice([None, analyst]))
        for number in range(8)
    ]  # fmt: skip
    held = {item.pk for item in places if chance.random() < 0.4}
    for key in held:
        hold_on(officer, "focus_place", key)
    if chance.random() < 0.5:
        services.hold(officer, person=Person(user=analyst), reason="claim", explanation="x", until=timezone.localdate())
        held |= {item.pk for item in places if item.owner == analyst}
    today = timezone.localdate()
    goes = {item.pk for item in places if item.ends_on < today and item.state != "accepted"} - held
    assert running.run().numbers["focus_place"] == len(goes)
    assert set(FocusPlace.objects.values_list("pk", flat=True)) == {item.pk for item in places} - goes


# ---- broken off -------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Ends everything at once, as a kill does: nothing catches it."""


def total() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in CertificateLine.objects.all():
        found[line.kind] = found.get(line.kind, 0) + line.number
    return found


@ALMERE
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", range(14))
def test_killed_at_any_step_the_next_run_takes_the_rest(city, monkeypatch, step) -> None:
    """Whatever went has a line, and nothing has two, wherever the run was broken off."""
    for _each in range(3):
        place()
    old = timezone.now() - timedelta(days=3650)
    PurposeUse.objects.create(
        user=access_services.add_person("x@test.example", "x"), session="s", compartment="c", purpose="p", at=old
    )
    left = [step]

    def count_down() -> None:
        left[0] -= 1
        if left[0] < 0:
            left[0] = 10_000
            raise Killed

    def dying(function):
        def call(*arguments, **named):
            count_down()
            result = function(*arguments, **named)
            count_down()
            return result

        return call

    rules = [
        RetentionRule(rule.kind, rule.title, rule.term, rule.preview, dying(rule.run), order=rule.order,
                      after=dying(rule.after or (lambda: None)))
        for rule in registry.retention if rule.kind in ("focus_place", "purpose")
    ]  # fmt: skip
    monkeypatch.setattr(registry, "retention", rules)
    monkeypatch.setattr(running, "_certify", dying(running._certify))
    broken = False
    try:
        running.run()
    except Killed:
        broken = True
    assert broken == (step < 12)
    left[0] = 10_000
    running.run()
    assert total() == {"focus_place": 3, "purpose": 1}
    assert not FocusPlace.objects.exists()
    assert not PurposeUse.objects.exists()


@ALMERE
def test_a_kind_that_fails_does_not_stop_the_others(city, monkeypatch) -> None:
    place()

    def fails(day):
        raise OSError("no room on the disk: a name")

    broken = RetentionRule("broken", "broken", "operations", lambda day: Due(1), fails, order=1)
    monkeypatch.setattr(registry, "retention", [broken, *registry.retention])
    done = running.run()
    assert done.failed == {"broken": "OSError"}
    assert done.numbers["focus_place"] == 1
    assert "a name" not in str(RetentionRun.objects.get().failed)
    assert holding.held("broken") == frozenset()
