"""`openvis analyse density`: the planted place in words, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from shapely.geometry import Point, mapping, shape

INCIDENTS = Path(__file__).resolve().parents[2] / "docs" / "examples" / "incidents.csv"
STATION = (5.2199, 52.3738)
Run = Callable[..., Result]
COMMAND = "density"


def test_the_planted_place_is_the_peak_and_the_files_tell_the_same(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(INCIDENTS, "--out", out)
    assert result.exit_code == 0, result.output
    assert "chosen by likelihood cross-validation; at half and twice that the peak stays there" in result.stdout
    cells = pl.read_csv(out / "density.csv")
    peak = cells.row(int(cells["per_km2"].arg_max() or 0), named=True)
    assert Point(peak["lon"], peak["lat"]).distance(Point(STATION)) < 0.002
    assert f"{peak['lon']:.5f}, {peak['lat']:.5f}: {peak['per_km2']:,.0f} a km²" in result.stdout.splitlines()[0]
    # A density adds up to the events, whatever the bandwidth; a little is corrected at the border.
    assert cells["per_km2"].sum() * 0.125**2 == pytest.approx(1918, rel=0.02)
    told = json.loads((out / "run.json").read_text())
    assert told["outcome"]["cells"] == cells.height
    assert (out / "map.png").read_bytes()[:4] == b"\x89PNG"


def test_the_areas_hold_what_they_say(run: Run, tmp_path: Path) -> None:
    assert run(INCIDENTS, "--out", tmp_path).exit_code == 0
    features = json.loads((tmp_path / "density.geojson").read_text())["features"]
    points = [Point(lon, lat) for lon, lat in pl.read_csv(INCIDENTS).select("lon", "lat").iter_rows()]
    cells = pl.read_csv(tmp_path / "density.csv")
    before = None
    for feature, part in zip(features, (0.25, 0.5, 0.75), strict=True):
        area, said = shape(feature["geometry"]), feature["properties"]
        assert said["part"] == part
        held = sum(area.buffer(1e-6).covers(point) for point in points)
        assert held == pytest.approx(said["events"], abs=8)
        assert part * 1918 <= said["events"] <= part * 1918 + 250
        assert (cells["per_km2"] > said["from_per_km2"]).sum() <= said["cells"]
        assert said["area_share"] == pytest.approx(said["cells"] / cells.height, abs=1e-6)
        assert before is None or area.buffer(1e-6).covers(before)
        before = area


def test_kernel_and_border_make_a_difference(run: Run, tmp_path: Path) -> None:
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps(mapping(Point(STATION).buffer(0.03))))
    found = {}
    for name, options in {"plain": (), "open": ("--no-edge",), "gaussian": ("--kernel", "gaussian")}.items():
        out = tmp_path / name
        result = run(INCIDENTS, "--area", area, "--bandwidth", 400, "--cell", 100, "--out", out, *options)
        assert result.exit_code == 0, result.output
        assert "bandwidth 400 m, as given" in result.stdout
        assert "not used: outside the study area" in result.stderr
        found[name] = pl.read_csv(out / "density.csv")["per_km2"]
    assert (found["plain"] >= found["open"]).all()
    assert (found["plain"] > 1.2 * found["open"]).any()
    assert found["gaussian"].max() < 0.5 * found["plain"].max()  # type: ignore[operator]


def test_many_events_at_one_point_are_told_to_make_the_bandwidth_narrow(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "crossings.csv"
    file.write_text("lon,lat\n" + "".join(f"{5.2 + 0.01 * (i % 9)},{52.37 + 0.01 * (i % 5)}\n" for i in range(900)))
    result = run(file)
    assert result.exit_code == 0, result.output
    assert "177 m is the narrowest bandwidth tried: many events share a point" in result.stderr
    assert run(file, "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--bandwidth", "wide"), "'wide'; expected auto, or a number of metres from 1 to 50,000"),
        (("--bandwidth", 0), "expected auto, or a number of metres"),
        (("--bandwidth", "nan"), "expected auto, or a number of metres"),
        (("--bandwidth", 2), "at 1 m no event reaches the centre of a cell of 125 m"),
        (("--bandwidth", 1, "--kernel", "gaussian"), "too small"),
        (("--kernel", "flat"), "--kernel"),
        (("--cell", 1), "--cell"),
        (("--x", "longitude"), "--x is 'longitude'"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(INCIDENTS, *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_an_area_without_events_is_refused(run: Run, tmp_path: Path) -> None:
    area = tmp_path / "elsewhere.geojson"
    area.write_text(json.dumps(mapping(Point(4.5, 52.0).buffer(0.01))))
    result = run(INCIDENTS, "--area", area)
    assert result.exit_code == 2
    assert "elsewhere.geojson holds none of the 1,918 events" in result.stderr
