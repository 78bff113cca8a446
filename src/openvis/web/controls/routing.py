"""The route of a control day: the shortest round along its addresses, by `openvis.analysis.route`.

Distances are straight lines times 1.3: the site holds no network of roads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

import numpy as np
from django.utils import timezone

from openvis.analysis.route import Round, Timetable, crow_flies, shortest_round, visits
from openvis.web import city

from .models import ControlDay, ControlStop

SECONDS = 8.0
"""The longest that somebody waits for the route; what is found by then says how far it may be from the shortest."""
PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Planned:
    """Stops in their order, each with when one is there and whether it is closed by then; the whole way in metres.

    `gap` is None for an order that people chose.
    """

    stops: list[tuple[ControlStop, time, bool]]
    metres: float
    gap: float | None


def shortest(day: ControlDay, stops: Sequence[ControlStop]) -> Planned:
    """The order in which the way from the start, or from the last visit, along all stops to the end is the shortest."""
    way = _way(day, stops)
    found = shortest_round(way.seconds, 0, None if way.back else len(stops) + 1, SECONDS)
    found, table = visits(found, way.seconds, _stay(), way.clock("opens"), way.clock("closes"))
    return _planned(way, found, table, found.gap)


def as_ordered(day: ControlDay, stops: Sequence[ControlStop]) -> Planned:
    """When one is where in the order in which the stops are given."""
    way = _way(day, stops)
    order = np.arange(way.seconds.shape[0])
    legs = way.seconds[order, np.roll(order, -1)]
    legs = legs if way.back else legs[:-1]
    length = float(legs.sum())
    given = Round(order, legs, length, length, 0.0)
    _, table = visits(given, way.seconds, _stay(), way.clock("opens"), way.clock("closes"), turn=False)
    return _planned(way, given, table, None)


@dataclass(frozen=True, eq=False)
class _Way:
    """What is asked: stops, seconds between the begin, the stops and (last) the end; when one leaves, after midnight."""

    stops: Sequence[ControlStop]
    seconds: Any
    back: bool
    begin: float

    def clock(self, name: str) -> list[float]:
        """Seconds since leaving at which stops open or close; NaN where unknown, and for both ends."""
        hours = [getattr(stop, name) for stop in self.stops]
        told = [float("nan") if it is None else PER_HOUR * it.hour + 60 * it.minute - self.begin for it in hours]
        return [float("nan"), *told, *([] if self.back else [float("nan")])]


def _way(day: ControlDay, stops: Sequence[ControlStop]) -> _Way:
    last = day.stops.filter(visited_at__isnull=False).select_related("address").order_by("visited_at").last()
    origin: Any = last.address if last is not None else day.start
    home: Any = day.end if day.end is not None else day.start
    ends = [] if home is None or home == origin else [home]
    points = [origin, *(stop.address for stop in stops), *ends]
    x, y = (np.array([getattr(point, name) for point in points]) for name in ("x", "y"))
    clock = timezone.localtime(last.visited_at).time() if last is not None and last.visited_at else day.begins
    begin = PER_HOUR * clock.hour + 60 * clock.minute
    return _Way(stops, crow_flies(x, y) / _speed(), not ends, begin)


def _planned(way: _Way, found: Round, table: Timetable, gap: float | None) -> Planned:
    order = [int(place) for place in found.order if 1 <= place <= len(way.stops)]
    closed = set(table.closed.tolist())
    rows = [
        (way.stops[place - 1], _told(way.begin + float(table.arrive[number])), number in closed)
        for number, place in enumerate(order)
    ]
    return Planned(rows, found.length * _speed(), gap)


def _speed() -> float:
    return city.profile().controls.speed / 3.6


def _stay() -> float:
    return 60.0 * city.profile().controls.minutes


def _told(seconds: float) -> time:
    minutes = round(seconds / 60)
    return time(minutes // 60 % 24, minutes % 60)
