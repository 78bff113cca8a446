"""`openvis analyse route`: the order, its ends, opening hours, roads, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
Run = Callable[..., Result]
COMMAND = "route"
LINE = "name,x,y,opens,closes\nA,140000,480000,,\nB,142000,480000,,\nC,141000,480000,,\nD,143000,480000,{opens},{closes}\n"


@pytest.fixture
def stops(tmp_path: Path) -> Callable[..., Path]:
    """Four places on a line, a kilometre apart, written out of order."""

    def write(opens: str = "", closes: str = "") -> Path:
        path = tmp_path / "stops.csv"
        path.write_text(LINE.format(opens=opens, closes=closes), encoding="utf-8")
        return path

    return write


def test_places_on_a_line_are_visited_along_it(run: Run, stops: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = run(stops(), "--end", "D", "--detour", 1, "--speed", 60, "--stay", 10, "--out", out)
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[0] == "4 stops from A to D: 3 minutes, 3.0 km on the way (proven the shortest)."
    kept = pl.read_csv(out / "route.csv")
    assert kept["stop"].to_list() == ["A", "C", "B", "D"]
    assert kept["there_at"].to_list() == ["09:00", "09:01", "09:12", "09:23"]
    assert len(json.loads((out / "route.geojson").read_text())["features"]) == 5
    assert (out / "route.png").read_bytes()[:4] == b"\x89PNG"
    assert json.loads((out / "run.json").read_text())["outcome"]["gap"] == 0


def test_a_round_comes_home_and_tells_of_closed_doors(run: Run, stops: Callable[..., Path]) -> None:
    told = run(stops(), "--detour", 1, "--quiet").stdout
    assert told.splitlines()[0] == "4 stops from A and back: 12 minutes, 6.0 km on the way (proven the shortest)."
    assert "back at A" in told
    assert "closed by then" in run(stops(closes="09:01")).stdout
    assert "waits until 12:00" in run(stops(opens="12:00")).stdout


def test_it_drives_over_roads(run: Run) -> None:
    told = run(EXAMPLES / "stations.csv", "--roads", EXAMPLES / "roads.csv", "--quiet")
    assert told.exit_code == 0, told.output
    assert "km" not in told.stdout.splitlines()[0]
    assert "proven the shortest" in told.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--start", "Z"), "--start is 'Z'; expected the name of a stop, there are A, B, C, D"),
        (("--begin", "nine"), "--begin is 'nine'; expected a time such as 09:30"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, stops: Callable[..., Path], options: tuple[str, ...], said: str) -> None:
    told = run(stops(), *options)
    assert told.exit_code != 0
    assert said in " ".join(told.output.split())


def test_an_hour_that_is_none_is_refused(run: Run, stops: Callable[..., Path]) -> None:
    told = run(stops(opens="25:00"))
    assert told.exit_code != 0
    assert "expected a time such as 09:30" in told.output
