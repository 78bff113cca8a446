"""What of the logs is about people."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openvis.web.access.finding import accounts_of, finder
from openvis.web.access.registry import About, Person, PersonalTable, personal

from .models import AuditCheckpoint, AuditSeal, LookupSample, OwnDetail, ProcessingEntry, SampledLookup
from .processing import ACCOUNT

KEPT = gettext_lazy("it accounts for who was shown what; it ends on a term of its own")


def find_lines(person: Person) -> Iterator[About]:
    """The lines of the processing log about somebody, counted by activity: what was done with their data."""
    for user in accounts_of(person):
        lines = ProcessingEntry.objects.filter(subject_index=str(user.pk), subject_type=ACCOUNT)
        for activity in lines.order_by("activity").values_list("activity", flat=True).distinct():
            some = lines.filter(activity=activity)
            span = some.latest("ended").ended, some.earliest("ended").ended
            yield About("processing", f"{user.pk}|{activity}", activity, _("to account for every processing"), None, [
                (_("lines"), str(some.count())), (_("first"), f"{span[1]:%Y-%m-%d}"), (_("last"), f"{span[0]:%Y-%m-%d}"),
            ])  # fmt: skip


def find_own_details(person: Person) -> Iterator[About]:
    """That own details are registered; what they are nobody can read."""
    for user in accounts_of(person):
        for detail in user.own_details.all():
            yield About("own_detail", str(detail.pk), detail.get_kind_display(), _("to notice look-ups of oneself"), None, [
                (_("kind"), detail.get_kind_display()), (_("at"), f"{detail.at:%Y-%m-%d %H:%M}"),
            ])  # fmt: skip


def erase_own_detail(key: str) -> int:
    """Take one away."""
    return OwnDetail.objects.filter(pk=key).delete()[0]


REVIEWED = gettext_lazy("accounts for the review of look-ups")
REVIEW = gettext_lazy("to review look-ups")
JUDGED = ("judged_by", "remark")
TABLES = (
    PersonalTable(AuditSeal, none_because="numbers of entries and hashes"),
    PersonalTable(AuditCheckpoint, none_because="numbers, moments and a hash"),
    PersonalTable(
        ProcessingEntry, ("subject",), "person", find_lines, kept_because=KEPT,
        explained={"name": "what was done", "activity": "a compartment", "foreign_processor": "an organisation"},
    ),
    PersonalTable(
        OwnDetail, ("user",), "staff", find_own_details, erase_own_detail,
        explained={"digest": "a keyed hash: nobody reads it"},
    ),
    PersonalTable(
        LookupSample, ("signed_by",), "staff",
        finder(LookupSample, ("signed_by",), "lookup_sample", REVIEW, show=("month",)), kept_because=REVIEWED,
    ),
    PersonalTable(
        SampledLookup, JUDGED, "staff", finder(SampledLookup, JUDGED, "sampled_lookup", REVIEW), kept_because=REVIEWED
    ),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
