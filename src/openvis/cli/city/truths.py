"""What was planted, for whoever wants to check a method: written beside the data, never loaded."""

from typing import Any

import numpy as np

from openvis.cli.city.places import point_of
from openvis.cli.city.processes import City
from openvis.cli.city.recipe import Spot
from openvis.cli.city.times import spot_hours


def truths(city: City) -> dict[str, Any]:
    """Everything that was planted, with its numbers as they came out."""
    recipe = city.recipe
    return {
        "note": "Made up by `openvis demo`. No incident, person or address in these files is real.",
        "municipality": city.profile.municipality.name,
        "seed": city.seed,
        "from": str(city.calendar.monday),
        "until": str(city.calendar.end - np.timedelta64(1, "D")),
        "incidents": len(city.rows),
        "hotspots": [_spot(city, spot) for spot in recipe.hotspots],
        "emerging": _spot(city, recipe.emerging) if recipe.emerging else None,
        "busy": [_spot(city, spot) for spot in recipe.busy],
        "near_repeat": _near_repeat(city),
        "measure": _measure(city),
        "trends": {kind: pattern.trend for kind, pattern in recipe.kinds.items()},
        "seasons": {
            kind: {"sharpness": pattern.season, "peak_week": pattern.peak_week}
            for kind, pattern in recipe.kinds.items()
            if pattern.season > 0
        },
        "attempts": {kind: pattern.attempts for kind, pattern in recipe.kinds.items() if pattern.attempts > 0},
        "without_place": recipe.without_place,
        "only_area": recipe.only_area,
    }


def _spot(city: City, spot: Spot) -> dict[str, Any]:
    x, y = point_of(city.profile, spot.place)
    origin = city.spots.index(spot) + 2
    first = city.calendar.weeks - spot.weeks if spot.weeks else 0
    return {
        "id": spot.id,
        "place": spot.place,
        "x": round(x),
        "y": round(y),
        "spread_m": spot.spread_m,
        "kinds": list(spot.kinds),
        "incidents": int((city.rows.origin == origin).sum()),
        "days": spot.days,
        "begin_hour": spot.begin_hour,
        "end_hour": spot.end_hour,
        "hours_of_week": spot_hours(spot).tolist(),
        "from": str(city.calendar.monday + np.timedelta64(7 * first, "D")),
    }


def _near_repeat(city: City) -> dict[str, Any] | None:
    if city.recipe.near_repeat is None:
        return None
    return city.recipe.near_repeat.model_dump() | {"incidents": int((city.rows.origin == 1).sum())}


def _measure(city: City) -> dict[str, Any] | None:
    measure = city.recipe.measure
    if measure is None:
        return None
    x, y = point_of(city.profile, measure.place)
    start = city.calendar.end - np.timedelta64(7 * measure.weeks_ago, "D")
    return measure.model_dump() | {"x": round(x), "y": round(y), "from": str(start)}
