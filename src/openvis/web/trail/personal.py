"""What of the logs is about people."""

from openvis.web.access.registry import PersonalTable, personal

from .models import AuditCheckpoint, AuditSeal

TABLES = (
    PersonalTable(AuditSeal, none_because="numbers of entries and hashes"),
    PersonalTable(AuditCheckpoint, none_because="numbers, moments and a hash"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
