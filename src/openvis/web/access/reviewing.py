"""The yearly review of all rights (BIO2): every role as it is on a day, judged one by one, signed for, and carried out."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import audit, selectors, services
from .models import Grant, ReviewedGrant, RightsReview, User

ABILITY = "people.review"
YEAR = dt.timedelta(days=365)
DECISIONS = {ReviewedGrant.KEEP, ReviewedGrant.END}


class RefusedError(Exception):
    """It cannot be done (any more): says why, in words for the page."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of a review as the page shows it."""

    row: ReviewedGrant
    role: str
    where: str
    last_day: dt.date | None
    changed: list[str]
    """What is not any more as it was when the review began."""
    own: bool
    """Whether it is a role of whoever looks: somebody else judges it."""


def current() -> RightsReview | None:
    """The review that is under way."""
    return RightsReview.objects.filter(signed__isnull=True).first()


def last_signed() -> RightsReview | None:
    """The latest that was signed."""
    return RightsReview.objects.filter(signed__isnull=False).order_by("-signed").first()


def overdue() -> bool:
    """Whether the last sign-off is more than a year ago, or never was."""
    last = last_signed()
    return last is None or last.signed is None or last.signed < timezone.now() - YEAR


@transaction.atomic
def begin(by: User) -> RightsReview:
    """Write down every role that counts now or later. Raises RefusedError while another review is under way."""
    if current() is not None:
        raise RefusedError(_("A review is under way already."))
    review = RightsReview(begun_by=by)
    review.save(force_insert=True)
    held = Grant.objects.not_ended().select_related("user__organisation")
    ReviewedGrant.objects.bulk_create(_row(review, grant) for grant in held)
    audit.record(by, "review.begin", str(review.pk), roles=len(held))
    return review


def _row(review: RightsReview, grant: Grant) -> ReviewedGrant:
    user = grant.user
    return ReviewedGrant(
        review=review, grant=grant, user=user, person=f"{user.name} <{user.email}>",
        organisation=user.organisation.key if user.organisation else "", role=grant.role, areas=grant.areas,
        source=grant.source, reason=grant.reason, starts=grant.starts, ends=grant.ends,
    )


@transaction.atomic
def decide(row: ReviewedGrant, decision: str, remark: str, by: User) -> None:
    """Say of one role whether it stays or ends; it ends when the review is signed. Raises RefusedError."""
    review = RightsReview.objects.select_for_update().get(pk=row.review_id)
    if review.signed is not None:
        raise RefusedError(_("This review is signed: nothing in it changes."))
    if row.user_id == by.pk:
        raise RefusedError(_("Somebody else judges this: it is your own role."))
    if decision not in DECISIONS:
        raise RefusedError(_("Choose whether it stays or ends."))
    remark = remark.strip()[:300]
    ReviewedGrant.objects.filter(pk=row.pk).update(decision=decision, remark=remark, decided_by=by)


def left(review: RightsReview, by: User) -> int:
    """How many roles of others are still to be judged."""
    return review.rows.filter(decision="").exclude(user=by).count()


@transaction.atomic
def sign(review: RightsReview, by: User) -> RightsReview:
    """Sign for it: what was judged to end, ends now. Raises RefusedError while roles of others are not judged.

    One's own roles need no judgement of one's own: what nobody else judged is named on the signed page.
    """
    found = RightsReview.objects.select_for_update().get(pk=review.pk)
    if found.signed is not None:
        raise RefusedError(_("This review is signed: nothing in it changes."))
    if left(found, by):
        raise RefusedError(_("Not every role has been judged yet."))
    ending = [row.grant for row in found.rows.filter(decision=ReviewedGrant.END).select_related("grant__user") if row.grant]
    mine = [grant for grant in ending if grant.user_id == by.pk]
    if mine:
        raise RefusedError(_("One of your own roles was judged to end: somebody else signs."))
    for grant in ending:
        services.revoke(grant, by=by)
    RightsReview.objects.filter(pk=found.pk).update(
        signed=timezone.now(), signed_by=by, signer=str(by), fingerprint=fingerprint(found)
    )
    audit.record(by, "review.sign", str(found.pk), roles=found.rows.count(), ended=len(ending))
    return RightsReview.objects.get(pk=found.pk)


def fingerprint(review: RightsReview) -> str:
    """SHA-256 over every row as it was judged: on paper it shows later that nothing in the review changed."""
    digest = hashlib.sha256(review.begun.isoformat().encode())
    for row in review.rows.order_by("pk"):
        told = [row.person, row.organisation, row.role, sorted(row.areas), row.source, row.reason, row.starts.isoformat(),
                row.ends.isoformat() if row.ends else "", row.decision, row.remark]  # fmt: skip
        digest.update(b"\n" + json.dumps(told, ensure_ascii=False).encode())
    return digest.hexdigest()


def rows(review: RightsReview, by: User) -> list[Judged]:
    """Every role of a review, with what changed since it began."""
    return [
        Judged(
            row, selectors.role_name(row.role), selectors.where(row.role, row.areas), selectors.last_day(row.ends),
            changed(row), row.user_id == by.pk,
        )
        for row in review.rows.select_related("grant", "decided_by")
    ]


def changed(row: ReviewedGrant) -> list[str]:
    """In which ways a role is not any more as it was when the review began."""
    grant = row.grant
    if grant is None:
        return [_("it was destroyed")]
    now = timezone.now()
    found = []
    if grant.ends is not None and grant.ends <= now and (row.ends is None or row.ends > now):
        found.append(_("it ended meanwhile"))
    elif grant.ends != row.ends:
        found.append(_("another last day"))
    if sorted(grant.areas) != sorted(row.areas):
        found.append(_("other areas"))
    if (grant.source, grant.reason, grant.role, grant.starts) != (row.source, row.reason, row.role, row.starts):
        found.append(_("another reason, source or beginning"))
    return found


def since(review: RightsReview) -> int:
    """How many roles were given since it began: they are not in it."""
    return Grant.objects.not_ended().exclude(reviews__review=review).count()
