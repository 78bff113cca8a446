"""What intake tells of itself to who looks after the installation: event store in step, names and progress of its work."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openvis.store import EventStore, Fingerprint, StoreError, fingerprint
from openvis.store.comparison import compare
from openvis.store.fingerprint import NOTHING
from openvis.web.operations import registry

from . import expiring, projection
from .models import Batch

PATIENCE = timedelta(minutes=10)
"""How long a delivery may be in the record and not yet in the event store before that is a problem."""


def _store() -> str | None:
    late = timezone.now() - PATIENCE
    waiting = Batch.objects.filter(state=Batch.State.LOADED, projected=False, loaded__lt=late).count()
    if waiting:
        return ngettext(
            "The event store is behind by %(number)s delivery: run openvis store check.",
            "The event store is behind by %(number)s deliveries: run openvis store check.",
            waiting,
        ) % {"number": waiting}
    try:
        manifest = EventStore(settings.EVENT_STORE).manifest
    except StoreError:
        return _("The event store cannot be read: run openvis store rebuild.")
    if any(not (settings.EVENT_STORE / path).exists() for path in manifest.paths()):
        return _("The event store misses a file: run openvis store rebuild.")
    return None


def _progress(arguments: dict[str, Any]) -> tuple[str, float] | None:
    found = Batch.objects.filter(pk=UUID(arguments["batch"])).values_list("step", "progress").first()
    return (_(found[0]) if found[0] else "", found[1]) if found is not None else None


registry.parts.append(registry.Part("event store", gettext_lazy("Event store"), _store))
registry.work["intake.load_batch"] = registry.Work(gettext_lazy("Load a delivery"), _progress)
registry.work["intake.finish"] = registry.Work(gettext_lazy("Bring the event store in step"))


def _record() -> dict[str, list[int]]:
    """The fingerprint of the record, month by month: rows and checksum."""
    sums: dict[str, Fingerprint] = {}
    for table in projection.record_events():
        for month, found in fingerprint(table).items():
            sums[month] = sums.get(month, NOTHING) + found
    return {month: [found.count, found.checksum] for month, found in sorted(sums.items())}


def _in_step(kept: Any) -> str | None:
    """Make an event store of what was restored, beside the real one, and compare it with the record."""
    with tempfile.TemporaryDirectory(prefix="openvis-store-") as folder:
        store = EventStore(folder)
        store.rebuild(projection.record_events())
        compared = compare(store, projection.record_events())
    return str(compared.differences[0]) if compared.differences else None


def _named() -> set[str]:
    """The originals within their term, of deliveries and of files on trial."""
    return {f"{name[:2]}/{name}" for name in expiring.held_originals(timezone.localdate())}


def _rebuild(manifest: dict[str, Any]) -> str:
    store = projection.event_store()
    projection.rebuild(store)
    return f"event store made anew: {store.count():,} incidents"


registry.checks.append(registry.Check("event store", _record, _in_step))
registry.files.append(registry.Files("originals", lambda: Path(settings.ORIGINALS), _named))
registry.afterwards.append(registry.Afterwards("making the event store anew", _rebuild, order=10))
