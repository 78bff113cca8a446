"""The second wall of barrier models: read by who sees the plan, changed by who may."""

from openvis.web.access import walls

from .models import BarrierModel

READS = "openvis_holds('plan.view') OR openvis_holds('barriers.edit')"
EDITS = "openvis_holds('barriers.edit')"


def register() -> None:
    """Put the table behind it. Nobody deletes one: it is put away, and ends on its term."""
    walls.limit(BarrierModel, "SELECT, INSERT, UPDATE")
    walls.protect(BarrierModel, select=READS, insert=EDITS, update=EDITS)
