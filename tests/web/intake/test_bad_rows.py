"""Every way in which a row can be wrong has its own sentence; the other rows go in."""

import pytest
from checks import store_equals_record, sums
from django.utils import translation
from intake_files import as_csv, police_csv, row

from openvis.web.intake import selectors, services
from openvis.web.intake.models import Batch, Incident, Source
from openvis.web.intake.words import ROW

POLICE = "politie-incidenten"

ROWS = {
    "reference_missing": ("registratienummer", {"registratienummer": ""}),
    "reference_long": ("registratienummer", {"registratienummer": "x" * 101}),
    "kind_missing": ("maatschappelijke_klasse", {"maatschappelijke_klasse": " "}),
    "kind_unknown": ("maatschappelijke_klasse", {"maatschappelijke_klasse": "Stroperij"}),
    "attempt_unknown": ("poging", {"poging": "misschien"}),
    "moment_missing": ("begindatum + begintijd", {"begindatum": ""}),
    "moment_unreadable": ("begindatum + begintijd", {"begindatum": "31-02-2025"}),
    "time_unreadable": ("begintijd", {"begintijd": "25:70"}),
    "moment_not_local": ("begindatum + begintijd", {"begindatum": "30-03-2025", "begintijd": "02:30"}),
    "moment_future": ("kennisname", {"kennisname": "01-01-2090 10:00"}),
    "moment_long_ago": ("begindatum + begintijd", {"begindatum": "06-01-1925"}),
    "moment_other_style": ("begindatum + begintijd", {"begindatum": "01/25/2025"}),
    "end_before_begin": ("einddatum + eindtijd", {"einddatum": "01-01-2024"}),
    "xy_unreadable": ("x", {"x": "hier"}),
    "xy_swapped": ("x + y", {"x": "487010,0", "y": "143010,0"}),
    "xy_system": ("x + y", {"x": "5,2205", "y": "52,3708"}),
    "xy_elsewhere": ("x + y", {"x": "900000", "y": "900000"}),
    "outside": ("x + y", {"x": "121000", "y": "487000"}),
}


@pytest.mark.parametrize("reason", ROWS)
def test_rejected_with_column_value_and_reason(almere, reason: str) -> None:
    column, changes = ROWS[reason]
    rows = [row(index) for index in range(30)]
    rows[13] |= changes
    batch = services.import_file(as_csv(rows), POLICE, file_name="x.csv").batch
    assert (batch.read, batch.new, batch.rejected) == (30, 29, 1)
    view = selectors.first_rejected(batch, 5)[0]
    assert view.row == 15, "row as a spreadsheet counts: a header and 13 rows before it"
    assert view.reasons[0] == reason
    assert view.columns[0] == column
    assert "{" not in view.sentences[0]
    told = next(iter(changes.values()))
    assert told.strip()[:20] in view.sentences[0] or not told.strip() or reason == "reference_long"
    store_equals_record()
    sums()


def test_reference_twice_in_a_file(almere) -> None:
    rows = [*(row(index) for index in range(5)), row(9, registratienummer="PL000002"), row(2)]
    batch = services.import_file(as_csv(rows), POLICE, file_name="x.csv").batch
    assert (batch.new, batch.rejected) == (5, 2)
    views = selectors.first_rejected(batch, 5)
    assert [view.row for view in views] == [7, 8]
    with translation.override("en"):
        assert "first on row 4" in selectors.first_rejected(batch, 1)[0].sentences[0]


def test_rows_that_do_not_fit_the_columns(almere) -> None:
    lines = police_csv(6).splitlines()
    lines[2] += b";nog iets"
    lines[4] = b";".join(lines[4].split(b";")[:-3])
    batch = services.import_file(b"\n".join(lines), POLICE, file_name="x.csv").batch
    assert (batch.read, batch.new, batch.rejected) == (6, 4, 2)
    views = selectors.first_rejected(batch, 5)
    assert [(view.row, view.reasons[0]) for view in views] == [(3, "too_many_values"), (5, "too_few_values")]
    assert views[0].held["registratienummer"] == "PL000001"


def test_all_reasons_of_a_row_are_told(almere) -> None:
    data = as_csv([row(0), row(1, maatschappelijke_klasse="Stroperij", begindatum="gisteren", x="hier")])
    batch = services.import_file(data, POLICE, file_name="x.csv").batch
    view = selectors.first_rejected(batch, 1)[0]
    assert set(view.reasons) == {"kind_unknown", "moment_unreadable", "xy_unreadable"}


@pytest.mark.parametrize(
    "changes",
    [
        {"x": "", "y": ""},
        {"x": "0", "y": "0"},
        {"x": "143000,0", "y": ""},
        {"x": "", "y": "", "postcode": "9999ZZ", "huisnummer": "1"},
        {"x": "", "y": "", "buurtcode": "onbekend"},
    ],
)
def test_no_place_is_unplaced_and_not_rejected(almere, changes) -> None:
    batch = services.import_file(as_csv([row(0), row(1, **changes)]), POLICE, file_name="x.csv").batch
    assert (batch.new, batch.rejected, batch.unplaced) == (2, 0, 1)
    assert Incident.objects.get(reference="PL000001").x is None
    store_equals_record()


def test_area_code_places_in_the_area(almere) -> None:
    data = as_csv([row(0, x="", y="", buurtcode="BU00340101"), row(1, x="", y="", buurtcode="BU03630101")])
    batch = services.import_file(data, POLICE, file_name="x.csv").batch
    assert (batch.new, batch.rejected) == (1, 1), "a neighbourhood of Amsterdam is outside"
    placed = Incident.objects.select_related("area").get()
    assert placed.area.code == "BU00340101"
    assert placed.precision > 50, "as precise as the neighbourhood is large"
    assert selectors.first_rejected(batch, 1)[0].reasons == ["outside"]


def test_swapped_and_wrong_degrees(almere) -> None:
    source = Source.objects.get(key="stadstoezicht-meldingen")
    head = "meldingnummer,categorie,datum_tijd,gemeld_op,lengtegraad,breedtegraad,postcode,huisnummer\n"
    lines = [
        "M1,Jeugdoverlast,2025-05-01 12:00,2025-05-01 12:05,5.2205,52.3708,,",
        "M2,Jeugdoverlast,2025-05-01 12:00,2025-05-01 12:05,52.3708,5.2205,,",
        "M3,Jeugdoverlast,2025-05-01 12:00,2025-05-01 12:05,143000,487000,,",
        "M4,Iets anders,2025-05-01 12:00,2025-05-01 12:05,4.9,52.37,,",
    ]
    batch = services.import_file((head + "\n".join(lines)).encode(), source.key, file_name="x.csv").batch
    assert [view.reasons for view in selectors.first_rejected(batch, 9)] == [["xy_swapped"], ["xy_system"], ["outside"]]
    assert batch.new == 1


def test_rejected_rows_keep_only_what_the_source_reads(almere) -> None:
    data = as_csv([row(0), row(1, begindatum="gisteren", toelichting="hier stond een verhaal")])
    batch = services.import_file(data, POLICE, file_name="x.csv").batch
    held = selectors.first_rejected(batch, 1)[0].held
    assert "toelichting" not in held
    raw = bytes(Batch.objects.get().rejected_rows.get().sealed)
    assert b"gisteren" not in raw, "what it held is encrypted"


def test_download_is_safe_and_can_be_corrected_and_offered_again(almere) -> None:
    wrong = [row(1, registratienummer="=1+1", begindatum="gisteren"), row(2, maatschappelijke_klasse="-Stroperij")]
    rows = [row(0), *wrong]
    batch = services.import_file(as_csv(rows), POLICE, file_name="x.csv").batch
    text = selectors.rejected_csv(batch)
    assert "'=1+1" in text
    assert "'-Stroperij" in text
    corrected = text.replace("gisteren", "06-01-2025").replace("'-Stroperij", "Straatroof")
    again = services.import_file(corrected.encode("utf-8-sig"), POLICE, file_name="y.csv", corrects=batch).batch
    assert (again.read, again.new, again.rejected) == (2, 2, 0)
    assert set(Incident.objects.values_list("reference", flat=True)) == {"PL000000", "=1+1", "PL000002"}
    store_equals_record()


def test_every_reason_reads_in_dutch_and_english() -> None:
    for language in ("nl", "en"):
        with translation.override(language):
            assert all(str(sentence) for sentence in ROW.values())
