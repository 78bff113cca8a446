"""What comes in is no program and no file of ours; what goes out is no formula. `test_bad_files` has what is refused."""

import ast
import csv
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from openvis.web.intake import originals, reading
from openvis.web.intake import services as intake
from openvis.web.intake.models import Batch
from openvis.web.intake.words import Refusal
from openvis.web.picture.results import COUNTS, RESULTS
from web.conftest import CITIES, ROOT, load_city, make_person, use_city
from web.deployment import planted
from web.intake.intake_files import as_csv, row
from web.sealing.test_headers import address_of
from web.test_rules_declared import patterns

FORMULAS = ["=1+1", "+31 6 cmd", "-2+3 x", "@SUM(A1)", "\t=1+1", "\r=1+1"]
ACTIVE = re.compile(r"[=@\t\r]|[+-](?![\d.,]+$)")
"""How a cell begins that a spreadsheet would work out; a number with a sign is a number."""
SOURCES = sorted((ROOT / "src" / "openvis").rglob("*.py"))
DOWNLOADS = {"picture_download", "picture_counts_download", "intake_rejected", "algorithms_download"}
"""Pages that give tables; a new one is to be walked here."""


@pytest.fixture
def town(db: None, settings: Any, tmp_path: Path) -> planted.City:
    """Almere, with areas whose names are formulas."""
    profile = tmp_path / "almere"
    shutil.copytree(CITIES["almere"], profile)
    for number, name in enumerate(["Buiten & Hout", "Almere Pampus"]):
        for file in (profile / "areas").glob("*.csv"):
            file.write_text(file.read_text().replace(f",{name},", f",{FORMULAS[number]},"))
    file = profile / "areas" / "wijken.csv"
    lines = file.read_text().splitlines()
    for number, line in enumerate(lines[1:], 1):
        code, _name, *rest = next(csv.reader([line]))
        target = io.StringIO()
        csv.writer(target, lineterminator="").writerow([code, f"{FORMULAS[number % 4]} {code}", *rest])
        lines[number] = target.getvalue()
    file.write_text("\n".join(lines) + "\n")
    use_city("almere", settings, tmp_path / "data")
    settings.OPENVIS_PROFILE = profile
    from openvis.web import city

    found = city.profile()
    load_city(found)
    return planted.make(found, settings.EVENT_STORE)


def cells(body: bytes, kind: str) -> Iterator[str]:
    """The texts of a downloaded table; a formula of a sheet fails at once."""
    if kind == "csv":
        for line in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"):
            yield from line
        return
    for sheet in openpyxl.load_workbook(io.BytesIO(body)).worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f", f"{sheet.title}!{cell.coordinate}: {cell.value}"
                if isinstance(cell.value, str):
                    # A text of a sheet is a text, whatever it begins with.
                    yield "'" + cell.value


def test_no_table_of_any_page_holds_a_formula(town: planted.City, client_for: Callable[[Any], Any], tmp_path: Path):
    client = client_for(make_person(town.profile, "analyst"))
    file = tmp_path / "one.csv"
    wrong_rows = [row(nth, maatschappelijke_klasse=text) for nth, text in enumerate(FORMULAS)]
    file.write_bytes(as_csv([row(99), *wrong_rows]))
    intake.import_path(file, "politie-incidenten")
    addresses = [reverse("intake_rejected", args=[Batch.objects.get().pk])]
    addresses.append(reverse("algorithms_download", args=["csv"]))
    for name, results in (("picture_download", RESULTS), ("picture_counts_download", COUNTS)):
        asked = [(key, kind) for key, result in results.items() for kind in ("csv", "xlsx") if kind in result.formats]
        addresses += [reverse(name, args=pair) for pair in asked]
    seen: list[str] = []
    answered = 0
    for address in addresses:
        answer = client.get(f"{address}?vergelijk=vorige")
        kind = "xlsx" if address.endswith("xlsx") else "csv"
        if answer.status_code != 200 or ("csv" not in answer["Content-Type"] and "sheet" not in answer["Content-Type"]):
            continue
        answered += 1
        found = list(cells(answer.content, kind))
        assert [cell for cell in found if ACTIVE.match(cell)] == [], address
        seen += found
    assert answered > 10
    for formula in ("=1+1", "+31 6 cmd", "-2+3 x", "@SUM(A1)"):
        assert any(formula in cell for cell in seen), f"{formula!r} was planted and came out nowhere"


def test_every_page_that_gives_a_table_is_walked():
    named = {
        item.name for item in patterns()
        if re.search(r"\.csv|\.xlsx|\.<slug:kind>", str(item.pattern))
    }
    assert named
    assert named - DOWNLOADS == set()


def test_a_formula_would_be_found():
    body = "naam;aantal\n=1+1;-3,5\n".encode("utf-8-sig")
    assert [cell for cell in cells(body, "csv") if ACTIVE.match(cell)] == ["=1+1"]
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(AssertionError, match="A1"):
        list(cells(target.getvalue(), "xlsx"))


# What comes in


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.csv", "C:\\windows\\x.csv", "x\x00.csv", "a" * 400 + ".csv"])
@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_file_name_is_never_a_path(city: Any, settings: Any, client_for: Callable[[Any], Any], name: str, tmp_path: Path):
    data = as_csv([row(1)])
    client = client_for(make_person(city, "analyst"))
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    file = SimpleUploadedFile("x", data, "text/csv")
    file._name = name
    answer = client.post(reverse("intake_upload"), {"source": "politie-incidenten", "file": file})
    assert answer.status_code in (200, 302)
    new = {path for path in tmp_path.rglob("*") if path.is_file() and "events" not in path.parts} - before
    assert new <= {originals.place(originals.digest(data))}
    assert all(len(batch.file_name) <= 255 and "/" not in batch.file_name for batch in Batch.objects.all())


def test_an_entity_in_a_sheet_is_not_read_from_the_disk(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("PLANTED-SECRET")
    book = openpyxl.Workbook()
    book.active.append(["naam", "aantal"])
    book.active.append(["HIER", 1])
    target = io.BytesIO()
    book.save(target)
    evil = io.BytesIO()
    with zipfile.ZipFile(target) as good, zipfile.ZipFile(evil, "w") as made:
        for entry in good.namelist():
            data = good.read(entry)
            if entry == "xl/sharedStrings.xml":
                doctype = f'<!DOCTYPE sst [<!ENTITY x SYSTEM "file://{secret}">]>'.encode()
                data = data.replace(b"<sst", doctype + b"<sst", 1).replace(b"HIER", b"&x;")
            made.writestr(entry, data)
    try:
        said = str(reading.read(evil.getvalue()).frame)
    except Refusal as refusal:
        said = f"{refusal.reason} {refusal.facts}"
    assert "PLANTED-SECRET" not in said


def test_nothing_that_was_delivered_is_served(city: Any, client_for: Callable[[Any], Any]):
    """No address gives an original back; the tables there are come out as attachments."""
    assert not [item.name for item in patterns() if "original" in f"{item.name} {item.pattern}"]
    client = client_for(make_person(city, "analyst"))
    for item in patterns():
        if item.name not in DOWNLOADS:
            continue
        answer = client.get("/" + address_of(item))
        if answer.status_code == 200 and not answer["Content-Type"].startswith(("text/html", "application/json")):
            assert answer["Content-Disposition"].startswith("attachment"), item.name


# What the source may not use


FORBIDDEN = {
    "pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "xml.etree", "xml.dom", "xml.sax", "lxml", "telnetlib",
}
"""Modules that run or fetch what they read; XML is read with defusedxml."""


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def unsafe(text: str) -> set[str]:
    found = set(imported(ast.parse(text)))
    return {name for name in found if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN)}


def test_no_module_reads_pickles_or_xml_with_entities():
    assert {str(path.relative_to(ROOT)): unsafe(path.read_text()) for path in SOURCES if unsafe(path.read_text())} == {}


def test_an_unsafe_module_would_be_found():
    assert unsafe("import pickle\nfrom xml import etree\nfrom xml.etree import ElementTree\nimport os") >= {
        "pickle", "xml.etree", "xml.etree.ElementTree",
    }


def test_no_table_is_written_past_the_writer_that_disarms():
    """The pages write CSV with defusedcsv alone."""
    wrong = []
    for path in SOURCES:
        if "web" not in path.relative_to(ROOT / "src" / "openvis").parts[:1]:
            continue
        text = path.read_text()
        if re.search(r"^import csv$", text, re.MULTILINE) and re.search(r"csv\.(Dict)?[wW]riter", text):
            wrong.append(path.name)
    assert wrong == []
