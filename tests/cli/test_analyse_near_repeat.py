"""`openvis analyse near-repeat`: the planted repeats in words, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import Result
from pyproj import Transformer
from shapely.geometry import Point, shape

from openvis.analysis.near_repeat import Knox
from openvis.cli.analyse.blocks import clear_block, strongest

BURGLARIES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "burglaries.csv"
Run = Callable[..., Result]
COMMAND = "near-repeat"


@pytest.fixture
def shuffled(tmp_path: Path) -> Path:
    """The same places and the same days, but any day at any place: no near repeat is left."""
    frame = pl.read_csv(BURGLARIES)
    file = tmp_path / "shuffled.csv"
    frame.with_columns(date=frame["date"].shuffle(1)).write_csv(file)
    return file


def table(ratio: list[list[float]], p: list[list[float]], expected: float = 100.0) -> Knox:
    """A table with these ratios, every band with as much expected."""
    ratios, tails = np.array(ratio), np.array(p)
    rows, columns = ratios.shape
    even = np.full(ratios.shape, expected)
    return Knox(
        np.append(0.0, 100.0 * np.arange(1, rows + 1)), 7 * np.arange(columns + 1), ratios * expected, even,
        np.sqrt(even), ratios, tails, tails, 999, 1000, 0.0,
    )  # fmt: skip


def metres(out: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The raised cells, and the example with its places in the same plane."""
    events = pl.read_csv(BURGLARIES, try_parse_dates=True)
    x, y = Transformer.from_crs(4326, 28992, always_xy=True).transform(events["lon"], events["lat"])
    return pl.read_csv(out / "cells.csv"), events.with_columns(x=pl.Series(x), y=pl.Series(y))


def test_the_planted_repeats_are_told_and_written(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(BURGLARIES, "--out", out)
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert first.startswith(
        "After a burglary there are 3.1 times as many as expected within 100 m in the first 7 days ("
    )
    assert "p 0.001" in first
    bands = pl.read_csv(out / "table.csv")
    assert bands.height == 30
    clear = bands.filter("clear")
    assert set(clear.select("distance_to", "days_to").rows()) == {(m, d) for m in (1, 100) for d in (2, 4, 7)}
    assert f"{clear['observed'].sum() / clear['expected'].sum():.1f} times" in first
    for picture in ("matrix.png", "map.png"):
        assert (out / picture).read_bytes()[:4] == b"\x89PNG"
    told = json.loads((out / "run.json").read_text())
    assert told["seed"] == 0
    assert told["arguments"]["as_of"] == "2025-06-30"
    assert told["outcome"]["clear"] == 6
    assert told["outcome"]["permutations"] == 999


def test_raised_cells_lie_near_what_happened_in_the_last_days(run: Run, tmp_path: Path) -> None:
    run(BURGLARIES, "--out", tmp_path, "--as-of", "2025-03-31", "--permutations", 99)
    cells, events = metres(tmp_path)
    features = json.loads((tmp_path / "cells.geojson").read_text())["features"]
    assert len(features) == cells.height > 0
    assert cells["risk"].is_sorted(descending=True)
    assert all(
        shape(it["geometry"]).covers(Point(c["lon"], c["lat"]))
        for it, c in zip(features, cells.to_dicts(), strict=True)
    )
    days = (pl.date(2025, 3, 31) - pl.col("date")).dt.total_days()
    recent = events.filter((days >= 0) & (days < 7))
    away = np.hypot(
        cells["x"].to_numpy()[:, None] - recent["x"].to_numpy(), cells["y"].to_numpy()[:, None] - recent["y"].to_numpy()
    )
    assert (away.min(axis=1) < 100).all()
    assert (away.min(axis=0) < 50).all()


def test_nothing_later_than_the_last_day_is_looked_at(run: Run, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.csv"
    pl.read_csv(BURGLARIES).filter(pl.col("date") <= "2025-03-31").write_csv(earlier)
    asked = ("--as-of", "2025-03-31", "--permutations", 99)
    result = run(BURGLARIES, *asked)
    assert "after 2025-03-31: not looked at." in result.stderr
    assert result.stdout == run(earlier, *asked).stdout


def test_where_place_and_day_are_independent_nothing_stands_out_and_nothing_is_raised(
    run: Run, shuffled: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = run(shuffled, "--out", out, "--permutations", 199)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("No near repeat stands out: the strongest, ")
    assert "*" not in result.stdout.split("\n\n")[1]
    assert result.stdout.endswith("So no cells with a raised risk are shown.\n")
    assert pl.read_csv(out / "cells.csv").height == 0
    assert json.loads((out / "cells.geojson").read_text())["features"] == []
    assert (out / "map.png").read_bytes()[:4] == b"\x89PNG"


def test_the_seed_makes_the_shuffles(run: Run, shuffled: Path) -> None:
    one, same, other = (run(shuffled, "--permutations", 99, "--seed", seed).stdout for seed in (1, 1, 2))
    assert one == same != other


def test_without_permutations_it_says_how_p_was_found(run: Run) -> None:
    result = run(BURGLARIES, "--permutations", 0)
    assert "No permutations drawn" in result.stderr
    assert "by the exact mean and variance over all permutations, all 30 bands counted." in result.stdout
    first = result.stdout.splitlines()[0]
    assert "within 100 m in the first 7 days" in first
    assert "; p under 0.001; " in first


def test_bands_can_be_chosen_and_are_named(run: Run) -> None:
    result = run(BURGLARIES, "--distances", "0,250", "--days", "1, 8", "--quiet", "--permutations", 99)
    assert result.stderr == ""
    heading, _, row = result.stdout.split("\n\n")[1].splitlines()
    assert heading.split() == ["metres", "\\", "days", "0", "1–7"]
    assert row.split()[0] == "0–250"
    assert "within 250 m" in result.stdout.splitlines()[0]


def test_kinds_taken_together_are_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "kinds.csv"
    frame = pl.read_csv(BURGLARIES).with_row_index()
    frame.with_columns(kind=pl.when(pl.col("index") % 2 == 0).then(pl.lit("arson")).otherwise("kind")).write_csv(file)
    together = run(file, "--permutations", 99)
    assert together.stdout.startswith("After an event there are ")
    assert '2 kinds taken together; --where takes one: --where "kind = ' in together.stderr
    apart = run(file, "--permutations", 99, "--where", "kind = 'arson'")
    assert apart.stdout.startswith("After an arson there are ")
    assert "taken together" not in apart.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--distances", "100,near"), "--distances is '100,near'; expected rising numbers with commas between"),
        (("--distances", "200,100"), "expected at least two rising numbers"),
        (("--days", "1.5,3"), "expected whole days"),
        (("--permutations", 9), "--permutations is 9, with which p is never below 0.1; expected at least 19"),
        (("--permutations", -1), "--permutations"),
        (("--as-of", "2024-07-02"), "expected at least 20"),
        (("--as-of", "2023-01-01"), "0 events with place and time; expected at least 20"),
        (("--cell", 1), "--cell"),
        (("--begin", "kind"), "is no date"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(BURGLARIES, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


def test_the_block_told_of_is_the_least_likely_by_chance() -> None:
    """A barely raised large block does not hide a much raised small one, nor the other way round."""
    found = table([[9.0, 1.1], [1.1, 1.1]], [[0.001] * 2] * 2)
    assert clear_block(found, 0.05).where == "within 100 m"
    assert clear_block(found, 0.05).when == "in the first 7 days"
    even = clear_block(table([[3.0, 2.8], [2.7, 2.9]], [[0.001, 0.02], [0.001, 0.001]]), 0.05)
    assert (even.reach, even.memory, even.p) == (200.0, 14, 0.02)
    apart = clear_block(table([[1.0, 1.0], [1.0, 3.0]], [[1.0, 1.0], [1.0, 0.01]]), 0.05)
    assert (apart.where, apart.when) == ("100 to 200 m away", "7 to 13 days later")
    assert clear_block(found, 0.0005) is None


def test_the_strongest_band_is_that_of_the_lowest_p() -> None:
    band = strongest(table([[1.4, 1.0], [2.0, 1.0]], [[0.3, 1.0], [0.4, 1.0]]))
    assert (band.ratio, band.p) == (1.4, 0.3)
    assert strongest(table([[0.0]], [[1.0]])) is None
