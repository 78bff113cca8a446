"""The city this installation serves: its profile, loaded once, and whether its data are made up."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from openvis.profile import Profile, load


def profile() -> Profile:
    """The profile of this installation (`OPENVIS_PROFILE`)."""
    return _load(Path(settings.OPENVIS_PROFILE))


def demonstration() -> dict[str, Any] | None:
    """What `openvis demo` wrote about the made-up data (`OPENVIS_DATA/demo.json`); None where data are real."""
    file = Path(settings.OPENVIS_DATA) / "demo.json"
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return None
    return _read(file, changed)


@lru_cache(maxsize=4)
def _load(directory: Path) -> Profile:
    return load(directory)


@lru_cache(maxsize=2)
def _read(file: Path, changed: int) -> dict[str, Any]:
    """Read once for each version of the file. Unreadable text still means that the data are made up."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
