"""An audit log with something in it, and a hand that reaches past all walls."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

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


def open_with_purpose(client, address: str):
    """State the first purpose that the person may state for this page, as the page asks it."""
    asked = client.get(address)
    assert asked.status_code == 302, asked.status_code
    page = client.get(asked["Location"]).content.decode()
    chosen = re.search(r'name="doel" value="(\w+)"', page)
    query = parse_qs(urlsplit(asked["Location"]).query)
    given = {name: values[0] for name, values in query.items()}
    assert chosen is not None, page
    assert client.post("/mensen/doel/", {**given, "doel": chosen[1]}).status_code == 302
    return client
