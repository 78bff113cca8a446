"""What is made from a profile: the register of processing and the matrix, complete, in both languages, and up to date."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from openvis.cli.profile import profile as command
from openvis.profile import Profile, load, matrix_page, processing

ROOT = Path(__file__).resolve().parents[2]
ALMERE = ROOT / "profiles" / "almere"
VELDERMEER = ROOT / "tests" / "data" / "profiles" / "veldermeer"


@pytest.fixture(scope="module", params=[ALMERE, VELDERMEER], ids=lambda path: path.name)
def profile(request: pytest.FixtureRequest) -> Profile:
    return load(request.param)


@pytest.mark.parametrize("name", ["register", "matrix"])
def test_the_page_in_the_docs_is_up_to_date(name: str) -> None:
    page = ROOT / "docs" / "privacy" / f"{name}.md"
    done = CliRunner().invoke(command, [name, "--profile", str(ALMERE), "--language", "en"])
    assert done.exit_code == 0, done.output
    again = f"openvis profile {name} --profile profiles/almere --language en --out docs/privacy/{name}.md"
    assert page.read_text(encoding="utf-8") == done.output, f"make it again: {again}"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_register_tells_everything_of_every_processing(profile: Profile, lang: str) -> None:
    rows = processing.register(profile, lang)
    assert len(rows) == len(profile.compartments)
    for row in rows:
        for name in processing.HEADINGS:
            assert getattr(row, name).strip(), f"{row.name}: {name}"
    page = processing.as_page(profile, lang)
    for item in [*profile.compartments, *profile.covenants, *profile.sources]:
        assert item.name.get(lang) in page
    for term in profile.retention:
        assert processing.term_text(term, lang) in page
    for role in profile.roles:
        if any("r" in cell.rights | cell.of_part for cell in profile.matrix[role.id].values()):
            assert role.name.get(lang) in page


def test_who_may_read_stands_among_the_recipients_and_nobody_else() -> None:
    victims = next(row for row in processing.register(load(ALMERE), "en") if row.name.startswith("Victims"))
    assert victims.recipients == "Roles: prevention adviser. Partners: Police Midden-Nederland"
    assert "others see nothing, not even whether it is known; goes nowhere" in victims.measures
    assert victims.term == "aftercare for victims: 6 months after closing"


def test_controllers_together_are_named() -> None:
    signals = next(row for row in processing.register(load(ALMERE), "nl") if row.name.startswith("Signalen"))
    assert signals.controller == (
        "Gemeente Almere, deels samen met Openbaar Ministerie, Politie Midden-Nederland"
    )


def test_a_spreadsheet_reads_the_register(profile: Profile) -> None:
    rows = list(csv.DictReader(StringIO(processing.as_csv(profile, "nl"))))
    assert [row["Verwerking"] for row in rows] == [row.name for row in processing.register(profile, "nl")]
    assert set(rows[0]) == {text.nl for text in processing.HEADINGS.values()}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_matrix_shows_every_cell(profile: Profile, lang: str) -> None:
    page = matrix_page.as_page(profile, lang)
    lines = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in page.splitlines() if line.startswith("|")]
    notes = list(profile.access.notes)
    for role in profile.roles:
        line = next(line for line in lines if line[0] == role.name.get(lang))
        assert len(line) == len(profile.compartments) + 1
        for item, shown in zip(profile.compartments, line[1:], strict=True):
            cell = profile.rights(role.id, item.id)
            note = f" ({notes.index(cell.note) + 1})" if cell.note else ""
            assert shown == cell.written + note, (role.id, item.id)


def test_a_table_of_a_page_is_whole(profile: Profile) -> None:
    for page in (processing.as_page(profile), matrix_page.as_page(profile)):
        for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1, table[:200]


def test_the_commands_write_a_file_or_say_why_not(tmp_path: Path) -> None:
    out = tmp_path / "register.csv"
    runner = CliRunner()
    done = runner.invoke(command, ["register", "--profile", str(VELDERMEER), "--format", "csv", "--out", str(out)])
    assert done.exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("Verwerking,Verwerkingsverantwoordelijke,")
    nowhere = tmp_path / "none" / "matrix.md"
    refused = runner.invoke(command, ["matrix", "--profile", str(VELDERMEER), "--out", str(nowhere)])
    assert refused.exit_code != 0
    assert "expected a file that can be written" in refused.output
    broken = runner.invoke(command, ["matrix", "--profile", str(tmp_path)])
    assert broken.exit_code != 0
    assert "profile.yaml:1: file: not found" in broken.output
