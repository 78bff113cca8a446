"""The city this installation serves: its profile, loaded once."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from openvis.profile import Profile, load


def profile() -> Profile:
    """The profile of this installation (`OPENVIS_PROFILE`)."""
    return _load(Path(settings.OPENVIS_PROFILE))


@lru_cache(maxsize=4)
def _load(directory: Path) -> Profile:
    return load(directory)
