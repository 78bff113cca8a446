"""What is past its term goes, from the record, its history and the store; what is not stays."""

import os
from datetime import timedelta

import pytest
from checks import store_equals_record
from django.utils import timezone
from intake_files import as_csv, police_csv, row

from openvis.web import clock
from openvis.web.access.models import AuditEntry
from openvis.web.clock import ClockError
from openvis.web.intake import originals, selectors, services
from openvis.web.intake.expiring import expire
from openvis.web.intake.models import Batch, Incident, IncidentHistory, Rejected, Source
from openvis.web.intake.words import Refusal

POLICE = "politie-incidenten"


def take(data: bytes, source: str = POLICE) -> Batch:
    return services.import_file(data, source, file_name="x.csv").batch


def test_originals_and_rejected_rows_end_first(almere) -> None:
    batch = take(as_csv([row(0), row(1, begindatum="gisteren")]))
    today = timezone.localdate()
    assert batch.original_until == today + timedelta(days=30)
    expire(batch.original_until)
    assert originals.place(batch.sha256).exists(), "on its last day it is still there"
    ended = expire(batch.original_until + timedelta(days=1))
    assert (ended.originals, ended.rejected, ended.incidents) == (1, 1, 0)
    assert not originals.place(batch.sha256).exists()
    assert not Rejected.objects.exists()
    assert Incident.objects.count() == 1, "rows have their own term"
    told = AuditEntry.objects.filter(action="intake.expire").order_by("id")
    assert [entry.facts["originals"] for entry in told] == [0, 1]
    assert sum(vars_of(expire(batch.original_until + timedelta(days=1)))) == 0, "nothing is left to end"
    batch.refresh_from_db()
    assert (batch.read, batch.rejected) == (2, 1), "the numbers stay"


def vars_of(ended) -> tuple[int, ...]:
    return (ended.originals, ended.rejected, ended.trials, ended.incidents, ended.counts)


def test_an_original_two_deliveries_share_ends_with_the_last(almere) -> None:
    data = police_csv(3)
    first = take(data)
    first.state = Batch.State.WITHDRAWN
    first.original_until = timezone.localdate() - timedelta(days=1)
    first.save()
    Batch.objects.create(source=first.source, sha256=first.sha256, original_until=timezone.localdate())
    assert expire().originals == 0
    assert originals.place(first.sha256).exists()


def test_rows_end_with_their_history(almere) -> None:
    take(police_csv(10))
    take(as_csv(row(index, maatschappelijke_klasse="Overval") for index in range(4)))
    yesterday = timezone.localdate() - timedelta(days=1)
    Incident.objects.filter(reference__in=["PL000001", "PL000008"]).update(ends_on=yesterday)
    ended = expire()
    assert ended.incidents == 2
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
    assert expire().originals == 0, "one may be coming in now"
    yesterday = (timezone.now() - timedelta(days=2)).timestamp()
    for path in (originals.place(stray), half, originals.place(kept.sha256)):
        os.utime(path, (yesterday, yesterday))
    assert expire().originals == 2
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
    AuditEntry.objects.create(action="intake.expire", at=there)
    assert expire().incidents == 0, "the next run believes it"
