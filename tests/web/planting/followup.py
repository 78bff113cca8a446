"""Meetings and projects."""

import uuid

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import User
from web.planting.common import Planted, holds, mark, roles_with
from web.planting.signals import bare_signal


def tabled(profile: Profile) -> set[str]:
    """The roles that see what is tabled, and who keeps the meetings."""
    sees = {role.id for role in profile.roles if profile.rights(role.id, "signals").note == "tabled"}
    return (sees & roles_with(profile, "signals.casus")) | roles_with(profile, "signals.weigh")


def riec_item(profile: Profile) -> Planted:
    """A signal on an agenda that was sent, to a meeting in which nobody of the test takes part."""
    from openvis.web.followup.models import Contribution, Decision, Meeting, TabledItem

    place, facts, text, number = mark("zaal"), mark("inbreng"), mark("besluit"), f"P-{uuid.uuid4().hex[:8]}"
    day = timezone.localdate()
    meeting = Meeting.objects.create(begins=timezone.now(), place=place, covenant="c", state="sent",
                                     sent_at=timezone.now(), ends_on=day)  # fmt: skip
    item = TabledItem.objects.create(
        signal=bare_signal(profile, number), number=number, meeting=meeting, state="decided", ends_on=day,
    )
    Contribution.objects.create(item=item, fields=["facts"], values=[["Feiten", facts]], law="AVG", article="1",
                                covenant="c", purpose="p", motivation=facts, proportionality=facts)  # fmt: skip
    Decision.objects.create(item=item, meeting=meeting, text=text, law="WGS", article="1")
    wanted = tabled(profile)

    def reads(person: User) -> bool:
        return not wanted.isdisjoint(person.grants.in_force().values_list("role", flat=True))

    return Planted("RIEC meeting", (meeting.pk,), (place, facts, text, number), reads, ((item.pk,),))


def riec_action(profile: Profile) -> Planted:
    """An action of somebody else, about a signal on an agenda that is being prepared."""
    from openvis.web.followup.models import Meeting, MeetingAction, TabledItem

    what, number, day = mark("actie"), f"P-{uuid.uuid4().hex[:8]}", timezone.localdate()
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    meeting = Meeting.objects.create(begins=timezone.now(), place=what, covenant="c", ends_on=day)
    item = TabledItem.objects.create(
        signal=bare_signal(profile, number), number=number, meeting=meeting, state="tabled", ends_on=day,
    )
    action = MeetingAction.objects.create(item=item, what=what, owner=other, organisation="elders", due=day)
    keys = ((item.pk,), (action.pk,))
    return Planted("RIEC action", (meeting.pk,), (what, number), holds(profile, "signals.weigh"), keys)


def project(profile: Profile) -> Planted:
    """A project with a plan and an intervention, of a team in which nobody of the test is."""
    from openvis.web.followup.models import CaseHandOver, Intervention, Project, ProjectSignal, ProjectStep

    name, what, day, number = mark("project"), mark("stap"), timezone.localdate(), f"P-{uuid.uuid4().hex[:8]}"
    signal = bare_signal(profile, number)
    made = Project.objects.create(name=name, goal=what, result=what, ends_on=day)
    row = ProjectSignal.objects.create(project=made, signal=signal, number=number)
    step = ProjectStep.objects.create(project=made, what=what, due=day)
    act = Intervention.objects.create(project=made, approach="administrative", what=what, organisation="elders")
    case = CaseHandOver.objects.create(signal=signal, number=number, reason=what, ends_on=day)
    keys = ((step.pk,), (act.pk,), (case.pk,), (made.pk, row.pk))
    return Planted("project", (made.pk,), (name, what, number), holds(profile, "signals.weigh"), keys)
