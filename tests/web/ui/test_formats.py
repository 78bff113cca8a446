"""Numbers, dates, files, charts, forms: as the reader's language writes them, and safe."""

import csv
import datetime as dt
import io
import re
from itertools import pairwise
from pathlib import Path

import altair as alt
import openpyxl
import pytest
from django import forms
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from openvis.web.ui import charts, downloads, formatting

WEB = Path(__file__).resolve().parents[3] / "src" / "openvis" / "web"
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("lang", "figure", "part", "day", "period"),
    [
        ("nl", "1.234,5", f"26,2{NBSP}%", "di 24 nov 2026", "25 nov 2024 – 22 nov 2026"),
        ("en", "1,234.5", "26.2%", "Tue 24 Nov 2026", "25 Nov 2024 – 22 Nov 2026"),
    ],
)
def test_numbers_and_dates_in_both_languages(lang, figure, part, day, period):
    with override(lang):
        assert formatting.number(1234.5, 1) == figure
        assert formatting.share(0.2619) == part
        assert formatting.date(dt.date(2026, 11, 24)) == day
        assert formatting.dates(dt.date(2024, 11, 25), dt.date(2026, 11, 22)) == period


def test_a_period_says_what_both_ends_share_only_once():
    with override("nl"):
        assert formatting.dates(dt.date(2026, 3, 3), dt.date(2026, 3, 9)) == "3 – 9 mrt 2026"
        assert formatting.dates(dt.date(2026, 2, 3), dt.date(2026, 3, 9)) == "3 feb – 9 mrt 2026"
        assert formatting.dates(dt.date(2026, 3, 9), dt.date(2026, 3, 9)) == "9 mrt 2026"


@pytest.mark.parametrize("write", [formatting.number, formatting.share, formatting.date])
def test_nothing_is_a_dash(write):
    assert write(None) == "–"


ROWS = [
    ["=1+1", 3, 0.5, None, dt.date(2026, 11, 24)],
    ["+cmd|' /C calc'!A0", -7, 1234.25, 'ë;"x"', dt.datetime(2026, 1, 2, 3, 4)],  # noqa: DTZ001
]
COLUMNS = ["Naam", "Aantal", "Deel", "Leeg", "Dag"]


def test_csv_opens_as_it_was_meant_here():
    with override("nl"):
        body = downloads.as_csv(COLUMNS, ROWS)
    assert body.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert read[0] == COLUMNS
    assert read[1][1:] == ["3", "0,5", "", "2026-11-24"]
    assert read[2][1:] == ["-7", "1234,25", 'ë;"x"', "2026-01-02 03:04"]
    with override("en"):
        assert b";0.5;" in downloads.as_csv(COLUMNS, ROWS)


@given(st.text(max_size=30))
def test_no_cell_of_a_csv_starts_a_formula(text):
    body = downloads.as_csv(["a"], [[text]]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body, newline=""), delimiter=";"))
    cell = rows[1][0] if len(rows) > 1 and rows[1] else ""
    assert not re.match(r"[=@|%\t\r\n]|[+-](?![\d.,]+$)", cell)


def test_a_sheet_keeps_numbers_as_numbers_and_formulas_as_text():
    book = openpyxl.load_workbook(io.BytesIO(downloads.as_xlsx(COLUMNS, ROWS, [("Bron", "politie")])))
    sheet = book.worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == COLUMNS
    assert cells[1][:3] == ["=1+1", 3, 0.5]
    assert sheet["A2"].data_type == "s"
    assert sheet["A3"].data_type == "s"
    assert cells[1][4] == dt.datetime(2026, 11, 24)  # noqa: DTZ001
    assert [cell.value for cell in book.worksheets[1][1]] == ["Bron", "politie"]


def test_a_download_has_a_safe_name_and_an_unknown_format_is_refused():
    answer = downloads.table_response('plekken "2026"/../x', COLUMNS, ROWS, "csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plekken-2026-..-x.csv"'
    with pytest.raises(ValueError, match="'pdf', expected one of csv, xlsx"):
        downloads.table_response("x", COLUMNS, ROWS, "pdf")


def a_chart() -> alt.Chart:
    data = alt.Data(values=[{"x": 1, "y": 1234.5}, {"x": 2, "y": 2000}])
    return alt.Chart(data, width=200, height=100).mark_bar(color="--ov-heat-4").encode(x="x:O", y="y:Q")


def test_a_chart_keeps_its_tokens_for_the_screen_and_gets_colours_for_paper():
    spec = charts.chart_json(a_chart())
    assert spec["mark"]["color"] == "--ov-heat-4"
    assert spec["config"]["axis"]["gridColor"] == "--ov-line"
    with override("nl"):
        assert charts.chart_json(a_chart())["usermeta"]["embedOptions"]["formatLocale"]["decimal"] == ","
        svg = charts.chart_svg(a_chart())
    assert charts.PAPER["--ov-heat-4"] in svg
    assert "--ov-" not in svg
    assert "1.000" in svg or "2.000" in svg
    assert charts.chart_png(a_chart()).startswith(b"\x89PNG")


def test_an_unknown_token_is_an_error_not_a_black_bar():
    with pytest.raises(KeyError):
        charts.on_paper({"color": "--ov-heath-4"})


def test_paper_has_the_colours_of_the_style_sheet():
    sheet = (WEB / "ui/static/ui/tokens.css").read_text()
    for name, colour in charts.PAPER.items():
        said = re.search(rf"{name}: (#[0-9a-f]+);", sheet)
        if said:
            assert colour in (said.group(1), said.group(1).replace("#fff", "#ffffff")), name


def test_heat_and_time_scales_grow_evenly_darker_so_that_nobody_needs_their_hue():
    """Lightness (CIE L*) falls by a clear step each time, on light; the order is the same for every colour sight."""
    for scale in ("heat", "time"):
        steps = [lightness(charts.PAPER[f"--ov-{scale}-{step}"]) for step in range(1, 6)]
        falls = [before - after for before, after in pairwise(steps)]
        assert min(falls) > 7, (scale, steps)


def lightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


class AForm(forms.Form):
    name = forms.CharField(label="Naam", help_text="Zoals in de krant")
    agreed = forms.BooleanField(label="Akkoord", required=False)
    kind = forms.ChoiceField(label="Soort", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    file = forms.FileField(label="Bestand", required=False)


def test_a_form_links_label_help_and_error_to_its_control():
    with override("nl"):
        page = str(AForm({"name": "", "kind": "a"}))
    assert '<label class="ov-field__label" for="id_name">Naam' in page
    described = re.search(r'<input[^>]*name="name"[^>]*>', page).group()
    for target in re.search(r'aria-describedby="([^"]+)"', described).group(1).split():
        assert f'id="{target}"' in page
    assert 'aria-invalid="true"' in described
    assert 'href="#id_name"' in page
    assert 'role="alert"' in page
    assert "<fieldset" in page
    assert "<legend" in page


def test_every_icon_that_is_named_exists(settings):
    if not settings.ICONS.is_dir():
        pytest.skip("no icons in node_modules (npm ci)")
    named: set[str] = set()
    for template in WEB.rglob("*.html"):
        text = template.read_text()
        named |= set(re.findall(r"""\{% icon ["']([a-z0-9-]+)["']""", text))
        named |= set(re.findall(r"""<c-[a-z_]+[^>]*\bicon="([a-z0-9-]+)\"""", text))
    for module in WEB.rglob("*.py"):
        named |= set(re.findall(r"""\bicon=["']([a-z0-9-]+)["']""", module.read_text()))
    missing = sorted(name for name in named if not (settings.ICONS / "outline" / f"{name}.svg").is_file())
    assert named
    assert not missing
