"""Reads of the picture: the loaded store, the frame of the city, alerts."""

import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.utils.translation import get_language

from openvis.profile import Profile
from openvis.store.loaded import Current, Loaded
from openvis.web import city
from openvis.web.access.models import User
from openvis.web.access.people import may
from openvis.web.intake.models import Source
from openvis.web.places.models import Address, Area

from .filter import USUAL_CELL, Filter, FilterError, Vocabulary
from .frame import Frame, PictureArea, PictureSource, Streets
from .freshness import Freshness, freshness
from .models import Alert, Outcome
from .panels import Asked


def loaded() -> Loaded:
    """The event store as it is now, in memory."""
    return _current(Path(settings.EVENT_STORE))()


def current() -> Current:
    """The keeper of the loaded store; its `store` holds the files and the counts."""
    return _current(Path(settings.EVENT_STORE))


@lru_cache(maxsize=4)
def _current(folder: Path) -> Current:
    return Current(folder, settings.OPENVIS_PICTURE_BEHIND)


def frame() -> Frame:
    """Areas, grids, kinds and sources of this installation; made anew when areas, addresses or sources changed.

    Whether they did is asked at most once in `OPENVIS_PICTURE_BEHIND` seconds: every page needs a frame, some ask often.
    """
    global _looked
    profile = city.profile()
    place = (str(profile.directory), connection.settings_dict["NAME"])
    with _frames_lock:
        if _looked is not None and _looked[0] == place and time.monotonic() < _looked[1]:
            return next(iter(_frames.values()))
    state = (*place, *_state())
    with _frames_lock:
        if state not in _frames:
            _frames.clear()
            _frames[state] = _frame(profile)
        _looked = (place, time.monotonic() + settings.OPENVIS_PICTURE_BEHIND)
        return _frames[state]


_frames: dict[tuple[Any, ...], Frame] = {}
_frames_lock = threading.Lock()
_looked: tuple[tuple[str, Any], float] | None = None
"""Of which profile and database the frame is, and until when nobody asks whether it changed."""


def _state() -> tuple[Any, ...]:
    """What changes with the areas, the addresses and the sources."""
    sources = tuple(Source.objects.values_list("number", "key", "definition__name", "definition__kind_of_data"))
    areas = Area.objects.aggregate(n=Count("id"), last=Max("id"), people=Sum("inhabitants"))
    return tuple(areas.values()), Address.objects.aggregate(last=Max("id"))["last"], repr(sources)


def _frame(profile: Profile) -> Frame:
    sources = []
    for source in Source.objects.order_by("number"):
        described = source.described
        sources.append(
            PictureSource(
                source.number, source.key, described.name, described.kind_of_data, frozenset(described.kinds)
            )
        )
    return Frame(profile, _areas(), sources, _streets())


def _areas() -> list[PictureArea]:
    """Each area as its latest division drew it, with the keys of all its divisions."""
    keys: dict[tuple[str, str], list[int]] = {}
    latest: dict[tuple[str, str], Area] = {}
    for area in Area.objects.order_by("source_year", "id"):
        keys.setdefault((area.level, area.code), []).append(area.pk)
        latest[area.level, area.code] = area
    today = timezone.localdate()
    return [
        PictureArea(
            code=area.code,
            name=area.name,
            level=area.level,
            keys=tuple(keys[place]),
            within=dict(area.within),
            inhabitants=area.inhabitants,
            dwellings=area.dwellings,
            geometry=shapely.from_wkb(bytes(area.outline)),
        )
        for place, area in latest.items()
        if area.valid_to is None or area.valid_to > today
    ]


def _streets() -> Streets | None:
    """The addresses by x, when any were loaded."""
    rows = list(Address.objects.order_by("x").values_list("x", "y", "street"))
    if not rows:
        return None
    names, numbers = np.unique([street for _x, _y, street in rows], return_inverse=True)
    points = np.array([(x, y) for x, y, _street in rows])
    return Streets(points[:, 0].copy(), points[:, 1].copy(), numbers, tuple(str(name) for name in names))


def fresh(of: Frame | None = None) -> Freshness:
    """Until when the data run, by source."""
    return freshness(loaded(), of or frame())


def warm_up() -> None:
    """Read the store, make the frame and the usual grid, compile the questions: a server does so before it is asked.

    Takes seconds once; the first visitor then waits as little as the next.
    """
    from openvis.analysis import warm

    warm()
    loaded().warm()
    frame().grid(USUAL_CELL)
    vocabulary()


def vocabulary(of: Frame | None = None) -> Vocabulary:
    """What a filter may name, and the usual period: 52 whole weeks up to the end of the data, or up to today."""
    of = of or frame()
    today = timezone.localdate()
    until = fresh(of).until
    return Vocabulary.of(of, min(until, today) if until else today)


def asked(of: Frame, filter_: Filter) -> Asked:
    """A filter, put to the store as it is now, in the reader's language."""
    return Asked(loaded(), of, filter_, fresh(of), get_language() or of.profile.municipality.language)


def filter_of(query: Any) -> Filter:
    """The filter of a request's query string. Raises FilterError."""
    return Filter.of(query, vocabulary())


def readable_filter(query: Any) -> tuple[Filter, list[str]]:
    """The filter of a page's address, and what is wrong with it; where anything is wrong, the usual filter."""
    words = vocabulary()
    try:
        return Filter.of(query, words), []
    except FilterError as error:
        return Filter.of({}, words), [str(problem) for problem in error.problems]


def outcome(key: str) -> Outcome | None:
    """What a background task worked out last; None when it never did."""
    return Outcome.objects.filter(key=key).first()


def alerts_for(user: User | AnonymousUser | None, most: int = 20) -> list[Alert]:
    """What stands out this week, the most striking first; totals per area, so for everybody who may see the picture.

    Alerts about data that have changed since are not told.
    """
    if not may(user, "picture.view"):
        return []
    found = Alert.objects.filter(state=Alert.State.OPEN, store_version=loaded().version)
    return list(found.order_by("p", "area", "kind")[:most])

