"""Reporting: by who saw something, unknown if they wish and the city allows it, or entered for somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import acting, audit, people
from openvis.web.access.acts import NotNowError, NotYoursError, WrongError, act, filled
from openvis.web.access.models import User
from openvis.web.places.models import Address

from .. import files, rules
from ..models import Addition, Attachment, Draft, Report, Signal
from ..states import Channel
from .common import TwiceError, data, due_screening, key_of


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody reports, as they filled it in."""

    phenomenon: str
    facts: str
    address: Address | None = None
    place_text: str = ""
    area_code: str = ""
    area_level: str = ""
    branch: str = ""
    indicators: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    interpretation: str = ""
    seen_from: date | None = None
    seen_to: date | None = None
    company: str = ""
    telephone: str = ""
    subjects: str = ""
    acted: str = ""
    urgent: bool = False
    may_name: bool = False


def report(
    by: User, reported: Reported, attached: Sequence[files.Looked] = (), *, anonymous: bool = False,
    channel: str = Channel.FORM, source_note: str = "", draft: UUID | None = None, key: UUID | None = None,
) -> str:
    """Take in a signal; gives its number. The receipt is part of it. The same key twice is the same report sent twice.

    Anonymous: no account, place, trace or exact time is kept, in no table and no log. Another channel than the form: who
    may weigh enters it for somebody else. Raises NotYoursError, WrongError,
    TwiceError.
    """
    for_another = channel != Channel.FORM
    if not people.may(by, rules.WEIGH if for_another else rules.REPORT):
        raise NotYoursError(rules.REPORT)
    if anonymous and (for_another or not data().anonymous):
        raise WrongError("anonymous", _("Here nobody reports without being known. Report under your own name, or do not."))
    signal = _signal(reported)
    signal.channel = Channel(channel)
    if for_another:
        signal.registered_by, signal.source_note = by, filled("source_note", source_note)
    elif not anonymous:
        signal.organisation = by.organisation.key if by.organisation else ""
    if key is not None:
        signal.pk = key
    with transaction.atomic():
        if anonymous:
            # Nothing of this request may lead from the signal to a person: its trace and place are in other entries too.
            signal.received_at = timezone.now().replace(minute=0, second=0, microsecond=0)
            with acting.begin(acting.Acting()):
                _take_in(None, signal, attached)
        else:
            _take_in(by, signal, attached)
        if not for_another and not anonymous:
            Report(
                signal=signal, reporter=by, number=signal.number, may_name=reported.may_name, received_at=signal.received_at
            ).save(force_insert=True)
        if draft is not None:
            Draft.objects.filter(pk=draft, reporter=by).delete()
    return signal.number


def _signal(reported: Reported) -> Signal:
    _check(reported)
    at = reported.address.area if reported.address else None
    return Signal(
        phenomenon=reported.phenomenon, branch=reported.branch, indicators=list(reported.indicators),
        address=reported.address, place_text=reported.place_text.strip(),
        area_code=at.code if at else reported.area_code, area_level=at.level if at else reported.area_level,
        facts=filled("facts", reported.facts), interpretation=reported.interpretation.strip(),
        answers={name: text.strip() for name, text in reported.answers.items() if text.strip()} or None,
        seen_from=reported.seen_from, seen_to=reported.seen_to, company=reported.company.strip(),
        telephone=reported.telephone.strip(), subjects=reported.subjects.strip(), acted=reported.acted.strip(),
        urgent=reported.urgent, due_on=due_screening(reported.urgent),
    )  # fmt: skip


def _check(reported: Reported) -> None:
    try:
        phenomenon = data().phenomenon(reported.phenomenon)
    except KeyError as error:
        raise WrongError("phenomenon", _("Choose from the list.")) from error
    if reported.branch and reported.branch not in {item.id for item in data().branches}:
        raise WrongError("branch", _("Choose from the list."))
    if not set(reported.indicators) <= {item.id for item in phenomenon.indicators}:
        raise WrongError("indicators", _("Tick only what belongs to what you report."))
    if not set(reported.answers) <= {item.id for item in phenomenon.questions}:
        raise WrongError("answers", _("Answer only what is asked about what you report."))
    level = city.profile().finest.id
    if reported.area_code and reported.area_code not in {item.code for item in city.profile().areas_of(level)}:
        raise WrongError("area", _("Choose from the list."))
    if not (reported.address or reported.place_text.strip() or reported.area_code):
        raise WrongError("address", _("Say where it is: an address, a place in words, or a neighbourhood."))
    if reported.seen_from and reported.seen_to and reported.seen_from > reported.seen_to:
        raise WrongError("seen_to", _("The last day lies before the first."))
    if reported.seen_from and reported.seen_from > timezone.localdate():
        raise WrongError("seen_from", _("This day has yet to come."))


def _take_in(by: User | None, signal: Signal, attached: Sequence[files.Looked]) -> None:
    year = timezone.localdate().year
    with connection.cursor() as cursor:
        cursor.execute("SELECT signals_number(%s)", [year])
        signal.number = f"{year}-{cursor.fetchone()[0]:04d}"
    facts: dict[str, Any] = {"channel": str(signal.channel), "urgent": signal.urgent, "files": len(attached)}
    with act(by, "signal.report", key_of(signal), **facts):
        # Files before their signal: the wall lets nobody add one to a signal that is there.
        for one in {item.sha256: item for item in attached}.values():
            item = Attachment(signal=signal, name=one.name, kind=one.kind, size=len(one.data), sha256=one.sha256)
            files.keep(item, one.data)
            item.save(force_insert=True)
        try:
            with transaction.atomic():
                signal.save(force_insert=True)
        except IntegrityError as error:
            raise TwiceError from error


def keep_draft(by: User, values: dict[str, Any], draft: UUID | None = None) -> Draft:
    """Keep what somebody typed so far, for them alone. Raises NotYoursError."""
    if not people.may(by, rules.REPORT):
        raise NotYoursError(rules.REPORT)
    until = timezone.localdate() + timedelta(days=data().retention.draft_days)
    kept = Draft.objects.filter(pk=draft, reporter=by).first() if draft else None
    with transaction.atomic():
        if kept is None:
            kept = Draft(reporter=by, values=values, ends_on=until)
            kept.save(force_insert=True)
        else:
            kept.values, kept.saved_at, kept.ends_on = values, timezone.now(), until
            kept.save()
        audit.record(by, "signal.draft", f"signal_draft:{kept.pk}")
    return kept


def drop_draft(by: User, draft: UUID) -> None:
    """Throw a draft of one's own away. Raises NotYoursError."""
    with act(by, "signal.drop_draft", f"signal_draft:{draft}"):
        if not Draft.objects.filter(pk=draft, reporter=by).delete()[0]:
            raise NotYoursError(rules.REPORT)


def add_answer(by: User, own: UUID, text: str) -> None:
    """Answer the question of the reporting point about one's own report. Raises NotYoursError, NotNowError, WrongError."""
    mine = Report.objects.filter(pk=own, reporter=by).first()
    if mine is None:
        raise NotYoursError(rules.REPORT)
    if mine.told != "asked":
        raise NotNowError(mine.get_told_display())
    with act(by, "signal.answer", f"report:{mine.pk}"):
        Addition(
            signal_id=mine.signal_id, text=filled("text", text), by_reporter=True, added_by=by
        ).save(force_insert=True)
