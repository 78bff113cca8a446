"""Who sees which meeting, item, action and project, and who may do what with it.

The coordinator (who weighs) sees and keeps everything. Participants see a meeting once its agenda was sent; who has the
right `a (tabled)` in the matrix (mayor, police, public prosecution) sees every agenda that was sent. The walls in the
database say the same.
"""

import rules
from django.contrib.auth.models import AnonymousUser

from openvis.web.access import compartments, people
from openvis.web.access.models import User

from .models import Intervention, Meeting, MeetingAction, Project, ProjectStep, TabledItem
from .states import SEEN
from .words import COMPARTMENT

WEIGH = "signals.weigh"
CASUS = "signals.casus"
TABLED = "tabled"
"""The note of the matrix for who sees what is tabled."""


def weighs(user: User | AnonymousUser) -> bool:
    """Whether somebody keeps meetings and projects."""
    return people.may(user, WEIGH)


def takes_part(user: User | AnonymousUser) -> bool:
    """Whether somebody may take part in meetings and projects at all."""
    return people.may(user, CASUS)


def sees_tabled(user: User | AnonymousUser) -> bool:
    """Whether somebody sees every agenda that was sent."""
    found = compartments.cells(user, COMPARTMENT).values()
    return takes_part(user) and any(cell.assigned and cell.note == TABLED for cell in found)


def sees_meeting(user: User, meeting: Meeting) -> bool:
    """The coordinator; and from the moment it was sent its participants and who sees what is tabled."""
    if weighs(user):
        return True
    if not takes_part(user) or meeting.state not in SEEN:
        return False
    return sees_tabled(user) or any(one.user_id == user.pk for one in meeting.participants.all())


def sees_item(user: User, item: TabledItem) -> bool:
    """Who sees the meeting that it is on the agenda of."""
    return weighs(user) or (item.meeting is not None and sees_meeting(user, item.meeting))


def owns(user: User, thing: MeetingAction | ProjectStep) -> bool:
    """Whose action or step it is."""
    return takes_part(user) and thing.owner_id == user.pk


def sees_action(user: User, action: MeetingAction) -> bool:
    """The owner, and colleagues of the same organisation who see the item."""
    if weighs(user) or owns(user, action):
        return True
    own = user.organisation.key if user.organisation else ""
    return bool(own) and action.organisation == own and sees_item(user, action.item)


def in_project(user: User, project: Project) -> bool:
    """The coordinator, and the team."""
    if weighs(user):
        return True
    return takes_part(user) and any(one.user_id == user.pk for one in project.members.all())


def leads(user: User, project: Project) -> bool:
    """Who changes a project: the coordinator and its leader."""
    return in_project(user, project) and (weighs(user) or project.leader_id == user.pk)


rules.add_perm("followup.see_meeting", rules.predicate(sees_meeting))
rules.add_perm("followup.see_item", rules.predicate(sees_item))
rules.add_perm("followup.see_action", rules.predicate(sees_action))
rules.add_perm("followup.see_project", rules.predicate(in_project))
rules.add_perm("followup.lead_project", rules.predicate(leads))


@rules.predicate
def _reports(user: User, thing: MeetingAction | ProjectStep) -> bool:
    return owns(user, thing) or weighs(user)


@rules.predicate
def _acts(user: User, thing: Intervention) -> bool:
    """Who tells what came of an intervention: the project's leader, and the team members of its organisation."""
    own = user.organisation.key if user.organisation else ""
    return leads(user, thing.project) or (in_project(user, thing.project) and own == thing.organisation)


rules.add_perm("followup.report", _reports)
rules.add_perm("followup.report_intervention", _acts)
