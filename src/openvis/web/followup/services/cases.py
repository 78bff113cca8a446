"""A signal handed over to become a case: kept here until the part for cases takes it up through `case_hooks`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access.models import User
from openvis.web.signals import registry

from .. import source, words
from ..models import CaseHandOver
from . import base


def route(by: User, signal: UUID, answers: Mapping[str, Any]) -> str:
    """Hand a weighed signal over. Where something takes up cases it does so at once; else it waits, and that is said."""
    base.require_weigher(by)
    if CaseHandOver.objects.filter(signal=signal).exists():
        raise ValidationError(_("This signal was handed over for a case already."))
    try:
        reason = base.filled("reason", answers.get("reason"))
    except base.WrongError as error:
        raise ValidationError(str(error)) from error
    made = CaseHandOver(
        signal_id=signal, number=source.number(signal), reason=reason, by=by, ends_on=words.kept_until(timezone.localdate())
    )
    with base.act(by, "case.hand_over", f"case_hand_over:{made.pk}", signal=str(signal)):
        made.save(force_insert=True)
        if not registry.case_hooks:
            return _("Handed over for a case. It waits until the part for cases takes it up.")
        return _offer(by, made).became


def take_up(by: User, key: UUID) -> CaseHandOver:
    """Offer a hand-over that waits to what takes up cases now."""
    base.require_weigher(by)
    with base.act(by, "case.take_up", f"case_hand_over:{key}"):
        found = CaseHandOver.objects.select_for_update().filter(pk=key).first()
        if found is None:
            raise base.NotYoursError("case_hand_over")
        if found.taken_at is not None:
            raise base.NotNowError(_("This was taken up already."))
        if not registry.case_hooks:
            raise base.NotNowError(_("There is no part for cases yet. It keeps waiting here."))
        return _offer(by, found)


def _offer(by: User, found: CaseHandOver) -> CaseHandOver:
    """The first that is registered takes it up, in this transaction: either both happen, or nothing."""
    found.became = registry.case_hooks[0](by, found.signal_id, {"reason": found.reason})
    found.taken_at = timezone.now()
    found.save(update_fields=["became", "taken_at"])
    return found
