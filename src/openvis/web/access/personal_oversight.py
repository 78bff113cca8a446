"""What watching over rights keeps about people: behind which walls, and until when."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from . import walls
from .finding import finder
from .models import BreakGlass, Grant, ReviewedGrant, RightsReview
from .personal import ANOTHERS_ROLE
from .registry import PersonalTable, RetentionRule, held, personal, retention
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


KEPT = gettext_lazy("accounts for who could see what")
RIGHTS = gettext_lazy("who may do what")
EMERGENCY = ("asked_by", "answered_by", "reviewed_by", "reason", "finding")
REVIEW = ("begun_by", "signed_by", "signer")
JUDGEMENT = ("user", "decided_by", "person", "source", "reason", "remark")
TABLES = (
    PersonalTable(
        BreakGlass, EMERGENCY, "staff", finder(BreakGlass, EMERGENCY, "break_glass", RIGHTS, show=("role", "asked_at")),
        kept_because=KEPT,
    ),
    PersonalTable(
        RightsReview, REVIEW, "staff", finder(RightsReview, REVIEW, "rights_review", RIGHTS, show=("signed",)),
        kept_because=KEPT,
    ),
    PersonalTable(
        ReviewedGrant, JUDGEMENT, "staff",
        finder(ReviewedGrant, JUDGEMENT, "reviewed_grant", RIGHTS, show=("role", "decision")), kept_because=KEPT,
    ),
)


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
