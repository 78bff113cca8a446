"""`openvis analyse forecast` and `backtest`: what they say first, what they write, and that they see no future."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result
from shapely.geometry import shape

from openvis.cli.analyse import analyse

COLUMNS = "method,share,origins,hits,events,hit_rate,pai,pei,log_score,pai_low,pai_high"
FAST = "kde,ensemble"


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(analyse, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def town(seed: int = 0) -> pl.DataFrame:
    """Two years of 1,200 incidents over a town, a fifth of them at one place."""
    rng = np.random.default_rng(seed)
    there = rng.random(1200) < 0.2
    lon = np.where(there, rng.normal(5.2150, 0.0003, 1200), rng.uniform(5.18, 5.26, 1200))
    lat = np.where(there, rng.normal(52.3700, 0.0002, 1200), rng.uniform(52.35, 52.39, 1200))
    day = np.datetime64("2021-01-04") + np.sort(rng.integers(0, 730, 1200))
    return pl.DataFrame({"lon": lon.round(6), "lat": lat.round(6), "date": np.datetime_as_string(day)})


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "town.csv"
    town().write_csv(path)
    return path


def test_a_forecast_has_its_test_beside_it_and_writes_everything(events: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("forecast", events, "--as-of", "2022-06-01", "--out", out)
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert "cells (1.00 % of the area), by the count of" in first
    assert "for 2022-06-01 to 2022-06-07" in first
    assert "no method clearly found more than counting" in first
    assert "the line to beat" in result.stdout
    cells = pl.read_csv(out / "cells.csv")
    assert cells.columns == ["x", "y", "risk", "chosen"]
    told = json.loads((out / "run.json").read_text())
    assert cells.height == told["outcome"]["cells"]
    assert cells["chosen"].sum() == told["outcome"]["chosen"] == cells.height // 100
    assert cells.filter("chosen")["risk"].min() >= cells.filter(~pl.col("chosen"))["risk"].max()
    assert told["outcome"]["method"] in ("naive", "count")
    features = json.loads((out / "cells.geojson").read_text())["features"]
    assert len(features) == cells["chosen"].sum()
    assert shape(features[0]["geometry"]).distance(shape({"type": "Point", "coordinates": [5.2150, 52.3700]})) < 0.002
    assert (out / "scores.csv").read_text().splitlines()[0] == COLUMNS
    assert (out / "map.png").stat().st_size > 10_000


def test_a_method_asked_for_is_shown_beside_the_counts(events: Path) -> None:
    result = run("forecast", events, "--as-of", "2022-06-01", "--method", "ensemble", "--quiet")
    assert "by the ensemble of counts" in result.stdout.splitlines()[0]
    assert "than the count of" in result.stdout.splitlines()[0]
    assert [line.split()[0] for line in result.stdout.splitlines() if " 1.00 % " in line][-3:] == [
        "naive",
        "count",
        "ensemble",
    ]
    assert "Learned: " in result.stdout


@pytest.mark.parametrize("method", ["count", "ensemble"])
def test_what_happens_later_changes_no_cell(method: str, tmp_path: Path) -> None:
    whole = town()
    later = pl.col("date") >= "2022-06-01"
    rng = np.random.default_rng(9)
    others = {
        "none": whole.filter(~later),
        "elsewhere": whole.with_columns(
            pl.when(later).then(pl.Series(rng.uniform(5.0, 5.5, whole.height)).round(6)).otherwise("lon").alias("lon")
        ),
        "later still": whole.with_columns(
            pl.when(later).then(pl.col("date").str.replace("2022", "2029")).otherwise("date").alias("date")
        ),
    }
    written = {}
    for name, frame in {"whole": whole, **others}.items():
        frame.write_csv(tmp_path / f"{name}.csv")
        out = tmp_path / name
        result = run("forecast", tmp_path / f"{name}.csv", "--as-of", "2022-06-01", "--method", method, "--out", out)
        assert result.exit_code == 0, result.output
        written[name] = [(out / file).read_bytes() for file in ("cells.csv", "cells.geojson", "scores.csv")]
    for name in others:
        assert written[name] == written["whole"], name


def test_a_backtest_says_first_whether_anything_beats_counting(events: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(
        "backtest", events, "--from", "2022-01-03", "--to", "2022-12-25", "--methods", FAST, "--move-grid", "--out", out
    )
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert first.startswith("No method clearly finds more than counting: the count of")
    assert "in 51 forecasts of 7 days" in first
    scores = pl.read_csv(out / "scores.csv")
    assert ",".join(scores.columns) == COLUMNS
    assert scores["method"].unique(maintain_order=True).to_list() == ["naive", "count", "kde", "ensemble"]
    assert scores["share"].unique(maintain_order=True).to_list() == [0.0025, 0.01, 0.03, 0.05]
    assert scores["origins"].unique().to_list() == [51]
    assert (scores["hits"] <= scores["events"]).all()
    assert (scores["pai_low"] <= scores["pai"]).all()
    assert (scores["pai"] <= scores["pai_high"]).all()
    differences = pl.read_csv(out / "differences.csv")
    assert differences.height == 2 * 5
    assert set(differences["finding"]) <= {"better", "worse", "no clear difference"}
    moved = pl.read_csv(out / "moved.csv")
    assert moved["grid"].n_unique() == 4
    assert moved.height == 4 * 4 * 4
    told = json.loads((out / "run.json").read_text())
    assert told["arguments"]["from"] == "2022-01-03"
    assert len(told["outcome"]["origins"]) == 51
    assert (out / "scores.png").stat().st_size > 10_000


def test_one_share_and_the_counts_alone(events: Path) -> None:
    result = run("backtest", events, "--share", "0.01", "--methods", "count", "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].startswith("the count of")
    assert len([line for line in result.stdout.splitlines() if "1.00 %" in line and "│" not in line]) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backtest", "--methods", "oracle"), "--methods is 'oracle'; expected all, or some of naive, count"),
        (("backtest", "--from", "2022-06-01", "--to", "2022-05-01"), "expected a first day before the last"),
        (("backtest", "--from", "2020-01-01", "--to", "2020-06-01"), "no event had ended before 2020-01-01"),
        (("backtest", "--from", "2024-01-01", "--to", "2024-06-01"), "no event after the first origin"),
        (("forecast", "--as-of", "2020-01-01"), "no event had ended before 2020-01-01"),
        (("forecast", "--as-of", "2021-02-01"), "too short to test on"),
        (("forecast", "--share", "0"), "0.0 is not in the range"),
        (("forecast", "--as-of", "yesterday"), "does not match the format"),
    ],
)
def test_refusals_have_a_sentence_and_status_2(events: Path, arguments: tuple[str, ...], words: str) -> None:
    command, *rest = arguments
    result = run(command, events, *rest)
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())
