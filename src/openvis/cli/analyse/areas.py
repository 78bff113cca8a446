"""The study area and its cells: from GeoJSON, or around the events."""

import json
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from openvis.analysis.grid import Grid
from openvis.cli.analyse.reading import Incidents
from openvis.cli.analyse.wrong import WrongInput

F = TypeVar("F", bound=Callable[..., Any])


def options(command: F) -> F:
    """--area and --cell, for `study_area`."""
    added = (
        click.option(
            "--area",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Study area, GeoJSON in degrees [default: all within 500 m of an event].",
        ),
        click.option(
            "--cell", type=click.FloatRange(10, 5000), default=125.0, show_default=True, help="Cell size in metres."
        ),
    )
    return reduce(lambda made, option: option(made), reversed(added), command)


def study_area(incidents: Incidents, options: dict[str, Any]) -> Grid:
    """The cells of --area, or those around the events; events beside it are taken out and counted."""
    events = incidents.events
    if options["area"] is None:
        return Grid.around(events.x, events.y, options["cell"])
    grid = Grid.covering(incidents.ground.from_globe(read_area(options["area"])), options["cell"])
    if not (grid.index(events.x, events.y) >= 0).any():
        raise WrongInput(f"--area {options['area'].name} holds none of the {len(events):,} events; expected at least one")
    leave_out_beside(incidents, grid)
    return grid


def leave_out_beside(incidents: Incidents, grid: Grid) -> None:
    """Take out the events beside the study area, and count them."""
    inside = grid.index(incidents.events.x, incidents.events.y) >= 0
    if not inside.all():
        incidents.rejected["outside the study area"] = int((~inside).sum())
        incidents.events = incidents.events.where(inside)


def read_area(path: Path) -> BaseGeometry:
    """All surfaces of a GeoJSON file joined, longitude and latitude; refuses a file without any."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        shapes = [shape(part) for part in _geometries(content)]
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as error:
        raise WrongInput(f"{path.name} cannot be read as GeoJSON: {error}") from error
    area = shapely.union_all([shapely.make_valid(part) for part in shapes if part.area > 0])
    if area.is_empty:
        raise WrongInput(f"{path.name} holds no surface; expected a polygon in longitude and latitude")
    west, south, east, north = area.bounds
    if min(west, south) < -180 or east > 180 or north > 90:
        raise WrongInput(f"{path.name} runs from {west:g}, {south:g} to {east:g}, {north:g}; expected degrees (WGS84)")
    return area


def _geometries(content: dict[str, Any]) -> list[dict[str, Any]]:
    if content["type"] == "FeatureCollection":
        return [feature["geometry"] for feature in content["features"] if feature["geometry"]]
    return [content["geometry"] if content["type"] == "Feature" else content]
