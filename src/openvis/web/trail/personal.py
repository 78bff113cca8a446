"""What of the logs is about people."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from openvis.web.access.models import User
from openvis.web.access.registry import About, Person, PersonalTable, personal

from .models import AuditCheckpoint, AuditSeal, LookupSample, OwnDetail, ProcessingEntry, SampledLookup
from .processing import ACCOUNT

KEPT = "it accounts for who was shown what; it ends on a term of its own"


def find_lines(person: Person) -> Iterator[About]:
    """The lines of the processing log about somebody, counted by activity: what was done with their data."""
    for user in _accounts(person):
        lines = ProcessingEntry.objects.filter(subject_index=str(user.pk), subject_type=ACCOUNT)
        for activity in lines.order_by("activity").values_list("activity", flat=True).distinct():
            some = lines.filter(activity=activity)
            span = some.latest("ended").ended, some.earliest("ended").ended
            yield About("processing", f"{user.pk}|{activity}", activity, _("to account for every processing"), None, [
                (_("lines"), str(some.count())), (_("first"), f"{span[1]:%Y-%m-%d}"), (_("last"), f"{span[0]:%Y-%m-%d}"),
            ])  # fmt: skip


def find_own_details(person: Person) -> Iterator[About]:
    """That own details are registered; what they are nobody can read."""
    for user in _accounts(person):
        for detail in user.own_details.all():
            yield About("own_detail", str(detail.pk), detail.get_kind_display(), _("to notice look-ups of oneself"), None, [
                (_("kind"), detail.get_kind_display()), (_("at"), f"{detail.at:%Y-%m-%d %H:%M}"),
            ])  # fmt: skip


def erase_own_detail(key: str) -> int:
    """Take one away."""
    return OwnDetail.objects.filter(pk=key).delete()[0]


def _accounts(person: Person) -> list[User]:
    if person.user is not None:
        return [person.user]
    if person.email:
        return list(User.objects.filter(email__iexact=person.email))
    return list(User.objects.filter(name__iexact=person.name)) if person.name else []


TABLES = (
    PersonalTable(AuditSeal, none_because="numbers of entries and hashes"),
    PersonalTable(AuditCheckpoint, none_because="numbers, moments and a hash"),
    PersonalTable(ProcessingEntry, ("subject", "subject_index"), "person", find_lines, kept_because=KEPT),
    PersonalTable(OwnDetail, ("user", "digest"), "staff", find_own_details, erase_own_detail),
    PersonalTable(LookupSample, ("signed_by",), "staff", kept_because="accounts for the review of look-ups"),
    PersonalTable(SampledLookup, ("judged_by", "remark"), "staff", kept_because="accounts for the review of look-ups"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
