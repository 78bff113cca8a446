"""Each test starts with nobody having tried anything: rate limits live in the cache."""

import datetime as dt
import time
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.utils import timezone


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def move_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Puts the clock of this process at a moment, where it stays."""

    def moved(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(time, "time", moment.timestamp)

    return moved
