"""`openvis analyse trend`: the planted rise in words, the parts of a series, the files, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result

from openvis.analysis.trend import band, decompose, expected, weekly, weeks_between

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
FILE, INTERVALS = EXAMPLES / "neighbourhoods.csv", EXAMPLES / "incidents.csv"
Run = Callable[..., Result]
COMMAND = "trend"


def read(path: Path) -> pl.DataFrame:
    """The first two years have no expectation, so the kind of a column shows late."""
    return pl.read_csv(path, infer_schema_length=None)


def test_a_whole_series_is_told_and_written(run: Run, tmp_path: Path) -> None:
    result = run(INTERVALS, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "Week of 2025-12-22: 20 events, 14 expected (7 to 23 in 95 % of ordinary weeks): as exp"
    )
    frame = pl.read_csv(INTERVALS, try_parse_dates=True)
    begin, end = (frame[name].to_numpy().astype("datetime64[s]") for name in ("begin", "end"))
    mondays = weeks_between("2023-01-02", "2025-12-22")
    counts = weekly(begin, weeks=mondays, end=end)
    weeks = read(tmp_path / "weeks.csv")
    assert weeks["week"].to_list() == [str(monday) for monday in mondays]
    assert weeks["events"].to_list() == pytest.approx(counts, abs=1e-3)
    assert weeks["expected"].null_count() == 104
    low = weeks["low"].drop_nulls().to_list()
    assert low[:-1] == pytest.approx(band(counts, mondays)[1][104:-1])
    # Taken apart without a remainder of its own: the columns give the events back.
    whole = weeks["trend"] * weeks["season"] + weeks["rest"]
    assert whole.to_list() == pytest.approx(weeks["events"].to_list(), abs=0.01)
    told = expected(counts[:-1], mondays[:-1], mondays[-1])
    line = read(tmp_path / "series.csv").row(0, named=True)
    assert (line["low"], line["high"]) == (told.low, told.high)
    assert line["expected"] == pytest.approx(told.expected, abs=1e-3)
    assert line["last_year"] == pytest.approx(decompose(counts, mondays).lately.per_year, abs=1e-3)
    assert (tmp_path / "trend.png").read_bytes()[:4] == b"\x89PNG"
    run_told = json.loads((tmp_path / "run.json").read_text())
    assert run_told["arguments"]["week"] == "2025-12-22"
    assert run_told["outcome"]["series"] == 1


def test_the_planted_rise_shows_in_its_kind_alone(run: Run, tmp_path: Path) -> None:
    result = run(FILE, "--by", "kind", "--out", tmp_path)
    assert "of 4 series, one for each kind, 1 brought more than expected and 0 less" in result.stdout
    series = read(tmp_path / "series.csv")
    assert series.filter(pl.col("finding") == "more than expected")["series"].to_list() == ["theft from car"]
    assert series["total"].is_sorted(descending=True)
    assert series["total"].sum() == 4918
    assert read(tmp_path / "weeks.csv").height == 4 * 182


def test_by_area_the_rise_is_that_of_harbour(run: Run, tmp_path: Path) -> None:
    run(FILE, "--by", "area", "--where", "kind = 'theft from car'", "--out", tmp_path)
    series = read(tmp_path / "series.csv")
    assert series.height == 6
    assert series.filter(pl.col("finding") == "more than expected")["series"].to_list() == ["Harbour"]


def test_a_falling_series_is_told_as_falling_and_a_quiet_week_as_less(run: Run, tmp_path: Path) -> None:
    """A level that halves each year, and then a week with hardly anything."""
    mondays = weeks_between("2021-01-04", "2024-12-23")
    rows = ["date"]
    for i, monday in enumerate(mondays):
        n = 1 if i == mondays.size - 1 else round(400 * 0.5 ** (i / 52)) + i % 3
        rows += [str(monday + day % 7) for day in range(max(n, 7))] if n > 1 else [str(monday + 6)]
    file = tmp_path / "falling.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    said = run(file).stdout.splitlines()[0]
    assert "Week of 2024-12-23: 1 event, " in said
    assert "less than expected; over the last year falling (-" in said


def test_later_events_change_nothing(run: Run, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.csv"
    pl.read_csv(FILE).filter(pl.col("date") < "2025-03-03").write_csv(earlier)
    result = run(FILE, "--week", "2025-02-26")
    assert result.stdout.startswith("Week of 2025-02-24: ")
    assert "after 2025-03-02 not counted" in result.stderr
    assert result.stdout == run(earlier).stdout


def test_the_options_are_followed(run: Run) -> None:
    wide, narrow = (run(FILE, "--confidence", share, "--quiet") for share in (0.99, 0.5))
    assert "99 % of ordinary weeks" in wide.stdout
    assert wide.stderr == ""
    assert wide.stdout != narrow.stdout
    few = run(FILE, "--by", "area", "--most", 2)
    assert "4 more not shown" in few.stderr
    assert "Old Town" in few.stdout
    assert "North Park" not in few.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--week", "2023-01-09"), "history has 53 weeks; expected at least 104, to tell a season from a trend"),
        (("--week", "2025-07-01"), "--week is 2025-07-01; expected a day in the weeks of the events, 2022-01-03 to"),
        (("--week", "soon"), "--week"),
        (("--by", "street"), "--by"),
        (("--confidence", 1), "--confidence"),
        (("--by", "area", "--area-column", "wijk"), "--area-column is 'wijk'; expected one of the columns"),
        (("--where", "date = '2025-06-24'"), "expected at least one whole week, Monday to Sunday"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(FILE, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


@pytest.mark.parametrize(("by", "option"), [("area", "--area-column"), ("kind", "--kind")])
def test_a_file_without_the_column_is_answered(run: Run, tmp_path: Path, by: str, option: str) -> None:
    file = tmp_path / "dates.csv"
    pl.read_csv(FILE).select("date").write_csv(file)
    result = run(file, "--by", by)
    assert result.exit_code == 2
    assert f"dates.csv: no column with the {by} found; expected {option} with one" in result.stderr
