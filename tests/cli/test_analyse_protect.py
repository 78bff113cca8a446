"""`openvis analyse protect`: nothing small can be worked out of what is written; the audit catches what others let slip."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import Result

TABLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "table.csv"
SIDES = ["neighbourhood", "kind", "year"]
Run = Callable[..., Result]
COMMAND = "protect"
Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A file with this content, or with the example's figures changed."""

    def write(content: str | pl.DataFrame | Callable[[int], object], name: str = "file.csv") -> Path:
        path = tmp_path / name
        if callable(content):
            frame = pl.read_csv(TABLE)
            marks = [str(content(value)) for value in frame["incidents"]]
            content = frame.with_columns(incidents=pl.Series(marks))
        path.write_text(content if isinstance(content, str) else content.write_csv(), encoding="utf-8")
        return path

    return write


def test_small_cells_are_left_out_and_the_rest_is_true(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(TABLE, "--out", out)
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert first == (
        "12 of 240 cells are below 5; 42 are left out so that nobody can work them out "
        "(audit passed: narrowest interval 2 to 6)."
    )
    assert "Columns taken: count = incidents, by = neighbourhood (within district), kind, year." in result.stderr
    table, shown = pl.read_csv(TABLE), pl.read_csv(out / "protected.csv")
    both = table.with_columns(pl.col("year").cast(pl.String)).join(shown, on=["district", *SIDES], how="left")
    left_out = both["incidents_right"].is_null()
    assert left_out.sum() == 42
    assert left_out.filter(both["incidents"].is_between(1, 4)).all()
    kept = both.filter(~left_out)
    assert (kept["incidents"] == kept["incidents_right"]).all()
    assert both.filter(left_out)["note"].to_list() == ["left out"] * 42
    hout = shown.filter(neighbourhood="total", district="Hout", kind="total", year="total")
    assert hout["incidents"].to_list() == [table.filter(district="Hout")["incidents"].sum()]
    audit = pl.read_csv(out / "audit.csv")
    assert audit.height == 42
    assert (audit["least"] <= audit["incidents"]).all()
    assert (audit["incidents"] <= audit["most"]).all()
    assert audit.filter(why="below 5")["possible_values"].min() == 5
    assert (out / "table.png").read_bytes()[:4] == b"\x89PNG"
    outcome = json.loads((out / "run.json").read_text())["outcome"]
    assert outcome == {
        "finding": first, "cells": 240, "may_not_be_told": 12, "left_out": 42, "totals_left_out": 0,
        "audit_passed": True, "exact": True, "narrowest": [2, 6],
    }  # fmt: skip


def test_what_is_published_does_not_tell_small_cells_from_those_that_protect_them(run: Run, tmp_path: Path) -> None:
    run(TABLE, "--out", tmp_path, "--quiet")
    shown = pl.read_csv(tmp_path / "protected.csv")
    assert shown.columns == ["neighbourhood", "district", "kind", "year", "incidents", "note"]
    assert set(shown["note"].drop_nulls()) == {"left out"}


def test_what_was_protected_passes_its_audit_and_one_cell_more_told_does_not(
    run: Run, written: Written, tmp_path: Path
) -> None:
    run(TABLE, "--out", tmp_path / "out", "--quiet")
    path = tmp_path / "out" / "protected.csv"
    passed = run(TABLE, "--audit", path)
    assert passed.exit_code == 0
    assert passed.stdout.startswith("12 of 240 cells are below 5; 42 are left out so that nobody")
    lines = path.read_text().splitlines()
    hidden = next(i for i, line in enumerate(lines) if line.startswith("Zeelaan,Haven,burglary,2024"))
    true = pl.read_csv(TABLE).filter(neighbourhood="Zeelaan", kind="burglary", year=2024)["incidents"][0]
    lines[hidden] = f"Zeelaan,Haven,burglary,2024,{true},"
    told = run(TABLE, "--audit", written("\n".join(lines)), "--out", tmp_path / "second")
    assert told.exit_code == 1
    assert "Zeelaan, Haven, domestic trouble, 2024 can only be 3; expected at least 5 possible values." in told.stdout
    assert not (tmp_path / "second" / "protected.csv").exists()
    audit = pl.read_csv(tmp_path / "second" / "audit.csv").filter(passed="no")
    assert audit.select("neighbourhood", "incidents", "possible_values").row(0) == ("Zeelaan", 3, 1)


def test_leaving_out_the_small_cells_alone_fails(run: Run, written: Written) -> None:
    result = run(TABLE, "--audit", written(lambda n: "x" if 0 < n < 5 else n))
    assert result.exit_code == 1
    assert result.stdout.startswith("Audit failed: 12 of the 12 figures below 5 can be worked out too well.")
    assert "260 totals are not listed: taken as published elsewhere." in result.stderr


def test_rounding_adds_up_and_depends_on_the_seed_alone(run: Run, tmp_path: Path) -> None:
    tables = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        result = run(TABLE, "--method", "round", "--seed", seed, "--out", tmp_path / name, "--quiet")
        assert result.stdout.startswith(
            "12 of 240 cells are below 5; all figures are rounded to a multiple of 5 so that"
        )
        assert "(audit passed: narrowest interval 0 to 4)" in result.stdout
        tables.append(pl.read_csv(tmp_path / name / "protected.csv"))
    first, again, other = tables
    assert first.equals(again)
    assert not first.equals(other)
    assert (first["incidents"] % 5 == 0).all()
    leaves = first.filter(~pl.any_horizontal(pl.col(SIDES) == "total"))
    whole = first.filter(pl.all_horizontal(pl.col("district", *SIDES) == "total"))
    assert leaves["incidents"].sum() == whole["incidents"][0]
    assert run(TABLE, "--audit", tmp_path / "a" / "protected.csv", "--method", "round").exit_code == 0


def test_rounding_to_the_nearest_tells_more(run: Run, written: Written) -> None:
    result = run(TABLE, "--audit", written(lambda n: (n + 2) // 5 * 5), "--method", "round")
    assert result.exit_code == 1
    assert "can only be 0 to 2; expected at least 5 possible values." in result.stdout
    assert "judged as rounded to the nearest" in result.stderr


def test_by_adds_up_over_the_other_columns(run: Run, tmp_path: Path) -> None:
    result = run(TABLE, "--by", "district", "--by", "kind", "--k", 150, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "240 rows, 16 cells." in result.stderr
    table = pl.read_csv(TABLE).group_by("district", "kind").agg(pl.col("incidents").sum())
    assert result.stdout.startswith(f"{(table['incidents'] < 150).sum()} of 16 cells are below 150; ")
    assert "More than half is left out" in run(TABLE, "--by", "district", "--by", "kind", "--k", 900).stderr


def test_nothing_small_nothing_left_out(run: Run) -> None:
    result = run(TABLE, "--where", "kind = 'nuisance'", "--quiet")
    assert result.stdout.startswith("No cell of 60 is below 5; nothing is left out.")


def test_one_large_source_is_hidden_too(run: Run, written: Written) -> None:
    rows = "".join(f"a{i},b{j},{20 + i + j},{19 if i == j == 0 else 2}\n" for i in range(4) for j in range(4))
    result = run(written("area,kind,count,caller\n" + rows), "--largest", "caller")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("1 of 16 cells is below 5 or from one source; ")
    assert "from one source" in result.stdout.splitlines()[-1]


def test_a_large_table_is_audited_and_not_drawn(run: Run, written: Written, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(rng.gamma(1.0, 8.0, (40, 30, 4)))
    rows = "".join(f"a{i},b{j},c{k},{counts[i, j, k]}\n" for i, j, k in np.ndindex(counts.shape))
    result = run(written("area,kind,period,count\n" + rows), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "(audit passed: narrowest interval at least 1 to" in result.stdout
    assert "Not drawn: over 4,000 figures." in result.stderr
    assert not (tmp_path / "out" / "table.png").exists()
    assert json.loads((tmp_path / "out" / "run.json").read_text())["outcome"]["exact"] is False


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--k", 1), "--k"),
        (
            ("--count", "x"),
            "--count is 'x'; expected one of the columns neighbourhood, district, kind, year, incidents",
        ),
        (("--by", "x"), "--by is 'x'; expected one of the columns"),
        (("--within", "kind"), "--within is 'kind'; expected a column that follows from one of neighbourhood"),
        (("--base", 5), "--base is 5 with --method suppress; expected --method round"),
        (("--base", 3, "--method", "round"), "base is 3 with k = 5"),
        (("--by", "kind", "--largest", "year", "--where", "incidents < 9"), "exceeds a count"),
        (("--where", "year = 1900"), "holds for none"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(TABLE, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("area,count\na,3\na,4\nb,4\n", "row 2: a stands in more than one row"),
        (
            "area,kind,count\na,x,3\nb,y,4\nTotaal,x,7\n",
            "row 3: area is 'Totaal' (1 such rows); expected the parts only",
        ),
        ("area,count\na,2.5\nb,3\n", "row 1: count is 2.5 (1 such rows); expected whole numbers"),
        ("area,count\na,-2\nb,3\n", "row 1: count is -2"),
        ("area,count\na,2\n,3\n", "row 2: area is empty"),
        ("area,kind\na,x\nb,y\n", "no column found for the count; expected --count with one of area, kind"),
        ("a,b,c,d,count\n1,1,1,1,5\n2,1,2,2,5\n1,2,2,1,5\n2,2,1,1,5\n", "4 columns to count by"),
        ("naam,count\na,2\nb,3\n", "looks like personal data"),
    ],
)
def test_wrong_tables_are_refused(run: Run, written: Written, content: str, said: str) -> None:
    result = run(written(content))
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda n: n + 1, "(240 such figures); expected 17, as in table.csv, or --method round"),
        (lambda n: "<5" if n < 5 else n, "incidents is '<5'; expected a whole number, or nothing"),
        ("neighbourhood,kind,incidents\nBrink,nuisance,1\n", "has no column 'year'"),
        ("neighbourhood,kind,year,incidents\nElders,nuisance,2024,1\n", "row 1: neighbourhood is 'Elders'"),
        ("neighbourhood,district,kind,year,incidents\ntotal,Elders,nuisance,2024,1\n", "district is 'Elders'"),
        (
            "neighbourhood,kind,year,incidents\n" + "Brink,nuisance,2024,\n" * 2,
            "row 2: Brink, nuisance, 2024 stands there",
        ),
    ],
)
def test_published_versions_of_another_table_are_refused(run: Run, written: Written, content: str, said: str) -> None:
    result = run(TABLE, "--audit", written(content))
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("Brink,Stad,nuisance,2022", "7"),
            "Brink, Stad, nuisance, 2022 is 7 (1 such figures); expected a multiple of 5",
        ),
        (("Brink,Stad,nuisance,2022", ""), "is left out (1 such figures); expected a figure in every row"),
        (("total,Stad,nuisance,2022", "5"), "total, Stad, nuisance, 2022 is 5 (1 such figures); expected the sum"),
    ],
)
def test_rounded_figures_that_do_not_hold_together_are_refused(
    run: Run, written: Written, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    run(TABLE, "--method", "round", "--out", tmp_path / "out", "--quiet")
    lines = (tmp_path / "out" / "protected.csv").read_text().splitlines()
    cell, value = change
    changed = [f"{cell},{value}," if line.startswith(cell) else line for line in lines]
    result = run(TABLE, "--audit", written("\n".join(changed)), "--method", "round")
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")
