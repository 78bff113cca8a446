"""`openvis analyse emerging`: every planted place under its name, the periods, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from shapely.geometry import Point, shape

CHANGES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "changes.csv"
PLANTED = {
    "persistent": (5.2199, 52.3738),
    "intensifying": (5.2066, 52.3801),
    "diminishing": (5.2338, 52.3796),
    "consecutive": (5.2074, 52.3661),
    "new": (5.2331, 52.3657),
}
Run = Callable[..., Result]
COMMAND = "emerging"


def test_every_planted_place_is_told_and_written(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(CHANGES, "--out", out)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "3 places are new or growing in 2025-12: 1 new, 1 consecutive, 1 intensifying; 1 lasts, 1 fades (2,809 events in 24 "
    )
    places = pl.read_csv(out / "places.csv")
    assert sorted(places["class"]) == sorted(PLANTED)
    features = json.loads((out / "emerging.geojson").read_text())["features"]
    shapes = {feature["properties"]["class"]: shape(feature["geometry"]) for feature in features}
    for name, at in PLANTED.items():
        assert shapes[name].buffer(0.0005).covers(Point(at)), name
    points = [Point(lon, lat) for lon, lat in pl.read_csv(CHANGES).select("lon", "lat").iter_rows()]
    for place in places.iter_rows(named=True):
        held = sum(shapes[place["class"]].buffer(1e-6).covers(point) for point in points)
        assert held == pytest.approx(place["events"], abs=5)
        assert place["earlier"] == pytest.approx((place["events"] - place["last"]) / 23, abs=1e-3)
    cells = pl.read_csv(out / "cells.csv")
    assert (cells["z_last"] > 0).all()
    assert cells.group_by("class").agg(pl.col("events").sum()).height >= len(PLANTED)
    assert (out / "map.png").read_bytes()[:4] == b"\x89PNG"
    told = json.loads((out / "run.json").read_text())
    assert told["outcome"]["periods"] == 24
    assert told["arguments"]["as_of"] == "2025-12-31"


def test_a_month_earlier_the_new_place_is_not_there(run: Run) -> None:
    result = run(CHANGES, "--as-of", "2025-11-30")
    assert result.stdout.startswith("2 places are new or growing in 2025-11: 1 consecutive, 1 intensifying; ")
    assert "after 2025-11-30: not looked at." in result.stderr
    # A month that is not yet whole is left out, whatever happened in its first days.
    same = run(CHANGES, "--as-of", "2025-12-20")
    assert same.stdout == result.stdout


@pytest.mark.parametrize(("period", "periods"), [("week", 104), ("14", 52), ("61", 11)])
def test_periods_of_days_end_on_the_last_day(run: Run, tmp_path: Path, period: str, periods: int) -> None:
    result = run(CHANGES, "--period", period, "--out", tmp_path, "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    told = json.loads((tmp_path / "run.json").read_text())["outcome"]
    assert told["periods"] == periods
    assert told["end"] == "2025-12-31"


def test_few_events_are_no_place(run: Run, tmp_path: Path) -> None:
    result = run(CHANGES, "--out", tmp_path)
    assert "4 patches have hardly an event: on the map only." in result.stderr
    places, cells = pl.read_csv(tmp_path / "places.csv"), pl.read_csv(tmp_path / "cells.csv")
    assert (places["events"] >= 4).all()
    assert (places.filter(~pl.col("class").is_in(["diminishing", "historical"]))["last"] >= 2).all()
    # Cells beside a busy one are hot by it; they have their class, and no place of their own.
    assert "sporadic" in set(cells["class"]) - set(places["class"])
    assert places["cells"].sum() < cells.height


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--period", "year"), "'year'; expected month, week, or a number of days from 1 to 3,660"),
        (("--period", 0), "expected month, week, or a number of days"),
        (("--as-of", "2024-08-31"), "2024-01-01 to 2024-08-31 holds 8 whole months; expected at least 10"),
        (("--as-of", "2023-01-01"), "holds 0 whole months"),
        (("--period", 100), "holds 7 whole periods of 100 days; expected at least 10: take a shorter --period"),
        (("--alpha", 0), "--alpha"),
        (("--begin", "lon"), "is no date"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(CHANGES, *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
