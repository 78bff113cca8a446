"""What watching over rights keeps about people: behind which walls, and until when."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import walls
from .models import BreakGlass, Grant, ReviewedGrant, RightsReview
from .personal import ANOTHERS_ROLE, accounts_of
from .registry import About, Person, PersonalTable, RetentionRule, held, personal, retention
from .retention import is_key, previewing, start

NOT_MINE = "asked_by_id <> openvis_user()"
APPROVES, REVIEWS = "openvis_holds('break_glass.approve')", "openvis_holds('people.review')"
ALLOWED = f"""
    source = 'break-glass' AND user_id <> openvis_user() AND {APPROVES} AND EXISTS (
        SELECT 1 FROM access_breakglass b
        WHERE b.asked_by_id = access_grant.user_id AND b.role = access_grant.role AND b.areas = access_grant.areas
            AND b.answered_by_id = openvis_user() AND b.allowed AND b.grant_id IS NULL
            AND access_grant.ends <= clock_timestamp() + make_interval(hours => b.hours, mins => 1)
    )
"""  # noqa: S608 -- our own names
"""A role in an emergency: for somebody else, as they asked for it, no longer than they asked for."""
ENDS_EMERGENCY = (
    f"source = 'break-glass' AND user_id <> openvis_user() AND {APPROVES} AND ends <= clock_timestamp() + interval '1 day'"
)
JUDGED = f"""
    user_id <> openvis_user() AND {REVIEWS} AND EXISTS (
        SELECT 1 FROM access_reviewedgrant r WHERE r.grant_id = access_grant.id AND r.decision = 'end'
    )
"""  # noqa: S608 -- our own names
"""A role that the yearly review ends."""


def register() -> None:
    """Say what is personal here, put it behind the second wall, and tell how it ends."""
    walls.protect(
        BreakGlass, select=f"asked_by_id = openvis_user() OR {APPROVES} OR {REVIEWS}",
        insert="asked_by_id = openvis_user() AND openvis_holds('break_glass.ask') AND answered_at IS NULL"
        " AND reviewed_at IS NULL",
        update=f"{NOT_MINE} AND ({APPROVES} OR {REVIEWS})",
    )
    walls.protect(RightsReview, select=REVIEWS, insert=REVIEWS, update=REVIEWS)
    walls.protect(ReviewedGrant, select=REVIEWS, insert=REVIEWS, update=f"{REVIEWS} AND user_id <> openvis_user()")
    walls.protect(
        Grant, select=walls.EVERYBODY, insert=f"(({ANOTHERS_ROLE}) AND source <> 'break-glass') OR ({ALLOWED})",
        update=f"({ANOTHERS_ROLE}) OR ({ENDS_EMERGENCY}) OR ({JUDGED})",
    )
    personal.extend(TABLES)
    retention.extend(RULES)


def find_emergencies(person: Person) -> Iterator[About]:
    """Access in an emergency that a person asked for."""
    for asked in BreakGlass.objects.filter(asked_by__in=accounts_of(person)):
        yield About("break_glass", str(asked.pk), asked.role, _("who may do what"), None, [
            (_("role"), asked.role), (_("reason"), asked.reason), (_("at"), f"{asked.asked_at:%Y-%m-%d %H:%M}"),
        ])  # fmt: skip


def find_judged(person: Person) -> Iterator[About]:
    """What a review of rights says about the roles of a person."""
    for row in ReviewedGrant.objects.filter(user__in=accounts_of(person)).select_related("review"):
        yield About("reviewed_grant", str(row.pk), row.role, _("who may do what"), None, [
            (_("role"), row.role), (_("judgement"), row.decision or "–"), (_("remark"), row.remark or "–"),
            (_("at"), f"{row.review.begun:%Y-%m-%d}"),
        ])  # fmt: skip


def find_signed(person: Person) -> Iterator[About]:
    """The reviews of rights that a person signed."""
    for review in RightsReview.objects.filter(signed_by__in=accounts_of(person)):
        yield About("rights_review", str(review.pk), _("review of rights"), _("who may do what"), None, [
            (_("signed on"), f"{review.signed:%Y-%m-%d}"),
        ])  # fmt: skip


KEPT = "accounts for who could see what"
TABLES = (
    PersonalTable(BreakGlass, ("asked_by", "answered_by", "reviewed_by", "reason", "finding"), "staff", find_emergencies,
                  kept_because=KEPT),
    PersonalTable(RightsReview, ("begun_by", "signed_by", "signer"), "staff", find_signed, kept_because=KEPT),
    PersonalTable(ReviewedGrant, ("user", "decided_by", "person", "source", "reason", "remark"), "staff", find_judged,
                  kept_because=KEPT),
)  # fmt: skip


def old_emergencies(day: dt.date) -> QuerySet[BreakGlass]:
    """Emergencies that were asked longer ago than accounts are kept."""
    return BreakGlass.objects.filter(asked_at__lt=start("accounts", day))


def old_reviews(day: dt.date) -> QuerySet[RightsReview]:
    """Reviews that were signed longer ago than accounts are kept."""
    return RightsReview.objects.filter(signed__lt=start("accounts", day))


def end_emergencies(day: dt.date) -> int:
    """Destroy these."""
    return old_emergencies(day).exclude(pk__in=held("break_glass")).delete()[0]


def end_reviews(day: dt.date) -> int:
    """Destroy these, with what was judged in them."""
    found = old_reviews(day).exclude(pk__in=held("rights_review"))
    number = found.count()
    found.delete()
    return number


RULES = (
    RetentionRule("break_glass", gettext_lazy("access in an emergency"), "accounts",
                  previewing("break_glass", old_emergencies, "asked_at"), end_emergencies, order=75,
                  exists=is_key(BreakGlass)),
    RetentionRule("rights_review", gettext_lazy("reviews of rights"), "accounts",
                  previewing("rights_review", old_reviews, "signed"), end_reviews, order=76, exists=is_key(RightsReview)),
)  # fmt: skip
