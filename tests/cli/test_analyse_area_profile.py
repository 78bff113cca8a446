"""`openvis analyse area-profile`: the planted rows, sums by hand, and that single persons and businesses are refused."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result

BRANCHES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "branches.csv"
COUNTED = ("--counted", "reports,lapsed_permits,short_leases")
ROWS = ("a,x,20,4,0.1", "a,y,40,4,0.4", "b,x,10,3,0.2", "b,y,100,50,0.2", "c,x,50,0,0.9")
Run = Callable[..., Result]
COMMAND = "area-profile"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str, head: str = "area,branch,units,reports,vacancy") -> Path:
        path = tmp_path / "table.csv"
        path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
        return path

    return write


def test_the_planted_rows_come_first_and_chance_is_told_apart(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(BRANCHES, *COUNTED, "--out", out)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "Of 43 combinations of area and branch, storage in Harbour deserves a closer look first"
    )
    profile = pl.read_csv(out / "profile.csv")
    assert profile.height == 43
    assert profile["score"].is_sorted(descending=True)
    first = profile.head(2)
    assert set(first.select("area", "branch").iter_rows()) == {("Harbour", "storage"), ("Ringside", "car hire")}
    assert (first["stays_weights_and_chance"] > 0.99).all()
    chance = profile.filter(pl.col("area") == "Oldtown", pl.col("branch") == "workshops")
    assert chance["stays_weights_and_chance"][0] < chance["stays_other_weights"][0] - 0.1
    parts = profile.select(pl.sum_horizontal(pl.col("^.*_contributes$"))).to_series()
    assert (parts - profile["score"]).abs().max() < 1e-3
    assert (out / "profile.png").read_bytes()[:4] == b"\x89PNG"
    assert pl.read_csv(out / "indicators.csv")["per_unit"].to_list() == [True, True, True, False]
    assert json.loads((out / "run.json").read_text())["outcome"]["rows"] == 43


def test_the_score_by_hand(run: Run, file: Callable, tmp_path: Path) -> None:
    """Reports per unit 0.2, 0.1, 0.3, 0.5, 0: levels 2/4, 1/4, 3/4, 1, 0. Vacancy: levels 0, 3/4, 1.5/4, 1.5/4, 1."""
    arguments = ("--counted", "reports", "--weight", "reports=3", "--top", 2, "--out", tmp_path / "out")
    assert run(file(*ROWS), *arguments).exit_code == 0
    profile = pl.read_csv(tmp_path / "out" / "profile.csv")
    assert list(profile.select("area", "branch").iter_rows()) == [
        ("b", "y"),
        ("b", "x"),
        ("a", "x"),
        ("a", "y"),
        ("c", "x"),
    ]
    assert profile["score"].to_list() == pytest.approx([84.375, 65.625, 37.5, 37.5, 25])
    assert profile["reports_contributes"].to_list() == pytest.approx([75, 56.25, 37.5, 18.75, 0])
    assert profile["reports"].to_list() == pytest.approx([0.5, 0.3, 0.2, 0.1, 0])


def test_the_same_seed_gives_the_same(run: Run) -> None:
    first, again, other = (run(BRANCHES, *COUNTED, "--draws", 100, "--seed", seed).stdout for seed in (1, 1, 2))
    assert first == again != other


def test_indicators_can_be_chosen_and_without_counts_chance_is_not_looked_at(run: Run) -> None:
    result = run(BRANCHES, "--indicators", "vacancy", "--top", 3)
    assert result.exit_code == 0, result.output
    assert "vacancy 100 %" in result.stderr
    assert "No indicator is counted (--counted): chance in the numbers is not looked at." in result.stderr
    assert result.stdout.splitlines()[0].endswith("of draws of other weights.")


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("name", "ABCDE", "names of persons"),
        ("bsn", "12345", "citizen service numbers"),
        ("number", ("111222333", "123456782", "999990019", "111222333", "123456782"), "citizen service numbers"),
        ("contact", ("a@example.org", "", "", "", ""), "e-mail"),
        ("owner", ("Jansen, P.", "Vries, A. de", "Bakker, C.", "Smit, D.", "Mulder, E."), "names of persons"),
        ("premises", ("Dorpsstraat 1", "Dorpsstraat 2", "Kerkweg 3", "Kerkweg 4", "Lindelaan 5"), "addresses"),
        ("geboortedatum", "12345", "dates of birth"),
        ("phone", "12345", "telephone"),
    ],
)
def test_files_about_persons_are_refused(run: Run, file: Callable, column: str, values: tuple, what: str) -> None:
    rows = [f'{row},"{value}"' for row, value in zip(ROWS, values, strict=True)]
    result = run(file(*rows, head=f"area,branch,units,reports,vacancy,{column}"))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"column '{column}' seems to hold {what}" in result.stderr
    assert "nothing about a single business or person" in result.stderr
    assert not any(value in result.stderr for value in values if len(value) > 3), "a refusal repeats no data"


@pytest.mark.parametrize("column", ["client", "kvk", "vestigingsnummer", "person_id"])
def test_a_row_for_each_unit_is_refused_by_its_column(run: Run, file: Callable, column: str) -> None:
    rows = [f"{row},{i}" for i, row in enumerate(ROWS)]
    result = run(file(*rows, head=f"area,branch,units,reports,vacancy,{column}"))
    assert result.exit_code == 2
    assert f"looks like one row for each unit: column '{column}'" in result.stderr


def test_a_row_for_each_unit_is_refused_by_its_form(run: Run, file: Callable) -> None:
    rows = [f"{row},u{i}" for i, row in enumerate((*ROWS, *ROWS))]
    result = run(file(*rows, head="area,branch,units,reports,vacancy,code"))
    assert result.exit_code == 2
    assert "10 rows share their area and branch with another and 'code' differs in every row" in result.stderr


def test_refusing_comes_before_choosing_rows_away(run: Run, file: Callable, tmp_path: Path) -> None:
    """The whole file is looked at: leaving out the rows that tell does not make it one of aggregates."""
    rows = [f"{row},{'x@example.org' if row.startswith('c') else 'none'}" for row in ROWS]
    path = file(*rows, head="area,branch,units,reports,vacancy,note")
    result = run(path, "--where", "area <> 'c'", "--indicators", "reports", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "e-mail" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rows", "arguments", "said"),
    [
        (
            (*ROWS, "c,y,4,1,0.1"),
            (),
            "row 6: units is 4 (1 such rows); expected at least 10: join small branches or areas",
        ),
        (ROWS, ("--k", 30), "row 1: units is 20 (2 such rows); expected at least 30"),
        (ROWS, ("--k", 4), "--k"),
        ((*ROWS, "c,y,12.5,1,0.1"), (), "units holds parts of units; expected whole numbers"),
        (ROWS[:2], (), "expected at least 3 combinations"),
        ((*ROWS, "c,y,12,,0.1"), (), "row 6: reports is None"),
        ((*ROWS, ",y,12,1,0.1"), (), "row 6: area is empty"),
        ((*ROWS, "c,y,12,-1,0.1"), ("--counted", "reports"), "indicators holds negative counts"),
        (
            ROWS,
            ("--indicators", "reports,names"),
            "--indicators holds 'names'; expected columns among reports, vacancy",
        ),
        (ROWS, ("--indicators", "reports,reports"), "--indicators holds 'reports'"),
        (ROWS, ("--counted", "vacant"), "--counted holds 'vacant'; expected indicators: reports, vacancy"),
        (ROWS, ("--weight", "reports"), "--weight is 'reports'; expected NAME=NUMBER"),
        (ROWS, ("--weight", "reports=0"), "--weight is 'reports=0'"),
        (ROWS, ("--weight", "rent=2"), "--weight is 'rent=2'"),
        (ROWS, ("--units", "firms"), "--units is 'firms'; expected one of the columns area, branch"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(
    run: Run, file: Callable, rows: tuple, arguments: tuple, said: str
) -> None:
    result = run(file(*rows), *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


def test_a_file_without_branch_or_numbers_is_answered(run: Run, file: Callable) -> None:
    assert "no column found for branch" in run(file("a,12,1", head="area,units,reports")).stderr
    assert "no column of numbers is left" in run(file("a,x,12", "b,x,12", "c,x,12", head="area,branch,units")).stderr
