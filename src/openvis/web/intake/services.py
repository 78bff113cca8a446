"""What can happen to deliveries, one function an event: sources and counts loaded, files taken in, batches finished.

Withdrawing is in `withdrawing`, ending of terms in `expiring` and `retention`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from django.db import transaction

from openvis.profile import Profile
from openvis.profile import Source as Definition
from openvis.web.access import acting, audit
from openvis.web.access.models import User

from . import loading, originals, projection
from . import progress as steps
from .counting import map_counts
from .mapping import Mapped, map_incidents
from .models import Batch, Source
from .placing import ground
from .progress import Progress, tell_of
from .reading import Sheet
from .receiving import look, receive, refuse_without_covenant, source_by
from .words import Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: its batch, and whether this call did something."""

    batch: Batch
    resumed: bool


@transaction.atomic
def load_sources(profile: Profile) -> int:
    """Take over the sources of a profile; safe to repeat. One it no longer names takes in nothing more."""
    for definition in profile.sources:
        dumped = definition.model_dump(mode="json")
        Source.objects.update_or_create(
            key=definition.id, defaults={"definition": dumped, "from_profile": True, "in_use": True}
        )
    named = [definition.id for definition in profile.sources]
    Source.objects.filter(from_profile=True).exclude(key__in=named).update(in_use=False)
    return len(named)


@transaction.atomic
def save_source(definition: Definition, by: User) -> Source:
    """Save a source that was made in the browser. Raises ValueError when the key belongs to another source already."""
    if Source.objects.filter(key=definition.id).exists():
        raise ValueError(f"key {definition.id!r} is taken; expected one that no source has")
    source = Source.objects.create(
        key=definition.id, definition=definition.model_dump(mode="json"), from_profile=False, made_by=by
    )
    audit.record(by, "intake.source", source.key)
    return source


def load_counts(profile: Profile) -> list[Batch]:
    """Load the open counts that come with a profile, those that are in already left alone. Gives what was loaded."""
    done = []
    for item in profile.counts:
        path = profile.directory / item.file
        try:
            done.append(import_file(path.read_bytes(), item.source, file_name=path.name).batch)
        except Refusal as refusal:
            if refusal.reason != "already_loaded":
                raise
    return done


def import_path(path: Path, source: str, *, by: User | None = None, tell: Progress | None = None) -> Outcome:
    """Take in a file from disk, or finish it. Raises Refusal."""
    try:
        data = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise Refusal("absent", name=path) from error
    return import_file(data, source, file_name=path.name, by=by, tell=tell)


def import_file(
    data: bytes, source: str, *, file_name: str, by: User | None = None, way: str = Batch.Way.FILE,
    corrects: Batch | None = None, tell: Progress | None = None,
) -> Outcome:  # fmt: skip
    """Take in a file whole: keep it, load it, project it. The same call again finishes what was broken off.

    Raises Refusal, also for a file that was loaded already: then nothing changes.
    """
    received = receive(data, source_by(source), file_name=file_name, by=by, way=way, corrects=corrects)
    del data
    resumed = received.sheet is None
    load(received.batch, sheet=received.sheet, tell=tell)
    return Outcome(received.batch, resumed)


def load(batch: Batch, *, sheet: Sheet | None = None, tell: Progress | None = None) -> Batch:
    """Load a batch that was received and bring the event store in step; safe to repeat. Raises Refusal."""
    batch.refresh_from_db()
    if batch.state == Batch.State.WITHDRAWN or batch.state == Batch.State.REFUSED:
        raise Refusal("not_now", state=batch.get_state_display(), expected=Batch.State.RECEIVED.label)
    ready = None
    if batch.state != Batch.State.LOADED:
        ready = _load_record(batch, sheet, tell)
    if tell is not None:
        tell(steps.PROJECTING, 0.8)
    # Inside a response the record is not committed yet, and the store must never be ahead of it.
    acting.afterwards(lambda: projection.catch_up({batch.pk: ready} if ready is not None else {}))
    batch.refresh_from_db()
    if tell is not None:
        tell(steps.DONE, 1.0)
    return batch


def finish() -> list[Batch]:
    """Finish what was broken off: bring the event store in step. Gives the batches that were waiting."""
    return projection.catch_up() if projection.is_behind() else []


def _load_record(batch: Batch, sheet: Sheet | None, tell: Progress | None) -> pa.Table | None:
    """Load the record. Gives the rows as the event store wants them when all of them are new."""
    definition = batch.source.described
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.LOADING, step=steps.READING, progress=0)
    batch.state = Batch.State.LOADING
    progress = tell_of(batch, tell)
    try:
        refuse_without_covenant(definition, datetime.now(UTC).date())
        on = ground()
        if sheet is None:
            sheet = look(originals.fetch(batch.sha256), definition, on, corrected=batch.corrects_id is not None)
        progress(steps.CHECKING, 0.1)
        mapped = map_sheet(sheet, definition, batch.pk.hex[:12])
        del sheet
        progress(steps.WRITING, 0.35)
        with transaction.atomic():
            first = loading.write(batch, definition, mapped, progress)
            audit.record(
                batch.by, "intake.load", str(batch.pk), source=batch.source.key, read=batch.read, new=batch.new,
                updated=batch.updated, skipped=batch.skipped, rejected=batch.rejected,
            )  # fmt: skip
        if first is None or definition.kind_of_data == "counts":
            return None
        return projection.as_events(mapped.frame, batch.source_id, first)
    except Refusal as refusal:
        told = {"reason": refusal.reason, "facts": refusal.facts}
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.REFUSED, refusal=told)
        audit.record(batch.by, "intake.load", str(batch.pk), result="refused", reason=refusal.reason)
        raise
    except Exception as fault:
        # Not in the file: it can be tried again, and the page says so.
        told = {"reason": "broken", "facts": {"detail": type(fault).__name__}}
        Batch.objects.filter(pk=batch.pk, state=Batch.State.LOADING).update(state=Batch.State.RECEIVED, refusal=told)
        raise
    finally:
        progress.close()


def map_sheet(sheet: Sheet, definition: Definition, label: str) -> Mapped:
    """What a table comes to under a definition: valid rows and rejected rows. Nothing is written."""
    if definition.kind_of_data == "counts":
        return map_counts(sheet, definition, ground())
    return map_incidents(sheet, definition, ground(), datetime.now(UTC), label)
