"""What of the transfers is about people.

Staff are in them by name; others only inside sealed values, which no table can be searched for: the app they come from
finds the person, and this one then finds what was handed over of that object.
"""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from openvis.web.access.models import User
from openvis.web.access.registry import About, Person, PersonalTable, personal

from .models import CovenantText, Flow, Received, Transfer


def _staff(person: Person) -> list[User]:
    if person.user is not None:
        return [person.user]
    if person.email:
        return list(User.objects.filter(email__iexact=person.email))
    return list(User.objects.filter(name__iexact=person.name)) if person.name else []


def find_transfers(person: Person) -> Iterator[About]:
    """What somebody of the staff proposed or answered."""
    staff = _staff(person)
    for item in Transfer.objects.filter(Q(proposed_by__in=staff) | Q(decided_by__in=staff)):
        yield About("transfer", str(item.pk), str(item), _("to account for every transfer"), item.ends_on, [
            (_("proposed at"), f"{item.proposed_at:%Y-%m-%d %H:%M}"), (_("state"), item.get_state_display()),
        ])  # fmt: skip


def find_received(person: Person) -> Iterator[About]:
    """What somebody of the staff took over for their compartment."""
    for item in Received.objects.filter(received_by__in=_staff(person)):
        yield About("received", str(item.pk), str(item), _("to account for every transfer"), item.ends_on, [
            (_("received at"), f"{item.received_at:%Y-%m-%d %H:%M}"),
        ])  # fmt: skip


def find_texts(person: Person) -> Iterator[About]:
    """The signed texts that somebody of the staff added."""
    for item in CovenantText.objects.filter(added_by__in=_staff(person)):
        yield About("covenant_text", str(item.pk), str(item), _("to account for every transfer"), None, [
            (_("added at"), f"{item.added_at:%Y-%m-%d %H:%M}"),
        ])  # fmt: skip


def erase_transfer(key: str) -> int:
    """Take a transfer away whole, with what was received and with its history."""
    from .retention import remove

    return remove(Transfer.objects.filter(pk=key))


def erase_received(key: str) -> int:
    """Take away what was received; that there was a transfer stays."""
    return Received.objects.filter(pk=key).delete()[0]


KEPT = "says who signed with whom; of no person but who put it here"

TABLES = (
    PersonalTable(
        Transfer,
        ("proposed_by", "decided_by", "values", "subjects", "motivation", "proportionality", "subsidiarity", "reason"),
        "staff", find_transfers, erase_transfer,
    ),
    PersonalTable(Received, ("received_by", "values", "subjects"), "staff", find_received, erase_received),
    PersonalTable(CovenantText, ("added_by",), "staff", find_texts, kept_because=KEPT),
    PersonalTable(Flow, none_because="ways between compartments, no people"),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
