"""What of control days and dealers is about people: traders by name, staff by account, others in what was found."""

from django.utils.translation import gettext_lazy as _

from openvis.web.access.finding import finder, forget_history
from openvis.web.access.registry import PersonalTable, personal

from . import retention
from .models import ControlDay, ControlMember, ControlStop, Dealer, DealerCheck

VISITING = _("checking whether the rules are kept")
DAY = ("aim", "safety", "conclusion", "made_by")
STOP = ("why", "safety", "finding", "follow_up", "visited_by")
DEALER = ("name", "contact", "listed_by")
CHECK = ("checklist", "finding", "measure", "visited_by", "planned_by")


def erase_day(key: str) -> int:
    """Take a control day away, with its visits and history."""
    return retention.remove_days([key])


def erase_member(key: str) -> int:
    """Take somebody out of a team."""
    return ControlMember.objects.filter(pk=key).delete()[0]


def erase_stop(key: str) -> int:
    """Take a visit away, with its history."""
    gone = ControlStop.objects.filter(pk=key).delete()[0]
    forget_history(ControlStop, [key])
    return gone


def erase_dealer(key: str) -> int:
    """Take a dealer away, with its checks and history."""
    return retention.remove_dealers([key])


def erase_check(key: str) -> int:
    """Take a check away, with its history."""
    return retention.remove_checks([key])


def correct_dealer(key: str, column: str, value: str) -> int:
    """Set name or contact of a dealer right."""
    dealer = Dealer.objects.select_for_update().get(pk=key)
    setattr(dealer, column, value)
    dealer.version += 1
    dealer.save()
    return 1


TABLES = (
    PersonalTable(
        ControlDay, DAY, "person",
        finder(ControlDay, DAY, retention.DAY, VISITING, until="ends_on", show=("date", "state")), erase_day,
        compartment="operations",
    ),
    PersonalTable(
        ControlMember, ("person",), "staff", finder(ControlMember, ("person",), "control_member", VISITING), erase_member,
        compartment="operations",
    ),
    PersonalTable(
        ControlStop, STOP, "person", finder(ControlStop, STOP, "control_stop", VISITING, show=("result", "visited_at")),
        erase_stop, compartment="operations",
    ),
    PersonalTable(
        Dealer, DEALER, "person",
        finder(Dealer, DEALER, retention.DEALER, VISITING, until="ends_on", show=("branch", "listed_on")), erase_dealer,
        compartment="operations", correct=correct_dealer, correctable=("name", "contact"),
    ),
    PersonalTable(
        DealerCheck, CHECK, "person",
        finder(DealerCheck, CHECK, retention.CHECK, VISITING, until="ends_on", show=("state", "visited_on")), erase_check,
        compartment="operations",
    ),
)


def register() -> None:
    """Tell `access` which tables hold what."""
    personal.extend(TABLES)
