"""What of the transfers is about people: staff by name, others inside the sealed values, which are opened to look."""

from django.utils.translation import gettext_lazy

from openvis.web.access.finding import finder
from openvis.web.access.registry import PersonalTable, personal

from .models import CovenantText, Flow, Received, Transfer


def erase_transfer(key: str) -> int:
    """Take a transfer away whole, with what was received and with its history."""
    from .retention import remove

    return remove(Transfer.objects.filter(pk=key))


def erase_received(key: str) -> int:
    """Take away what was received; that there was a transfer stays."""
    return Received.objects.filter(pk=key).delete()[0]


KEPT = gettext_lazy("says who signed with whom; of no person but who put it here")

PURPOSE = gettext_lazy("to account for every transfer")
TRANSFER = ("proposed_by", "decided_by", "values", "subjects", "motivation", "proportionality", "subsidiarity", "reason")
RECEIVED = ("received_by", "values", "subjects")

TABLES = (
    PersonalTable(
        Transfer, TRANSFER, "person",
        finder(Transfer, TRANSFER, "transfer", PURPOSE, until="ends_on", show=("state", "proposed_at")), erase_transfer,
    ),
    PersonalTable(
        Received, RECEIVED, "person",
        finder(Received, RECEIVED, "received", PURPOSE, until="ends_on", show=("received_at",)), erase_received,
    ),
    PersonalTable(
        CovenantText, ("added_by",), "staff",
        finder(CovenantText, ("added_by",), "covenant_text", PURPOSE, show=("added_at",)), kept_because=KEPT,
    ),
    PersonalTable(Flow, none_because="ways between compartments, no people"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
