"""A city with planted truths: Almere's areas, seeded incidents, and what they must show."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from planted_city import ROOT, World, frame_of, planted, world_of

from openvis.web.picture.frame import Frame


@pytest.fixture(scope="session")
def frame() -> Frame:
    """Almere."""
    return frame_of(ROOT / "profiles" / "almere")


@pytest.fixture(scope="session")
def village() -> Frame:
    """The invented second municipality."""
    return frame_of(ROOT / "tests" / "data" / "profiles" / "veldermeer")


@pytest.fixture(scope="session")
def world(frame: Frame, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Almere with the planted incidents."""
    return world_of(frame, planted(frame), tmp_path_factory.mktemp("planted"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Texts in their source language, whatever test ran before."""
    with translation.override("en"):
        yield
