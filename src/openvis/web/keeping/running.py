"""The run: what is past its term ends, kind by kind, each in one transaction with the line of its certificate.

Killed anywhere, what was committed has its line, and the rest is what the next run takes. A kind that fails does not stop
the others. Where the profile asks for a second person only what is on an approved list goes.
"""

import logging
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pghistory
from django.db import connection, transaction
from django.utils import timezone, translation

from openvis.web import city, clock
from openvis.web.access import audit
from openvis.web.access.models import AuditEntry, User
from openvis.web.access.registry import Due, RetentionRule

from . import holding, terms
from .models import Certificate, CertificateLine, DestructionList, DuePreview, RetentionRun

logger = logging.getLogger(__name__)
ACTION = "retention.run"
LOCK = 0x0A15_0007
"""One run at a time ends a kind: two would give one record two lines."""


@dataclass
class Done:
    """What a run did."""

    run: RetentionRun
    numbers: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def certificate(self) -> Certificate | None:
        """What it left; nothing when nothing was due."""
        return Certificate.objects.filter(run=self.run).first()


def preview(day: date | None = None) -> list[tuple[terms.Kind, Due]]:
    """What a run on a day would end, kind by kind. Nothing changes."""
    on = day or timezone.localdate()
    with holding.searched_once():
        return [(kind, kind.rule.preview(on)) for kind in terms.kinds()]


def keep_preview(day: date | None = None) -> int:
    """Work the preview out and keep it for the page; gives how many records are due."""
    on, total = day or timezone.localdate(), 0
    for kind, due in preview(on):
        DuePreview.objects.update_or_create(
            kind=kind.rule.kind,
            defaults={"day": on, "number": due.number, "oldest": due.oldest, "held": due.held, "at": timezone.now()},
        )
        total += due.number
    return total


def run(
    day: date | None = None, *, by: User | None = None, kinds: list[str] | None = None, by_hand: bool = False
) -> Done:
    """End what is past its term on a day (today when absent). Safe to repeat, and to break off.

    Raises ClockError, and destroys nothing, when the clock cannot be right; by hand the day is believed.
    """
    if day is None and not by_hand:
        # By the order in which they were written: the moments are what is in doubt.
        last = AuditEntry.objects.filter(action=ACTION).order_by("-id").first()
        clock.believe(last.at if last is not None else None)
    chosen = terms.rules(kinds)
    done = Done(RetentionRun.objects.create(day=day or timezone.localdate(), by=by))
    with pghistory.context(act="retention", run=str(done.run.pk)), holding.searched_once():
        for rule in chosen:
            done.numbers[rule.kind] = 0
            for wanted in _jobs(rule):
                _try(rule, done, wanted)
    done.run.failed, done.run.finished = done.failed, timezone.now()
    with transaction.atomic():
        done.run.save(update_fields=["failed", "finished"])
        told = {kind: number for kind, number in done.numbers.items() if number}
        audit.record(by, ACTION, str(done.run.pk), day=done.run.day.isoformat(), failed=len(done.failed), ended=told)
    return done


def _jobs(rule: RetentionRule) -> list[DestructionList | None]:
    """What may go of a kind: everything due, or the lists that a second person approved."""
    if not terms.second_person(rule):
        return [None]
    return list(DestructionList.objects.filter(kind=rule.kind, state=DestructionList.State.APPROVED))


def _try(rule: RetentionRule, done: Done, wanted: DestructionList | None) -> None:
    try:
        done.numbers[rule.kind] += _end(rule, done.run, wanted)
        if rule.after is not None:
            rule.after()
    except Exception as wrong:
        done.failed[rule.kind] = type(wrong).__name__
        logger.error("retention of %s failed: %s", rule.kind, type(wrong).__name__)


@transaction.atomic
def _end(rule: RetentionRule, made: RetentionRun, wanted: DestructionList | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if wanted is not None and not _still_approved(rule, wanted):
        return 0
    day = wanted.day if wanted is not None else made.day
    due = rule.preview(day)
    number = rule.run(day)
    if number:
        _certify(rule, made, Due(number, due.oldest, due.held), day, wanted)
    if wanted is not None:
        # The titles go with what they name.
        wanted.state, wanted.taken, wanted.items, wanted.keys = wanted.State.TAKEN, timezone.now(), None, None
        wanted.save()
    return number


def _still_approved(rule: RetentionRule, wanted: DestructionList) -> bool:
    """Whether nothing more is due by now than was approved; else the list is overtaken, and nothing of it goes."""
    wanted.refresh_from_db()
    if wanted.state != wanted.State.APPROVED:
        return False
    if rule.keys is not None:
        more = not {key for key, _title in rule.keys(wanted.day)} <= set(wanted.keys or ())
    else:
        more = rule.preview(wanted.day).number > wanted.number
    if more:
        wanted.state, wanted.items, wanted.keys = wanted.State.OVERTAKEN, None, None
        wanted.save()
        audit.record(None, "retention.overtaken", str(wanted.pk), kind=rule.kind)
    return not more


def _certify(rule: RetentionRule, made: RetentionRun, due: Due, day: date, wanted: DestructionList | None) -> None:
    certificate = Certificate.objects.filter(run=made).first()
    if certificate is None:
        certificate = Certificate(run=made, number=next_number(Certificate))
        certificate.save(force_insert=True)
    term = terms.term_of(rule)
    with translation.override(city.profile().municipality.language):
        words, ground = terms.in_words(term), terms.ground(term)
    CertificateLine(
        certificate=certificate, kind=rule.kind, term=rule.term, term_text=words, ground=ground[:500],
        anonymised=rule.anonymises, number=due.number, oldest=due.oldest, held=due.held, day=day,
        prepared_by=wanted.prepared_by if wanted is not None else made.by,
        approved_by=wanted.approved_by if wanted is not None else None,
    ).save(force_insert=True)


def next_number(model: Any) -> str:
    """The next number of this year, such as 2026-0012. Call it under a lock, in the transaction that uses it."""
    year = timezone.localdate().year
    last = model.objects.filter(number__startswith=f"{year}-").order_by("-number").values_list("number", flat=True).first()
    return f"{year}-{int(last.partition('-')[2]) + 1 if last else 1:04d}"
