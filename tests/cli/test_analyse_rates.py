"""`openvis analyse rates`: the planted area and change, goals in words, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import Result
from scipy import stats

from openvis.analysis.rates import compare

AREAS = Path(__file__).resolve().parents[2] / "docs" / "examples" / "areas.csv"
Run = Callable[..., Result]
COMMAND = "rates"


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(**columns: list) -> Path:
        pl.DataFrame(columns).write_csv(tmp_path / "table.csv")
        return tmp_path / "table.csv"

    return write


def test_the_planted_area_and_change_are_told_and_written(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(AREAS, "--count", "burglaries", "--base", 2017, "--goal", 0.85, "--out", out)
    assert result.exit_code == 0, result.output
    told = result.stdout.splitlines()
    assert told[0].startswith("Goal met. 48 areas together in 2024: 14.1 per 1,000")
    assert told[1] == "1 of 46 areas stands out, above: Marktkwartier."
    areas = pl.read_csv(out / "areas.csv")
    assert areas.filter(pl.col("outside") != "within")["area"].to_list() == ["Marktkwartier"]
    assert areas.filter(area="Eilandenbuurt")["change"].item() == "higher"
    assert areas.filter(area="Rozenkwartier")["change"].item() == "not clear"
    assert (out / "funnel.png").read_bytes()[:4] == b"\x89PNG"
    kept = json.loads((out / "run.json").read_text())
    assert (kept["outcome"]["goal_state"], kept["outcome"]["outside"]) == ("met", ["Marktkwartier"])
    assert kept["input"]["columns"]["population"] == "dwellings"


def test_each_number_is_that_of_the_method(run: Run, tmp_path: Path) -> None:
    """Garwood by scipy for the rate of one area, the conditional comparison for its change, and the sums of the file."""
    run(AREAS, "--count", "burglaries", "--base", 2017, "--out", tmp_path)
    table = pl.read_csv(AREAS)
    row = pl.read_csv(tmp_path / "areas.csv").filter(area="Tulpenhof").row(0, named=True)
    now, then = (table.filter(area="Tulpenhof", year=year).row(0, named=True) for year in (2024, 2017))
    low = stats.chi2.ppf(0.025, 2 * now["burglaries"]) / 2
    assert row["low"] == pytest.approx(1000 * low / now["dwellings"], abs=1e-5)
    since = compare(now["burglaries"], now["dwellings"], then["burglaries"], then["dwellings"])
    assert (row["ratio_base"], row["ratio_low"], row["ratio_high"]) == pytest.approx(
        (since.ratio, since.low, since.high), abs=1e-6
    )
    shrunk = pl.read_csv(tmp_path / "areas.csv")
    own = shrunk["own_part"].to_numpy()
    assert (np.diff(own[np.argsort(shrunk["population"].to_numpy())]) >= 0).all()


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        (("--base", 2017, "--goal", 0.75), "Goal undecided. "),
        (("--base", 2017, "--goal", 0.5), "Goal not met. "),
        (("--base", 2017, "--goal", 0.5, "--direction", "up"), "Goal met. "),
        (("--goal", 16), "Goal met. "),
        (("--now", 2017, "--goal", 16), "Goal not met. "),
    ],
)
def test_a_goal_is_met_not_met_or_undecided(run: Run, arguments: tuple, first: str) -> None:
    assert run(AREAS, "--count", "burglaries", *arguments).stdout.startswith(first)


def test_one_place_is_set_against_all_others_or_the_group(run: Run, tmp_path: Path) -> None:
    told = run(AREAS, "--count", "burglaries", "--place", "Eilandenbuurt", "--quiet")
    assert told.stdout.splitlines()[0].endswith("that of the other 45 areas together: clearly more.")
    assert told.stderr == ""
    run(AREAS, "--count", "burglaries", "--place", "Eilandenbuurt", "--group", "old", "--out", tmp_path)
    table = pl.read_csv(AREAS).filter((pl.col("year") == 2024) & (pl.col("dwellings") >= 100))
    own = table.filter(area="Eilandenbuurt").select("burglaries", "dwellings").row(0)
    group = table.filter((pl.col("old") == "yes") & (pl.col("area") != "Eilandenbuurt"))
    ratio = compare(*own, *group.select(pl.col("burglaries", "dwellings").sum()).row(0)).ratio
    assert f"{ratio:.2f} times" in json.loads((tmp_path / "run.json").read_text())["outcome"]["finding"]


def test_one_city_over_the_years_needs_no_areas(run: Run, written: Callable[..., Path]) -> None:
    file = written(area=["Stad", "Stad"], year=[2017, 2024], count=[900, 610], inhabitants=[200_000, 220_000])
    told = run(file, "--base", 2017).stdout.splitlines()
    assert (
        told[0] == "Stad in 2024: 2.77 per 1,000 (2.56 to 3.00), 0.62 times (0.56 to 0.68) that of 2017: clearly less."
    )
    assert "limits" not in told[2]


def test_rows_without_figures_are_counted_and_small_areas_count_in_the_whole_only(
    run: Run, written: Callable[..., Path], tmp_path: Path
) -> None:
    size = [500, 600, 700, 800, 5, 0, None]
    file = written(area=list("abcdefg"), count=[5, 6, 7, 8, 30, 1, 1], population=size)
    result = run(file, "--out", tmp_path / "out")
    assert "  1 not used: no number of at least 0 in 'population'" in result.stderr
    assert "  1 not used: 'population' is 0" in result.stderr
    assert "1 areas have a population under 100: not judged." in result.stderr
    low, high = stats.chi2.ppf([0.025, 0.975], [2 * 56, 2 * 56 + 2]) / 2 / 2.605
    assert result.stdout.splitlines()[0].endswith(f"5 areas together: 21.5 per 1,000 ({low:.1f} to {high:.1f}).")
    assert sorted(pl.read_csv(tmp_path / "out" / "areas.csv")["area"]) == list("abcd")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no column found for the count; expected --count with one of area, year, burglaries"),
        (("--count", "thefts"), "--count is 'thefts'; expected one of the columns"),
        (("--count", "burglaries", "--base", 2016), "--base is '2016'; expected one of the periods 2017, 2024"),
        (("--count", "burglaries", "--base", 2024), "--base is '2024', the period that is looked at"),
        (("--count", "burglaries", "--place", "Nergens"), "--place is 'Nergens'; expected an area"),
        (("--count", "burglaries", "--least", 1e6), "no area in 2024 has a population of --least 1e+06"),
        (("--count", "burglaries", "--goal", 0), "--goal"),
        (("--count", "area"), "none of 96 rows can be used (96 no number of at least 0 in 'area')"),
        (
            ("--count", "burglaries", "--place", "Parelhof", "--where", "area = 'Parelhof'"),
            "nothing to be compared with",
        ),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(AREAS, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


def test_a_file_with_more_rows_for_an_area_is_refused(run: Run, written: Callable[..., Path]) -> None:
    file = written(area=["a", "a", "b"], kind=["x", "y", "x"], count=[1, 2, 3], population=[500, 500, 600])
    result = run(file)
    assert result.exit_code == 2
    assert "2 rows share their area with another" in result.stderr.replace("\n", " ")
    assert run(file, "--where", "kind = 'x'").exit_code == 0
    assert run(file, "--where", "kind = 'x'", "--now", "2024").exit_code == 2
