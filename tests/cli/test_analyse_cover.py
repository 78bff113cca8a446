"""`openvis analyse cover`: the planted gap and its best site, the roads it reads, the files, and what is refused."""

import json
import runpy
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import Result

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
TOWN = (EXAMPLES / "dwellings.csv", "--stations", EXAMPLES / "stations.csv")
ROADS = ("--roads", EXAMPLES / "roads.csv")
Run = Callable[..., Result]
COMMAND = "cover"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def line(first: str) -> list[str]:
    """Metres along a straight road as coordinates of RD New."""
    return [f"{140_000 + int(it)},480000" for it in first.split()]


def test_the_planted_gap_is_found_and_written(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(*TOWN, *ROADS, "--turnout", 2, "--out", out)
    assert result.exit_code == 0, result.output
    now = "4 stations reach 76.4 % of 50,246 dwellings within 8 minutes"
    assert result.stdout.splitlines()[0] == f"{now}; one more at site S10 makes it 92.0 % (proven the best)."
    dwellings, stations = pl.read_csv(out / "dwellings.csv"), pl.read_csv(out / "stations.csv")
    assert dwellings.filter(~pl.col("reached") & pl.col("reached_with_new"))["area"].unique().to_list() == ["Newland"]
    chosen = stations.filter("chosen")
    assert chosen["station"].to_list() == ["S10"]
    gained = dwellings.filter(pl.col("reached_with_new") & ~pl.col("reached"))["weight"].sum()
    assert chosen["adds"][0] == gained == stations["adds"].max()
    assert stations.filter(pl.col("status") == "existing")["first_now"].sum() == dwellings["weight"].sum()
    assert (dwellings["reached"] == (dwellings["minutes"] <= 8)).all()
    areas = pl.read_csv(out / "areas.csv")
    assert areas["reached"].sum() == dwellings.filter("reached")["weight"].sum()
    missed = json.loads((out / "not_reached.geojson").read_text())["features"]
    assert len(missed) == dwellings.filter(~pl.col("reached")).height
    assert len(json.loads((out / "stations.geojson").read_text())["features"]) == 16
    assert pl.read_csv(out / "driving.csv")["now"].is_sorted(descending=True)
    assert (out / "map.png").read_bytes()[:4] == b"\x89PNG"
    kept = json.loads((out / "run.json").read_text())
    assert kept["outcome"]["chosen"] == ["S10"]
    assert kept["outcome"]["gap"] == 0
    assert len(kept["input"]["stations"]["sha256"]) == 64


def test_the_canal_is_seen_over_roads_only(run: Run, tmp_path: Path) -> None:
    """S04 lies across the water from Newland: as the crow flies it helps, over the bridges it does not."""
    for name, arguments in (("straight", ()), ("roads", ROADS)):
        assert run(*TOWN, *arguments, "--turnout", 2, "--quiet", "--out", tmp_path / name).exit_code == 0
    adds = {
        name: dict(pl.read_csv(tmp_path / name / "stations.csv").select("station", "adds").iter_rows())
        for name in ("straight", "roads")
    }
    assert adds["straight"]["S04"] > 5000
    assert adds["roads"]["S04"] < 500


def test_two_new_are_the_best_of_all_pairs(run: Run, tmp_path: Path) -> None:
    result = run(*TOWN, "--new", 2, "--minutes", 5, "--out", tmp_path / "out", "--quiet")
    assert "2 more at sites" in result.stdout
    from openvis.analysis.cover import straight_times
    from openvis.cli.analyse import points

    homes = points.read(EXAMPLES / "dwellings.csv", None)
    there = points.read(EXAMPLES / "stations.csv", None, plane=homes.plane)
    within = straight_times(there.x, there.y, homes.x, homes.y, 40, 1.3) <= 300
    weight = homes.frame["dwellings"].to_numpy()
    now = within[:4].any(axis=0)
    best = max(weight[now | within[list(pair)].any(axis=0)].sum() for pair in combinations(range(4, 16), 2))
    found = pl.read_csv(tmp_path / "out" / "dwellings.csv").filter("reached_with_new")["weight"].sum()
    assert found == best


def test_the_other_files_of_the_example_are_what_the_script_makes(tmp_path: Path) -> None:
    script = tmp_path / "make_dwellings.py"
    script.write_text((EXAMPLES / "make_dwellings.py").read_text(encoding="utf-8"), encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")
    for name in ("stations.csv", "roads.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()


def test_seconds_over_roads_by_hand(run: Run, file: Callable, tmp_path: Path) -> None:
    """A road of 3 km at 36 km/h, one of 1.2 km said to be twice as long, and a street one way only."""
    ends = line("0 3000 4200 5200")
    text = "from_x,from_y,to_x,to_y,speed,length,oneway\n"
    text += f"{ends[0]},{ends[1]},36,,no\n{ends[1]},{ends[2]},36,2400,no\n{ends[3]},{ends[2]},36,,yes\n"
    roads = file("roads.csv", text)
    # The road one way only cannot be driven from the rest: its far end is left out, and a dwelling there starts at 4200.
    homes = file("homes.csv", "x,y\n" + "\n".join(line("1500 3000 4200 5200")))
    stations = file("stations.csv", f"name,x,y,turnout\nA,{ends[0]},1\n")
    result = run(homes, "--stations", stations, "--roads", roads, "--speed", 72, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "lie apart and are left out" in result.stderr
    minutes = pl.read_csv(tmp_path / "out" / "dwellings.csv")["minutes"]
    assert minutes.to_list() == pytest.approx([1 + 2.5, 1 + 5, 1 + 9, 1 + 9 + 1000 / 20 / 60], abs=0.06)


def test_lines_of_geojson_are_read_as_edges_are(run: Run, file: Callable, tmp_path: Path) -> None:
    edges = pl.read_csv(EXAMPLES / "roads.csv")
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[a, b], [c, d]]},
            "properties": properties,
        }
        for (a, b, c, d, speed) in edges.iter_rows()
        for properties in [{"maxspeed": speed, "oneway": "no"} if speed == 50 else {"name": "Street"}]
    ]
    lines = file("roads.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    outcomes = []
    for roads in (lines, EXAMPLES / "roads.csv"):
        result = run(*TOWN, "--roads", roads, "--speed", 30)
        assert result.exit_code == 0, result.output
        outcomes.append(result.stdout)
    assert outcomes[0] == outcomes[1]


def test_one_street_without_speed_is_told(run: Run, file: Callable) -> None:
    features = [
        {"type": "Feature", "properties": None,
         "geometry": {"type": "MultiLineString", "coordinates": [[[5.2, 52.3], [5.25, 52.3]], [[5.25, 52.3], [5.3, 52.3]]]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [5.2, 52.3]}},
    ]  # fmt: skip
    lines = file("roads.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    homes = file("homes.csv", "lon,lat\n5.21,52.3\n5.29,52.3\n5.29,52.35\n")
    stations = file("stations.csv", "lon,lat\n5.2,52.3\n")
    result = run(homes, "--stations", stations, "--roads", lines)
    assert "2 edges do not say their speed: driven at 40 km/h" in result.stderr
    assert "1 rows lie over 500 m from any road" in result.stderr
    assert result.stdout.startswith("1 station reaches 33.3 % of 3 dwellings within 8 minutes.\n")


def test_a_norm_for_each_dwelling(run: Run, file: Callable) -> None:
    homes = file(
        "homes.csv", "x,y,norm\n" + "\n".join(f"{it},{n}" for it, n in zip(line("1000 1000"), (1, 2), strict=True))
    )
    stations = file("stations.csv", f"x,y\n{line('0')[0]}\n")
    result = run(homes, "--stations", stations, "--norm", "norm", "--detour", 1, "--speed", 40)
    assert result.stdout.startswith("1 station reaches 50.0 % of 2 dwellings within their norm.\n")


def test_without_stations_or_where_nothing_helps(run: Run, file: Callable) -> None:
    homes = file("homes.csv", "x,y\n" + "\n".join(line("0 1000 60000")))
    none = file("none.csv", f"name,status,x,y\nA,kandidaat,{line('500')[0]}\nB,candidate,{line('90000')[0]}\n")
    result = run(homes, "--stations", none, "--new", 2)
    assert result.stdout.startswith(
        "1 station at site A would reach 66.7 % of 3 dwellings within 8 minutes (proven the best).\n"
    )
    same = file("same.csv", f"name,status,x,y\nA,existing,{line('500')[0]}\nB,candidate,{line('600')[0]}\n")
    assert "; none of 1 candidate sites reaches more." in run(homes, "--stations", same).stdout
    assert run(homes, "--stations", same, "--new", 0).stdout.splitlines()[0].endswith("within 8 minutes.")


def test_nearly_all_is_not_all(run: Run, file: Callable) -> None:
    homes = file(
        "homes.csv", "x,y,weight\n" + "\n".join(f"{it},{n}" for it, n in zip(line("0 60000"), (9999, 1), strict=True))
    )
    stations = file("stations.csv", f"x,y\n{line('0')[0]}\n")
    assert run(homes, "--stations", stations).stdout.startswith("1 station reaches over 99.9 % of 10,000 dwellings")
    near = run(homes, "--stations", stations, "--where", "weight > 1")
    assert near.stdout.startswith("1 station reaches 100.0 % of 9,999 dwellings")


def test_an_unfinished_search_says_how_far_it_may_be_off(run: Run, file: Callable) -> None:
    rng = np.random.default_rng(2)
    places = [f"{x:.0f},{y:.0f}" for x, y in rng.uniform((130_000, 480_000), (148_000, 498_000), (3150, 2))]
    homes = file("homes.csv", "\n".join(["x,y", *places[:3000]]))
    stations = file("sites.csv", "\n".join(["status,x,y", *(f"candidate,{it}" for it in places[3000:])]))
    result = run(homes, "--stations", stations, "--new", 8, "--minutes", 7, "--seconds", 0.1)
    assert "(the best found in 0.1 seconds; no choice makes it more than " in result.stdout


@pytest.mark.parametrize(
    ("stations", "arguments", "said"),
    [
        ("x,y\n140000,480000\n", ("--new", 1), "--new is 1; expected at most 0, the rows of stations.csv with"),
        ("a,b\n1,2\n", (), "stations.csv: no column found for the place (x)"),
        ("x,y\n,\n", (), "no row has coordinates in columns 'x' and 'y'"),
        ("name,x,y\nA,140000,480000\nA,140001,480000\n", (), "name 'A' occurs twice"),
        ("status,x,y\nclosed,140000,480000\n", (), "row 1: status is 'closed'; expected existing or candidate"),
        ("turnout,x,y\n-1,140000,480000\n", (), "row 1: turnout is -1"),
        ("x,y\n140000,480000\n", ("--weight", "homes"), "--weight is 'homes'; expected one of the columns x, y, n"),
        ("x,y\n140000,480000\n", ("--norm", "n"), "norm is 0 at the least; expected seconds above 0"),
        ("x,y\n140000,480000\n", ("--minutes", 0), "--minutes"),
        ("x,y\n140000,480000\n", ("--speed", 300), "--speed"),
    ],
)  # fmt: skip
def test_wrong_use_is_answered_and_ends_with_two(
    run: Run, file: Callable, stations: str, arguments: tuple, said: str
) -> None:
    homes = file("homes.csv", "x,y,n\n140500,480000,0\n141500,480000,2\n")
    result = run(homes, "--stations", file("stations.csv", stations), *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


ENDS = "from_x,from_y,to_x,to_y"
FAR_AWAY = {"type": "LineString", "coordinates": [[0, 0], [999, 0]]}


@pytest.mark.parametrize(
    ("name", "roads", "said"),
    [
        ("r.csv", "from_x,from_y,to_x\n1,2,3\n", "r.csv: no column found for to y"),
        ("r.csv", f"{ENDS}\n140000,480000,a,480000\n", "to_x is 'a'"),
        ("r.csv", f"{ENDS},speed\n140000,480000,141000,480000,0\n", "row 1: speed is 0 (1 such rows); expected km/h"),
        ("r.csv", f"{ENDS},oneway\n140000,480000,141000,480000,x\n", "oneway is 'x'; expected yes, no or -1"),
        ("r.csv", f"{ENDS}\n140000,480000,140000,480000\n", "r.csv holds no edge with a length"),
        ("r.geojson", "{}", "r.geojson cannot be read as GeoJSON"),
        ("r.geojson", '{"features": []}', "r.geojson holds no lines"),
        ("r.geojson", json.dumps({"features": [{"properties": {}, "geometry": FAR_AWAY}]}), "expected degrees"),
    ],
)
def test_wrong_roads_are_answered(run: Run, file: Callable, name: str, roads: str, said: str) -> None:
    result = run(*TOWN, "--roads", file(name, roads))
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")
