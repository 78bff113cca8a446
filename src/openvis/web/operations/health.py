"""Whether the parts of the installation are well: asked by `/readyz` and by the page of the administrator."""

import logging
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openvis.web import clock

from . import jobs, registry
from .models import Restore

WAITS = timedelta(minutes=10)
"""How long a job may wait while no worker does anything, before the queue does not move."""
WAITS_BEHIND = timedelta(hours=2)
"""How long a job may wait behind other work."""
LEAST_FREE = 1_000_000_000
"""Bytes that must be free on the disk of the data."""
LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class State:
    """How a part is; `wrong` is empty when it is well."""

    name: str
    title: Any
    wrong: str

    @property
    def well(self) -> bool:
        return not self.wrong


def look() -> list[State]:
    """How every part is. Without a database the others cannot be asked, but the disk can."""
    found = [_state(registry.Part("database", gettext_lazy("Database"), _database))]
    if found[0].well:
        found += [_state(part) for part in (*_PARTS, *registry.parts)]
    found.append(_state(registry.Part("disk", gettext_lazy("Disk"), _disk)))
    return found


def _state(part: registry.Part) -> State:
    try:
        return State(part.name, part.title, part.look() or "")
    except Exception as fault:  # a part that cannot be asked is not well, and the others still answer
        logging.getLogger("openvis").warning("health of %s: %s", part.name, type(fault).__name__)
        return State(part.name, part.title, _("It could not be asked (%(fault)s).") % {"fault": type(fault).__name__})


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _("The database does not answer. Nothing can be read or saved until it does; the site goes on by itself.")
    return None


def _migrations() -> str | None:
    loader = MigrationLoader(connection)
    missing = len(set(loader.disk_migrations) - set(loader.applied_migrations))
    if not missing:
        return None
    return ngettext(
        "The database lacks %(number)s change of this version: run openvis setup.",
        "The database lacks %(number)s changes of this version: run openvis setup.",
        missing,
    ) % {"number": missing}


def _restored() -> str | None:
    if Restore.objects.filter(done=None).exists():
        return _("A restore is not finished: what was ended or erased may be back. Run openvis restore --finish.")
    return None


def _queue() -> str | None:
    alive = jobs.workers_alive()
    if not alive:
        return _("No worker is seen: nothing is done in the background. Start openvis serve, or see why it ended.")
    waited = jobs.longest_wait()
    if waited is None or waited <= (WAITS_BEHIND if jobs.busy() else WAITS):
        return None
    minutes = int(waited.total_seconds() // 60)
    return _("The queue does not move: a job has waited %(minutes)s minutes.") % {"minutes": minutes}


def _clock() -> str | None:
    skew = clock.skew()
    if abs(skew) > clock.SKEW:
        return _("The clocks of the site and the database differ %(seconds)s seconds.") % {
            "seconds": round(abs(skew).total_seconds())
        }
    ahead = jobs.latest_event()
    if ahead is not None and ahead - clock.database_now() > clock.SKEW:
        return _("The clock stands before something that was already written: it was put back, or stood too far ahead.")
    return None


def _disk() -> str | None:
    folder = Path(settings.OPENVIS_DATA)
    used = shutil.disk_usage(folder if folder.exists() else folder.parent)
    if used.free >= max(LEAST_FREE, int(LEAST_SHARE * used.total)):
        return None
    return _("Only %(free)s MB is free for the data. Make room before something cannot be saved.") % {
        "free": used.free // 1_000_000
    }


_PARTS = (
    registry.Part("migrations", gettext_lazy("Database prepared"), _migrations),
    registry.Part("restore", gettext_lazy("Restore"), _restored),
    registry.Part("queue", gettext_lazy("Background work"), _queue),
    registry.Part("clock", gettext_lazy("Clock"), _clock),
)
