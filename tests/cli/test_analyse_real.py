"""The commands on the whole of real files; skipped where those are not beside the repository."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from openvis.cli.analyse import analyse


def run(*arguments: object) -> str:
    result = CliRunner().invoke(analyse, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.slow
def test_the_whole_of_toronto(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "toronto-incidents" / "toronto_mci_2014_2021.csv.gz"
    said = run("hotspots", file, "--out", tmp_path)
    assert "hour = hour" in said
    told = json.loads((tmp_path / "run.json").read_text())
    assert told["input"]["rows"] == told["input"]["used"] + sum(told["input"]["rejected"].values()) == 239_935
    assert told["input"]["plane"] == "EPSG:32617"
    places = pl.read_csv(tmp_path / "hotspots.csv")
    assert places.height == 10
    assert places["events"].is_sorted(descending=True)
    # The heaviest place is Yonge and Dundas, as everyone there knows.
    assert abs(places["lon"][0] + 79.3807) < 0.003
    assert abs(places["lat"][0] - 43.6562) < 0.003
    assert (places["cells"] <= 21).all()


@pytest.mark.slow
def test_downtown_toronto_is_densest_and_lasts(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "toronto-incidents" / "toronto_mci_2014_2021.csv.gz"
    run("density", file, "--bandwidth", 300, "--out", tmp_path / "density")
    cells = pl.read_csv(tmp_path / "density" / "density.csv")
    peak = cells.row(int(cells["per_km2"].arg_max() or 0), named=True)
    assert abs(peak["lon"] + 79.3807) < 0.003
    assert abs(peak["lat"] - 43.6562) < 0.003
    assert cells["per_km2"].sum() * 0.125**2 == pytest.approx(239_935, rel=0.03)
    run("emerging", file, "--out", tmp_path / "emerging")
    told = json.loads((tmp_path / "emerging" / "run.json").read_text())["outcome"]
    assert (told["begin"], told["end"], told["periods"]) == ("2014-01-01", "2021-12-31", 96)
    classes = pl.read_csv(tmp_path / "emerging" / "cells.csv")
    assert classes.sort("events", descending=True)["class"][0] in ("intensifying", "persistent", "diminishing")
    # The month before says of a place hot for the first time now that it was not there.
    run("emerging", file, "--as-of", "2021-11-30", "--out", tmp_path / "before")
    new = classes.filter(pl.col("class") == "new").select("x", "y")
    assert new.height > 0
    assert new.join(pl.read_csv(tmp_path / "before" / "cells.csv"), on=["x", "y"]).height == 0


@pytest.mark.parametrize(
    ("name", "rows"), [("dc_burglaries_2016h1.csv", 1025), ("manhattan_residential_burglaries_2019.csv", 1233)]
)
def test_burglaries_known_as_between_two_moments(shared_data: Path, tmp_path: Path, name: str, rows: int) -> None:
    file = shared_data / "burglary-time-windows" / name
    said = run("hot-times", file, "--timezone", "America/New_York", "--out", tmp_path)
    assert "begin = start_local, end = end_local" in said
    matrix = pl.read_csv(tmp_path / "matrix.csv")["events"].to_numpy().reshape(7, 24)
    assert abs(matrix.sum() - rows) < 1e-3
    # Spreading over the interval must differ from counting the first possible moment, and be smoother.
    at = pl.read_csv(file)["start_local"].str.to_datetime("%Y-%m-%d %H:%M")
    naive = np.bincount((at.dt.weekday().cast(int) - 1) * 24 + at.dt.hour().cast(int), minlength=168).reshape(7, 24)
    assert matrix.std() < naive.std()
    run("hotspots", file)


def test_portland_in_feet(shared_data: Path) -> None:
    said = run("hotspots", shared_data / "portland-nij" / "crimes_bur.csv", "--crs", "EPSG:2913")
    assert "x = x_coordina, y = y_coordina, begin = occ_date" in said
    assert "spread over the day" in said
    area = float(said.split(" km²")[0].rsplit("(", 1)[1].replace(",", ""))
    assert 200 < area < 500
