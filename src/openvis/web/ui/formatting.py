"""Numbers, shares and dates as the reader's language writes them."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import get_language

NONE = "–"
NBSP = "\u00a0"


def number(value: Any, decimals: int = 0) -> str:
    """1234.5 → `1.235` in Dutch, `1,235` in English; a dash for nothing."""
    if value is None or value == "":
        return NONE
    return _written(round(float(value), decimals), decimals, get_language())


@lru_cache(maxsize=20_000)
def _written(value: float, decimals: int, language: str | None) -> str:
    """A page holds hundreds of numbers, and mostly the same small ones: each is written once."""
    return str(formats.number_format(value, decimals, use_l10n=True, force_grouping=True))


def share(value: Any, decimals: int = 1) -> str:
    """0.262 → `26,2 %` in Dutch, `26.2%` in English."""
    if value is None or value == "":
        return NONE
    dutch = (get_language() or "nl").startswith("nl")
    return f"{number(100 * float(value), decimals)}{NBSP if dutch else ''}%"


def date(value: dt.date | dt.datetime | None, weekday: bool = True) -> str:
    """`di 24 nov 2026`, or without the day of the week."""
    if value is None:
        return NONE
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return str(formats.date_format(value, "DATE_FORMAT" if weekday else "SHORT_DATE_FORMAT", use_l10n=True))


def dates(first: dt.date | None, last: dt.date | None) -> str:
    """A period: `25 nov 2024 – 22 nov 2026`; what both share is said once (`3 – 9 aug 2026`)."""
    if first is None or last is None:
        return date(first or last, weekday=False)
    if first == last:
        return date(first, weekday=False)
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    else:
        begin = date(first, weekday=False)
        if first.year == last.year:
            begin = begin.removesuffix(f" {first.year}")
    return f"{begin} – {date(last, weekday=False)}"
