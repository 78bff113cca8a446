"""Barrier models are about kinds of crime. Of people they hold who changed them; texts are looked through all the same."""

from django.utils.translation import gettext_lazy

from openvis.web.access.finding import finder
from openvis.web.access.registry import PersonalTable, personal

from .models import BarrierModel

PURPOSE = gettext_lazy("to see where a criminal process can be stopped, and who changed the model")
KEPT = gettext_lazy("holds no personal data by its own rule; a name that stands in it is taken out by hand")
COLUMNS = ("changed_by", "content")

TABLES = (
    PersonalTable(
        BarrierModel, COLUMNS, "staff",
        finder(BarrierModel, COLUMNS, "barrier_model", PURPOSE, until="ends_on", show=("changed_at",)), kept_because=KEPT,
    ),
)


def register() -> None:
    """Tell `access` which table holds what."""
    personal.extend(TABLES)
