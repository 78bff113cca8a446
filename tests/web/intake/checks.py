"""What must hold after everything: the sum, and a store equal to the record."""

import pyarrow as pa

from openvis.store import EVENTS, fingerprint
from openvis.web.intake import projection
from openvis.web.intake.models import Batch, Behind


def store_equals_record() -> None:
    """The event store holds exactly what the record holds, and nothing waits."""
    record = pa.concat_tables([EVENTS.empty_table(), *projection.record_events()])
    expected = {month: found for month, found in fingerprint(record).items() if found.count}
    found_again = projection.event_store().fingerprints(recount=True)
    stored = {month: found for month, found in found_again.items() if found.count}
    assert stored == expected
    assert not Behind.objects.exists()
    assert not Batch.objects.filter(projected=False).exists()


def sums() -> None:
    """Every row read is new, updated, skipped or rejected."""
    for batch in Batch.objects.all():
        assert batch.new + batch.updated + batch.skipped + batch.rejected == batch.read
