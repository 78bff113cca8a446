"""The monthly sample: look-ups of an organisation's people, drawn for their manager to judge.

Drawn by person: in turns, so that who looks up little is seen as much as who looks up a lot. The seed is kept, so that
anybody can do the draw again.
"""

import datetime as dt
import random
import secrets
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from openvis.web.access import audit, people
from openvis.web.access.models import AuditEntry, User
from openvis.web.guard import Refused

from .models import LookupSample, SampledLookup

SIZE = 10
"""Look-ups of a sample."""
ABILITY = "audit.sample"
OFFICER = "audit.view"
_NOT_LOOKING = ("purpose.state", "purpose.end", "setup")


class NotReadyError(ValueError):
    """The sample cannot be signed yet: not everything in it is judged."""


def month_before(day: dt.date) -> dt.date:
    """The first day of the month before the one of a day."""
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def draw_due(day: dt.date | None = None) -> list[LookupSample]:
    """Draw last month's sample of each organisation that looked something up and has none yet. Safe to repeat."""
    month = month_before(day or timezone.localdate())
    there = set(LookupSample.objects.filter(month=month).values_list("organisation", flat=True))
    found = looks(month).exclude(organisation__in=[*there, ""])
    keys = found.order_by("organisation").values_list("organisation", flat=True).distinct()
    return [draw(key, month) for key in keys]


@transaction.atomic
def draw(organisation: str, month: dt.date, seed: int | None = None) -> LookupSample:
    """Draw the sample of an organisation and a month."""
    seed = secrets.randbits(62) if seed is None else seed
    rows = list(looks(month).filter(organisation=organisation).order_by("id").values_list("id", "actor"))
    sample = LookupSample.objects.create(
        organisation=organisation, month=month, seed=seed, population=len(rows), people=len({actor for _, actor in rows})
    )
    SampledLookup.objects.bulk_create(SampledLookup(sample=sample, entry=entry) for entry in chosen(rows, seed))
    audit.record(None, "sample.draw", str(sample.pk), population=len(rows), drawn=min(SIZE, len(rows)))
    return sample


def looks(month: dt.date) -> QuerySet[AuditEntry]:
    """The look-ups of a month: what was done under a purpose, and every search for persons or addresses."""
    begin = timezone.make_aware(dt.datetime.combine(month, dt.time()))
    following = (month + dt.timedelta(days=32)).replace(day=1)
    end = timezone.make_aware(dt.datetime.combine(following, dt.time()))
    return AuditEntry.objects.filter(
        ~Q(purpose="") | Q(action__in=("search.name", "search.address")), at__gte=begin, at__lt=end, actor__isnull=False,
        result__in=("done", "flagged"),
    ).exclude(action__in=_NOT_LOOKING)  # fmt: skip


def chosen(rows: Sequence[tuple[int, UUID]], seed: int, size: int = SIZE) -> list[int]:
    """Which entries: in turns one of each person, the people and the entries of each in an order drawn by lot."""
    lot = random.Random(seed)  # noqa: S311 -- a draw that can be repeated, no secret
    of_person: dict[UUID, list[int]] = defaultdict(list)
    for entry, actor in rows:
        of_person[actor].append(entry)
    people_drawn = sorted(of_person)
    lot.shuffle(people_drawn)
    for person in people_drawn:
        lot.shuffle(of_person[person])
    found: list[int] = []
    while len(found) < size and any(of_person.values()):
        for person in people_drawn:
            if of_person[person] and len(found) < size:
                found.append(of_person[person].pop())
    return sorted(found)


def is_mine(user: User, sample: LookupSample) -> bool:
    """Whether somebody is the manager of the people of a sample."""
    return (
        people.may(user, ABILITY) and user.organisation is not None and user.organisation.key == sample.organisation
    )


def may_judge(user: User, sample: LookupSample, actor: UUID | None) -> bool:
    """A manager judges their own people; a manager's own look-ups are judged by the privacy officer; nobody their own."""
    if actor == user.pk or sample.signed is not None:
        return False
    if _is_manager(actor):
        return people.may(user, OFFICER)
    return is_mine(user, sample)


def _is_manager(actor: UUID | None) -> bool:
    found = User.objects.filter(pk=actor).first() if actor is not None else None
    return found is not None and people.may(found, ABILITY)


@transaction.atomic
def judge(lookup: SampledLookup, judgement: str, remark: str, *, by: User) -> SampledLookup:
    """Say of one look-up whether it fits the work. Raises Refused for who may not; ValueError for an unknown judgement."""
    entry = AuditEntry.objects.filter(pk=lookup.entry).first()
    # As it is now: somebody may have signed for it since.
    sample = LookupSample.objects.get(pk=lookup.sample_id)
    if not may_judge(by, sample, entry.actor if entry is not None else None):
        raise Refused(ABILITY, str(lookup.sample_id))
    lookup.judgement = SampledLookup.Judgement(judgement).value
    lookup.remark, lookup.judged_by, lookup.judged = remark.strip(), by, timezone.now()
    lookup.save(update_fields=["judgement", "remark", "judged_by", "judged"])
    audit.record(by, "sample.judge", str(lookup.entry), sample=str(lookup.sample_id), judgement=lookup.judgement)
    return lookup


@transaction.atomic
def sign(sample: LookupSample, *, by: User) -> LookupSample:
    """Sign for a sample of which everything is judged. Raises Refused, NotReadyError. Signing twice changes nothing."""
    if not is_mine(by, sample):
        raise Refused(ABILITY, str(sample.pk))
    if sample.signed is not None:
        return sample
    if sample.lookups.filter(judgement="").exists():
        raise NotReadyError
    sample.signed_by, sample.signed = by, timezone.now()
    sample.save(update_fields=["signed_by", "signed"])
    audit.record(by, "sample.sign", str(sample.pk), lookups=sample.lookups.count())
    return sample
