"""Writes what a method found: GeoJSON, CSV, a picture, and run.json that says how it came about."""

import csv
import importlib.metadata
import json
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from defusedcsv import csv as safe_csv  # type: ignore[import-untyped]
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from openvis import __version__

PARTS = ("numpy", "numba", "scipy", "shapely", "pyproj", "polars", "altair", "vl-convert-python")


class Steps:
    """Names each step, shows a bar on a terminal, and keeps how long each took."""

    def __init__(self, names: Sequence[str], quiet: bool) -> None:
        self.timings: dict[str, float] = {}
        self._quiet = quiet or not sys.stderr.isatty()
        self._names = list(names)
        self._running = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step; on a terminal a line says which one runs, and goes when it is done."""
        started = time.perf_counter()
        place = f"{self._names.index(name) + 1}/{len(self._names)}"
        if not self._quiet:
            done = "█" * self._names.index(name) + "░" * (len(self._names) - self._names.index(name))
            self._running = f"\r{done} {place} {name} …"
            click.echo(self._running, nl=False, err=True)
        try:
            yield
        finally:
            self.timings[name] = round(time.perf_counter() - started, 4)
            if not self._quiet:
                click.echo("\r\033[K", nl=False, err=True)

    def tell(self, done: int, total: int) -> None:
        """How far the step that runs has come; on a terminal only."""
        if not self._quiet:
            click.echo(f"{self._running} {done:,} of {total:,}", nl=False, err=True)


def prepare_pictures() -> None:
    """Start the drawing engine beside the work, on the second core."""
    from openvis.cli.analyse.drawing import engine

    engine.start()


def write_geojson(path: Path, features: Sequence[tuple[BaseGeometry, Mapping[str, Any]]]) -> None:
    """A feature collection in longitude and latitude (RFC 7946)."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": mapping(geometry), "properties": dict(properties)}
            for geometry, properties in features
        ],
    }
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def write_csv(path: Path, heading: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Comma-separated, UTF-8; cells that a spreadsheet would run as a formula are made harmless."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer: Any = safe_csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def write_run(
    folder: Path,
    command: str,
    arguments: Mapping[str, Any],
    source: Mapping[str, Any],
    steps: Steps,
    outcome: Mapping[str, Any],
) -> None:
    """run.json: arguments, versions, seed (of --seed), what was read (`source`), timings in seconds, and the outcome."""
    run = {
        "command": f"openvis analyse {command}",
        "arguments": {name: str(value) if isinstance(value, Path) else value for name, value in arguments.items()},
        "seed": arguments.get("seed"),
        "versions": {
            "openvis": __version__,
            "python": platform.python_version(),
            **{part: importlib.metadata.version(part) for part in PARTS},
        },
        "input": dict(source),
        "timings": steps.timings,
        "outcome": outcome,
    }
    (folder / "run.json").write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
