"""What can happen to a project: started, signals and people added, planned, reported on, interventions, closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access.models import User
from openvis.web.sharing import covenants
from openvis.web.sharing.covenants import CovenantError

from .. import rules, source, words
from ..models import Project, ProjectMember, ProjectSignal, ProjectStep
from ..states import Progress, ProjectState
from . import base, following


def led(by: User, project: UUID) -> Project:
    """The project, locked, for who changes it, while it runs."""
    found = Project.objects.select_for_update().filter(pk=project).first()
    if found is None or not rules.leads(by, found):
        raise base.NotYoursError("project")
    require_covered(by)
    return running(found)


def running(project: Project) -> Project:
    """The project, while it runs."""
    if project.state != ProjectState.RUNNING:
        raise base.NotNowError(_("This project is closed."))
    return project


def covered(organisation: str, field: str) -> str:
    """An organisation that may take part: the municipality, or a partner under a covenant in force."""
    if not words.is_partner(organisation):
        return organisation
    agreed = [item for item in covenants.naming(words.COMPARTMENT) if organisation in item.parties]
    if not agreed:
        raise base.WrongError(field, _("There is no covenant on signals that this organisation is a party to."))
    today = timezone.localdate()
    if not any(item.in_force(today) for item in agreed):
        try:
            covenants.require(agreed[0].id)
        except CovenantError as error:
            raise base.WrongError(field, str(error)) from error
    return organisation


def blocks(person: User) -> str:
    """Why somebody of a team sees nothing of its project now: no covenant covers them. Empty where nothing is in the way."""
    try:
        covered(base.organisation_of(person), "organisation")
    except base.WrongError as error:
        return str(error)
    return ""


def require_covered(person: User) -> None:
    """Raise NotNowError for who no covenant covers."""
    why = blocks(person)
    if why:
        raise base.NotNowError(why)


def start(by: User, name: str, goal: str, leader: User | None) -> Project:
    """Start a project with its goal and leader, who is in the team."""
    base.require_weigher(by)
    project = Project(
        name=base.filled("name", name), goal=base.filled("goal", goal), leader=base.fits(leader, "leader"),
        ends_on=words.kept_until(timezone.localdate()),
    )
    with base.act(by, "project.start", f"project:{project.pk}"):
        project.save(force_insert=True)
        _join(project, base.fits(leader, "leader"), "leader")
        return project


def _join(project: Project, person: User, field: str) -> None:
    if not ProjectMember.objects.filter(project=project, user=person).exists():
        organisation = covered(base.organisation_of(person), field)
        ProjectMember(project=project, user=person, organisation=organisation).save(force_insert=True)


def change(by: User, project: UUID, version: int, name: str, goal: str, leader: User | None) -> Project:
    """Change name, goal or leader."""
    with base.act(by, "project.change", f"project:{project}"):
        current = led(by, project)
        if current.version != version:
            raise base.ChangedError(current)
        current.name, current.goal = base.filled("name", name), base.filled("goal", goal)
        person = base.fits(leader, "leader")
        # First in the team: what a leader may change is asked of the database too.
        _join(current, person, "leader")
        current.leader = person
        current.version += 1
        current.save()
        return current


def join(by: User, project: UUID, person: User | None) -> Project:
    """Add somebody to the team. A partner only under a covenant in force."""
    with base.act(by, "project.join", f"project:{project}", who=str(person.pk) if person else ""):
        current = led(by, project)
        _join(current, base.fits(person, "person"), "person")
        return current


def leave(by: User, project: UUID, member: UUID) -> Project:
    """Take somebody out of the team: they see nothing of it from now on. The leader stays."""
    with base.act(by, "project.leave", f"project:{project}"):
        current = led(by, project)
        if ProjectMember.objects.filter(project=current, pk=member, user=current.leader_id).exists():
            raise base.NotNowError(_("The leader is in the team. Choose another leader first."))
        ProjectMember.objects.filter(project=current, pk=member).delete()
        return current


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which project a signal goes to: one that runs, by its key, or a new one with its name and goal."""

    project: UUID | None = None
    name: str = ""
    goal: str = ""


def wanted(by: User, to: Wanted) -> Project:
    """The project that is meant, started where it is new. Raises WrongError."""
    base.require_weigher(by)
    if to.project is None:
        if not to.name.strip() or not to.goal.strip():
            raise base.WrongError("project", _("Choose a project, or give a new one its name and goal."))
        return start(by, to.name, to.goal, by)
    found = Project.objects.select_for_update(of=("self",)).filter(pk=to.project, state=ProjectState.RUNNING).first()
    if found is None:
        raise base.WrongError("project", _("This project takes no signals any more. Choose another one."))
    return found


def take(by: User, project: Project, signal: UUID, **facts: str) -> None:
    """Take a signal up in a project. Raises WrongError where it is there already."""
    with base.act(by, "project.take", f"project:{project.pk}", signal=str(signal), **facts):
        if ProjectSignal.objects.filter(project=project, signal=signal).exists():
            raise base.WrongError("project", _("This signal is in that project already."))
        ProjectSignal(
            project=project, signal_id=signal, number=source.number(signal), added_by=by
        ).save(force_insert=True)


def chosen(answers: Mapping[str, Any]) -> Wanted:
    """The answers of a form as what is wanted."""
    said = answers.get("project") or None
    key = UUID(str(getattr(said, "pk", said))) if said else None
    return Wanted(key, answers.get("name") or "", answers.get("goal") or "")


def route(by: User, signal: UUID, answers: Mapping[str, Any]) -> str:
    """Take a weighed signal in: into a running project, or as the first of a new one."""
    try:
        with transaction.atomic():
            take(by, wanted(by, chosen(answers)), signal)
    except base.WrongError as error:
        raise ValidationError(str(error)) from error
    return _("Taken up in a project.")


def take_out(by: User, project: UUID, taken: UUID) -> Project:
    """Take a signal out of a project, by the coordinator: it is weighed anew."""
    base.require_weigher(by)
    with base.act(by, "project.take_out", f"project:{project}", row=str(taken)):
        current = led(by, project)
        row = ProjectSignal.objects.filter(project=current, pk=taken).first()
        if row is None:
            raise base.NotYoursError("project_signal")
        signal = row.signal_id
        row.delete()
        following.back(by, signal)
        return current


def plan(by: User, project: UUID, what: str, owner: User | None, due: date) -> ProjectStep:
    """Add a step to the plan: what, who of the team, by when."""
    with base.act(by, "project.plan", f"project:{project}"):
        current = led(by, project)
        person = _of_team(current, base.fits(owner))
        step = ProjectStep(project=current, what=base.filled("what", what), owner=person, due=base.ahead("due", due))
        step.save(force_insert=True)
        return step


def _of_team(project: Project, person: User) -> User:
    if not ProjectMember.objects.filter(project=project, user=person).exists():
        raise base.WrongError("owner", _("This person is not in the team. Add them to the team first."))
    return person


def report(by: User, step: UUID, state: str, result: str, done_on: date | None = None) -> ProjectStep:
    """Report what came of a step: its owner, or who changes the project."""
    with base.act(by, "step.report", f"project_step:{step}", state=state):
        found = ProjectStep.objects.select_for_update().filter(pk=step).first()
        if found is None or not (by.has_perm("followup.report", found) or rules.leads(by, found.project)):
            raise base.NotYoursError("step")
        running(found.project)
        if found.state != Progress.OPEN:
            raise base.NotNowError(_("What came of this was reported already."))
        told = base.reported(by, state, result, done_on) | {"reported_at": timezone.now()}
        for name, value in told.items():
            setattr(found, name, value)
        found.save(update_fields=list(told))
        return found


def close(by: User, project: UUID, result: str, handled: bool = True) -> Project:
    """Close a project with its results. Steps that are open are reported or dropped first. The term counts from here.

    Its signals go with it: `handled`, or to be looked at again by the reporting point.
    """
    with base.act(by, "project.close", f"project:{project}"):
        current = led(by, project)
        if current.steps.filter(state=Progress.OPEN).exists():
            raise base.NotNowError(
                _("There are steps of which nothing was reported yet. Report on them or drop them first.")
            )
        current.state, current.closed_at = ProjectState.CLOSED, timezone.now()
        current.result, current.ends_on = base.filled("result", result), words.kept_until(timezone.localdate())
        current.version += 1
        current.save()
        following.of_project(by, current, ends=handled)
        return current
