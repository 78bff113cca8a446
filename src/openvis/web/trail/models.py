"""What binds the audit log together: a seal for each entry, and what is left of segments that ended."""

from django.db import models
from django.db.models.functions import Length
from django.utils import timezone

HASH_BYTES = 32

models.BinaryField.register_lookup(Length)


class AuditSeal(models.Model):
    """The place of an audit entry in the chain, and the hash that binds it to all entries before it."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        ordering = ("seq",)
        constraints = [
            models.CheckConstraint(condition=models.Q(hash__length=HASH_BYTES), name="seal_is_a_whole_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.entry}"


class AuditCheckpoint(models.Model):
    """What is left of a part of the audit log whose term ended: where it ended, its hash, how many, from when to when.

    The chain goes on from its hash.
    """

    seq = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=HASH_BYTES)
    entries = models.BigIntegerField()
    first = models.DateTimeField()
    last = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq}: {self.entries} ({self.first:%Y-%m-%d} – {self.last:%Y-%m-%d})"
