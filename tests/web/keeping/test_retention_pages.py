"""The pages of retention: who finds them, what they show, what can be done there."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from openvis.web.access import demo, walls
from openvis.web.access.registry import Person
from openvis.web.keeping import running, services, tasks
from openvis.web.keeping.models import Certificate, DestructionList, Hold, RetentionRun
from web.conftest import make_person
from web.keeping.conftest import place, purpose_of, stating

VELDERMEER = pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
def test_only_who_may_view_finds_the_page(city, client_for) -> None:
    for role in city.roles:
        alias = next((name for name, found in demo.roles_by_alias(city).items() if found.id == role.id), None)
        if alias is None:
            continue
        person = make_person(city, alias)
        status = client_for(person).get("/bewaren/").status_code
        assert status == (200 if "retention.view" in role.abilities else 404), role.id


def test_the_page_tells_every_kind_and_what_is_due(city, officer, client_for) -> None:
    place()
    running.keep_preview()
    answer = client_for(officer).get("/bewaren/").content.decode()
    for rule in ("Aandachtsplekken", "Incidenten", "Auditlogboek", "Verklaringen van vernietiging"):
        assert rule in answer
    assert "Opnieuw doorrekenen" in answer


def test_who_only_views_sees_no_buttons(city, overseer, client_for) -> None:
    client = client_for(overseer)
    answer = client.get("/bewaren/").content.decode()
    assert "Opnieuw doorrekenen" not in answer
    assert "Een gegeven opschorten" not in answer
    assert client.post("/bewaren/uitvoeren/").status_code == 404
    assert client.get("/bewaren/opschorten/gegeven/").status_code == 404


def test_a_certificate_reads_and_prints(city, officer, client_for) -> None:
    from openvis.web.access.models import Session

    Session.objects.create(
        session_key="s", session_data="", expire_date=timezone.now() - timedelta(days=900), user=officer
    )
    certificate = running.run(by=officer).certificate
    client = client_for(officer)
    page = client.get(f"/bewaren/verklaringen/{certificate.pk}/").content.decode()
    assert certificate.number in page
    assert "Sessies" in page
    pdf = client.get(f"/bewaren/verklaringen/{certificate.pk}/pdf/")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Cache-Control"] == "no-store"


@VELDERMEER
def test_a_list_from_the_button_to_the_certificate(
    city, officer, second, client_for, django_capture_on_commit_callbacks
) -> None:
    place("the cellar")
    with django_capture_on_commit_callbacks():
        answer = client_for(officer).post("/bewaren/lijsten/nieuw/focus_place/")
    made = DestructionList.objects.get()
    assert answer["Location"] == f"/bewaren/lijsten/{made.pk}/"
    tasks.draw_up(str(made.pk))
    own, other = client_for(officer), client_for(second)
    page = stating(own, f"/bewaren/lijsten/{made.pk}/", purpose_of(officer)).content.decode()
    assert "the cellar" in page
    assert "Goedkeuren" not in page, "who drew it up does not approve it"
    assert own.post(f"/bewaren/lijsten/{made.pk}/besluit/", {"approve": "yes"}).status_code == 404
    page = stating(other, f"/bewaren/lijsten/{made.pk}/", purpose_of(second)).content.decode()
    assert "Goedkeuren" in page
    assert other.post(f"/bewaren/lijsten/{made.pk}/besluit/", {"refuse": "yes"}).status_code == 422
    assert other.post(f"/bewaren/lijsten/{made.pk}/besluit/", {"approve": "yes"}).status_code == 302
    tasks.run_now(str(officer.pk))
    line = Certificate.objects.get().lines.get()
    assert (line.prepared_by, line.approved_by) == (officer, second)
    page = other.get("/bewaren/").content.decode()
    assert "vernietigd" in page


def test_a_hold_is_set_and_ended(city, officer, client_for) -> None:
    kept, client = place(), client_for(officer)
    address = "/bewaren/opschorten/gegeven/"
    assert stating(client, address, purpose_of(officer)).status_code == 200
    right = {
        "kind": "focus_place", "key": str(kept.pk), "reason": "appeal", "explanation": "loopt",
        "until": (timezone.localdate() + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    wrong = client.post(address, {**right, "key": "nergens"})
    assert wrong.status_code == 422
    assert "loopt" in wrong.content.decode(), "what was typed is kept"
    assert client.post(address, right).status_code == 302
    hold = Hold.objects.get()
    page = stating(client, f"/bewaren/opschortingen/{hold.pk}/", purpose_of(officer)).content.decode()
    assert str(kept.pk) in page
    client.post(f"/bewaren/opschortingen/{hold.pk}/einde/")
    assert not Hold.objects.get().in_force


def test_a_hold_on_a_person_keeps_the_name_sealed(city, officer, client_for) -> None:
    client = client_for(officer)
    address = "/bewaren/opschorten/persoon/"
    stating(client, address, purpose_of(officer))
    until = timezone.localdate().isoformat()
    form = {"name": "Jannie de Boer", "reason": "claim", "explanation": "eist", "until": until}
    assert client.post(address, form).status_code == 302
    assert "Jannie" not in client.get("/bewaren/").content.decode()
    raw = str(Hold.objects.values_list("person", flat=True).query)
    assert "Jannie" not in raw
    hold = Hold.objects.get()
    assert hold.person == {"name": "Jannie de Boer"}


@VELDERMEER
class TestWalls:
    """What the database itself refuses."""

    def test_nothing_is_seen_without_the_right(self, city, officer, analyst) -> None:
        place()
        running.keep_preview()
        services.hold(
            officer, person=Person(name="x y"), reason="claim", explanation="e", until=timezone.localdate()
        )
        services.ask_list(officer, "focus_place")
        for person in (analyst, None):
            with walls.as_user(person):
                for model in (Hold, DestructionList, RetentionRun, Certificate):
                    assert not model.objects.exists(), model
        with walls.as_user(officer):
            assert Hold.objects.exists()
            assert DestructionList.objects.exists()

    def test_nobody_writes_a_certificate_or_a_run(self, city, officer) -> None:
        with walls.as_user(officer):
            for model in (RetentionRun, Certificate):
                with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                    model(**({"day": timezone.localdate()} if model is RetentionRun else {"number": "1"})).save()

    def test_nobody_prepares_or_approves_for_somebody_else(self, city, officer, second) -> None:
        with walls.as_user(officer), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            DestructionList(kind="focus_place", day=timezone.localdate(), prepared_by=second).save(force_insert=True)
        made = services.ask_list(officer, "focus_place")
        services.draw_up(made.pk)
        with walls.as_user(officer), pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            DestructionList.objects.filter(pk=made.pk).update(
                state="approved", approved_by=second, approved=timezone.now()
            )
        with walls.as_user(second):
            services.decide_list(second, made.pk, approve=True)
        made.refresh_from_db()
        assert made.approved_by == second

    def test_who_views_changes_nothing(self, city, officer, overseer) -> None:
        made = services.ask_list(officer, "focus_place")
        hold = services.hold(
            officer, person=Person(name="x y"), reason="claim", explanation="e", until=timezone.localdate()
        )
        with walls.as_user(overseer):
            assert DestructionList.objects.filter(pk=made.pk).update(state="refused") == 0
            assert Hold.objects.filter(pk=hold.pk).update(ended=timezone.now()) == 0
