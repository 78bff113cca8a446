"""The number of firms by area and branch, from a register: planted and found, and every mistake told at its line."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from openvis.cli.profile import profile as command
from openvis.profile import load

ORIGINAL = Path(__file__).resolve().parents[1] / "data" / "profiles" / "veldermeer"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A profile of which the firms are still to come: no assessment, and no file."""
    target = tmp_path / "veldermeer"
    shutil.copytree(ORIGINAL, target)
    themes = target / "themes.yaml"
    themes.write_text(themes.read_text(encoding="utf-8").replace("  assessment: {dpia: V-9, date: 2026-02-01}\n", ""))
    (target / "counts" / "firms.csv").unlink()
    return target


def bring_in(copy: Path, body: str | bytes, *options: str) -> Result:
    file = copy.parent / "register.csv"
    file.write_bytes(body if isinstance(body, bytes) else body.encode())
    return CliRunner().invoke(command, ["firms", str(file), "--profile", str(copy), *options])


def found(copy: Path) -> dict[tuple[str, str], int]:
    return {(row.area, row.branch): row.firms for row in load(copy).firms}


NUMBERS = ("--area", "buurt", "--activity", "sbi", "--number", "vestigingen")


def test_numbers_by_neighbourhood_and_activity_add_up_to_the_areas_of_the_figures(copy: Path) -> None:
    done = bring_in(
        copy,
        "buurt;sbi;vestigingen\n"
        "veen-01;77.34;7\nveen-02;5010;5\n veen-05 ;50;25\n"  # boats: 12 in the south, 25 in the north
        "veen-03;0111;40\nveen-09;01;3\n"
        "veen-03;4711;9\nBU0034;5010;100\nveen-04;01;.\n",
        *NUMBERS,
    )
    assert done.exit_code == 0, done.output
    assert found(copy) == {
        ("noord", "boats"): 25, ("noord", "farms"): 3, ("zuid", "boats"): 12, ("zuid", "farms"): 40
    }
    assert "80 firms in 4 combinations of district and branch; 3 of at least 5 firms." in done.output
    # Nothing is left out in silence.
    assert "1 row left out: no area of this profile (the first: BU0034)." in done.output
    assert "9 firms left out: their activity is in no branch (4711)." in done.output
    assert "1 row left out: the number is secret or not known." in done.output


def test_without_a_column_of_numbers_every_row_is_a_firm(copy: Path) -> None:
    done = bring_in(copy, "area,activity,name\nzuid,boats,Bootje\nzuid,boats,Schip\nnoord,7734,Kano\n")
    assert done.exit_code == 0, done.output
    assert found(copy) == {("zuid", "boats"): 2, ("noord", "boats"): 1}
    assert "Bootje" not in (copy / "counts" / "firms.csv").read_text(encoding="utf-8")


def test_the_longest_beginning_decides_and_old_letters_are_read(copy: Path) -> None:
    themes = copy / "themes.yaml"
    themes.write_text(themes.read_text(encoding="utf-8").replace("farms: ['01']", "farms: ['77']"), encoding="utf-8")
    body = "area,activity,plaats\nzuid,77.34,Fryslân\nzuid,77.11,Fryslân\n".encode("cp1252")
    assert bring_in(copy, body).exit_code == 0
    assert found(copy) == {("zuid", "boats"): 1, ("zuid", "farms"): 1}


def test_an_area_and_its_parts_are_not_counted_twice(copy: Path) -> None:
    body = "buurt,sbi,vestigingen\nzuid,50,12\nveen-01,50,7\nveen-02,50,5\n"
    refused = bring_in(copy, body, *NUMBERS)
    assert refused.exit_code != 0
    assert "found 'district, kern', expected areas of one level: say which with --level" in refused.output
    assert not (copy / "counts" / "firms.csv").exists()
    assert bring_in(copy, body, *NUMBERS, "--level", "kern").exit_code == 0
    assert found(copy) == {("zuid", "boats"): 12}
    assert bring_in(copy, body, *NUMBERS, "--level", "village").exit_code == 2


@pytest.mark.parametrize(("body", "says"), [
    ("", "found '', expected buurt, sbi, vestigingen (say which columns with --area, --activity and --number)"),
    ("buurt,code,vestigingen\nzuid,50,1\n", "register.csv:1: columns: found 'buurt, code, vestigingen', expected sbi"),
    ("buurt,sbi,vestigingen\nzuid,50,many\n", "register.csv:2: vestigingen: found 'many', expected a whole number"),
    ("buurt,sbi,vestigingen\nzuid,50,1\nnoord,50,-4\n", "register.csv:3: vestigingen: found '-4'"),
    ("buurt,sbi,vestigingen\nzuid,50,1.200\n", "found '1.200', expected a whole number of firms"),
    ("buurt,sbi,vestigingen\nzuid,50\n", "register.csv:2: row: found '2 cells', expected 3, as in the first line"),
    ("buurt,sbi,vestigingen\nBU1,50,1\n", "found 'BU1', expected codes of areas of this profile"),
    ("buurt,sbi,vestigingen\nzuid,99,1\n", "found '99', expected activities of themes.yaml"),
    ("buurt,sbi,vestigingen\n", "found 'no row at all'"),
])  # fmt: skip
def test_a_mistake_is_told_and_nothing_changes(copy: Path, body: str, says: str) -> None:
    done = bring_in(copy, body, *NUMBERS)
    assert done.exit_code == 1
    assert says in done.output
    assert "nothing was changed" in done.output
    assert not (copy / "counts" / "firms.csv").exists()


def test_every_wrong_row_is_told_up_to_twenty(copy: Path) -> None:
    done = bring_in(copy, "buurt,sbi,vestigingen\n" + "zuid,50,x1\n" * 30, *NUMBERS)
    assert done.output.count("expected a whole number") == 20
    assert "and 10 more" in done.output


def test_a_profile_without_the_section_says_what_to_write_first(copy: Path) -> None:
    (copy / "themes.yaml").write_text("level: district\n", encoding="utf-8")
    done = bring_in(copy, "area,activity\nzuid,boats\n")
    assert done.exit_code == 1
    assert "themes.yaml has no `risk`" in done.output


def test_the_file_in_another_alphabet_is_refused(copy: Path) -> None:
    (copy / "counts" / "firms.csv").write_bytes("area,branch,firms\nzuid,boats,1é\n".encode("cp1252"))
    done = CliRunner().invoke(command, ["check", str(copy)])
    assert "counts/firms.csv:1: file: byte 30 is not UTF-8" in done.output
