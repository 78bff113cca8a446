"""Moments that say their distance from Greenwich come on the local clock, or it is said that they do not."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from openvis.cli.analyse import analyse, moments
from openvis.cli.analyse.wrong import WrongInput

AMSTERDAM = "Europe/Amsterdam"


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2024-07-01T22:30:00Z", "2024-07-02T00:30:00"),
        ("2024-01-01 23:30:00.250 UTC", "2024-01-02T00:30:00"),
        ("2024-07-01T12:00:00+00:00", "2024-07-01T14:00:00"),
        ("2024-07-01T12:00:00+02:00", "2024-07-01T12:00:00"),
        ("2024-07-01 12:00:00-0530", "2024-07-01T19:30:00"),
        ("2024-07-01 12:00-05", "2024-07-01T19:00:00"),
        ("01-07-2024 12:00z", "2024-07-01T14:00:00"),
        ("2024-10-27T00:30:00Z", "2024-10-27T02:30:00"),
        ("2024-10-27T01:30:00Z", "2024-10-27T02:30:00"),
    ],
)
def test_an_offset_is_converted(written: str, local: str) -> None:
    read = moments.read(pl.Series("at", [written]), timezone=AMSTERDAM)
    assert read.at[0] == np.datetime64(local)
    assert read.zoned == 1
    assert not read.days_only


def test_a_mixed_column_converts_only_what_says_its_offset() -> None:
    column = pl.Series("at", ["2024-07-01 12:00:00", "2024-07-01 12:00:00Z", None, "2024-07-01"])
    read = moments.read(column, timezone=AMSTERDAM)
    assert read.at.astype(str).tolist() == ["2024-07-01T12:00:00", "2024-07-01T14:00:00", "NaT", "2024-07-01T00:00:00"]
    assert read.zoned == 1


def test_without_a_timezone_the_clock_is_taken_as_written() -> None:
    read = moments.read(pl.Series("at", ["2024-07-01T12:00:00Z", "2024-07-01T12:00:00+05:00"]))
    assert read.at.astype(str).tolist() == ["2024-07-01T12:00:00"] * 2
    assert read.zoned == 2


def test_typed_moments_with_a_zone_are_converted() -> None:
    column = pl.Series("at", ["2024-07-01 12:00"]).str.to_datetime(time_zone="UTC")
    assert moments.read(column, timezone=AMSTERDAM).at[0] == np.datetime64("2024-07-01T14:00:00")
    assert moments.read(column).at[0] == np.datetime64("2024-07-01T12:00:00")
    assert moments.read(column).zoned == 1


def test_an_unknown_timezone_is_refused() -> None:
    with pytest.raises(WrongInput, match=r"timezone is 'Europe/Almere'; expected the name of a time zone"):
        moments.read(pl.Series("at", ["2024-07-01T12:00:00Z"]), timezone="Europe/Almere")


@pytest.mark.parametrize(("zone", "said"), [(None, "the clock is taken as written"), (AMSTERDAM, "on the clock of")])
def test_the_command_says_which_clock_it_took(tmp_path: Path, zone: str | None, said: str) -> None:
    path = tmp_path / "events.csv"
    rows = [f"2024-07-{day:02d}T20:30:00Z" for day in range(1, 29)]
    path.write_text("date\n" + "\n".join(rows) + "\n")
    asked = ["hot-times", str(path)] + ([] if zone is None else ["--timezone", zone])
    result = CliRunner().invoke(analyse, asked)
    assert result.exit_code == 0, result.output
    assert "28 moments with a distance from Greenwich (Z, +01:00): " in result.stderr
    assert said in result.stderr
    assert ("daily 22–23" if zone else "daily 20–21") in result.stdout
