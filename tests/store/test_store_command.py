"""`openvis store check` and `rebuild` say in words what they found, and by their exit status."""

from collections.abc import Callable

import pyarrow as pa
import pytest
from click.testing import CliRunner

from openvis.cli.store import store as command
from openvis.store import EventStore
from openvis.web.intake import projection

Make = Callable[..., pa.Table]
pytestmark = pytest.mark.django_db
"""Every command looks at its end whether the audit log is to be sealed."""


@pytest.fixture
def record(store: EventStore, make: Make, monkeypatch: pytest.MonkeyPatch) -> list[pa.Table]:
    """What the record holds: tables a test may change."""
    tables = [make(300)]
    monkeypatch.setattr(projection, "event_store", lambda: store)
    monkeypatch.setattr(projection, "record_events", lambda months=None: iter(tables))
    monkeypatch.setattr(projection, "rebuild", lambda target: target.rebuild(iter(tables)))
    return tables


def test_check_says_that_all_is_well(store: EventStore, record: list[pa.Table]) -> None:
    store.append("a", record[0])
    result = CliRunner().invoke(command, ["check"])
    assert result.exit_code == 0
    assert result.output == "The event store equals the record: 300 incidents in 3 months.\n"


def test_check_names_the_months_that_differ_and_rebuild_mends_them(
    store: EventStore, record: list[pa.Table], make: Make
) -> None:
    store.append("a", record[0])
    record.append(make(7, first_id=900, start="2026-03-01", days=20))
    result = CliRunner().invoke(command, ["check"])
    assert result.exit_code == 1
    assert "2026-03: the record has 7 incidents, the store none that can be read." in result.output
    assert "differs from the record in 1 month." in result.output
    assert "openvis store rebuild" in result.output
    mended = CliRunner().invoke(command, ["rebuild"])
    assert mended.exit_code == 0
    assert mended.output.startswith("Made anew: 307 incidents in 4 months")
    assert CliRunner().invoke(command, ["check"]).exit_code == 0
