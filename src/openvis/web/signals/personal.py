"""What of signals is about people: reporters and readers by account, others inside sealed texts."""

from django.utils.translation import gettext_lazy

from openvis.web.access.finding import finder
from openvis.web.access.registry import PersonalTable, personal

from .models import Addition, Attachment, Draft, HandOver, Likeness, NumberSeries, Report, Signal, Weighing

SIGNAL = (
    "registered_by", "place_text", "facts", "interpretation", "answers", "company", "telephone", "subjects", "acted",
    "source_note", "note", "immediate", "closing_reason",
)  # fmt: skip
ADDITION = ("text", "added_by")
WEIGHING = ("reason", "remark", "with_route", "proposed_by", "decided_by")
HAND_OVER = ("facts", "request", "result", "made_by", "result_by", "handler")
WEIGH = gettext_lazy("to weigh signals of undermining crime")
KEPT = gettext_lazy("says which colleague decided; goes with its signal")


def erase_signal(key: str) -> int:
    """Take a signal away whole, with what hangs under it and its history."""
    from .retention import remove

    return remove(Signal.objects.filter(pk=key))


def erase_report(key: str) -> int:
    """Forget who reported; the signal stays."""
    return Report.objects.filter(pk=key).delete()[0]


def erase_draft(key: str) -> int:
    return Draft.objects.filter(pk=key).delete()[0]


def erase_addition(key: str) -> int:
    return Addition.objects.filter(pk=key).delete()[0]


def erase_attachment(key: str) -> int:
    """Take a file away; the sweep of the next run takes the sealed file itself."""
    return Attachment.objects.filter(pk=key).delete()[0]


def erase_hand_over(key: str) -> int:
    return HandOver.objects.filter(pk=key).delete()[0]


TABLES = (
    PersonalTable(
        Signal, SIGNAL, "person",
        finder(Signal, SIGNAL, "signal", WEIGH, until="ends_on", show=("number", "state", "received_at")), erase_signal,
        compartment="signals", explained={
            "company_index": "a keyed number of the business", "telephone_index": "a keyed number of the telephone",
            "organisation": "a department",
        },
    ),
    PersonalTable(
        Report, ("reporter", "question"), "staff",
        finder(Report, ("reporter", "question"), "report", WEIGH, show=("number", "received_at", "told")), erase_report,
        compartment="signals",
    ),
    PersonalTable(
        Draft, ("reporter", "values"), "person",
        finder(Draft, ("reporter", "values"), "signal_draft", WEIGH, until="ends_on", show=("saved_at",)), erase_draft,
        compartment="signals",
    ),
    PersonalTable(
        Addition, ADDITION, "person", finder(Addition, ADDITION, "addition", WEIGH, show=("added_at",)), erase_addition,
        compartment="signals",
    ),
    PersonalTable(
        Attachment, ("name",), "person", finder(Attachment, ("name",), "attachment", WEIGH, show=("kind", "size")),
        erase_attachment, compartment="signals",
    ),
    PersonalTable(
        Weighing, WEIGHING, "person", finder(Weighing, WEIGHING, "weighing", WEIGH, show=("proposed_at", "decided_at")),
        kept_because=KEPT, compartment="signals",
        explained={"answers": "keys of the checklist", "became": "a line without content"},
    ),
    PersonalTable(
        HandOver, HAND_OVER, "person", finder(HandOver, HAND_OVER, "hand_over", WEIGH, show=("number", "made_at")),
        erase_hand_over, compartment="signals", explained={"organisation": "a department"},
    ),
    PersonalTable(
        Likeness, ("decided_by",), "staff", finder(Likeness, ("decided_by",), "likeness", WEIGH, show=("decided_at",)),
        kept_because=KEPT, compartment="signals",
    ),
    PersonalTable(NumberSeries, none_because="the last number of a year"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
