"""Who sees what after weighing: under both walls, on the pages, and in the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.access.models import User
from openvis.web.followup import services
from openvis.web.followup.models import MeetingAction, TabledItem
from web.followup import casework
from web.followup.casework import HIDDEN, SECRET, decided, form, make_item, make_meeting, make_signal, make_user, sent

TABLES = ("meeting", "participant", "tableditem", "contribution", "decision", "meetingaction")
DUE = timedelta(days=10)


def counted(person: User | None, tables: tuple[str, ...] = TABLES) -> list[int]:
    """How many rows of each table a person's database shows, under the web role."""
    found = []
    with walls.as_user(person), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM followup_{table}")
            found.append(cursor.fetchone()[0])
    return found


@pytest.fixture
def table(city: Profile, keeper: User, partner: User) -> TabledItem:
    """A signal before a meeting with one partner, decided, with an action of the partner and one of ours."""
    _meeting, item = sent(city, keeper, partner)
    decided(city, keeper, item)
    day = timezone.localdate() + DUE
    services.items.agree(keeper, item.pk, "Actie van de partner", partner, day)
    services.items.agree(keeper, item.pk, "Actie van de gemeente", keeper, day)
    return item


class TestDatabase:
    def test_each_sees_what_is_theirs(
        self, city: Profile, table: TabledItem, keeper: User, partner: User, other_partner: User, outsider: User
    ):
        assert counted(keeper) == [1, 2, 1, 1, 1, 2]
        assert counted(partner) == [1, 2, 1, 1, 1, 1]
        assert counted(make_user(city, casework.tabled_role(city)))[:5] == [1, 2, 1, 1, 1]
        for person in (other_partner, outsider, None):
            assert counted(person) == [0] * 6

    def test_before_it_is_sent_only_the_coordinator_sees_it(self, city: Profile, keeper: User, partner: User):
        meeting = make_meeting(city, keeper, partner)
        item = make_item(keeper, make_signal(city), meeting)
        services.items.hand_over(keeper, item.pk, form(city))
        assert counted(keeper)[:4] == [1, 2, 1, 1]
        for person in (partner, make_user(city, casework.tabled_role(city))):
            assert counted(person) == [0] * 6

    def test_who_is_taken_off_sees_no_more(self, city: Profile, table: TabledItem, keeper: User, partner: User):
        place = table.meeting.participants.get(user=partner)
        services.meetings.uninvite(keeper, table.meeting_id, place.pk)
        assert counted(partner) == [0, 0, 0, 0, 0, 1], "their own action stays theirs"

    def test_every_role_sees_what_the_profile_says_and_no_more(self, city: Profile, table: TabledItem):
        wrong = []
        for role in city.roles:
            keeps = "signals.weigh" in role.abilities
            reads = "signals.casus" in role.abilities and city.rights(role.id, "signals").note == "tabled"
            found = counted(make_user(city, role.id))
            if bool(found[0]) != (keeps or reads) or bool(found[3]) != (keeps or reads):
                wrong.append(f"{role.id}: {found}")
        assert not wrong, "\n".join(wrong)

    def test_partners_change_only_their_own_action(self, city: Profile, table: TabledItem, partner: User):
        with walls.as_user(partner):
            assert MeetingAction.objects.update(due=timezone.localdate()) == 1
            assert TabledItem.objects.update(order=9) == 0

    def test_the_signal_itself_stays_shut(self, city: Profile, table: TabledItem, partner: User):
        from openvis.web.signals.models import Signal

        with walls.as_user(partner):
            assert not Signal.objects.exists()


class TestPages:
    def test_a_participant_reads_what_was_handed_over(
        self, table: TabledItem, partner: User, opened: Callable[..., Any]
    ):
        told = opened(partner, reverse("tabled_item", args=[table.pk])).content.decode()
        assert SECRET in told
        assert HIDDEN not in told
        assert "Actie van de partner" in told
        assert "Actie van de gemeente" not in told

    def test_another_participant_finds_nothing(
        self, table: TabledItem, other_partner: User, outsider: User, opened: Callable[..., Any]
    ):
        action = table.actions.first()
        for person in (other_partner, outsider):
            for address in (
                reverse("meeting", args=[table.meeting_id]), reverse("tabled_item", args=[table.pk]),
                reverse("tabled_item_form", args=[table.pk]), reverse("meeting_action", args=[action.pk]),
            ):
                assert opened(person, address).status_code == 404, address
        assert opened(other_partner, reverse("meetings")).status_code == 200
        assert str(table.meeting_id) not in opened(other_partner, reverse("meetings")).content.decode()

    def test_a_participant_keeps_nothing(self, table: TabledItem, partner: User, client_for: Callable[[Any], Client]):
        client = client_for(partner)
        for name, keys in (
            ("meeting_new", []), ("meeting_change", [table.meeting_id]), ("tabled_item_act", [table.pk, "besluiten"]),
        ):
            assert client.get(reverse(name, args=keys)).status_code == 404
        assert client.post(reverse("meeting_act", args=[table.meeting_id, "sluiten"])).status_code == 404

    def test_it_asks_what_for(self, table: TabledItem, partner: User, client_for: Callable[[Any], Client]):
        answer = client_for(partner).get(reverse("tabled_item", args=[table.pk]))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("purpose"))

    def test_without_a_covenant_a_partner_reads_why(
        self, city: Profile, table: TabledItem, keeper: User, partner: User, opened: Callable[..., Any], covenants_end: Any
    ):
        covenants_end()
        address = reverse("tabled_item", args=[table.pk])
        answer = opened(partner, address)
        assert answer.status_code == 409
        assert SECRET not in answer.content.decode()
        name = next(one.name.get("nl") for one in city.covenants if one.id == table.meeting.covenant)
        assert name in answer.content.decode()
        assert opened(partner, reverse("tabled_item_form", args=[table.pk])).status_code == 409
        assert SECRET in opened(keeper, address).content.decode()

    def test_the_form_prints(self, table: TabledItem, partner: User, opened: Callable[..., Any]):
        answer = opened(partner, reverse("tabled_item_form", args=[table.pk]))
        assert answer.content.startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]

    def test_the_record_prints(
        self, table: TabledItem, partner: User, other_partner: User, outsider: User, opened: Callable[..., Any],
        client_for: Callable[[Any], Client],
    ):
        address = reverse("meeting_record", args=[table.meeting_id])
        assert client_for(partner).get(address).url.startswith(reverse("purpose")), "it opens texts: what for?"
        answer = opened(partner, address)
        assert answer.content.startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]
        for person in (other_partner, outsider):
            assert opened(person, address).status_code == 404

    def test_what_stands_in_the_record(
        self, city: Profile, table: TabledItem, keeper: User, partner: User, opened: Callable[..., Any]
    ):
        from openvis.web.followup import document

        second = make_item(keeper, make_signal(city, "2026-0777"))
        services.items.hand_over(keeper, second.pk, form(city, law="Wpg", article="art. 20"))
        services.meetings.table(keeper, second.pk, table.meeting_id)
        meeting = table.meeting
        told = document.record_content(partner, meeting)
        rows = [table["rows"] for table in told["tables"]]
        assert [row[1] for row in rows[0]] == [table.number, "2026-0777"], "the agenda, in its order"
        said = str(told)
        for there in (SECRET, "WGS, art. 2.17", "WGS, art. 2.19", "Wpg, art. 20", "De gemeente controleert de vergunning",
                      "Actie van de partner", str(partner), meeting.place):  # fmt: skip
            assert there in said, there
        for hidden in (HIDDEN, "Actie van de gemeente", "Samen kijken"):
            assert hidden not in said, hidden
        assert "Actie van de gemeente" in str(document.record_content(keeper, meeting))

    def test_an_agenda_in_the_making_prints_for_who_makes_it(
        self, city: Profile, keeper: User, partner: User, opened: Callable[..., Any]
    ):
        meeting = make_meeting(city, keeper, partner)
        make_item(keeper, make_signal(city), meeting)
        address = reverse("meeting_record", args=[meeting.pk])
        assert opened(keeper, address).content.startswith(b"%PDF")
        assert opened(partner, address).status_code == 404

    def test_without_a_covenant_a_partner_prints_nothing(
        self, table: TabledItem, keeper: User, partner: User, opened: Callable[..., Any], covenants_end: Any
    ):
        covenants_end()
        address = reverse("meeting_record", args=[table.meeting_id])
        assert opened(partner, address).status_code == 409
        assert opened(keeper, address).content.startswith(b"%PDF")

    def test_what_stands_in_the_form(self, table: TabledItem, partner: User):
        from openvis.web.followup import document

        table.refresh_from_db()
        told = str(document.content(partner, table))
        assert SECRET in told
        assert HIDDEN not in told
        assert "WGS, art. 2.17" in told
        assert "WGS, art. 2.19" in told
        assert "Actie van de gemeente" not in told


class TestApi:
    @pytest.fixture
    def purposes(self, city: Profile) -> dict[str, str]:
        return {"Purpose": next(item.id for item in city.purposes if "signals" in item.compartments)}

    def test_the_same_holds(
        self, table: TabledItem, partner: User, other_partner: User, client_for: Callable[[Any], Client],
        purposes: dict[str, str],
    ):
        address = f"/api/v1/riec-items/{table.pk}"
        client = client_for(partner)
        assert client.get(address).status_code == 428
        told = client.get(address, headers=purposes).json()
        assert SECRET in str(told["contribution"])
        assert [one["what"] for one in told["actions"]] == ["Actie van de partner"]
        assert client_for(other_partner).get(address, headers=purposes).status_code == 404
        assert client_for(other_partner).get("/api/v1/riec-meetings").json() == []
        assert len(client.get("/api/v1/riec-meetings").json()) == 1
        assert client.get(f"/api/v1/riec-meetings/{table.meeting_id}").json()["items"][0]["number"] == table.number

    def test_a_decision_and_a_report(
        self, table: TabledItem, keeper: User, partner: User, client_for: Callable[[Any], Client], purposes: dict[str, str]
    ):
        table.refresh_from_db()
        body = {"text": "Nog een besluit.", "law": "AVG", "article": "6", "approaches": ["criminal"]}
        body |= {"version": table.version}
        address = f"/api/v1/riec-items/{table.pk}/decisions"
        kind = {"content_type": "application/json"}
        assert client_for(partner).post(address, body, headers=purposes, **kind).status_code == 404
        client = client_for(keeper)
        assert client.post(address, body, headers=purposes, **kind).status_code == 201
        assert client.post(address, body, headers=purposes, **kind).status_code == 409
        wrong = body | {"approaches": ["magic"], "version": table.version + 1}
        assert client.post(address, wrong, headers=purposes, **kind).json()["errors"][0]["field"] == "approaches"
        action = table.actions.get(owner=partner)
        report = {"state": "done", "result": "Klaar."}
        done = client_for(partner).post(f"/api/v1/riec-actions/{action.pk}/report", report, headers=purposes, **kind)
        assert done.json()["state"] == "done"

    def test_without_a_covenant_it_says_so(
        self, table: TabledItem, partner: User, client_for: Callable[[Any], Client], purposes: dict[str, str],
        covenants_end: Any,
    ):
        covenants_end()
        answer = client_for(partner).get(f"/api/v1/riec-items/{table.pk}", headers=purposes)
        assert answer.status_code == 409
        assert SECRET not in answer.content.decode()
