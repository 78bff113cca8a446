"""`openvis analyse scan`: the planted cluster in words, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from shapely.geometry import Point, shape

RECENT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "recent.csv"
Run = Callable[..., Result]
COMMAND = "scan"


def test_the_planted_cluster_is_told_and_written(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(RECENT, "--max-radius", 500, "--out", out)
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert first.startswith("1 cluster stands out: ")
    assert "p 0.001, by chance once in over 1,000 days" in first
    clusters = pl.read_csv(out / "clusters.csv")
    assert clusters["clear"].to_list() == [True, False, False, False, False]
    assert clusters["p"][0] == 0.001
    feature = json.loads((out / "clusters.geojson").read_text())["features"][0]
    circle = shape(feature["geometry"])
    assert circle.covers(Point(clusters["lon"][0], clusters["lat"][0]))
    members = pl.read_csv(out / "members.csv").filter(pl.col("cluster") == 1)
    assert members.height == clusters["events"][0]
    assert (members["kind"] == "theft from car").sum() >= 9
    assert all(circle.buffer(2e-5).covers(Point(lon, lat)) for lon, lat in members.select("lon", "lat").iter_rows())
    assert (out / "map.png").read_bytes()[:4] == b"\x89PNG"
    told = json.loads((out / "run.json").read_text())
    assert told["seed"] == 0
    assert told["arguments"]["as_of"] == "2025-06-30"
    assert told["outcome"]["clear"] == 1


def test_before_it_began_nothing_stands_out_and_later_events_are_not_seen(run: Run) -> None:
    result = run(RECENT, "--as-of", "2025-06-20", "--permutations", 199)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("No cluster stands out: the strongest, ")
    assert "after 2025-06-20: not looked at." in result.stderr
    assert run(RECENT, "--as-of", "2025-06-20", "--permutations", 199).stdout == result.stdout


def test_a_stricter_level_calls_less_a_cluster(run: Run) -> None:
    result = run(RECENT, "--alpha", 0.0005, "--permutations", 199, "--quiet", "--cell", 100, "--most", 2)
    assert result.stdout.startswith("No cluster stands out")
    assert len(result.stdout.splitlines()) == 6
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--max-days", 200), "max_days is 200; expected 1 to 90 whole days, at most half of the 181 in the data"),
        (("--as-of", "2024-12-31"), "0 of 1509 events up to 2024-12-31 can be used"),
        (("--as-of", "soon"), "--as-of"),
        (("--max-radius", 0), "--max-radius"),
        (("--begin", "kind"), "is no date"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(RECENT, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")
