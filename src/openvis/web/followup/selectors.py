"""What the pages read, always for a given person. Rows that somebody may not know of are not counted either."""

from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from openvis.web import guard
from openvis.web.access.models import Grant, User

from . import rules, words
from .models import CaseHandOver, Decision, Intervention, Meeting, MeetingAction, Project, ProjectStep, TabledItem
from .states import SEEN, ItemState, MeetingState, Progress, ProjectState

Row = TypeVar("Row")


def _meetings() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("chair").prefetch_related("participants__user")


def meetings(user: User) -> list[Meeting]:
    """The meetings that somebody sees, the newest first."""
    return [item for item in _meetings_of(user)[:200] if rules.sees_meeting(user, item)]


def _meetings_of(user: User) -> QuerySet[Meeting]:
    found = _meetings()
    if not rules.weighs(user):
        found = found.filter(state__in=SEEN)
        if not rules.sees_tabled(user):
            found = found.filter(participants__user=user)
    return found


def coming(user: User) -> list[Meeting]:
    """Those that are still to be held, the first first."""
    today = timezone.now() - timedelta(hours=12)
    found = _meetings_of(user).exclude(state=MeetingState.CLOSED).filter(begins__gte=today).order_by("begins")
    return [item for item in found[:200] if rules.sees_meeting(user, item)]


def meeting(user: User, key: Any) -> Meeting:
    """One meeting; Refused (404) where it does not exist for this person."""
    return _seen(_meetings().filter(pk=key).first(), user, "followup.see_meeting", f"meeting:{key}")


def _seen(found: Row | None, user: User, permission: str, file: str) -> Row:
    if found is None or not user.has_perm(permission, found):
        raise guard.Refused(permission, file)
    return found


def _items() -> QuerySet[TabledItem]:
    return TabledItem.objects.select_related("meeting", "contribution").prefetch_related("meeting__participants")


def agenda(user: User, of: Meeting) -> list[TabledItem]:
    """The items of a meeting, in their order."""
    return [item for item in _items().filter(meeting=of) if rules.sees_item(user, item)]


def waiting(user: User) -> list[TabledItem]:
    """Signals for the meeting that are on no agenda yet: for the coordinator."""
    return list(_items().filter(state=ItemState.WAITING)) if rules.weighs(user) else []


def item(user: User, key: Any) -> TabledItem:
    """One item; Refused (404) where it does not exist for this person."""
    return _seen(_items().filter(pk=key).first(), user, "followup.see_item", f"tabled_item:{key}")


def actions_of(user: User, of: TabledItem) -> list[MeetingAction]:
    """The actions of an item that somebody sees: partners see those of their own."""
    return [one for one in of.actions.select_related("owner", "item", "reported_by") if rules.sees_action(user, one)]


def action(user: User, key: Any) -> MeetingAction:
    """One action; Refused (404) where it does not exist for this person."""
    found = MeetingAction.objects.select_related("item__meeting", "owner").filter(pk=key).first()
    return _seen(found, user, "followup.see_action", f"meeting_action:{key}")


def my_actions(user: User) -> list[MeetingAction]:
    """What this person is to do after a meeting, the most urgent first."""
    return list(_own(MeetingAction.objects.all(), user)) if rules.takes_part(user) else []


def agreed(user: User) -> list[MeetingAction | ProjectStep]:
    """For the coordinator: what everybody agreed to do and did not report on yet, the most urgent first."""
    if not rules.weighs(user):
        return []
    actions, steps = _agreed()
    return sorted((*actions, *steps), key=lambda one: one.due)


def _agreed() -> tuple[QuerySet[MeetingAction], QuerySet[ProjectStep]]:
    actions = MeetingAction.objects.filter(state=Progress.OPEN).select_related("owner", "item__meeting").defer("what")
    steps = ProjectStep.objects.filter(state=Progress.OPEN, project__state=ProjectState.RUNNING)
    return actions, steps.select_related("owner", "project").defer("what")


def near_term(user: User, today: date) -> tuple[int, int, list[MeetingAction | ProjectStep]]:
    """For Today of the coordinator: how many agreements of others are near or past their term, how many past, the first."""
    if not rules.weighs(user):
        return 0, 0, []
    limit = today + timedelta(days=words.settings().reminder_days)
    number, late, first = 0, 0, []
    for found in _agreed():
        near: QuerySet[Any] = found.filter(due__lte=limit).exclude(owner=user).order_by("due")
        counted = near.aggregate(number=Count("pk"), late=Count("pk", filter=Q(due__lt=today)))
        number, late = number + counted["number"], late + counted["late"]
        first += near[:5]
    return number, late, sorted(first, key=lambda one: one.due)[:5]


def my_steps(user: User) -> list[ProjectStep]:
    """What this person is to do for a project, the most urgent first."""
    if not rules.takes_part(user):
        return []
    found = _own(ProjectStep.objects.select_related("project").prefetch_related("project__members"), user)
    return [step for step in found if rules.in_project(user, step.project)]


def _own(found: QuerySet[Any], user: User) -> QuerySet[Any]:
    return found.filter(owner=user).filter(Q(state=Progress.OPEN) | Q(reported_at__gte=_lately())).order_by("state", "due")


def _lately() -> Any:
    return timezone.now() - timedelta(days=90)


def decisions(user: User, item: TabledItem) -> list[Decision]:
    """What was decided about an item; the project that it was sent on to for who sees that alone."""
    found = list(item.decisions.select_related("by", "project").prefetch_related("project__members"))
    for one in found:
        if one.project is not None and not rules.in_project(user, one.project):
            one.project = None
    return found


def projects(user: User) -> list[Project]:
    """The projects that somebody sees, running ones first."""
    found = Project.objects.select_related("leader").prefetch_related("members", "signals", "steps")
    if not rules.weighs(user):
        found = found.filter(members__user=user)
    return sorted(
        (one for one in found if rules.in_project(user, one)), key=lambda one: one.state == ProjectState.CLOSED
    )


def project(user: User, key: Any) -> Project:
    """One project; Refused (404) where it does not exist for this person."""
    found = Project.objects.select_related("leader").prefetch_related("members__user", "signals").filter(pk=key).first()
    return _seen(found, user, "followup.see_project", f"project:{key}")


def step(user: User, key: Any) -> ProjectStep:
    """One step of a project that somebody sees."""
    found = ProjectStep.objects.select_related("project").filter(pk=key).first()
    if found is None or not rules.in_project(user, found.project):
        raise guard.Refused("followup.see_project", f"project_step:{key}")
    return found


def intervention(user: User, key: Any) -> Intervention:
    """One intervention of a project that somebody sees."""
    found = Intervention.objects.select_related("project").filter(pk=key).first()
    if found is None or not rules.in_project(user, found.project):
        raise guard.Refused("followup.see_project", f"intervention:{key}")
    return found


def hand_overs(user: User) -> list[CaseHandOver]:
    """What was handed over to become a case: for the coordinator."""
    return list(CaseHandOver.objects.select_related("by")) if rules.weighs(user) else []


def people() -> list[User]:
    """Who can take part in meetings and projects now."""
    active = User.objects.filter(is_active=True, grants__in=Grant.objects.in_force()).select_related("organisation")
    return [user for user in active.distinct().order_by("name") if rules.takes_part(user)]
