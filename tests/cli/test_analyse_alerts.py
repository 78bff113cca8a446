"""`openvis analyse alerts`: the planted peaks in words, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result

from openvis.analysis.trend import alerts, weekly, weeks_between

FILE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "neighbourhoods.csv"
Run = Callable[..., Result]
COMMAND = "alerts"


def test_the_planted_peaks_are_told_and_written_and_nothing_else(run: Run, tmp_path: Path) -> None:
    result = run(FILE, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert first.startswith("2 of 24 pairs of area and kind stand out in the week of 2025-06-23: ")
    assert "theft from car in Harbour, 10 events" in first
    found = pl.read_csv(tmp_path / "alerts.csv")
    assert found.select("area", "kind", "weeks", "early").rows() == [
        ("Harbour", "theft from car", 1, False),
        ("Lakeside", "burglary", 4, True),
    ]
    assert (found["observed"] > found["high"]).all()
    assert found["since"].to_list() == ["2025-06-23", "2025-06-02"]
    assert found["until"].to_list() == ["2025-06-29"] * 2
    pairs = pl.read_csv(tmp_path / "pairs.csv")
    assert pairs.height == 24
    assert pairs["alert"].sum() == 2
    assert pairs["p"].is_sorted()
    weeks = pl.read_csv(tmp_path / "weeks.csv")
    assert weeks.height == 2 * 52
    assert weeks.filter((pl.col("area") == "Harbour") & (pl.col("week") == "2025-06-23"))["events"].item() == 10
    assert weeks["expected"].null_count() == 0
    assert (tmp_path / "alerts.png").read_bytes()[:4] == b"\x89PNG"
    told = json.loads((tmp_path / "run.json").read_text())
    assert told["arguments"]["week"] == "2025-06-23"
    assert told["outcome"] | {"finding": ""} == {
        "finding": "", "week": "2025-06-23", "weeks": 182, "pairs": 24, "alerts": 2, "early": 1,
    }  # fmt: skip


def test_it_is_what_the_function_finds_in_counts_made_by_hand(run: Run, tmp_path: Path) -> None:
    frame = pl.read_csv(FILE, try_parse_dates=True)
    mondays = weeks_between("2022-01-03", "2025-06-23")
    areas, kinds = (sorted(frame[name].unique()) for name in ("neighbourhood", "kind"))
    cube = [
        [
            weekly(
                frame.filter((pl.col("neighbourhood") == area) & (pl.col("kind") == kind))["date"]
                .to_numpy().astype("datetime64[s]"),
                weeks=mondays,
            )
            for kind in kinds
        ]
        for area in areas
    ]  # fmt: skip
    wanted = alerts(cube, mondays, windows=(1, 2, 4))
    run(FILE, "--out", tmp_path)
    found = pl.read_csv(tmp_path / "alerts.csv")
    assert [(areas[it.area], kinds[it.kind]) for it in wanted] == found.select("area", "kind").rows()
    assert found["q"].to_list() == pytest.approx([it.q for it in wanted], rel=1e-5)
    assert found["expected"].to_list() == pytest.approx([it.expected for it in wanted], abs=1e-4)


def test_the_week_before_nothing_stands_out_and_later_events_are_not_seen(run: Run, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.csv"
    pl.read_csv(FILE).filter(pl.col("date") < "2025-05-26").write_csv(earlier)
    result = run(FILE, "--week", "2025-05-21", "--out", tmp_path / "out")
    assert result.stdout.startswith("Nothing stands out in the week of 2025-05-19: the strongest of 24 pairs")
    assert "after 2025-05-25 not counted" in result.stderr
    assert result.stdout == run(earlier).stdout
    assert pl.read_csv(tmp_path / "out" / "alerts.csv").height == 0
    assert pl.read_csv(tmp_path / "out" / "weeks.csv").height == 3 * 52


def test_a_peak_seen_in_the_week_itself_is_no_early_signal_later_on(run: Run, tmp_path: Path) -> None:
    """The week after the peak of Harbour, the two weeks together still stand out."""
    longer = tmp_path / "longer.csv"
    week = [f"2025-0{'6-30' if day == 0 else f'7-0{day}'},Harbour,theft from car" for day in range(7)]
    longer.write_text(
        FILE.read_text(encoding="utf-8") + "\n".join(week[::3]) + "\n" + week[-1] + "\n", encoding="utf-8"
    )
    result = run(longer, "--out", tmp_path / "out", "--windows", "2,4")
    assert "the week of 2025-06-30" in result.stdout
    found = pl.read_csv(tmp_path / "out" / "alerts.csv").filter(pl.col("area") == "Harbour")
    assert found.select("kind", "weeks", "early").rows() == [("theft from car", 2, False)]


def test_the_options_reach_the_method(run: Run) -> None:
    alone = run(FILE, "--windows", "1", "--quiet")
    assert alone.stdout.startswith("1 of 24 pairs of area and kind stands out")
    assert "Lakeside" not in alone.stdout
    assert alone.stderr == ""
    assert run(FILE, "--rate", 0.0001).stdout.startswith("Nothing stands out")
    assert run(FILE, "--least", 11, "--windows", "1").stdout.startswith("Nothing stands out")
    assert "1 more not shown" in run(FILE, "--most", 1).stderr
    # Had only half of the last week come in, what is there would be more surprising still.
    halved = run(FILE, "--windows", "1", "--reported", "0.5").stdout
    assert float(halved.split(" events where ")[1].split()[0]) < float(
        alone.stdout.split(" events where ")[1].split()[0]
    )


def test_without_a_kind_the_areas_are_judged_by_themselves(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    pl.read_csv(FILE).drop("kind").write_csv(file)
    result = run(file, "--windows", "1")
    assert result.exit_code == 0, result.output
    assert "all kinds in " in result.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--week", "2023-01-09"), "week is 2023-01-09 with 50 weeks before its longest window; expected at least 104"),
        (("--week", "2025-07-01"), "--week is 2025-07-01; expected a day in the weeks of the events, 2022-01-03 to"),
        (("--week", "2021-12-28"), "--week is 2021-12-28; expected a day in the weeks of the events"),
        (("--week", "soon"), "--week"),
        (("--windows", "1,9"), "windows is (1, 9); expected lengths of 1 to 8 weeks"),
        (("--windows", "one"), "--windows is 'one'; expected numbers with commas between, such as 1,2,4"),
        (("--reported", "1.5"), "reported holds values outside 0 to 1"),
        (("--rate", 0), "--rate"),
        (("--area-column", "wijk"), "--area-column is 'wijk'; expected one of the columns date, neighbourhood, kind"),
        (("--where", "date = '2025-06-24'"), "expected at least one whole week, Monday to Sunday"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(FILE, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


def test_a_file_without_areas_is_answered(run: Run) -> None:
    result = run(FILE.parent / "recent.csv")
    assert result.exit_code == 2
    assert "recent.csv: no column with the area found; expected --area-column with one" in result.stderr
