"""The audit log is bound together: what is done to it past the sealer is found, and said in words."""

import asyncio
import contextlib
import datetime as dt
import hashlib
import json
import struct
from collections import Counter

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openvis.cli.audit import audit as command
from openvis.web.access import audit, registry, walls
from openvis.web.access.models import AuditEntry, AuditPending
from openvis.web.trail import anchor, chain, expiring, sealer, services, tasks, verifying
from openvis.web.trail.models import AuditCheckpoint, AuditSeal
from web.trail.conftest import write

OTHER = {
    "at": "at + interval '1 second'", "actor": "gen_random_uuid()", "organisation": "'elsewhere'", "role": "'nobody'",
    "action": "'place.close'", "object": "'place:x'", "result": "'refused'", "purpose": "''",
    "origin": "'10.9.9.9'", "trace": "NULL", "facts": """facts || '{"rows": 99}'""",
}  # fmt: skip
"""Every column but the number, with another value."""


def kinds(report: verifying.Report) -> list[tuple[str, int | None]]:
    """What was found, at which place."""
    return [(finding.kind, finding.seq) for finding in report.findings]


class TestSealing:
    def test_what_waits_is_taken_in_by_number(self, sealed):
        assert list(AuditSeal.objects.values_list("seq", "entry")) == [
            (place, entry.pk) for place, entry in enumerate(sealed, start=1)
        ]
        assert not AuditPending.objects.exists()

    def test_a_second_time_does_nothing(self, sealed):
        assert sealer.seal() == 0
        assert AuditSeal.objects.count() == len(sealed)

    def test_what_commits_late_is_sealed_late(self, sealed, tamper):
        """The first of three is committed after the other two were sealed."""
        write(3)
        late = AuditEntry.objects.order_by("-id")[2]
        tamper("DELETE FROM access_auditpending WHERE entry = %s", late.pk)
        assert sealer.seal() == 2
        tamper("INSERT INTO access_auditpending VALUES (%s)", late.pk)
        assert sealer.seal() == 1
        assert AuditSeal.objects.get(entry=late.pk).seq == len(sealed) + 3
        assert verifying.verify(keep=False).whole

    def test_more_than_fit_in_one_transaction(self, sealed, monkeypatch):
        monkeypatch.setattr(sealer, "AT_ONCE", 2)
        monkeypatch.setattr(sealer, "_WAITING", sealer._WAITING.replace("LIMIT 20000", "LIMIT 2"))
        write(5)
        assert sealer.seal() == 5
        assert verifying.verify(keep=False).whole

    def test_the_hash_is_the_one_the_decision_page_describes(self, sealed):
        """Worked out anew from the models, byte by byte, with nothing of the sealer."""
        before = hashlib.sha256(b"openvis audit log 1").digest()
        for seal in AuditSeal.objects.order_by("seq"):
            before = hashlib.sha256(before + link_of(seal.seq, AuditEntry.objects.get(pk=seal.entry))).digest()
            assert bytes(seal.hash) == before

    def test_every_column_of_an_entry_is_in_it(self):
        assert list(chain.COLUMNS) == [field.column for field in AuditEntry._meta.concrete_fields]
        assert {"id", *OTHER} == set(chain.COLUMNS)

    def test_the_web_role_cannot_touch_it(self, sealed):
        for sql in (
            "INSERT INTO trail_auditseal (seq, entry, hash) VALUES (99, 99, sha256('x'))",
            "UPDATE trail_auditseal SET seq = seq + 100",
            "DELETE FROM trail_auditseal",
            "DELETE FROM trail_auditcheckpoint",
        ):
            with (
                pytest.raises(DatabaseError, match="permission denied"), walls.as_user(None),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_sealers_one_waits_for_nothing(self):
        """While another connection holds the lock, nothing happens and nobody is kept waiting."""
        write(1)
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                other.set_autocommit(False)
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [chain.LOCK])
                assert sealer.seal() == 0
            other.rollback()
        finally:
            other.close()
        assert sealer.seal() == 1

    @pytest.mark.django_db(transaction=True)
    def test_the_worker_seals_within_seconds_and_goes_on_after_a_fault(self, monkeypatch):
        """Beside its tasks, in a thread of its own."""
        monkeypatch.setattr(tasks, "PAUSE", 0.05)
        faults = [OperationalError("gone"), OSError("disk full")]
        honest = sealer.waits
        monkeypatch.setattr(sealer, "waits", lambda: (_ for _ in ()).throw(faults.pop()) if faults else honest())

        async def for_a_while() -> None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(tasks.keep_sealing(), 1.5)

        write(2)
        asyncio.run(for_a_while())
        assert not faults
        assert not AuditPending.objects.exists()
        assert AuditSeal.objects.count() == AuditEntry.objects.count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_it_never_runs_inside_the_work_of_others(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            sealer.seal()


def link_of(seq: int, entry: AuditEntry) -> bytes:
    """What is hashed of an entry, from the description in docs/decisions/016-audit-chain.md."""
    moment = (entry.at - dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    facts = json.dumps(dict(sorted(entry.facts.items(), key=lambda item: (len(item[0]), item[0]))), ensure_ascii=False)
    values = [
        struct.pack(">q", seq), struct.pack(">q", entry.pk), struct.pack(">q", moment),
        entry.actor.bytes if entry.actor else None, entry.organisation, entry.role, entry.action, entry.object,
        entry.result, entry.purpose, f"{entry.origin}/32" if entry.origin else None,
        entry.trace.bytes if entry.trace else None, facts,
    ]  # fmt: skip
    found = b""
    for value in values:
        raw = value.encode() if isinstance(value, str) else value
        found += b"\xff\xff\xff\xff" if raw is None else struct.pack(">i", len(raw)) + raw
    return found


class TestVerifying:
    def test_an_untouched_log_is_whole(self, sealed):
        report = verifying.verify()
        assert report.whole
        assert report.entries == len(sealed)
        told = AuditEntry.objects.get(action="audit.verify")
        assert told.result == "done"
        assert told.facts["entries"] == len(sealed)

    def test_an_empty_one_too(self, db):
        AuditEntry.objects.all()._raw_delete("default")
        assert verifying.verify(keep=False).entries == 0

    @pytest.mark.parametrize("column", OTHER)
    @pytest.mark.parametrize("place", [1, 5, 10])
    def test_a_changed_column_is_found(self, sealed, tamper, column, place):
        entry = sealed[place - 1]
        assert tamper(f"UPDATE access_auditentry SET {column} = {OTHER[column]} WHERE id = %s", entry.pk) == 1
        report = verifying.verify(keep=False)
        assert kinds(report) == [("changed", place)]
        finding = report.findings[0]
        assert finding.entry == entry.pk
        assert f"Entry {entry.pk} (place {place})" in finding.text
        assert finding.expected == bytes(AuditSeal.objects.get(seq=place).hash).hex() != finding.found

    @pytest.mark.parametrize("place", [1, 5, 10])
    def test_an_entry_that_was_taken_out_is_found(self, sealed, tamper, place):
        tamper("DELETE FROM access_auditentry WHERE id = %s", sealed[place - 1].pk)
        assert kinds(verifying.verify(keep=False)) == [("taken_out", place)]

    def test_two_entries_that_changed_their_numbers_are_found(self, sealed, tamper):
        one, two = sealed[2], sealed[6]
        tamper("UPDATE access_auditentry SET id = -1 WHERE id = %s", one.pk)
        tamper("UPDATE access_auditentry SET id = %s WHERE id = %s", one.pk, two.pk)
        tamper("UPDATE access_auditentry SET id = %s WHERE id = -1", two.pk)
        report = verifying.verify(keep=False)
        assert kinds(report) == [("moved", 3), ("moved", 7)]
        assert f"now stands under number {two.pk}" in report.findings[0].text

    def test_two_seals_that_changed_their_entries_are_found(self, sealed, tamper):
        tamper("UPDATE trail_auditseal SET entry = -entry WHERE seq IN (3, 7)")
        tamper("UPDATE trail_auditseal SET entry = %s WHERE seq = 3", sealed[6].pk)
        tamper("UPDATE trail_auditseal SET entry = %s WHERE seq = 7", sealed[2].pk)
        report = verifying.verify(keep=False)
        assert kinds(report) == [("moved", 3), ("moved", 7)]
        assert f"was sealed for entry {sealed[2].pk}, and now holds entry {sealed[6].pk}" in report.findings[0].text

    @pytest.mark.parametrize("place", [1, 5, 10])
    def test_a_changed_seal_is_found(self, sealed, tamper, place):
        tamper("UPDATE trail_auditseal SET hash = sha256('x') WHERE seq = %s", place)
        found = kinds(verifying.verify(keep=False))
        assert ("seal_changed", place) in found
        assert {seq for _, seq in found} == {place}

    def test_a_hash_of_another_length_is_found(self, sealed, tamper):
        tamper("ALTER TABLE trail_auditseal DROP CONSTRAINT seal_is_a_whole_hash")
        tamper(r"UPDATE trail_auditseal SET hash = '\x00' WHERE seq = 5")
        assert kinds(verifying.verify(keep=False)) == [("seal_changed", 5)]

    def test_a_seal_that_was_taken_out_is_found_with_its_entry(self, sealed, tamper):
        tamper("DELETE FROM trail_auditseal WHERE seq = 5")
        report = verifying.verify(keep=False)
        assert [(finding.kind, finding.seq, finding.entry) for finding in report.findings] == [
            ("seal_taken_out", 5, sealed[4].pk)
        ]

    def test_a_piece_of_the_middle_that_was_taken_out_is_found(self, sealed, tamper):
        tamper("DELETE FROM access_auditentry WHERE id IN (SELECT entry FROM trail_auditseal WHERE seq IN (4, 5, 6))")
        tamper("DELETE FROM trail_auditseal WHERE seq IN (4, 5, 6)")
        report = verifying.verify(keep=False)
        assert kinds(report) == [("seal_taken_out", 4)]
        assert "places 4 to 6" in report.findings[0].text

    def test_a_piece_that_was_taken_out_and_closed_up_is_found(self, sealed, tamper):
        """Even with the places counted on as if nothing were missing."""
        tamper("DELETE FROM access_auditentry WHERE id = %s", sealed[4].pk)
        tamper("DELETE FROM trail_auditseal WHERE seq = 5")
        for place in range(6, 11):
            tamper("UPDATE trail_auditseal SET seq = %s WHERE seq = %s", place - 1, place)
        found = Counter(kind for kind, _ in kinds(verifying.verify(keep=False)))
        assert found["changed"] == 5
        assert found["cut_off"] == 1

    @pytest.mark.parametrize("number", [1, 4, 10])
    def test_a_tail_that_was_cut_off_is_found(self, sealed, tamper, number):
        keep = len(sealed) - number
        tamper("DELETE FROM access_auditentry WHERE id IN (SELECT entry FROM trail_auditseal WHERE seq > %s)", keep)
        tamper("DELETE FROM trail_auditseal WHERE seq > %s", keep)
        report = verifying.verify(keep=False)
        assert kinds(report) == [("cut_off", keep or None if keep else 0)]
        assert ("1 entry is cut off" if number == 1 else f"{number} entries are cut off") in report.findings[0].text

    def test_an_entry_put_in_past_the_triggers_is_found(self, sealed, tamper):
        tamper(
            "INSERT INTO access_auditentry (id, at, organisation, role, action, object, result, purpose, facts)"
            " VALUES (%s, now(), '', '', 'x', 'y', 'done', '', '{}')", sealed[-1].pk + 1000,
        )  # fmt: skip
        report = verifying.verify(keep=False)
        assert [(finding.kind, finding.entry) for finding in report.findings] == [("put_in", sealed[-1].pk + 1000)]

    def test_a_chain_that_was_worked_out_anew_does_not_fit_what_was_written_outside(self, sealed, tamper):
        """Whoever owns the database can change an entry and seal everything again: not what stands elsewhere."""
        tamper("UPDATE access_auditentry SET object = 'never' WHERE id = %s", sealed[4].pk)
        tamper("DELETE FROM trail_auditseal")
        tamper("INSERT INTO access_auditpending SELECT id FROM access_auditentry")
        sealer.seal()
        assert kinds(verifying.verify(keep=False)) == [("end_changed", 10)]

    def test_an_entry_that_waits_too_long_is_told(self, sealed, tamper):
        audit.record(None, "place.open", "late")
        assert verifying.verify(keep=False).whole
        tamper("UPDATE access_auditentry SET at = now() - interval '2 minutes' WHERE object = 'late'")
        report = verifying.verify(keep=False)
        assert [finding.kind for finding in report.findings] == ["unsealed"]
        assert "openvis audit seal" in report.findings[0].text

    def test_one_taken_out_while_it_waits_is_found(self, sealed, tamper):
        audit.record(None, "place.open", "late")
        tamper("DELETE FROM access_auditentry WHERE object = 'late'")
        assert [finding.kind for finding in verifying.verify(keep=False).findings] == ["taken_out"]
        assert sealer.seal() == 0

    def test_an_end_that_is_gone_or_damaged_is_told(self, sealed):
        file = anchor.folder() / "head.json"
        file.write_text("{")
        assert [finding.kind for finding in verifying.verify(keep=False).findings] == ["anchor"]
        write(1)
        sealer.seal()
        assert file.read_text() == "{"
        file.unlink()
        assert [finding.kind for finding in verifying.verify(keep=False).findings] == ["anchor"]

    def test_a_later_end_is_never_replaced_by_an_earlier_one(self, sealed):
        anchor.write(chain.Head(3, b"\0" * 32))
        assert anchor.read() == chain.head()

    def test_after_a_restore_the_end_is_written_anew(self, sealed, tamper):
        tamper("DELETE FROM access_auditentry WHERE id IN (SELECT entry FROM trail_auditseal WHERE seq > 6)")
        tamper("DELETE FROM trail_auditseal WHERE seq > 6")
        assert not verifying.verify(keep=False).whole
        services.anchor_again("restored from the backup of 1 May")
        assert verifying.verify(keep=False).whole
        assert AuditEntry.objects.filter(action="audit.anchor").exists()

    @given(data=st.data())
    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_change_anywhere_is_found(self, sealed, tamper, data):
        place = data.draw(st.integers(1, len(sealed)))
        text = data.draw(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
        column = data.draw(st.sampled_from(["object", "action", "role", "purpose"]))
        was = getattr(sealed[place - 1], column)
        try:
            tamper(f"UPDATE access_auditentry SET {column} = %s WHERE id = %s", text, sealed[place - 1].pk)
            report = verifying.verify(keep=False)
            assert kinds(report) == ([] if text == was else [("changed", place)])
        finally:
            tamper(f"UPDATE access_auditentry SET {column} = %s WHERE id = %s", was, sealed[place - 1].pk)


@pytest.mark.parametrize("city", ["almere"], indirect=True)
class TestEnding:
    @pytest.fixture
    def old(self, city, sealed, tamper):
        """Six entries of seven years ago, four of now, sealed in that order."""
        tamper("DELETE FROM trail_auditseal")
        tamper("DELETE FROM access_auditentry WHERE id > %s", sealed[-1].pk)
        tamper("UPDATE access_auditentry SET at = at - interval '7 years' WHERE id <= %s", sealed[5].pk)
        tamper("DELETE FROM access_auditpending")
        tamper("INSERT INTO access_auditpending SELECT id FROM access_auditentry")
        (anchor.folder() / "head.json").unlink()
        (anchor.folder() / "anchors.txt").unlink()
        sealer.seal()
        return sealed

    def test_what_is_past_its_term_goes_and_leaves_a_checkpoint(self, old):
        today = timezone.localdate()
        due = expiring.preview(today)
        assert due.number == 6
        assert due.oldest.year == today.year - 7
        hash_of_six = bytes(AuditSeal.objects.get(seq=6).hash)
        assert expiring.expire(today) == 6
        left = AuditCheckpoint.objects.get()
        assert (left.seq, bytes(left.hash), left.entries) == (6, hash_of_six, 6)
        assert not AuditEntry.objects.filter(pk__lte=old[5].pk).exists()
        assert AuditEntry.objects.filter(pk=old[6].pk).exists()
        assert expiring.expire(today) == 0
        sealer.seal()
        report = verifying.verify(keep=False)
        assert report.whole
        assert (report.first, report.entries) == (7, 5)

    def test_a_change_behind_the_checkpoint_is_found(self, old, tamper):
        expiring.expire()
        sealer.seal()
        tamper("UPDATE access_auditentry SET object = 'x' WHERE id = %s", old[6].pk)
        assert kinds(verifying.verify(keep=False)) == [("changed", 7)]

    def test_a_changed_checkpoint_is_found(self, old, tamper):
        expiring.expire()
        sealer.seal()
        tamper("UPDATE trail_auditcheckpoint SET entries = 5")
        assert [kind for kind, _ in kinds(verifying.verify(keep=False))] == ["checkpoint"]

    def test_a_hold_keeps_its_entry_and_what_comes_after(self, old, monkeypatch):
        monkeypatch.setattr(registry, "holds", [lambda kind: frozenset({str(old[3].pk)} if kind == "audit" else ())])
        assert expiring.preview(timezone.localdate()).held == 3
        assert expiring.expire() == 3
        assert AuditEntry.objects.filter(pk=old[3].pk).exists()
        sealer.seal()
        assert verifying.verify(keep=False).whole

    def test_the_whole_log_may_end(self, old, tamper):
        tamper("DELETE FROM access_auditentry WHERE id > %s", old[5].pk)
        tamper("DELETE FROM trail_auditseal WHERE seq > 6")
        assert expiring.expire() == 6
        sealer.seal()
        assert chain.head().seq == 7

    def test_the_first_day_within_a_term(self, city):
        term = city.retention_term(expiring.TERM)
        day = dt.date(2028, 2, 29)
        start = expiring.begins_before(term, day)
        assert term.ends(start) > day >= term.ends(start - dt.timedelta(days=1))

    def test_the_rule_is_told(self, city):
        assert [rule.term for rule in registry.retention if rule.kind == expiring.KIND] == ["audit"]


class TestCommand:
    def run(self, *arguments: str):
        return CliRunner().invoke(command, arguments)

    def test_whole(self, sealed):
        result = self.run("verify")
        assert result.exit_code == 0, result.output
        assert "The audit log is as it was sealed: 10 entries, places 1 to 10" in result.output

    def test_broken(self, sealed, tamper):
        tamper("UPDATE access_auditentry SET object = 'x' WHERE id = %s", sealed[4].pk)
        result = self.run("verify")
        assert result.exit_code == 2
        assert f"Entry {sealed[4].pk} (place 5) is not what was sealed" in result.output
        assert "1 thing is wrong" in result.output
        told = json.loads(self.run("verify", "--json").stdout)
        assert (told["whole"], told["number"]) == (False, 1)
        assert told["findings"][0]["entry"] == sealed[4].pk
        assert self.run("verify", "--from", "7").exit_code == 0
        assert AuditEntry.objects.filter(action="audit.verify", result="broken").count() == 2

    def test_from_a_place_that_is_not_there(self, sealed):
        result = self.run("verify", "--from", "99")
        assert result.exit_code == 2
        assert "expected a number from 1" in result.output

    def test_sealing_and_what_the_command_wrote_itself(self, sealed):
        write(3)
        assert "Sealed: 3. The chain ends at place 13." in self.run("seal").output
        self.run("verify")
        assert not AuditPending.objects.exists()

    @pytest.mark.parametrize("city", ["almere"], indirect=True)
    def test_ending(self, city, sealed):
        assert "0 entries. Nothing was changed." in self.run("expire", "--preview").output
        assert self.run("expire").output == "Ended: 0 entries.\n"
        assert self.run("expire", "--day", "2999-01-01").exit_code == 2

    def test_anchoring(self, sealed):
        result = self.run("anchor", "--reason", "restored")
        assert result.exit_code == 0, result.output
        assert "the chain ends at place 11" in result.output
