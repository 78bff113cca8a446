"""`openvis analyse allocate`: the planted windows, plans against trying all, limits that are kept, and what is refused."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result

WINDOWS = Path(__file__).resolve().parents[2] / "docs" / "examples" / "windows.csv"
HEAD = "place,day,begin,end,expected"
Run = Callable[..., Result]
COMMAND = "allocate"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str, head: str = HEAD) -> Path:
        path = tmp_path / "table.csv"
        path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
        return path

    return write


def test_the_planted_windows_are_chosen_and_written(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(WINDOWS, "--teams", "24,24,16", "--out", out)
    assert result.exit_code == 0, result.output
    told = result.stdout.splitlines()[0]
    assert told.startswith("3 teams with 64 hours are there for 13.1 of 48.3 expected events, 27.1 % (")
    assert told.endswith("; spread evenly 6.6 % (proven the best plan).")
    schedule = pl.read_csv(out / "schedule.csv")
    at = set(schedule.select("place", "day", "begin").iter_rows())
    assert {("Square", "Fri", "20:00"), ("Square", "Sat", "20:00"), ("Shops", "Sat", "12:00")} <= at
    assert {("School", day, "12:00") for day in ("Mon", "Tue", "Wed", "Thu", "Fri")} <= at
    assert not schedule["place"].is_in(["Lakeside", "Sports"]).any()
    given = {
        (p, d, f"{b}:00"): e
        for p, d, b, e in pl.read_csv(WINDOWS).select("place", "day", "begin", "expected").iter_rows()
    }
    assert all(
        given[place, day, begin] == e
        for place, day, begin, e in schedule.select("place", "day", "begin", "expected").iter_rows()
    )
    teams, places = pl.read_csv(out / "teams.csv"), pl.read_csv(out / "places.csv")
    assert teams["visits"].to_list() == [6, 6, 4]
    assert schedule.height == 16 == places["visits"].sum()
    kept = json.loads((out / "run.json").read_text())
    for total in (schedule["met"].sum(), teams["met"].sum(), places["met"].sum()):
        assert total == pytest.approx(kept["outcome"]["covered"], abs=1e-3)
    assert kept["outcome"]["gap"] == 0
    assert len(json.loads((out / "places.geojson").read_text())["features"]) == 12
    assert (out / "schedule.png").read_bytes()[:4] == b"\x89PNG"


def test_no_team_is_at_two_places_and_no_place_has_two_teams(run: Run, tmp_path: Path) -> None:
    run(WINDOWS, "--teams", "40,40,40,40", "--out", tmp_path / "out", "--quiet")
    schedule = pl.read_csv(tmp_path / "out" / "schedule.csv")
    assert schedule.height == 40
    for key in (["team", "day", "begin"], ["place", "day", "begin"]):
        assert not schedule.select(key).is_duplicated().any()


def test_the_same_seed_gives_the_same_and_another_only_other_chance(run: Run) -> None:
    first, again, other = (run(WINDOWS, "--teams", "24,16", "--seed", seed).stdout for seed in (1, 1, 2))
    assert first == again
    assert first.splitlines()[1:] == other.splitlines()[1:]


def test_each_area_gets_its_visits(run: Run, tmp_path: Path) -> None:
    run(WINDOWS, "--teams", "24,24,16", "--least", 3, "--most", 7, "--out", tmp_path / "out", "--quiet")
    by_area = pl.read_csv(tmp_path / "out" / "places.csv").group_by("area").agg(pl.col("visits").sum())
    assert by_area["visits"].min() >= 3
    assert by_area["visits"].max() <= 7
    assert by_area["visits"].sum() == 16


def test_presence_again_and_again_counts_less(run: Run, file: Callable, tmp_path: Path) -> None:
    """Two visits to A bring 4 + 4 or, each next one counting half, 4 + 2; B brings 3."""
    table = file("A,Mon,10,12,4", "A,Tue,10,12,4", "B,Mon,10,12,3", "B,Tue,10,12,3")
    assert " 8.0 of 14.0 expected" in run(table, "--teams", 4).stdout
    result = run(table, "--teams", 4, "--repeat", 0.5, "--out", tmp_path / "out")
    assert " 7.0 of 14.0 expected" in result.stdout
    assert set(pl.read_csv(tmp_path / "out" / "schedule.csv")["place"]) == {"A", "B"}


def test_the_way_between_places_costs_time(run: Run, file: Callable, tmp_path: Path) -> None:
    """Two places 2,600 m of road apart at 5.2 km/h: half an hour of a window of an hour, or no move at all."""
    rows = ("A,Mon,10,11,4,140000,480000", "A,Mon,11,12,1,140000,480000", "B,Mon,10,11,0,142000,480000",
            "B,Mon,11,12,3,142000,480000")  # fmt: skip
    table = file(*rows, head=f"{HEAD},x,y")
    result = run(table, "--teams", 2, "--speed", 5.2, "--out", tmp_path / "out")
    assert " 5.5 of 8.0 expected" in result.stdout
    assert pl.read_csv(tmp_path / "out" / "teams.csv")["minutes_on_the_way"].to_list() == [30]
    assert " 5.0 of 8.0 expected" in run(table, "--teams", 2, "--speed", 5.2, "--most-travel", 20).stdout


def test_a_plan_is_as_good_as_the_best_of_all(run: Run, file: Callable) -> None:
    values = {"A": (2, 5, 1), "B": (4, 4, 3), "C": (1, 6, 2)}
    table = file(
        *(f"{p},{day},9,12,{n}" for p, row in values.items() for day, n in zip(("ma", "wo", "vr"), row, strict=True))
    )
    best = 0
    for plan in product("ABC-", repeat=6):  # one team of two windows, one of one
        first, second = plan[:3], plan[3:]
        works = sum(it != "-" for it in first) <= 2 and sum(it != "-" for it in second) <= 1
        if works and all(a != b or a == "-" for a, b in zip(first, second, strict=True)):
            best = max(best, sum(values[p][i] for half in (first, second) for i, p in enumerate(half) if p != "-"))
    assert f" {best}.0 of 28.0 expected" in run(table, "--teams", "6,3").stdout


@pytest.mark.parametrize(
    ("days", "begins", "said"),
    [
        (("maandag", "Tuesday"), ("18:30", "18:30"), ("Mon 18:30–20:30", "Tue 18:30–20:30")),
        (("2025-10-03", "2025-10-04"), ("22", "22"), ("Fri 3 Oct 22–24", "Sat 4 Oct 22–24")),
        (("1", "7"), ("23", "23"), ("Mon 23–01", "Sun 23–01")),
    ],
)
def test_days_and_hours_are_read_as_people_write_them(
    run: Run, file: Callable, days: tuple, begins: tuple, said: tuple
) -> None:
    rows = []
    for day, begin in zip(days, begins, strict=True):
        end = {"18:30": "20:30", "22": "24", "23": "1"}[begin]
        rows.append(f"A,{day},{begin},{end},2")
    result = run(file(*rows), "--teams", 4)
    assert result.exit_code == 0, result.output
    assert all(f"  {it}  " in result.stdout for it in said)


def test_what_is_not_in_the_file_is_nothing(run: Run, file: Callable) -> None:
    result = run(file("A,Mon,9,12,2", "B,Tue,9,12,1"), "--teams", 3)
    assert "2 places and windows are not in the file: nothing expected there." in result.stderr
    assert "No places on the map: moves take no time." in result.stderr


@pytest.mark.parametrize(
    ("rows", "arguments", "said"),
    [
        (("A,Mon,9,12,-1",), (), "row 1: expected is -1"),
        (("A,Mon,9,12,x",), (), "row 1: expected is 'x'"),
        ((",Mon,9,12,1",), (), "row 1: place is empty"),
        (("A,Mon,9,12,0",), (), "expected is 0 everywhere"),
        (("A,Xyz,9,12,1",), (), "row 1: day is 'Xyz'; expected Mon to Sun, ma to zo, or dates"),
        (("A,2025-10-03,9,12,1", "A,soon 1,9,12,1"), (), "row 2: day is 'soon 1'; expected days of the week"),
        (("A,Mon,25,26,1",), (), "row 1: begin is '25'; expected an hour such as 18, 18:30 or 24"),
        (("A,Mon,9:75,12,1",), (), "row 1: begin is '9:75'"),
        (("A,Mon,9,12,1", "A,Tue,9,12,1", "A,Wed,9,11,1"), (), "row 3: a window of 2 hours (1 such rows), others of 3"),
        (("A,Mon,9,12,1", "B,Mon,10,13,1"), (), "windows Mon 09–12 and Mon 10–13 overlap"),
        (("A,Mon,9,12,1", "A,Mon,9,12,2"), (), "row 2: 'A' occurs twice in the window Mon 09–12"),
        (("A,Mon,9,12,1",), ("--teams", "many"), "--teams is 'many'; expected the hours of each team"),
        (("A,Mon,9,12,1",), ("--teams", "0"), "--teams is '0'"),
        (("A,Mon,9,12,1",), ("--teams", "2"), "expected at least one that works a window of 3 hours"),
        (("A,Mon,9,12,1",), ("--least", 1), "--least and --most are for each area; expected --area-column"),
        (("A,Mon,9,12,1",), ("--expected", "n"), "--expected is 'n'; expected one of the columns place, day"),
        (("A,Mon,9,12,1",), ("--repeat", 2), "--repeat"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(
    run: Run, file: Callable, rows: tuple, arguments: tuple, said: str
) -> None:
    result = run(file(*rows), *(() if "--teams" in arguments else ("--teams", 6)), *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("head", "rows", "said"),
    [
        ("place,day,begin,end", ("A,Mon,9,12",), "no column found for expected; expected --expected with one of place"),
        (f"{HEAD},x", ("A,Mon,9,12,1,140000",), "only one of x and y is found"),
        (f"{HEAD},x,y", ("A,Mon,9,12,1,140000,480000", "A,Tue,9,12,1,,"), "row 2: not a place (1 no coordinates)"),
        (f"{HEAD},x,y", ("A,Mon,9,12,1,140000,480000", "A,Tue,9,12,1,140500,480000"),
         "row 2: 'A' lies elsewhere than in row 1"),
        (f"{HEAD},area", ("A,Mon,9,12,1,N", "A,Tue,9,12,1,S"), "row 2: 'A' lies in 'S' and in 'N'"),
    ],
)  # fmt: skip
def test_tables_that_contradict_themselves_are_refused(
    run: Run, file: Callable, head: str, rows: tuple, said: str
) -> None:
    result = run(file(*rows, head=head), "--teams", 6)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


def test_limits_that_cannot_be_met_are_refused(run: Run) -> None:
    result = run(WINDOWS, "--teams", 8, "--least", 5)
    assert result.exit_code == 2
    assert "no plan meets the limits" in result.stderr
