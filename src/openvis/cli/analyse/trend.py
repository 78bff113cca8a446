"""`openvis analyse trend`: whether a week brought more or less than expected, and where the series is going."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from openvis.analysis.checks import Floats, Times
from openvis.analysis.trend import LEAST_WEEKS, Decomposition, Direction, Expectation, band, decompose, expected
from openvis.cli.analyse import outcome, reading, weeks, wording
from openvis.cli.analyse.drawing.panels import Panel
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import WrongInput, answered

ONE = ("week", "events", "expected", "ordinary", "trend", "× season", "rest", "finding")
MANY = ("events", "expected", "ordinary", "finding", "a year, over the last year")
SERIES = (
    "series", "week", "events", "expected", "low", "high", "finding", "total", "last_year", "last_year_low",
    "last_year_high", "whole", "whole_low", "whole_high", "dispersion",
)  # fmt: skip
WEEKS = ("series", "week", "events", "expected", "low", "high", "trend", "trend_low", "trend_high", "season", "rest")
SHOWN_WEEKS = 156
LISTED = 8
"""Weeks in the table of a single series."""
ALL = "all events"


@dataclass(frozen=True, eq=False)
class Course:
    """One series up to the judged week: its counts, what that week was expected to bring, and its parts."""

    name: str
    counts: Floats
    expectation: Expectation
    parts: Decomposition

    @property
    def finding(self) -> str:
        if self.counts[-1] > self.expectation.high:
            return "more than expected"
        return "less than expected" if self.counts[-1] < self.expectation.low else "as expected"

    def band(self, mondays: Times, confidence: float) -> tuple[Floats, Floats, Floats]:
        """Expected, low and high of the weeks shown, each from the weeks before it; the last is the one told."""
        least = max(LEAST_WEEKS, mondays.size - SHOWN_WEEKS)
        lines = band(self.counts, mondays, confidence, least)
        for line, last in zip(
            lines, (self.expectation.expected, self.expectation.low, self.expectation.high), strict=True
        ):
            line[-1] = last
        return lines


@click.command()
@reading_options(place=False, hours=False)
@weeks.options
@click.option("--by", type=click.Choice(["kind", "area"]), help="A series for each kind or area [default: one of all].")
@click.option("--most", type=click.IntRange(1, 100), default=12, show_default=True, help="Series to show at most.")
@answered
def trend(**options: Any) -> None:
    """Whether the last whole week brought more or less than expected, and whether the number rises or falls.

    What is expected comes from the weeks before alone, with level, slope and season; needs two years of them. The trend
    is what remains of the series without its season.
    """
    steps = outcome.Steps(("read", "trend", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        by_area = options["by"] == "area"
        incidents = reading.read(
            options["events"], options, None, options["where"], place=False, time=True, area=by_area
        )
        mondays = weeks.until(incidents, options["week"])
        names, counts = _series(incidents, mondays, options)
    wording.tell([*incidents.account(), *weeks.beside(incidents, mondays)], options["quiet"])
    with steps.step("trend"):
        empty = int((counts.sum(axis=1) <= 0).sum())
        courses = [
            _course(name, row, mondays, options["confidence"])
            for name, row in zip(names, counts, strict=True)
            if row.sum() > 0
        ]
    if empty:
        wording.tell([f"{empty:,} series without an event in these weeks left out."], options["quiet"])
    courses.sort(key=lambda it: (-it.counts.sum(), it.name))
    told = _finding(courses, mondays, options)
    click.echo(told + "\n")
    if options["by"] is None:
        click.echo(wording.table(ONE, _listed(courses[0], mondays, options), left=(0, 7)))
    else:
        rows = [_row(course) for course in courses[: options["most"]]]
        click.echo(wording.table((options["by"], *MANY), rows, left=(0, 4)))
    if len(courses) > options["most"]:
        wording.tell([f"{len(courses) - options['most']:,} more not shown; --most shows more."], options["quiet"])
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], told, courses, mondays, options)
        outcome.write_run(
            options["out"], "trend", {**options, "week": str(mondays[-1])}, incidents.described(), steps,
            {"finding": told, "week": str(mondays[-1]), "weeks": mondays.size, "series": len(courses),
             "more": _number(courses, "more"), "less": _number(courses, "less")},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: series.csv, weeks.csv, trend.png, run.json."], options["quiet"])


def _series(incidents: reading.Incidents, mondays: Times, options: dict[str, Any]) -> tuple[list[str], Floats]:
    """Names, and events per week of each: (series, weeks)."""
    by, file = options["by"], options["events"].name
    names = {None: [ALL], "kind": incidents.kinds, "area": incidents.areas}[by]
    if not names:
        option = "--area-column" if by == "area" else "--kind"
        raise WrongInput(f"{file}: no column with the {by} found; expected {option} with one")
    row = {None: np.zeros(len(incidents.events), dtype=np.int64), "kind": incidents.events.kind, "area": incidents.area}
    return names, weeks.counts(incidents, row[by], len(names), mondays)


def _course(name: str, counts: Floats, mondays: Times, confidence: float) -> Course:
    ahead = expected(counts[:-1], mondays[:-1], mondays[-1], confidence)
    return Course(name, counts, ahead, decompose(counts, mondays, confidence))


def _number(courses: Sequence[Course], word: str) -> int:
    return sum(course.finding.startswith(word) for course in courses)


def _finding(courses: Sequence[Course], mondays: Times, options: dict[str, Any]) -> str:
    if options["by"] is not None:
        chance = (1.0 - options["confidence"]) * len(courses)
        return (
            f"Week of {mondays[-1]}: of {len(courses)} series, one for each {options['by']}, "
            f"{_number(courses, 'more')} brought more than expected and {_number(courses, 'less')} less; chance alone "
            f"puts up to {chance:.1f} of so many outside their interval."
        )
    course = courses[0]
    return (
        f"Week of {mondays[-1]}: {weeks.events(course.counts[-1])}, {course.expectation.expected:.0f} expected "
        f"({course.expectation.low:.0f} to {course.expectation.high:.0f} in {wording.percent(options['confidence'], 0)} "
        f"of ordinary weeks): {course.finding}; {_direction(course.parts.lately)}."
    )


def _direction(lately: Direction) -> str:
    change = f"{_signed(lately.per_year)} a year, {_signed(lately.low)} to {_signed(lately.high)}"
    if lately.verdict == "level":
        return f"over the last year no clear rise or fall ({change})"
    return f"over the last year {lately.verdict} ({change})"


def _signed(change: float) -> str:
    return f"{100 * change:+.0f} %"


def _ordinary(low: float, high: float) -> str:
    return "" if np.isnan(low) else f"{low:.0f}–{high:.0f}"


def _listed(course: Course, mondays: Times, options: dict[str, Any]) -> list[list[str]]:
    """The last weeks of a single series, taken apart."""
    mean, low, high = course.band(mondays, options["confidence"])
    parts = course.parts
    rows = []
    for i in range(max(0, mondays.size - LISTED), mondays.size):
        n = course.counts[i]
        outside = "more" if n > high[i] else "less" if n < low[i] else ""
        rows.append(
            [
                str(mondays[i]),
                weeks.number(n),
                "" if np.isnan(mean[i]) else f"{mean[i]:.1f}",
                _ordinary(low[i], high[i]),
                f"{parts.trend[i]:.1f}",
                f"{parts.season[i]:.2f}",
                f"{parts.rest[i]:+.1f}",
                outside,
            ]
        )
    return rows


def _row(course: Course) -> list[str]:
    told, lately = course.expectation, course.parts.lately
    return [
        course.name,
        weeks.number(course.counts[-1]),
        f"{told.expected:.1f}",
        _ordinary(told.low, told.high),
        course.finding,
        f"{_signed(lately.per_year)} ({_signed(lately.low)} to {_signed(lately.high)})",
    ]


def _write(folder: Path, told: str, courses: Sequence[Course], mondays: Times, options: dict[str, Any]) -> None:
    from openvis.cli.analyse.drawing.panels import draw_panels

    folder.mkdir(parents=True, exist_ok=True)
    outcome.write_csv(folder / "series.csv", SERIES, [_properties(course, mondays) for course in courses])
    lines = [course.band(mondays, options["confidence"]) for course in courses]
    outcome.write_csv(
        folder / "weeks.csv",
        WEEKS,
        [row for course, line in zip(courses, lines, strict=True) for row in _weeks(course, line, mondays)],
    )
    panels = [_panel(course, line, mondays) for course, line in zip(courses, lines, strict=True)][: options["most"]]
    subtitle = (
        f"{options['events'].name} · events per week · blue line and band: expected from the weeks before, and where "
        f"{wording.percent(options['confidence'], 0)} of ordinary weeks lie · dashed: trend without season · red: outside"
    )
    draw_panels(folder / "trend.png", told, subtitle, panels)


def _panel(course: Course, lines: tuple[Floats, Floats, Floats], mondays: Times) -> Panel:
    shown = slice(-SHOWN_WEEKS, None)
    mean, low, high = (line[shown] for line in lines)
    counts = course.counts[shown]
    told = course.expectation
    below = f"this week: {weeks.number(counts[-1])}, expected {told.expected:.1f} ({told.low:.0f} to {told.high:.0f})"
    outside = (counts > high) | (counts < low)
    return Panel(course.name, below, mondays[shown], counts, mean, low, high, outside, course.parts.trend[shown])


def _properties(course: Course, mondays: Times) -> list[Any]:
    """One series as plain values, in the order of SERIES."""
    told, parts = course.expectation, course.parts
    return [
        course.name, str(mondays[-1]), round(float(course.counts[-1]), 3), round(told.expected, 4), int(told.low),
        int(told.high), course.finding, round(float(course.counts.sum()), 3),
        *(round(it, 5) for it in (parts.lately.per_year, parts.lately.low, parts.lately.high)),
        *(round(it, 5) for it in (parts.direction.per_year, parts.direction.low, parts.direction.high)),
        round(parts.dispersion, 4),
    ]  # fmt: skip


def _weeks(course: Course, lines: tuple[Floats, Floats, Floats], mondays: Times) -> list[list[Any]]:
    parts = course.parts
    columns = (course.counts, *lines, parts.trend, parts.low, parts.high, parts.season, parts.rest)
    return [
        [course.name, str(week), *("" if np.isnan(it[i]) else round(float(it[i]), 4) for it in columns)]
        for i, week in enumerate(mondays)
    ]
