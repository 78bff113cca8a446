"""The briefing: right figures in plain words, on one A4, accessible, in both languages."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from openvis.web.deployment import areas, drawing, words
from openvis.web.deployment.briefing import figures, pdf, sheet
from web.deployment import full_sheet, planted


def briefing(town: planted.City, code: str | None = None) -> figures.Briefing:
    user = town.person("briefing.view", "picture.view")
    return figures.make(user, areas.by_code(code or town.coarse), planted.last_sunday() - timedelta(days=6))


def test_a_week_with_five_times_as_much_is_more_than_before_and_last_year(town: planted.City) -> None:
    town.plant(range(1), a_week=30)
    made = briefing(town)
    assert made.total.four.word == words.MORE
    assert made.total.year is not None
    assert made.total.year.word == words.MORE
    assert made.total.now >= 35
    with override("nl"):
        data = sheet.as_data(made, town.person("briefing.view"))
    assert "meer dan in de vier weken ervoor" in data["finding"]


def test_an_ordinary_week_is_about_the_same(town: planted.City) -> None:
    made = briefing(town)
    assert made.total.four.word == words.SAME
    assert made.total.year is not None
    assert made.total.year.word == words.SAME
    assert made.total.four.value == pytest.approx(made.total.year.value, rel=0.6)


def test_the_planted_place_is_first_with_its_hours(town: planted.City) -> None:
    made = briefing(town)
    assert len(made.places) <= 5
    assert made.places[0]["count"] == pytest.approx(52 * planted.A_WEEK, rel=0.15)
    with override("nl"):
        row = sheet.as_data(briefing(town), town.person("briefing.view"))["places"]["rows"][0]
    assert "21" in row["hours"]
    assert row["name"]


def test_another_area_does_not_have_the_place(town: planted.City) -> None:
    made = briefing(town, town.elsewhere)
    assert all(item["count"] < 52 * planted.A_WEEK / 2 for item in made.places)
    assert made.total.now < planted.A_WEEK


def test_the_parts_add_up_to_the_total(town: planted.City) -> None:
    made = briefing(town)
    assert sum(line.now for line in made.lines) == pytest.approx(made.total.now)


@pytest.mark.parametrize(
    ("count", "other", "weeks", "word"),
    [
        (20, 40, 4, words.MORE), (2, 40, 4, words.LESS), (10, 40, 4, words.SAME),
        (1, 2, 4, words.FEW), (0, 0, 4, words.FEW),
    ],
)
def test_words_go_beyond_chance(count: int, other: int, weeks: int, word: str) -> None:
    assert words.compared(count, 1, other, weeks) == word


def test_words_agree_with_an_independent_exact_test() -> None:
    from scipy.stats import binomtest

    for count in range(0, 40, 3):
        for other in range(5, 120, 7):
            found = words.compared(count, 1, other, 4)
            sure = binomtest(count, count + other, 0.2).proportion_ci(0.95, "exact")
            expected = words.MORE if sure.low > 0.2 else words.LESS if sure.high < 0.2 else words.SAME
            assert found == (words.FEW if count + other < words.FEWEST else expected), (count, other)


@pytest.mark.parametrize("wrong", ["2026-47", "2026-W54", "W47", "gisteren", "2026-W4", "12026-W01"])
def test_a_week_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"week|Week"):
        words.monday(wrong)


@pytest.mark.parametrize("fonts", [True, False], ids=["fonts", "no-fonts"])
def test_a_full_sheet_fits_one_page(fonts: bool) -> None:
    assert pdf.pages(full_sheet.full(), full_sheet.PICTURE, fonts) == 1


def test_a_short_sheet_is_set_in_larger_letters() -> None:
    data = full_sheet.full()
    data["kept"]["rows"] = data["kept"]["rows"][:1]
    data["table"]["rows"] = data["table"]["rows"][:3]
    assert pdf.pages(data, full_sheet.PICTURE, size=pdf.SIZES[0]) == 1


def test_the_page_count_can_tell(tmp_path: Path) -> None:
    data = full_sheet.full()
    data["kept"]["rows"] = data["kept"]["rows"] * 5
    assert pdf.pages(data, full_sheet.PICTURE) > 1


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not installed (poppler-utils)")
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_real_sheet_is_one_tagged_a4_with_title_and_language(
    town: planted.City, tmp_path: Path, language: str
) -> None:
    made = briefing(town)
    with override(language):
        data = sheet.as_data(made, town.person("briefing.view"))
        content = pdf.pdf(data, figures.draw(made))
    file = tmp_path / "blad.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    facts = {line.split(":", 1)[0]: line.split(":", 1)[1].strip() for line in told.splitlines() if ":" in line}
    assert facts["Pages"] == "1"
    assert facts["Tagged"] == "yes"
    assert "A4" in facts["Page size"]
    assert facts["Title"] == data["title"]
    assert f"/Lang ({language}" in content.decode("latin-1") or f"/Lang({language}" in content.decode("latin-1")


def test_the_same_sheet_in_two_languages(town: planted.City) -> None:
    made = briefing(town)
    person = town.person("briefing.view")
    with override("nl"):
        dutch = sheet.as_data(made, person)
    with override("en"):
        english = sheet.as_data(made, person)
    assert dutch["table"]["title"] == "Deze week"
    assert english["table"]["title"] == "This week"
    for data in (dutch, english):
        assert "z-score" not in str(data)
        assert len(data["table"]["rows"]) == 1 + len(made.lines)


def test_a_map_is_drawn_of_every_area_and_without_style(town: planted.City) -> None:
    drawn = figures.draw(briefing(town))
    assert drawn.startswith(b"<svg")
    assert b"style=" not in drawn
    assert len(drawn) < 300_000
    assert drawing.HEAT[4].encode() in drawn
