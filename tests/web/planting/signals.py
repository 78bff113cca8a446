"""Signals and drafts of them."""

import uuid
from typing import Any

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from web.planting.common import Planted, holds, mark


def signal(profile: Profile) -> Planted:
    """A signal of somebody else, weighed by a first reader, with a file and a hand-over to another department."""
    from openvis.web.signals.models import Attachment, HandOver, Report, Signal, Weighing

    facts, why, passed, number = mark("signaal"), mark("weging"), mark("doorgegeven"), mark("nr")[-12:]
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    made = Signal.objects.create(
        number=number, phenomenon=profile.signals.phenomena[0].id, facts=facts, interpretation=facts, subjects=facts,
        company=facts, due_on=timezone.localdate(),
    )
    report = Report.objects.create(signal=made, reporter=other, number=number, question=facts, told="asked")
    file = Attachment.objects.create(signal=made, name=facts, kind="application/pdf", size=1, sha256="0" * 64)
    Weighing.objects.create(
        signal=made, answers={}, points=1, proposal="close", route="close", reason=why, proposed_by=other,
    )
    handed = HandOver.objects.create(
        signal=made, number=number, organisation="elders", facts=passed, due_on=timezone.localdate(), made_by=other
    )
    return Planted(
        "signal", (made.pk,), (facts, why, passed), holds(profile, "signals.weigh"),
        ((report.pk,), (file.pk,), (made.pk, file.pk), (handed.pk,)),
    )


def signal_draft(profile: Profile) -> Planted:
    """A report that somebody else began."""
    from openvis.web.signals.models import Draft

    text = mark("concept")
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    draft = Draft.objects.create(reporter=other, values={"facts": text}, ends_on=timezone.localdate())
    return Planted("draft of a signal", (draft.pk,), (text,), lambda person: person == other)


def bare_signal(profile: Profile, number: str) -> Any:
    """A signal without marks of its own, for what hangs on one."""
    from openvis.web.signals.models import Signal

    return Signal.objects.create(number=number, phenomenon=profile.signals.phenomena[0].id, facts="Een bus.")
