"""Dates and times in all their styles, compared with Python's own clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvis.profile.sources import Moment
from openvis.web.intake.moments import read_moments
from openvis.web.intake.problems import Problems

ZONE = "Europe/Amsterdam"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STYLES = [
    "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M",
    "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M", "%Y%m%d %H:%M", "%Y%m%d%H%M%S", "%Y%m%dT%H%M",
]  # fmt: skip


def parse(
    texts: list[str | None], **style
) -> tuple[list[datetime | None], list[datetime | None], dict[int, list[str]]]:
    frame = pl.DataFrame({"d": texts}, schema={"d": pl.String})
    problems = Problems(len(texts))
    moments = read_moments(frame, Moment(column="d", **style), ZONE, NOW, problems)
    return moments.since.to_list(), moments.until.to_list(), {row: [p.reason for p in told] for row, told in problems}


@given(
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 1)), min_size=1, max_size=20),  # noqa: DTZ001
    st.sampled_from(STYLES),
)
def test_agrees_with_python(moments: list[datetime], style: str) -> None:
    moments = [moment.replace(second=0, microsecond=0) for moment in moments]
    since, until, problems = parse([moment.strftime(style) for moment in moments])
    for index, moment in enumerate(moments):
        local = moment.replace(tzinfo=ZoneInfo(ZONE))
        exists = local.astimezone(UTC).astimezone(ZoneInfo(ZONE)).replace(tzinfo=None) == moment
        if not exists:
            assert problems[index] == ["moment_not_local"]
            continue
        assert since[index] == local.astimezone(UTC)
        assert until[index] == since[index]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-07-01T12:00:00Z", datetime(2025, 7, 1, 12, tzinfo=UTC)),
        ("2025-07-01T12:00:00+02:00", datetime(2025, 7, 1, 10, tzinfo=UTC)),
        ("4 mei 2025", datetime(2025, 5, 3, 22, tzinfo=UTC)),
        ("ma 5 mei 2025 14:00", datetime(2025, 5, 5, 12, tzinfo=UTC)),
        ("26-10-2025 02:30", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
        ("03-01-25", datetime(2025, 1, 2, 23, tzinfo=UTC)),
    ],
)
def test_other_ways_of_writing(text: str, expected: datetime) -> None:
    since, _, problems = parse([text])
    assert since == [expected]
    assert not problems


def test_a_date_is_a_day_long() -> None:
    since, until, _ = parse(["06-01-2025", "30-03-2025", "24-11-2026"])
    hours = [(u - s).total_seconds() / 3600 for s, u in zip(since, until, strict=True)]
    assert hours == [24, 23, 13], "the day of summer time is shorter, and today ends now"


def test_a_time_that_means_unknown() -> None:
    since, until, _ = parse(["06-01-2025 00:00", "06-01-2025 10:00"], unknown_time=["00:00"])
    assert [(u - s).total_seconds() for s, u in zip(since, until, strict=True)] == [86400, 0]


def test_american_dates_when_the_whole_column_says_so() -> None:
    since, _, problems = parse(["12/31/2024 10:00", "01/02/2025 10:00"])
    assert [moment.day for moment in since] == [31, 2]
    assert not problems


def test_two_styles_in_one_column_are_not_guessed() -> None:
    _, _, problems = parse(["31/12/2024", "12/31/2024", "01/02/2025"])
    assert problems == {1: ["moment_other_style"]}


def test_styles_of_the_source_come_in_its_order() -> None:
    since, _, problems = parse(["01|02|2025", "2025|02|03 04:05", "x"], formats=["%d|%m|%Y", "%Y|%m|%d %H:%M"])
    assert since[0] == datetime(2025, 1, 31, 23, tzinfo=UTC)
    assert since[1] == datetime(2025, 2, 3, 3, 5, tzinfo=UTC)
    assert problems == {2: ["moment_unreadable"]}
