"""Loose observations (losse waarnemingen): what a member of staff saw, where and when. No names, no free text.

The observations of a day are one delivery of a source like any other, and go through the same mapping and checks.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
from django.db import transaction
from django.utils import timezone

from openvis.profile import Source as Definition
from openvis.web.access import acting, audit
from openvis.web.access.models import User

from . import loading, projection
from . import progress as steps
from .columns import mapped
from .models import Batch, Source
from .placing import ground, point_in, transformed
from .reading import Sheet
from .receiving import refuse_without_covenant
from .services import map_sheet
from .words import Refusal

FIELDS = frozenset({"id", "kind", "begin", "end", "reported", "x", "y", "precision", "area"})
"""What the form fills in: a source whose columns are all among these is the source of the form."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen: the id of a kind; a point (degrees, precision in metres), or the code of an area, or neither."""

    kind: str
    begin: datetime
    lon: float | None = None
    lat: float | None = None
    precision: float | None = None
    area: str | None = None


class InvalidError(ValueError):
    """The observation cannot be taken in; `sentences` says why."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def observation_source() -> Source | None:
    """The source of the form: the observations whose columns the form can fill in; None when the profile has none."""
    for source in Source.objects.filter(in_use=True):
        definition = source.described
        if definition.kind_of_data == "observations" and set(mapped(definition)) <= FIELDS:
            return source
    return None


def observe(seen: Observation, by: User) -> Batch:
    """Take in one observation; it counts from this moment. Raises InvalidError, or Refusal when there is no source."""
    source = observation_source()
    if source is None:
        raise Refusal("source_unknown", source="observations", sources="–")
    definition = source.described
    refuse_without_covenant(definition, timezone.localdate())
    with transaction.atomic():
        loading.lock_source(source.pk)
        batch = _of_today(source)
        found = map_sheet(_row(seen, definition), definition, uuid.uuid4().hex[:12])
        if found.rejected:
            raise InvalidError([str(problem) for problem in found.rejected[0].problems])
        loading.write(batch, definition, found, _silent)
        audit.record(by, "observation.enter", str(batch.pk), source=source.key)
    acting.afterwards(projection.catch_up)
    return batch


def _of_today(source: Source) -> Batch:
    """The delivery that the observations of today are added to."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today = source.batches.filter(way=Batch.Way.FORM, state=Batch.State.LOADED, received__gte=start).first()
    return today or Batch.objects.create(source=source, way=Batch.Way.FORM, step=steps.DONE, progress=1)


def _row(seen: Observation, definition: Definition) -> Sheet:
    """The observation as a table of one row, as it would stand in a file."""
    x, y, precision = _point(seen, definition)
    held = {
        "id": uuid.uuid4().hex,
        "kind": _as_written(seen.kind, definition),
        "begin": _iso(seen.begin),
        "end": None,
        "reported": _iso(datetime.now(UTC)),
        "x": x,
        "y": y,
        "precision": precision,
        "area": seen.area if x is None else None,
    }
    texts = {name: None if value is None else str(value) for name, value in held.items()}
    frame = pl.DataFrame({name: [text] for name, text in texts.items()}, schema=dict.fromkeys(texts, pl.String))
    return Sheet(frame, pl.Series("row", [1], dtype=pl.Int32), kind="form")


def _point(seen: Observation, definition: Definition) -> tuple[float | None, float | None, float | None]:
    """The point in the system that the source names; for a source without a column for areas, a point in the area."""
    place = definition.columns.place if definition.columns else None
    if place is None or place.xy is None:
        return None, None, None
    on = ground()
    if seen.lon is not None and seen.lat is not None:
        x, y = transformed(seen.lon, seen.lat, 4326, place.xy.crs)
        return x, y, seen.precision
    area = on.by_key[on.finest, "code"].get((seen.area or "").casefold())
    if area is None or place.area is not None:
        return None, None, None
    x, y, radius = point_in(area)
    return (*transformed(x, y, on.crs, place.xy.crs), radius)


def _as_written(kind: str, definition: Definition) -> str:
    """The value of the kind column that stands for a kind."""
    columns = definition.columns
    table = columns.kind.map if columns else {}
    return next((value for value, entry in table.items() if entry.kind == kind), kind)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _silent(step: str, share: float) -> None:
    """One row needs no progress."""
