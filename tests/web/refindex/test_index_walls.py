"""What the database itself holds: a department's rows for its contributors, a match for its handler, nothing past that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access import registry as told
from openvis.web.access import walls
from openvis.web.access.models import AuditEntry, Grant, User
from openvis.web.places.models import Address
from openvis.web.refindex import lookups, registry, services
from openvis.web.refindex.models import Entry, LookUp, Match
from openvis.web.refindex.walls import DAY, FUNCTION, HOUR
from web.refindex.departments import CONTACTS, at_work, enter, make_address, make_user, organisations

TABLES = ("refindex_entry", "refindex_match")


def counted(person: User | None) -> list[int]:
    """How many rows somebody's database shows."""
    found = []
    with walls.as_user(person), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(cursor.fetchone()[0])
    return found


def asked(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def refused(person: User, change: Callable[[], object], purpose: str = "") -> bool:
    """Whether the database refuses a change, or finds nothing to change."""
    with walls.as_user(person, purpose):
        try:
            with transaction.atomic():
                return change() == 0
        except DatabaseError:
            return True


@pytest.fixture
def met(city: Profile, first: User, second: User, address: Address) -> Entry:
    """An entry of the first that matches with one of the second."""
    entry = enter(city, first, address)
    enter(city, second, address, contact=CONTACTS["second"])
    return entry


class TestReading:
    def test_every_role_of_every_department(self, city: Profile, met: Entry, first: User, second: User):
        assert counted(first) == counted(second) == [1, 1]
        wrong = []
        for role in city.roles:
            for organisation in organisations(city):
                person = make_user(city, "index.contribute", organisation)
                person.grants.update(role=role.id)
                ours = "index.contribute" in role.abilities and organisation in organisations(city)[:2]
                if counted(person) != [int(ours), 0]:
                    wrong.append(f"{role.id} of {organisation}")
        assert not wrong
        assert counted(None) == [0, 0]

    def test_who_moves_to_another_department_leaves_the_entries_behind(
        self, city: Profile, met: Entry, first: User, third: User
    ):
        first.organisation = third.organisation
        first.save()
        assert counted(first)[0] == 0

    def test_a_role_that_ended_opens_nothing(self, met: Entry, first: User):
        Grant.objects.filter(user=first).update(ends=timezone.now())
        assert counted(first) == [0, 0]

    def test_contacts_only_of_own_matches(
        self, city: Profile, met: Entry, first: User, colleague: User, third: User, officer: User, manager_of_index: User
    ):
        for person, number in ((first, 1), (colleague, 0), (third, 0), (officer, 0), (manager_of_index, 0)):
            with walls.as_user(person):
                assert len(asked("SELECT * FROM refindex_contacts()")) == number, person

    def test_counts_are_for_manager_and_officer(
        self, city: Profile, met: Entry, first: User, officer: User, manager_of_index: User, outsider: User
    ):
        for person, number in ((first, 0), (outsider, 0), (officer, 2), (manager_of_index, 2)):
            with walls.as_user(person):
                assert len(asked("SELECT * FROM refindex_counts(current_date)")) == number, person

    def test_what_is_late_is_the_same_on_today_as_in_the_counts(
        self, city: Profile, met: Entry, first: User, second: User, third: User, officer: User, manager_of_index: User,
        outsider: User,
    ):  # fmt: skip
        enter(city, third, met.address, silent=True)
        withdrawn, answered = make_address(7), make_address(8)
        for place in (withdrawn, answered):
            enter(city, first, place)
            enter(city, second, place)
        with at_work(city, first):
            services.withdraw(first, Entry.objects.get(handler=first, address=withdrawn).pk)
            services.reply(first, Match.objects.get(entry__handler=first, entry__address=answered).pk, spoke=False)
        today = timezone.localdate()  # of the city: the database may have another day just now
        tomorrow = today + timedelta(days=1)
        mine, theirs = sorted([(first.organisation.key, 1), (second.organisation.key, 3)])
        for person, late in ((manager_of_index, [mine, theirs]), (officer, [mine, theirs]), (first, []), (outsider, [])):
            with walls.as_user(person):
                assert asked("SELECT * FROM refindex_overdue(%s)", tomorrow) == late, person
                counts = asked("SELECT department, overdue FROM refindex_counts(%s) WHERE overdue > 0", tomorrow)
                assert counts == late, person
                assert asked("SELECT * FROM refindex_overdue(%s)", today) == []


class TestWriting:
    def test_nobody_makes_or_moves_a_match(self, city: Profile, met: Entry, first: User, third: User, address: Address):
        other = enter(city, third, make_address(9))
        assert refused(first, lambda: Match.objects.create(entry=met, other=other, department="x"))
        assert refused(first, lambda: Match.objects.update(other=other))
        assert refused(first, lambda: Match.objects.all().delete())
        assert refused(third, lambda: Match.objects.update(replied_at=timezone.now()))

    def test_an_entry_stays_whose_and_where_it_is(self, city: Profile, met: Entry, first: User, second: User):
        place = make_address(9)
        for change in (
            {"address": place}, {"handler": second}, {"department": second.organisation.key}, {"silent": True},
        ):
            assert refused(first, lambda change=change: Entry.objects.filter(pk=met.pk).update(**change)), change
        assert refused(second, lambda: Entry.objects.filter(pk=met.pk).update(expires_on=timezone.localdate()))
        assert refused(first, lambda: Entry.objects.all().delete())

    def test_nobody_enters_for_another(self, city: Profile, first: User, second: User, address: Address):
        day = timezone.localdate()

        def make(**changed: Any) -> Callable[[], object]:
            usual = {
                "department": first.organisation.key, "address": address, "kind": "x", "contact": "0360000000",
                "handler": first, "expires_on": day + timedelta(days=9), "ends_on": day + timedelta(days=9),
            }  # fmt: skip
            return lambda: Entry(**(usual | changed)).save(force_insert=True)

        assert refused(first, make(handler=second))
        assert refused(first, make(department=second.organisation.key))
        assert not refused(first, make())

    def test_a_third_term_is_refused(self, city: Profile, first: User, met: Entry):
        services.renew(first, met.pk, "running")
        later = timezone.localdate().replace(year=2999)
        assert refused(first, lambda: Entry.objects.filter(pk=met.pk).update(expires_on=later))

    def test_nobody_asks_matches_for_the_entry_of_another(self, met: Entry, first: User, second: User, colleague: User):
        for person in (second, colleague):
            assert refused(person, lambda: asked("SELECT refindex_match(%s)", met.pk))
        assert not refused(first, lambda: asked("SELECT refindex_match(%s)", met.pk))

    def test_the_counter_of_look_ups_is_closed(self, city: Profile, first: User, met: Entry):
        assert refused(first, lambda: LookUp.objects.count())
        assert refused(first, lambda: LookUp.objects.all().delete())


class TestLookUp:
    def test_a_hit_tells_whom_to_call_and_nothing_else(self, city: Profile, met: Entry, first: User):
        with at_work(city, first):
            calls = services.look_up(first, "index_entry", str(met.pk))
        other = Match.objects.get(entry=met).department
        assert [(call.department, call.contact) for call in calls] == [(other, CONTACTS["second"])]

    def test_silent_ended_and_own_entries_are_no_hit(
        self, city: Profile, first: User, second: User, third: User, colleague: User, address: Address
    ):
        own = enter(city, first, address)
        enter(city, colleague, address)
        enter(city, second, address, silent=True)
        services.withdraw(third, enter(city, third, address).pk)
        with at_work(city, first):
            assert services.look_up(first, "index_entry", str(own.pk)) == []

    def test_only_with_an_active_entry_of_ones_own(
        self, city: Profile, met: Entry, first: User, colleague: User, third: User, officer: User, manager_of_index: User
    ):
        for person in (colleague, third, officer, manager_of_index):
            with at_work(city, person), pytest.raises(services.NotYoursError):
                services.look_up(person, "index_entry", str(met.pk))
            assert refused(person, lambda: asked("SELECT * FROM refindex_look_up(%s)", met.address_id), "p")
        services.withdraw(first, met.pk)
        with at_work(city, first), pytest.raises(services.NotYoursError):
            services.look_up(first, "index_entry", str(met.pk))
        assert refused(first, lambda: asked("SELECT * FROM refindex_look_up(%s)", met.address_id), "p")

    def test_only_with_a_purpose(self, city: Profile, met: Entry, first: User):
        with walls.as_user(first), pytest.raises(services.NotYoursError):
            services.look_up(first, "index_entry", str(met.pk))
        assert refused(first, lambda: asked("SELECT * FROM refindex_look_up(%s)", met.address_id))

    def test_not_often_in_an_hour_nor_in_a_day(self, city: Profile, met: Entry, first: User):
        for _time in range(HOUR):
            with at_work(city, first):
                services.look_up(first, "index_entry", str(met.pk))
        with at_work(city, first), pytest.raises(services.TooOftenError):
            services.look_up(first, "index_entry", str(met.pk))
        hours = timedelta(hours=2)
        LookUp.objects.update(at=timezone.now() - hours)
        with at_work(city, first):
            services.look_up(first, "index_entry", str(met.pk))
        LookUp.objects.bulk_create(LookUp(user=first, at=timezone.now() - hours) for _ in range(DAY - HOUR - 1))
        with at_work(city, first), pytest.raises(services.TooOftenError):
            services.look_up(first, "index_entry", str(met.pk))

    def test_the_log_tells_that_and_for_which_file_and_not_what_was_found(self, city: Profile, met: Entry, first: User):
        with at_work(city, first):
            services.look_up(first, "index_entry", str(met.pk))
        found = AuditEntry.objects.get(action="index.look_up")
        assert (found.object, found.facts, bool(found.purpose)) == (f"index_entry:{met.pk}", {}, True)

    def test_a_file_of_another_app_is_a_reason_too(
        self, city: Profile, met: Entry, third: User, monkeypatch: pytest.MonkeyPatch
    ):
        place = met.address_id
        file = registry.OwnFile(
            "case", "zaak", lambda user: [("7", "zaak 7", place)] if user == third else [],
            f"place = {place} AND openvis_user() = '{third.pk}'",
        )  # fmt: skip
        monkeypatch.setattr(registry, "files", [file])
        with connection.cursor() as cursor:
            cursor.execute(FUNCTION.format(condition=file.condition))
        with at_work(city, third):
            assert len(services.look_up(third, "case", "7")) == 2
            with pytest.raises(services.NotYoursError):
                services.look_up(third, "case", "8")
        assert [item.title for item in lookups.own(third)] == ["zaak 7"]


class TestFeedsNothing:
    """An index that feeds something becomes a black list: it is no source of anything."""

    def test_no_registry_knows_it(self):
        from openvis.web.operations import registry as background
        from openvis.web.ui import registry as frame

        ours = "openvis.web.refindex"
        named = [*told.offers, *told.receivers, *told.shows, *told.lookups, *frame.searches, *frame.selection_actions]
        assert [item for item in named if ours in repr(item) or getattr(item, "compartment", "") == "index"] == []
        assert ours not in repr(vars(background))

    def test_no_way_leads_out_of_it(self, city: Profile):
        assert city.compartment("index").feeds == []

    def test_nothing_but_its_own_pages_imports_it(self):
        """Of what comes after it in the layers only the registering of a signal may: by `services.register` and a file."""
        import ast
        from pathlib import Path

        import openvis

        root = Path(openvis.__file__).parent
        allowed = {"openvis.web.refindex", "openvis.web.refindex.services", "openvis.web.refindex.registry"}
        wrong = []
        for path in root.rglob("*.py"):
            # The demonstration lets its people register what they would; it runs in no city that has data.
            if "refindex" in path.parts or path in (root / "web" / "api.py", root / "cli" / "demo_life.py"):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [item.name for item in node.names] if isinstance(node, ast.Import) else []
                inside = [name for name in names if name.startswith("openvis.web.refindex") and name not in allowed]
                models = isinstance(node, ast.ImportFrom) and node.module == "openvis.web.refindex" and any(
                    item.name not in {"services", "registry", "rules"} for item in node.names
                )
                if inside or models:
                    wrong.append(f"{path.relative_to(root)}: {names}")
        assert not wrong

    def test_no_other_table_points_at_it(self):
        from django.apps import apps

        pointing = [
            f"{model._meta.label}.{field.name}" for model in apps.get_models() if model._meta.app_label != "refindex"
            for field in model._meta.concrete_fields
            if getattr(field.related_model, "__module__", "").startswith("openvis.web.refindex")
        ]
        assert pointing == []
