"""What is past its term goes, from the record, its history and the store; what is not stays."""

import os
from datetime import date, timedelta

import pytest
from checks import store_equals_record
from django.utils import timezone
from intake_files import as_csv, police_csv, row

from openvis.web import clock
from openvis.web.access.models import AuditEntry
from openvis.web.clock import ClockError
from openvis.web.intake import originals, selectors, services
from openvis.web.intake.models import Batch, Incident, IncidentHistory, Rejected, Source
from openvis.web.intake.retention import RULES
from openvis.web.intake.words import Refusal
from openvis.web.keeping import running
from openvis.web.keeping.running import Done

POLICE = "politie-incidenten"


def take(data: bytes, source: str = POLICE) -> Batch:
    return services.import_file(data, source, file_name="x.csv").batch


def expire(day: date | None = None, *, by_hand: bool = False) -> Done:
    done = running.run(day, kinds=[rule.kind for rule in RULES], by_hand=by_hand)
    assert not done.failed
    return done


def test_originals_and_rejected_rows_end_first(almere) -> None:
    batch = take(as_csv([row(0), row(1, begindatum="gisteren")]))
    today = timezone.localdate()
    assert batch.original_until == today + timedelta(days=30)
    expire(batch.original_until)
    assert originals.place(batch.sha256).exists(), "on its last day it is still there"
    ended = expire(batch.original_until + timedelta(days=1))
    assert ended.numbers == {"original": 1, "rejected": 1, "trial": 0, "incident": 0, "count": 0}
    assert not originals.place(batch.sha256).exists()
    assert not Rejected.objects.exists()
    assert Incident.objects.count() == 1, "rows have their own term"
    assert ended.certificate.lines.get(kind="original").number == 1
    assert expire(batch.original_until + timedelta(days=1)).certificate is None, "nothing is left to end"
    batch.refresh_from_db()
    assert batch.original_gone is not None
    assert (batch.read, batch.rejected) == (2, 1), "the numbers stay"


def test_an_original_two_deliveries_share_ends_with_the_last(almere) -> None:
    data = police_csv(3)
    first = take(data)
    first.state = Batch.State.WITHDRAWN
    first.original_until = timezone.localdate() - timedelta(days=1)
    first.save()
    Batch.objects.create(source=first.source, sha256=first.sha256, original_until=timezone.localdate())
    assert expire().numbers["original"] == 0
    assert originals.place(first.sha256).exists()


def test_rows_end_with_their_history(almere) -> None:
    take(police_csv(10))
    take(as_csv(row(index, maatschappelijke_klasse="Overval") for index in range(4)))
    yesterday = timezone.localdate() - timedelta(days=1)
    Incident.objects.filter(reference__in=["PL000001", "PL000008"]).update(ends_on=yesterday)
    ended = expire()
    assert ended.numbers["incident"] == 2
    assert Incident.objects.count() == 8
    assert set(IncidentHistory.objects.values_list("reference", flat=True)) == {"PL000000", "PL000002", "PL000003"}
    store_equals_record()


def test_the_term_counts_from_the_first_delivery(almere) -> None:
    take(police_csv(2))
    Incident.objects.update(ends_on=timezone.localdate() + timedelta(days=5))
    take(as_csv([row(0, maatschappelijke_klasse="Overval")]))
    assert set(Incident.objects.values_list("ends_on", flat=True)) == {timezone.localdate() + timedelta(days=5)}
    source = Source.objects.get(key=POLICE).described
    take(police_csv(1, start=50))
    expected = timezone.localdate() + timedelta(days=source.retention_days)
    assert Incident.objects.get(reference="PL000050").ends_on == expected


def test_a_delivery_whose_original_ended_cannot_be_loaded(almere) -> None:
    source = Source.objects.get(key=POLICE)
    batch = Batch.objects.create(source=source, sha256="0" * 64, original_until=timezone.localdate())
    with pytest.raises(Refusal) as refused:
        services.load(batch)
    assert refused.value.reason == "original_gone"
    assert selectors.first_rejected(batch, 1) == []


def test_files_that_no_delivery_came_of_go_after_a_day(almere) -> None:
    """Whoever took them in died between keeping the file and writing the delivery."""
    kept = take(police_csv(3))
    stray = originals.digest(b"never a delivery")
    originals.keep(b"never a delivery", stray)
    half = originals.place(stray).with_suffix(".123.part")
    half.write_bytes(b"half")
    assert expire().numbers["original"] == 0, "one may be coming in now"
    yesterday = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (originals.place(stray), half, originals.place(kept.sha256)):
        os.utime(path, (yesterday, yesterday))
    assert expire().numbers["original"] == 2
    assert [path.name for path in originals.files()] == [kept.sha256]


@pytest.mark.parametrize("days", [-2, 40, 3650])
def test_a_clock_that_leaps_destroys_nothing(almere, monkeypatch, days) -> None:
    take(police_csv(3))
    expire()
    there = timezone.now() + timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: there)
    with pytest.raises(ClockError, match="differ"):
        expire()
    # Also when the clock of the database leapt along: then the run before tells.
    monkeypatch.setattr(clock, "database_now", lambda: there)
    with pytest.raises(ClockError, match="last run"):
        expire()
    assert Incident.objects.count() == 3
    expire(by_hand=True)
    assert Incident.objects.count() == (0 if days > 3000 else 3)
    AuditEntry.objects.create(action=running.ACTION, at=there)
    assert expire().numbers["incident"] == 0, "the next run believes it"
