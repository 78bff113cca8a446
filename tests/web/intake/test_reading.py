"""The same rows in every shape of file come out the same."""

import io
import json
from datetime import datetime

import polars as pl
import pytest
import xlsxwriter
from intake_files import as_csv, row

from openvis.profile.sources import Format
from openvis.web.intake.reading import read

ROWS = [row(index, toelichting="café, „Zicht”") for index in range(4)]


def xlsx() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("Levering")
    sheet.write_row(0, 0, list(ROWS[0]))
    for number, values in enumerate(ROWS, 1):
        sheet.write_row(number, 0, list(values.values()))
    book.close()
    return target.getvalue()


def parquet() -> bytes:
    target = io.BytesIO()
    pl.DataFrame(ROWS).write_parquet(target)
    return target.getvalue()


SHAPES = {
    "semicolon": as_csv(ROWS),
    "comma": as_csv(ROWS, ","),
    "tab": as_csv(ROWS, "\t"),
    "pipe": as_csv(ROWS, "|"),
    "utf-8 with mark": as_csv(ROWS, encoding="utf-8-sig"),
    "cp1252": as_csv(ROWS, encoding="cp1252"),
    "utf-16": as_csv(ROWS, encoding="utf-16"),
    "utf-16 without mark": as_csv(ROWS, encoding="utf-16-le"),
    "empty lines": as_csv(ROWS) + b"\r\n\r\n",
    "xlsx": xlsx(),
    "parquet": parquet(),
    "json": json.dumps(ROWS).encode(),
    "ndjson": "\n".join(json.dumps(item) for item in ROWS).encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_reads_the_same(shape: str) -> None:
    sheet = read(SHAPES[shape])
    assert sheet.read == 4
    assert not sheet.misfits
    expected = [{name: value or None for name, value in item.items()} for item in ROWS]
    assert sheet.frame.rows(named=True) == expected


def test_quoted_separators_and_lines() -> None:
    sheet = read(b'a;b\n"x;y";"een\nregel"\n1;2\n')
    assert sheet.frame.rows() == [("x;y", "een\nregel"), ("1", "2")]
    assert sheet.rows.to_list() == [2, 3]


def test_header_lower_down() -> None:
    sheet = read(b"Levering\n\na;b\n1;2\n", Format(header_row=3, delimiter=";"))
    assert sheet.frame.rows() == [("1", "2")]
    assert sheet.rows.to_list() == [4]


def test_types_of_parquet_and_excel_become_texts() -> None:
    target = io.BytesIO()
    frame = pl.DataFrame({"n": [1, 2], "f": [1.0, 2.5], "t": [datetime(2025, 1, 2, 3, 4)] * 2, "b": [True, None]})  # noqa: DTZ001
    frame.write_parquet(target)
    assert read(target.getvalue()).frame.rows() == [
        ("1", "1", "2025-01-02T03:04:00", "true"),
        ("2", "2.5", "2025-01-02T03:04:00", None),
    ]


def test_geojson_gives_its_points() -> None:
    point = {"type": "Point", "coordinates": [5.2, 52.3]}
    features = [
        {"type": "Feature", "id": 7, "properties": {"soort": "x"}, "geometry": point},
        {"type": "Feature", "properties": {"soort": "y"}, "geometry": None},
    ]
    sheet = read(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert sheet.frame.rows(named=True) == [
        {"soort": "x", "id": "7", "geometry_x": "5.2", "geometry_y": "52.3"},
        {"soort": "y", "id": None, "geometry_x": None, "geometry_y": None},
    ]
