"""`openvis analyse perception`: the planted areas, percentages and rates, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import Result

from openvis.analysis.perception import gap

PERCEPTION = Path(__file__).resolve().parents[2] / "docs" / "examples" / "perception.csv"
Run = Callable[..., Result]
COMMAND = "perception"


def test_the_planted_areas_are_told_and_written(run: Run, tmp_path: Path) -> None:
    result = run(PERCEPTION, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert first.startswith(
        "Of 57 areas people feel clearly less safe than the figures let expect in 1: Stationskwartier (+"
    )
    assert "; clearly safer in 1: Markthof (-" in first
    assert "'unsafe_pct' runs to 37.6: taken as percentages." in result.stderr
    assert "3 areas with fewer than 30 respondents: not judged." in result.stderr
    areas = pl.read_csv(tmp_path / "areas.csv")
    assert areas.filter(pl.col("reading") != "as expected")["area"].to_list() == ["Stationskwartier", "Markthof"]
    assert (tmp_path / "perception.png").read_bytes()[:4] == b"\x89PNG"
    kept = json.loads((tmp_path / "run.json").read_text())["outcome"]
    assert (kept["areas"], kept["less_safe"], kept["safer"]) == (57, ["Stationskwartier"], ["Markthof"])
    assert kept["points_when_doubled"] == pytest.approx(5, abs=1)


def test_the_numbers_are_those_of_the_method(run: Run, tmp_path: Path) -> None:
    run(PERCEPTION, "--confidence", 0.9, "--design", 1.5, "--least", 20, "--out", tmp_path)
    table = pl.read_csv(PERCEPTION)
    found = gap(
        *(table[name].to_numpy() for name in ("events", "inhabitants")),
        table["unsafe_pct"].to_numpy() / 100,
        table["respondents"].to_numpy(),
        confidence=0.9,
        design=1.5,
        least=20,
    )
    kept = {row["area"]: row for row in pl.read_csv(tmp_path / "areas.csv").rows(named=True)}
    assert len(kept) == found.used.sum() == 58
    for i in np.flatnonzero(found.used):
        row = kept[table["area"][int(i)]]
        assert (row["gap"], row["low"], row["high"]) == pytest.approx(
            (found.value[i], found.low[i], found.high[i]), abs=1e-6
        )


def test_shares_and_rates_serve_as_well_as_percentages_and_counts(run: Run, tmp_path: Path) -> None:
    told = run(PERCEPTION, "--quiet").stdout
    table = pl.read_csv(PERCEPTION).with_columns(
        share=pl.col("unsafe_pct") / 100, figure=1000 * pl.col("events") / pl.col("inhabitants")
    )
    table.drop("events", "unsafe_pct").write_csv(tmp_path / "rates.csv")
    assert run(tmp_path / "rates.csv", "--rate", "figure", "--quiet").stdout == told
    assert run(tmp_path / "rates.csv", "--quiet").exit_code == 2


def test_where_nothing_is_planted_seldom_anything_is_called_clear(run: Run, tmp_path: Path) -> None:
    called = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        doubling, asked = rng.normal(0, 1, 50), rng.integers(200, 500, 50)
        share = rng.binomial(asked, np.clip(0.22 + 0.05 * doubling, 0.02, 0.9)) / asked
        columns = {
            "area": [f"a{i}" for i in range(50)],
            "count": rng.poisson(120 * 2.0**doubling),
            "population": [3000] * 50,
        }
        pl.DataFrame({**columns, "share": share, "respondents": asked}).write_csv(tmp_path / "none.csv")
        called.append(not run(tmp_path / "none.csv").stdout.startswith("Nowhere in 50 areas"))
    assert sum(called) <= 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--share", "feeling"), "--share is 'feeling'; expected one of the columns area, events"),
        (("--share", "respondents"), "shares runs to"),
        (("--least", 5000), "0 areas have at least 5000 respondents"),
        (("--where", "area = 'Markthof'"), "1 areas have at least 30 respondents"),
        (("--design", 0), "--design"),
        (("--rate", "area"), "none of 60 rows can be used"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(PERCEPTION, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


def test_answers_of_single_persons_are_refused(run: Run, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    columns = {
        "count": rng.poisson(9, 40),
        "population": [900] * 40,
        "share": rng.integers(0, 2, 40),
        "respondents": [1] * 40,
    }
    pl.DataFrame({"area": [f"a{i}" for i in range(40)], **columns}).write_csv(tmp_path / "persons.csv")
    result = run(tmp_path / "persons.csv")
    assert result.exit_code == 2
    assert "never the answers of single persons" in result.stderr.replace("\n", " ")
    pl.DataFrame({"area": ["a", "b"] * 20, **columns}).write_csv(tmp_path / "persons.csv")
    assert "looks like one row for each unit" in run(tmp_path / "persons.csv").stderr.replace("\n", " ")
