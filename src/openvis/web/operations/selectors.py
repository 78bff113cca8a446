"""What the page of the administrator tells beside the parts: disk, database, backups."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from .models import Backup

LATE = timedelta(days=2)
"""A backup is made every night: one missed is told."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes on the disk of the data."""

    free: int
    total: int

    @property
    def free_gb(self) -> float:
        return round(self.free / 1e9, 1)

    @property
    def total_gb(self) -> float:
        return round(self.total / 1e9, 1)


def disk() -> Disk:
    """How much room there is."""
    used = shutil.disk_usage(Path(settings.OPENVIS_DATA))
    return Disk(used.free, used.total)


def database_version() -> str:
    """As PostgreSQL calls itself."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).split()[0]


def last_backup() -> Backup | None:
    """The latest backup that was made."""
    return Backup.objects.first()


def backup_is_late() -> bool:
    """Whether there is none, or the latest is older than it should be."""
    last = last_backup()
    return last is None or timezone.now() - last.at > LATE
