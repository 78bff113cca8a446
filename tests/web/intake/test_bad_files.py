"""Every way in which a whole file can be wrong has its own sentence, and leaves nothing behind."""

import gzip
import io
import json
import zipfile
from datetime import date

import polars as pl
import pytest
from intake_files import as_csv, police_csv, row

from openvis.web.intake import originals, receiving, services
from openvis.web.intake.models import Batch, Incident, Source
from openvis.web.intake.words import Refusal

POLICE = "politie-incidenten"


def bsns(number: int, candidate: int = 100_000_000) -> list[str]:
    """Made-up numbers that pass the eleven-test."""
    found = []
    while len(found) < number:
        digits = [int(digit) for digit in f"{candidate:09d}"]
        if sum(d * w for d, w in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0:
            found.append(str(candidate))
        candidate += 97
    return found


def zipped(names: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return target.getvalue()


def rows_with(column: str, values: list[str]) -> bytes:
    return as_csv([row(index) | {column: value} for index, value in enumerate(values)])


def shifted() -> bytes:
    return b"Levering van de politie;;\r\nPeriode: 2025;;\r\n" + police_csv(5)


def too_wide() -> bytes:
    head, *lines = police_csv(6).splitlines()
    return b"\r\n".join([head, *(line + b";extra" for line in lines)])


LOST_ZERO = bsns(6, candidate=11_000_000)

FILES = {
    "empty": (b"", "empty"),
    "only a header": (police_csv(1).splitlines()[0] + b"\n", "no_rows"),
    "a PDF named csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "wrong_type"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "wrong_type"),
    "a web page": (b"<!doctype html><html><body>error 500</body></html>", "wrong_type"),
    "bytes of nothing": (bytes(range(256)) * 20, "unknown_type"),
    "gzip": (gzip.compress(police_csv(5)), "archive"),
    "a zip with a CSV in it": (zipped({"levering.csv": police_csv(5)}), "archive"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
    "a broken XLSX": (zipped({"xl/workbook.xml": b"<x/>"})[:-30], "damaged"),
    "an XLSX that is none": (zipped({"xl/workbook.xml": b"<x/>"}), "damaged"),
    "an archive bomb": (zipped({"xl/worksheets/sheet1.xml": bytes(80 * 1024 * 1024)}), "bomb"),
    "a broken Parquet": (b"PAR1" + bytes(300), "damaged"),
    "JSON without rows": (json.dumps({"type": "Feature"}).encode(), "not_features"),
    "broken JSON": (b'[{"a": 1}, {"a": ', "rows_invalid"),
    "a missing column": (as_csv([{k: v for k, v in row(1).items() if k != "kennisname"}]), "column_missing"),
    "a shifted header": (shifted(), "header_shifted"),
    "no header": (b"\r\n".join(police_csv(4).splitlines()[1:]), "header_missing"),
    "a double name": (police_csv(2).replace(b"begintijd", b"begindatum", 1), "header_double"),
    "a column without a name": (police_csv(2).replace(b"begintijd", b"", 1), "header_empty"),
    "rows wider than the header": (too_wide(), "shifted_rows"),
    "citizen service numbers": (rows_with("toelichting", bsns(8)), "bsn"),
    "a column called bsn": (as_csv([row(index) | {"bsn": number} for index, number in enumerate(bsns(2))]), "bsn"),
    "service numbers that lost a zero": (rows_with("toelichting", LOST_ZERO), "bsn"),
    "names of persons": (
        rows_with("toelichting", ["J. de Vries", "A.B. van den Berg", "Jansen, P.", "Fatima el Idrissi", "Kees Smit"]),
        "names",
    ),
    "a column called surname": (as_csv([row(index) | {"achternaam": "Smit"} for index in range(3)]), "names"),
}


@pytest.mark.parametrize("name", FILES)
def test_refused_with_its_own_reason(almere, name: str) -> None:
    data, reason = FILES[name]
    with pytest.raises(Refusal) as refused:
        services.import_file(data, POLICE, file_name="levering.csv")
    assert refused.value.reason == reason, str(refused.value)
    assert "{" not in str(refused.value), "every value is filled in"
    assert Incident.objects.count() == 0
    assert not originals.place(originals.digest(data)).exists(), "a refused file is not kept"
    assert Batch.objects.get().state == Batch.State.REFUSED
    assert Batch.objects.get().message == str(refused.value)


def test_too_large(almere, settings) -> None:
    settings.OPENVIS_MAX_FILE = 1000
    with pytest.raises(Refusal, match="MB") as refused:
        services.import_file(police_csv(20), POLICE, file_name="x.csv")
    assert refused.value.reason == "too_large"


def test_parquet_with_lists(almere) -> None:
    target = io.BytesIO()
    pl.DataFrame({"a": [[1, 2], [3]]}).write_parquet(target)
    with pytest.raises(Refusal) as refused:
        services.import_file(target.getvalue(), POLICE, file_name="x.parquet")
    assert refused.value.reason == "column_nested"


def test_encoding_named_by_the_source(almere) -> None:
    source = Source.objects.get(key=POLICE)
    source.definition["format"]["encoding"] = "utf-8"
    source.save()
    data = police_csv(3, toelichting="café").decode().encode("cp1252")
    with pytest.raises(Refusal) as refused:
        services.import_file(data, POLICE, file_name="x.csv")
    assert refused.value.reason == "encoding"
    assert refused.value.facts["line"] == 2
    source.definition["format"]["encoding"] = "klingon"
    source.save()
    with pytest.raises(Refusal) as refused:
        services.import_file(data, POLICE, file_name="x.csv")
    assert refused.value.reason == "encoding_unknown"


def test_covenant_that_ran_out(almere) -> None:
    source = Source.objects.get(key=POLICE)
    source.definition["covenant"]["ends"] = "2020-12-31"
    source.save()
    with pytest.raises(Refusal, match="2020-12-31") as refused:
        services.import_file(police_csv(3), POLICE, file_name="x.csv")
    assert refused.value.reason == "covenant_ended"
    source.definition["covenant"] |= {"starts": "2090-01-01", "ends": "2090-12-31"}
    source.save()
    with pytest.raises(Refusal) as refused:
        services.import_file(police_csv(3), POLICE, file_name="x.csv")
    assert refused.value.reason == "covenant_ahead"
    assert Incident.objects.count() == 0


def test_covenant_is_asked_again_when_loading(almere) -> None:
    source = Source.objects.get(key=POLICE)
    received = receiving.receive(police_csv(3), source, file_name="x.csv", by=None)
    source.definition["covenant"]["ends"] = date(2020, 12, 31).isoformat()
    source.save()
    received.batch.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        services.load(Batch.objects.get(pk=received.batch.pk))
    assert refused.value.reason == "covenant_ended"
    assert Incident.objects.count() == 0


def test_unknown_and_retired_source(almere) -> None:
    with pytest.raises(Refusal, match="politie-incidenten"):
        services.import_file(police_csv(3), "politie", file_name="x.csv")
    Source.objects.filter(key=POLICE).update(in_use=False)
    with pytest.raises(Refusal) as refused:
        services.import_file(police_csv(3), POLICE, file_name="x.csv")
    assert refused.value.reason == "source_retired"


def test_street_and_area_names_are_no_persons(almere) -> None:
    streets = ["Jan Steenstraat", "Piet Heinkade", "Anna Paulownalaan", "Peter Stuyvesantweg"]
    assert services.import_file(rows_with("straat", streets), POLICE, file_name="a.csv").batch.new == 4
    areas = ["Stedenwijk Noord", "Filmwijk", "Muziekwijk Zuid", "Centrum"]
    other = rows_with("buurtnaam", areas).replace(b"PL", b"Q")
    assert services.import_file(other, POLICE, file_name="b.csv").batch.new == 4
