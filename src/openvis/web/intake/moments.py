"""Dates and times as people write them: a date without a time is a day long, a moment that does not exist is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from openvis.profile.sources import Moment

from .problems import Problems

UTC = pl.Datetime("us", "UTC")
NAIVE = pl.Datetime("us")
LEEWAY = timedelta(minutes=10)
"""How far a provider's clock may be ahead of ours."""

_DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%Y%m%d", "%d-%m-%y")
_TIMES = (" %H:%M:%S", " %H:%M", " %H:%M:%S%.f", " %H%M")
_AUTO = (*(day + time for day in _DAYS for time in _TIMES), "%Y%m%d%H%M%S", "%Y%m%d%H%M", *_DAYS)
_ZONED = ("%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%d %H:%M%z")
_AMERICAN = tuple("%m-%d-%Y" + time for time in ("", *_TIMES))
_CLOCK = ("%H:%M:%S", "%H:%M", "%H.%M", "%H%M", "%H:%M:%S%.f")
_MONTHS = {
    1: "januari|january|jan", 2: "februari|february|feb", 3: "maart|march|mrt|mar", 4: "april|apr", 5: "mei|may",
    6: "juni|june|jun", 7: "juli|july|jul", 8: "augustus|august|aug", 9: "september|sept|sep",
    10: "oktober|october|okt|oct", 11: "november|nov", 12: "december|dec",
}  # fmt: skip
_EXAMPLE = "31-12-2024 23:15"
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of moments in UTC: `since` and `until` are equal where the time was known, else they hold the day."""

    since: pl.Series
    until: pl.Series
    given: pl.Series
    """Whether the cell held something."""
    text: pl.Series
    """As written, for what is said about it."""
    column: str


def read_moments(frame: pl.DataFrame, moment: Moment, zone: str, now: datetime, problems: Problems) -> Moments:
    """Read one moment of every row. What cannot be read, does not exist, or is in the future is a problem."""
    day = _stripped(frame[moment.columns[0]])
    clock = _stripped(frame[moment.time_column]) if moment.time_column else None
    column = " + ".join(moment.columns)
    text = day if clock is None else _joined(day, clock)
    unknown_clock = None if clock is None else clock.is_null() | clock.is_in(moment.unknown_time)
    if clock is not None and unknown_clock is not None:
        clock = clock.set(unknown_clock, None)
    if moment.formats == "auto":
        naive, timed, zoned, american = _auto(day, clock, moment, problems)
    else:
        naive, timed, zoned = _by_styles(day, clock, moment.formats)
        american = None
    since = _localised(naive, zone)
    if zoned is not None:
        since = _coalesce(zoned, since)
    given = day.is_not_null()
    unreadable = given & naive.is_null() & since.is_null()
    if american is not None:
        problems.add(american, "moment_other_style", column, text)
        unreadable &= ~american
    problems.add(unreadable, "moment_unreadable", column, text, expected=_example(moment))
    problems.add(naive.is_not_null() & since.is_null(), "moment_not_local", column, text)
    if moment.unknown_time and moment.time_column is None:
        timed &= ~since.dt.convert_time_zone(zone).dt.to_string("%H:%M").is_in(
            [time[:5] for time in moment.unknown_time]
        )
    since = _where(timed, since, since.dt.convert_time_zone(zone).dt.truncate("1d").dt.convert_time_zone("UTC"))
    problems.add(since > now + LEEWAY, "moment_future", column, text)
    problems.add(since.dt.year() < 1950, "moment_long_ago", column, text)
    return Moments(since, _until(since, timed, zone, now), given, text, column)


def _until(since: pl.Series, timed: pl.Series, zone: str, now: datetime) -> pl.Series:
    """The moment itself, or the end of its day (but not in the future) when the time was not known."""
    if timed.all():
        return since
    local = since.dt.convert_time_zone(zone)
    day = local.dt.offset_by("1d").dt.convert_time_zone("UTC")
    capped = _where(day > now, pl.Series([now]).cast(UTC).new_from_index(0, since.len()), day)
    return _where(timed | (capped < since), since, capped)


def _auto(
    day: pl.Series, clock: pl.Series | None, moment: Moment, problems: Problems
) -> tuple[pl.Series, pl.Series, pl.Series | None, pl.Series | None]:
    """Try the usual styles: (local time, whether the time is known, UTC of values with an offset, American dates)."""
    tidy = _tidy(day)
    naive, style = _try(tidy, _ordered(tidy, _AUTO), _AUTO)
    zoned = None
    open_ = tidy.is_not_null() & naive.is_null()
    if open_.any() and tidy.filter(open_).str.contains(r"[+-]\d\d:?\d\d$").any():
        zoned, _ = _try(tidy, _ZONED, _ZONED, UTC)
        open_ &= zoned.is_null()
    other: pl.Series | None = None
    if open_.any():
        american, _ = _try(tidy.set(~open_, None), _AMERICAN, _AMERICAN)
        if american.is_not_null().any():
            european = style.str.starts_with("%d-%m").fill_null(value=False)
            if (european & (naive.dt.day() > 12)).any():
                other = american.is_not_null()
            else:
                # No date contradicts month-day-year and some demand it: that is the style of this column.
                whole, whole_style = _try(tidy.set(~(european | open_), None), _AMERICAN, _AMERICAN)
                naive, style = _coalesce(whole, naive), _coalesce(whole_style, style)
    timed = style.str.contains("%H", literal=True).fill_null(value=False)
    if zoned is not None:
        timed |= zoned.is_not_null()
    if clock is not None:
        naive, timed = _with_clock(naive, clock, moment, problems)
    return naive, timed, zoned, other


def _with_clock(naive: pl.Series, clock: pl.Series, moment: Moment, problems: Problems) -> tuple[pl.Series, pl.Series]:
    tidy = (
        clock.str.replace(r"^1(899|900)-\d\d-\d\d ", "")
        .str.replace(r"(?i)\s*(u|uur|h)$", "")
        .str.replace(r"^(\d{3})$", "0$1")
    )
    times, _ = _try(tidy, _CLOCK, _CLOCK, pl.Time)
    problems.add(clock.is_not_null() & times.is_null(), "time_unreadable", str(moment.time_column), clock)
    midnight = naive.dt.truncate("1d")
    since_midnight = times.cast(pl.Duration("us")).fill_null(timedelta(0))
    return midnight + since_midnight, times.is_not_null()


def _by_styles(
    day: pl.Series, clock: pl.Series | None, styles: Sequence[str]
) -> tuple[pl.Series, pl.Series, pl.Series | None]:
    """The styles a source names, in its order; a column for the time is read with them, joined by a space."""
    text = day if clock is None else _joined(day, clock)
    local = [style for style in styles if "%z" not in style]
    naive, style = _try(text, local, local)
    if clock is not None:
        days = [style for style in styles if not _has_time(style)]
        whole_days, _ = _try(day, days, days)
        times, _ = _try(clock, _CLOCK, _CLOCK, pl.Time)
        timed = style.fill_null("").str.contains("%(H|I|T|R|k|l)") | times.is_not_null()
        joined = whole_days + times.cast(pl.Duration("us")).fill_null(timedelta(0))
        bad_clock = clock.is_not_null() & times.is_null()
        return _coalesce(naive, joined.set(bad_clock, None)), timed, None
    timed = style.fill_null("").str.contains("%(H|I|T|R|k|l)")
    offset = [style for style in styles if "%z" in style]
    if not offset:
        return naive, timed, None
    zoned, _ = _try(text.str.replace("Z$", "+0000"), offset, offset, UTC)
    return naive, timed | zoned.is_not_null(), zoned


def _has_time(style: str) -> bool:
    return any(mark in style for mark in ("%H", "%I", "%T", "%R", "%k", "%l", "%M"))


def _example(moment: Moment) -> str:
    shown = _EXAMPLE
    if moment.formats != "auto":
        shown = datetime(2024, 12, 31, 23, 15).strftime(moment.formats[0])  # noqa: DTZ001 -- only an example
    return shown.split(" ")[0] if moment.date_column and not _has_time(shown) else shown


def _tidy(text: pl.Series) -> pl.Series:
    """One separator, months as numbers, no T: fewer styles to try. Only what the column holds is touched."""
    sample = text.drop_nulls()
    if sample.str.contains(r"^\d{1,4}[/.]\d").any():
        text = text.str.replace(r"^(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})", "$1-$2-$3")
    if sample.str.contains(r"\p{L}").any():
        text = text.str.replace(r"^(\d{4}-\d\d-\d\d|\d{8})T", "$1 ").str.replace(r"Z$", "+00:00")
        if text.drop_nulls().str.contains(r"\p{L}{3}").any():
            text = text.str.replace(r"(?i)^(ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ", "")
            for number, names in _MONTHS.items():
                text = text.str.replace(rf"(?i)^(\d{{1,2}})[ -](?:{names})\.?[ -](\d{{4}})", f"$1-{number:02d}-$2")
    return text


def _ordered(text: pl.Series, styles: Sequence[str]) -> list[str]:
    """The styles that read most of a sample first."""
    sample = text.drop_nulls().head(_SAMPLE)
    score = {style: _parse(sample, style, NAIVE).is_not_null().sum() for style in styles}
    return sorted((style for style in styles if score[style]), key=lambda style: -score[style])


def _try(
    text: pl.Series, first: Sequence[str], then: Sequence[str], kind: pl.DataType | type[pl.DataType] = NAIVE
) -> tuple[pl.Series, pl.Series]:
    """Read each value in the first style that fits: the values, and the style of each. Tries `first` before `then`."""
    found = pl.Series(values=[None], dtype=kind).new_from_index(0, text.len())
    style_of = pl.Series(values=[None], dtype=pl.String).new_from_index(0, text.len())
    for style in dict.fromkeys((*first, *then)):
        open_ = text.is_not_null() & found.is_null()
        left = int(open_.sum())
        if not left:
            break
        places = open_.arg_true()
        read = _parse(text if left == text.len() else text.gather(places), style, kind)
        if not read.is_not_null().any():
            continue
        if left == text.len():
            found = read
            style_of = _where(read.is_not_null(), pl.Series([style]).new_from_index(0, text.len()), style_of)
        else:
            hit = read.is_not_null()
            found = found.scatter(places.filter(hit), read.filter(hit))
            style_of = style_of.scatter(places.filter(hit), style)
    return found, style_of


def _parse(text: pl.Series, style: str, kind: pl.DataType | type[pl.DataType]) -> pl.Series:
    if kind == pl.Time:
        return text.str.strptime(pl.Time, style, strict=False)
    if _has_time(style):
        read = text.str.strptime(kind, style, strict=False)
    else:
        read = text.str.strptime(pl.Date, style, strict=False).cast(kind)
    # %Y also takes two digits: the year 24 is not meant.
    return read.set((read.dt.year() < 1000).fill_null(value=False), None)


def _localised(naive: pl.Series, zone: str) -> pl.Series:
    """Local time to UTC: an hour that comes twice (autumn) is the first, one that does not exist (spring) is null."""
    return naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")


def _stripped(values: pl.Series) -> pl.Series:
    stripped = values.str.strip_chars()
    return stripped.set(stripped == "", None)


def _joined(day: pl.Series, clock: pl.Series) -> pl.Series:
    return pl.select(pl.concat_str([day, clock], separator=" ", ignore_nulls=True)).to_series().set(day.is_null(), None)


def _coalesce(first: pl.Series, second: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(first, second)).to_series()


def _where(condition: pl.Series, then: pl.Series, otherwise: pl.Series) -> pl.Series:
    return pl.select(pl.when(condition).then(then).otherwise(otherwise)).to_series()
