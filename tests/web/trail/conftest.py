"""An audit log with something in it, and a hand that reaches past all walls."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from openvis.web.access import acting, audit
from openvis.web.access.models import AuditEntry
from openvis.web.trail import sealer


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path) -> None:
    """Where the end of the chain is written down."""
    settings.OPENVIS_DATA = tmp_path


@pytest.fixture
def tamper() -> Callable[..., int]:
    """Runs SQL as whoever owns the database and has switched the triggers off."""

    def run(sql: str, *values: object) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql, values)
            touched = cursor.rowcount
            cursor.execute("SET LOCAL session_replication_role = origin")
        return touched

    return run


@pytest.fixture
def sealed(db) -> list[AuditEntry]:
    """Ten sealed entries, with every column filled in most of them."""
    AuditEntry.objects.all()._raw_delete("default")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_auditpending")
    write(10)
    sealer.seal()
    return list(AuditEntry.objects.order_by("id"))


def write(number: int) -> None:
    """Entries as work leaves them."""
    for place in range(number):
        with acting.begin(acting.Acting(purpose="supervision", origin=f"10.0.0.{place}")):
            audit.record(None, "place.open", f"place:{place}", rows=place, kind="é")
