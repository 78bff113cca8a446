"""What the installation remembers of its own working: faults of jobs, backups made, restores."""

from django.db import models
from django.utils import timezone


class JobFault(models.Model):
    """The last fault of a job in the background: the kind of fault, never its text (that may hold what was worked on)."""

    job = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.job}: {self.kind}"


class Backup(models.Model):
    """A backup that was made, and whether restoring it was tried."""

    at = models.DateTimeField(help_text="the moment of the snapshot")
    done = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the manifest")
    verified = models.DateTimeField(null=True, help_text="when it was restored on trial, and proved right")

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.name


class Restore(models.Model):
    """The database came from a backup. As long as `done` is empty nobody may use it: what ended or was erased is back."""

    at = models.DateTimeField(default=timezone.now)
    backup = models.DateTimeField(help_text="the moment of the snapshot that was restored")
    manifest = models.JSONField(default=dict)
    done = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.backup:%Y-%m-%d %H:%M}"
