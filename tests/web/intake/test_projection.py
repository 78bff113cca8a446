"""The projection: what the record holds is what the store gets, and nothing more."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
from checks import store_equals_record
from intake_files import as_csv, police_csv, row

from openvis.store import EVENTS, fingerprint
from openvis.web.intake import projection, services
from openvis.web.intake.models import Behind, Incident

POLICE = "politie-incidenten"


def events(months=None) -> list[dict]:
    return pa.concat_tables([EVENTS.empty_table(), *projection.record_events(months)]).to_pylist()


def test_events_against_the_record_row_by_row(almere) -> None:
    rows = [row(0), row(1, x="", y=""), row(2, poging=""), row(3, kennisname=""), row(4, begintijd="", eindtijd="")]
    services.import_file(as_csv(rows), POLICE, file_name="x.csv")
    zone = ZoneInfo("Europe/Amsterdam")

    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(zone).replace(tzinfo=None, microsecond=0)

    expected = [
        {
            "id": item.pk, "source": item.source_id, "kind": item.kind, "attempt": item.attempt,
            "begin": local(item.begin), "end": local(item.end), "reported": local(item.reported),
            "x": item.x, "y": item.y, "precision": item.precision, "area": item.area_id if item.x is not None else None,
        }
        for item in Incident.objects.order_by("id")
    ]  # fmt: skip
    assert sorted(events(), key=lambda item: item["id"]) == expected
    assert projection.event_store().read().sort_by("id").to_pylist() == expected, "also as it was written directly"


def test_months_are_local(almere) -> None:
    rows = [row(0, begindatum="01-03-2025", begintijd="00:10", einddatum="01-03-2025", eindtijd="00:20"), row(1)]
    services.import_file(as_csv(rows), POLICE, file_name="x.csv")
    assert len(events(["2025-03"])) == 1
    assert len(events(["2025-02"])) == 0
    assert len(events(["2025-01", "2025-02", "2025-03"])) == 2
    assert events([]) == []


def test_rebuild_makes_the_store_anew(almere) -> None:
    services.import_file(police_csv(50), POLICE, file_name="x.csv")
    store = projection.event_store()
    store.remove_all()
    assert store.count() == 0
    projection.rebuild(store)
    store_equals_record()


def test_a_month_behind_is_written_anew(almere) -> None:
    services.import_file(police_csv(20), POLICE, file_name="x.csv")
    Incident.objects.filter(reference="PL000003").delete()
    Behind.objects.create(month="2025-01")
    assert projection.is_behind()
    services.finish()
    store_equals_record()


def test_chunks_and_empty_record(almere, monkeypatch) -> None:
    assert events() == []
    monkeypatch.setattr(projection, "CHUNK", 7)
    services.import_file(police_csv(20), POLICE, file_name="x.csv")
    tables = list(projection.record_events())
    assert sum(table.num_rows for table in tables) == 20
    assert fingerprint(pa.concat_tables(tables)) == projection.event_store().fingerprints()
