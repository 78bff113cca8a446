"""Signals planted in a quarter that is over."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from openvis.profile import Profile
from openvis.web.signals.models import Signal

IN_QUARTER = datetime(2026, 2, 10, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
FIXED = date(2026, 4, 20)
"""Long enough after the first quarter of 2026."""


@pytest.fixture
def plant(city: Profile) -> Callable[..., None]:
    """Makes signals of a phenomenon in an area (a code of the level of the figures; none: no area)."""
    made = 0

    def signals(number: int, phenomenon: int = 0, area: str = "", **more: Any) -> None:
        nonlocal made
        level = city.themes.level or city.levels[0].id
        for _ in range(number):
            made += 1
            values = {"facts": "x", "received_at": IN_QUARTER, "due_on": None} | more
            Signal.objects.create(
                number=f"t-{made}", phenomenon=city.signals.phenomena[phenomenon].id, area_code=area,
                area_level=level if area else "", **values,
            )

    return signals


@pytest.fixture
def codes(city: Profile) -> list[str]:
    """The areas of the figures."""
    return [area.code for area in city.areas_of(city.themes.level or city.levels[0].id)]
