"""What can happen to an intervention: named, reported on, and the decision whether it is told, which partners approve."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access.models import User

from .. import rules, words
from ..models import Consent, Intervention
from ..states import Communication
from . import base
from .projects import covered, led, require_covered, running


def add(by: User, project: UUID, approach: str, what: str, organisation: str) -> Intervention:
    """Name an intervention of one organisation, with its own powers."""
    with base.act(by, "intervention.add", f"project:{project}", approach=approach, organisation=organisation):
        current = led(by, project)
        if approach not in {item.id for item in words.approaches()}:
            raise base.WrongError("approach", _("Choose at least one approach from the list."))
        if organisation not in {item.id for item in city.profile().organisations}:
            raise base.WrongError("organisation", _("Choose an organisation from the list."))
        made = Intervention(
            project=current, approach=approach, what=base.filled("what", what),
            organisation=covered(organisation, "organisation"),
        )
        made.save(force_insert=True)
        return made


def _found(intervention: UUID) -> Intervention:
    found = Intervention.objects.select_for_update().filter(pk=intervention).first()
    if found is None:
        raise base.NotYoursError("intervention")
    return found


def report(by: User, intervention: UUID, state: str, result: str, done_on: date | None = None) -> Intervention:
    """Report what was done on which day, and its result: team members of its organisation, or who changes the project."""
    with base.act(by, "intervention.report", f"intervention:{intervention}", state=state):
        found = _found(intervention)
        base.require(by.has_perm("followup.report_intervention", found), "intervention")
        running(found.project)
        told = base.reported(by, state, result, done_on)
        for name, value in told.items():
            setattr(found, name, value)
        found.version += 1
        found.save(update_fields=["version", *told])
        return found


def communicate(by: User, intervention: UUID, communication: str, version: int) -> Intervention:
    """Decide whether it is told to the public. Another decision asks every partner anew."""
    with base.act(by, "intervention.communicate", f"intervention:{intervention}", communication=communication):
        found = _found(intervention)
        base.require(rules.leads(by, found.project), "intervention")
        running(found.project)
        if found.version != version:
            raise base.ChangedError(found)
        if communication not in Communication.values:
            raise base.WrongError("communication", _("Choose: communicate, do not communicate, or decide later."))
        if communication != found.communication:
            found.consents.all().delete()
        found.communication, found.decided_by = communication, by
        found.version += 1
        found.save(update_fields=["communication", "decided_by", "version"])
        return found


def approve(by: User, intervention: UUID, version: int) -> Consent:
    """Agree, for one's own organisation, with the decision on communication as it was read."""
    with base.act(by, "intervention.approve", f"intervention:{intervention}"):
        found = _found_to_approve(by, intervention)
        if found.version != version:
            raise base.ChangedError(found)
        own = by.organisation.key if by.organisation else ""
        if own not in waiting_for(found):
            raise base.NotNowError(_("Your organisation has agreed already, or is not asked."))
        made = Consent(intervention=found, organisation=own, by=by)
        made.save(force_insert=True)
        return made


def _found_to_approve(by: User, intervention: UUID) -> Intervention:
    """Not locked: partners of the team may read an intervention and not change it."""
    found = Intervention.objects.filter(pk=intervention).first()
    if found is None or not rules.in_project(by, found.project):
        raise base.NotYoursError("intervention")
    running(found.project)
    require_covered(by)
    return found


def waiting_for(intervention: Intervention) -> list[str]:
    """The partner organisations that still have to agree before it may be told; nobody while nothing is to be told."""
    if intervention.communication != Communication.YES:
        return []
    agreed = {item.organisation for item in intervention.consents.all()}
    asked = {member.organisation for member in intervention.project.members.all()} | {intervention.organisation}
    return sorted(key for key in asked - agreed if words.is_partner(key))


def may_be_told(intervention: Intervention) -> bool:
    """Whether it may be told to the public: decided so, and every partner agrees."""
    return intervention.communication == Communication.YES and not waiting_for(intervention)
