"""`openvis analyse effect`: the planted effect by surface and by name, the check by placebos, the design, and refusals."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import Result
from shapely.geometry import shape

from openvis.analysis.effect import wdd

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
MEASURE = EXAMPLES / "measure.csv"
SURFACES = ("--treated", EXAMPLES / "measure_treated.geojson", "--control", EXAMPLES / "measure_control.geojson")
NAMES = ("--area-column", "area", "--treated", "station")
START = ("--from", "2024-03-01")
PLANTED = 205 * 0.9 * 0.45
Run = Callable[..., Result]
COMMAND = "effect"


def test_the_planted_effect_is_told_and_written(run: Run, tmp_path: Path) -> None:
    result = run(MEASURE, *SURFACES, "--ring", 200, *START, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "Clear: 105 fewer events than expected in the treated place in the 12 months from 2024"
    )
    assert "no clear displacement" in result.stdout
    effect = pl.read_csv(tmp_path / "effect.csv")
    treated, ring, together, control, around = effect.rows(named=True)
    assert treated["low"] < -PLANTED < treated["high"] < 0
    assert ring["low"] < PLANTED / 10 < ring["high"]
    assert together["difference"] == pytest.approx(treated["difference"] + ring["difference"], abs=0.003)
    assert (control["clear"], around["where"]) == (None, "0 to 200 m around the comparison")
    assert json.loads((tmp_path / "run.json").read_text())["outcome"]["placebo"]["as_far"] == 0
    assert (tmp_path / "effect.png").read_bytes()[:4] == b"\x89PNG"


def test_the_numbers_are_those_of_counting_by_hand(run: Run, tmp_path: Path) -> None:
    run(MEASURE, *SURFACES, "--ring", 200, *START, "--out", tmp_path)
    events = pl.read_csv(MEASURE)
    periods = pl.read_csv(tmp_path / "periods.csv")
    months = events.filter(area="station").group_by(pl.col("date").str.slice(0, 7)).len().sort("date")["len"]
    assert periods["treated"].to_list() == pytest.approx(months.to_list())
    by_area = {
        area: tuple(
            events.filter((pl.col("area") == area) & ((pl.col("date") >= "2024-03-01") == late)).height
            for late in (False, True)
        )
        for area in ("station", "other")
    }
    spread = json.loads((tmp_path / "run.json").read_text())["outcome"]["spread"]
    found = wdd(by_area["station"], by_area["other"], periods=(366, 365), spread=spread).local
    row = pl.read_csv(tmp_path / "effect.csv").row(0, named=True)
    assert (row["difference"], row["low"]) == pytest.approx((found.value, found.low), abs=0.01)
    zones = json.loads((tmp_path / "zones.geojson").read_text())["features"]
    assert [it["properties"]["zone"] for it in zones] == ["treated", "0 to 200 m around", "comparison"]
    assert not shape(zones[0]["geometry"]).overlaps(shape(zones[1]["geometry"]).buffer(-1e-5))


def test_names_of_areas_serve_as_well_and_all_else_is_the_comparison(run: Run) -> None:
    told = run(MEASURE, *NAMES, "--nearby", "station edge", *START, "--quiet").stdout
    assert told.startswith("Clear: ")
    assert "Check: 21 other places were taken as if treated; 0 changed as far (p 0.045)." in told
    beside = run(
        MEASURE, *NAMES, "--control", "other", "--nearby", "station edge", "--nearby-control", "other edge", *START
    )
    surfaces = run(MEASURE, *SURFACES, "--ring", 200, *START)
    assert beside.stdout.splitlines()[0] == surfaces.stdout.splitlines()[0]


def test_where_nothing_was_done_nothing_is_clear(run: Run) -> None:
    told = run(MEASURE, "--area-column", "area", "--treated", "n03", *START, "--quiet").stdout
    assert told.startswith("Not clear: ")
    before = run(MEASURE, *SURFACES, "--from", "2023-09-01", "--before", 6, "--after", 6, "--quiet").stdout
    assert before.startswith("Not clear: "), before


def test_a_change_that_other_places_share_is_not_called_clear(run: Run, tmp_path: Path) -> None:
    """Every place goes its own way by a factor; one of them is called treated."""
    rng = np.random.default_rng(2)
    rows = []
    for i in range(30):
        factor = 1.5 if i == 0 else np.exp(rng.normal(0, 0.5))
        for month, times in [(m, 1.0) for m in range(1, 7)] + [(m, factor) for m in range(7, 13)]:
            days = rng.integers(1, 29, rng.poisson(40 * times))
            rows += [(f"2024-{month:02d}-{day:02d}", f"a{i:02d}") for day in days]
    pl.DataFrame(rows, schema=["date", "area"], orient="row").write_csv(tmp_path / "drift.csv")
    result = run(
        tmp_path / "drift.csv",
        "--area-column",
        "area",
        "--treated",
        "a00",
        "--from",
        "2024-07-01",
        "--as-of",
        "2024-12-31",
    )
    first = result.stdout.splitlines()[0]
    assert first.startswith("Not clear: ")
    assert "places where nothing was done changed as far." in first


def test_a_course_that_ran_apart_before_is_told_as_a_doubt(run: Run, tmp_path: Path) -> None:
    rows = []
    for month in range(12):
        for area, many in (("a", round(60 * np.exp(-0.12 * month))), ("b", 60)):
            rows += [(f"2024-{month + 1:02d}-{1 + i % 28:02d}", area) for i in range(many)]
    pl.DataFrame(rows, schema=["date", "area"], orient="row").write_csv(tmp_path / "trend.csv")
    arguments = (
        "--area-column",
        "area",
        "--treated",
        "a",
        "--control",
        "b",
        "--from",
        "2024-09-01",
        "--as-of",
        "2024-12-31",
    )
    assert "Doubt: before the start the two already ran apart (-1" in run(tmp_path / "trend.csv", *arguments).stdout


def test_beforehand_it_says_what_would_be_missed_from_the_time_before_alone(run: Run, tmp_path: Path) -> None:
    asked = (*NAMES, "--control", "other", "--power")
    told = run(MEASURE, *asked, *START, "--out", tmp_path)
    assert told.stdout.startswith("An effect of less than 45 % would probably be missed: in 12 months, with 195 events")
    assert pl.read_csv(tmp_path / "plan.csv")["after"].to_list() == [6, 12, 24]
    early = tmp_path / "early.csv"
    pl.read_csv(MEASURE).filter(pl.col("date") < "2024-03-01").write_csv(early)
    assert run(early, *asked, *START).stdout == told.stdout
    small = run(MEASURE, *asked, "--where", "date < '2023-06-01'", "--from", "2026-01-01", "--after", 1, "--before", 2)
    assert small.stdout.startswith(("An effect of less than ", "These numbers are too small: "))


def test_the_surfaces_are_what_the_script_makes(tmp_path: Path) -> None:
    script = tmp_path / "make_measure.py"
    script.write_text((EXAMPLES / script.name).read_text(encoding="utf-8"), encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")
    for name in ("measure_treated.geojson", "measure_control.geojson"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*NAMES,), "Missing option '--from'"),
        (("--treated", "nowhere.geojson", *START), "--treated is 'nowhere.geojson', which is no file"),
        ((*SURFACES, *START, "--nearby", "other"), "--nearby is 'other'; expected only with --area-column"),
        ((*NAMES, *START, "--ring", 200), "--ring is 200; expected no ring with --area-column"),
        ((*NAMES, *START, "--control", "moon"), "--control holds 'moon'; expected names in the column"),
        ((*NAMES, *START, "--control", "station"), "--control holds 'station', as --treated does"),
        ((*NAMES, *START, "--after", 13), "--after is 13 months from --from 2024-03-01; expected 1 to 12"),
        ((*NAMES, *START, "--before", 24), "--before is 24 months from --from 2024-03-01; expected 2 to 12"),
        ((*NAMES, "--from", "2025-03-01"), "--after is 0 months from --from 2025-03-01"),
        ((*NAMES, "--from", "soon"), "--from"),
        ((*NAMES, "--from", "2023-03-20", "--power"), "--before is 0 months up to 2023-03-20"),
        ((*SURFACES[:2], "--control", EXAMPLES / "measure.csv", *START), "measure.csv cannot be read as GeoJSON"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(MEASURE, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")
