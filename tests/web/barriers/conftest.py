"""Somebody who keeps barrier models, and somebody who reads them."""

from typing import Any

import pytest

from openvis.profile import Profile
from web.themed import somebody


@pytest.fixture
def keeper(city: Profile) -> Any:
    """May change barrier models."""
    return somebody(city, "barriers.edit")


@pytest.fixture
def reader(city: Profile) -> Any:
    """Sees the plan, and may not change models."""
    return somebody(city, "plan.view", without="barriers.edit")
