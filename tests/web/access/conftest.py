"""What the tests of signing in share."""

import datetime as dt
import time
from collections.abc import Callable

import pytest
from django.utils import timezone


@pytest.fixture
def move_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Puts the clock of this process at a moment, where it stays."""

    def moved(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(time, "time", moment.timestamp)

    return moved
