"""What of the index is about people: staff who entered something. It names no other person, by rule and by shape."""

from django.utils.translation import gettext_lazy

from openvis.web.access.finding import finder
from openvis.web.access.registry import PersonalTable, personal

from .models import Entry, LookUp, Match

COUNTED = gettext_lazy("to limit how often somebody looks addresses up")
PURPOSE = gettext_lazy("to bring departments with a signal at one address together")
KEPT = gettext_lazy("goes by itself within weeks of its end; who entered it answers for it until then")
LIMIT = gettext_lazy("goes by itself after two days")
KIND = "a word of the list of the municipality, sealed so that only the own department reads it"
CONTACT = "how the department's handler is reached; the handler is found by account"

TABLES = (
    PersonalTable(
        Entry, ("handler", "offered_to"), "staff",
        finder(Entry, ("handler", "offered_to"), "index_entry", PURPOSE, until="ends_on", show=("registered_at", "state")),
        kept_because=KEPT, explained={"contact": CONTACT, "kind": KIND}, compartment="index",
    ),
    PersonalTable(Match, none_because="between two entries; whose they are stands there"),
    PersonalTable(
        LookUp, ("user",), "staff",
        finder(LookUp, ("user",), "index_look_up", COUNTED, show=("at",)),
        kept_because=LIMIT, compartment="index",
    ),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
