"""Reads dates and times in the styles that people and systems write them."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from openvis.cli.analyse.wrong import WrongInput

DAY_STYLES = {
    "%Y-%m-%d": "2024-12-31",
    "%d-%m-%Y": "31-12-2024",
    "%d/%m/%Y": "31/12/2024",
    "%m/%d/%Y": "12/31/2024",
    "%d.%m.%Y": "31.12.2024",
    "%Y/%m/%d": "2024/12/31",
    "%Y%m%d": "20241231",
}
TIME_STYLES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
OFFSET = r"(:\d{2})(?:\.\d+)?\s*(Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?$"
"""After a time: parts of a second, and the distance from Greenwich."""
SAMPLE = 2_000
SECONDS_A_DAY = 86_400

Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Moments:
    """(n,) datetime64[s] local, NaT where it cannot be read; whether only days are known; the style, as an example.

    zoned: how many say their distance from Greenwich.
    """

    at: Times
    days_only: bool
    style: str
    zoned: int = 0


def read(column: pl.Series, hour: pl.Series | None = None, timezone: str | None = None) -> Moments:
    """Moments from a column of dates or moments, with the hour (14, 14:30, 1430) from another one if given.

    Those that say their distance from Greenwich (`Z`, `+01:00`) become the clock of `timezone`; without one the clock is
    taken as it is written.
    """
    values, days_only, style, zoned = _dates(column, timezone)
    at = values.to_numpy().astype("datetime64[s]")
    if hour is None:
        return Moments(at, days_only, style, zoned)
    within_day = _within_day(hour)
    start = at.astype("datetime64[D]").astype("datetime64[s]")
    return Moments(start + within_day.astype("timedelta64[s]"), False, style, zoned)


def _dates(column: pl.Series, timezone: str | None) -> tuple[pl.Series, bool, str, int]:
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("us")), True, "date", 0
    if isinstance(column.dtype, pl.Datetime):
        zoned = 0 if column.dtype.time_zone is None else column.len() - column.null_count()
        there = column.dt.convert_time_zone(_known(timezone)) if zoned and timezone else column
        local = there.dt.replace_time_zone(None)
        return local.cast(pl.Datetime("us")), _midnights(local), "date and time", zoned
    text = column.cast(pl.String).str.strip_chars().str.replace(r"(\d)[Tt](\d)", "${1} ${2}")
    offset = text.str.extract(OFFSET, 2)
    values, days_only, style = _parsed(text.str.replace(OFFSET, "${1}"))
    zoned = offset.len() - offset.null_count()
    return (_at(values, offset, timezone) if zoned and timezone else values), days_only, style, zoned


def _at(clock: pl.Series, offset: pl.Series, timezone: str) -> pl.Series:
    """The clock of `timezone` where an offset is said, else as it is."""
    parts = pl.DataFrame({"clock": clock, "offset": offset}).with_columns(
        sign=pl.when(pl.col("offset").str.starts_with("-")).then(-1).otherwise(1),
        hours=pl.col("offset").str.extract(r"^[+-](\d{2})").cast(pl.Int64).fill_null(0),
        minutes=pl.col("offset").str.extract(r"^[+-]\d{2}:?(\d{2})$").cast(pl.Int64).fill_null(0),
    )
    ahead = pl.duration(minutes=pl.col("sign") * (pl.col("hours") * 60 + pl.col("minutes")))
    there = (pl.col("clock") - ahead).dt.replace_time_zone("UTC").dt.convert_time_zone(_known(timezone))
    local = there.dt.replace_time_zone(None)
    return parts.select(at=pl.when(pl.col("offset").is_null()).then("clock").otherwise(local))["at"]


def _known(timezone: str) -> str:
    try:
        return ZoneInfo(timezone).key
    except (OSError, ValueError, LookupError) as error:
        raise WrongInput(
            f"--timezone is {timezone!r}; expected the name of a time zone such as Europe/Amsterdam"
        ) from error


def _parsed(text: pl.Series) -> tuple[pl.Series, bool, str]:
    """The whole column in the style of days that reads most of a sample; in a tie days come before months."""
    known = text.drop_nulls().filter(text.drop_nulls() != "").unique(maintain_order=True).head(SAMPLE)
    if known.is_empty():
        return pl.Series(text.name, [None] * text.len(), dtype=pl.Datetime("us")), False, "nothing"
    scores = {day: int(_in_style(known, day).is_not_null().sum()) for day in DAY_STYLES}
    best = max(DAY_STYLES, key=lambda day: scores[day])
    if scores[best] == 0:
        raise WrongInput(
            f"column {text.name!r} holds {known[0]!r}, which is no date; expected a style such as "
            + ", ".join(DAY_STYLES.values())
        )
    values = _in_style(text, best)
    return values, bool((known.str.len_chars() <= len(DAY_STYLES[best])).all()), DAY_STYLES[best]


def _in_style(text: pl.Series, day: str) -> pl.Series:
    frame = text.alias("text").to_frame()
    styles = [pl.col("text").str.to_datetime(f"{day} {time}", strict=False, time_unit="us") for time in TIME_STYLES]
    alone = pl.col("text").str.to_date(day, strict=False).cast(pl.Datetime("us"))
    return frame.select(pl.coalesce([*styles, alone]).alias("at"))["at"]


def _midnights(values: pl.Series) -> bool:
    seconds = values.drop_nulls().dt.epoch("s")
    return bool(len(seconds) > 0 and (seconds % SECONDS_A_DAY == 0).all())


def _within_day(hour: pl.Series) -> npt.NDArray[np.timedelta64]:
    """Seconds after midnight; NaT where it cannot be read. 14, 14:30, 14:30:05, 1430 and 24 (midnight after)."""
    if hour.dtype == pl.Time:
        return (hour.cast(pl.Int64) // 1_000_000_000).to_numpy().astype("timedelta64[s]")
    text = hour.cast(pl.String).str.strip_chars().str.replace(r"\.0+$", "")
    parts = pl.DataFrame({"t": text}).select(
        pl.col("t").str.extract(r"^(\d{1,2})(?::?(\d{2}))?(?::(\d{2}))?$", group).cast(pl.Float64).alias(str(group))
        for group in (1, 2, 3)
    )
    seconds = parts["1"] * 3600 + parts["2"].fill_null(0) * 60 + parts["3"].fill_null(0)
    valid = (seconds <= SECONDS_A_DAY) & (parts["2"].fill_null(0) < 60)
    whole = pl.Series(np.where(valid.fill_null(False).to_numpy(), seconds.fill_null(0).to_numpy(), -1)).cast(pl.Int64)
    return np.where(whole.to_numpy() < 0, np.timedelta64("NaT", "s"), whole.to_numpy().astype("timedelta64[s]"))
