"""What follows weighing, in a demonstration: a meeting that was held and one to come, a project, hand-overs to a case."""

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from openvis.web import city
from openvis.web.access.acts import WrongError
from openvis.web.access.models import User
from openvis.web.access.stage import Script, Stage
from openvis.web.places.demo import Streets
from openvis.web.sharing import covenants
from openvis.web.signals.demo import HEAVY, Desk
from openvis.web.signals.states import Channel

from . import rules, services, source, words
from .models import Decision, Intervention, ProjectSignal, TabledItem
from .services.items import Form
from .states import Communication, Law, Progress

PLACE = "Vergaderzaal 2 (verzonnen)"
ARTICLE = "6 lid 1 onder e"
LEFT_OUT = ("interpretation", "subjects", "telephone")
"""Not needed for a decision, so not handed over."""
WHY = "Partners kunnen alleen samen bepalen wie wat doet. De feiten zijn daarvoor nodig."
NO_MORE = "Alleen de feiten en de plaats. Geen personen en geen duiding."
DECIDED = (
    "Eerst een bestuurlijke controle van het pand, daarna opnieuw bespreken.",
    "Gezamenlijke controle met de politie; de vergunning wordt opnieuw beoordeeld.",
    "Bestuurlijk: gesprek met de verhuurder, en toezicht op het gebruik.",
)
ACTIONS = ("Controle van het pand plannen en uitvoeren", "Vergunning opnieuw beoordelen", "Gesprek met de verhuurder voeren")
DONE = "Gedaan. Het resultaat is in het overleg teruggemeld."
CLOSED = "Controle uitgevoerd, gebruik gestaakt. Geen verdere stappen nodig."
PROJECT = ("Aanpak leegstaande bedrijfsruimte", "Geen leegstaand pand meer dat zonder melding wordt gebruikt.")
STEPS = ("Overzicht maken van leegstaande panden", "Alle panden één keer bezoeken", "Afspraken maken met de verhuurders")
INTERVENTIONS = ("Brief aan alle verhuurders met de regels", "Gezamenlijke controle van zes panden")
FOUND = "Zes panden bezocht: vier in orde, twee hersteld binnen de termijn."
CASE = "Er loopt een bezwaar en er zijn twee vergunningen: dit vraagt een eigen dossier."


def scripts(stage: Stage, streets: Streets) -> Iterator[Script]:
    """What the coordinator does with what was weighed; nothing where nobody weighs, or no second person reads."""
    desk = Desk(stage, streets, stage.chance("followup"))
    if len(desk.weighers) < 2:
        return
    coordinator = next((user for user in desk.weighers if rules.takes_part(user)), None)
    covenant = next((item.id for item in covenants.naming(words.COMPARTMENT) if _covers(stage, item)), "")
    if coordinator is not None and covenant:
        room = Room(stage, desk, coordinator, covenant)
        yield room.held()
        yield room.to_come()
    if coordinator is not None:
        yield _project(stage, desk, coordinator)
    yield _case(desk, 66)
    yield _case(desk, 31)


def _covers(stage: Stage, covenant: Any) -> bool:
    return all(covenant.in_force(stage.day(ago)) for ago in (100, 0))


def _reported(desk: Desk, ago: int) -> Generator[datetime, None, UUID | None]:
    """Take in a signal on a day, and give its key."""
    yield desk.stage.moment(ago, 10, ago % 60)
    return desk.report(desk.sketch(), channel=Channel.FORM if ago % 3 else Channel.POLICE_REPORT)


class Room:
    """The meetings, who keeps them and who takes part."""

    def __init__(self, stage: Stage, desk: Desk, coordinator: User, covenant: str) -> None:
        self.stage, self.desk, self.by, self.covenant = stage, desk, coordinator, covenant
        self.guests = stage.all(rules.CASUS)
        others = [user for user in self.guests if not rules.weighs(user)]
        # The mayor rather than a partner: who is of the municipality.
        self.chair = next((user for user in others if not _outside(user)), coordinator)

    def meeting(self, begins: datetime) -> UUID:
        """A meeting with everybody whom the covenant covers."""
        with self.stage.acts(self.by):
            made = services.meetings.make(self.by, begins, PLACE, self.chair, self.covenant)
            for person in self.guests:
                if person not in (self.by, self.chair):
                    try:
                        services.meetings.invite(self.by, made.pk, person)
                    except WrongError:
                        continue  # No party to the covenant: not invited.
        return made.pk

    def table(self, signal: UUID, meeting: UUID) -> UUID:
        """Put a signal on the agenda."""
        item = TabledItem.objects.get(signal=signal)
        with self.stage.acts(self.by):
            services.meetings.table(self.by, item.pk, meeting)
        return item.pk

    def hand_over(self, item: UUID) -> None:
        """By the uniform form: only what a decision needs."""
        signal = TabledItem.objects.get(pk=item).signal_id
        purpose = next(one.id for one in city.profile().purposes if words.COMPARTMENT in one.compartments)
        with self.stage.acts(self.by):
            fields = [name for name, _title, _text in source.lines(self.by, signal) if name not in LEFT_OUT]
            services.items.hand_over(self.by, item, Form(fields, purpose, Law.AVG, ARTICLE, self.covenant, WHY, NO_MORE))

    def decide(self, item: UUID, number: int) -> None:
        """Write down a decision, with one approach or two."""
        known = [one.id for one in words.approaches()]
        partners = [key for key, _name in words.partners_of(self.covenant)][:2]
        with self.stage.acts(self.by):
            version = TabledItem.objects.get(pk=item).version
            services.items.decide(
                self.by, item, DECIDED[number], Law.AVG, ARTICLE, known[: 1 + number % 2], partners, version
            )

    def agree(self, item: UUID, number: int, due: int) -> Any:
        """Agree an action with one of the people at the table."""
        meeting = TabledItem.objects.get(pk=item).meeting
        invited = {one.user_id for one in meeting.participants.all()} if meeting else set()
        owners = [person for person in self.guests if person.pk in invited]
        owner = owners[number % len(owners)]
        with self.stage.acts(self.by):
            return services.items.agree(self.by, item, ACTIONS[number], owner, self.stage.day(due)), owner

    def held(self) -> Script:
        """The meeting of last month, from what came in for it to what came of it."""
        keys = []
        for ago in (96, 90, 84):
            key = yield from _reported(self.desk, ago)
            if key is not None:
                keys.append(key)
        for key in keys:
            yield from self.desk.weighed(key, 80, "riec", HEAVY)
        if not keys:
            return
        yield self.stage.moment(52, 9)
        meeting = self.meeting(self.stage.at(24, 10))
        items = [self.table(key, meeting) for key in keys]
        yield self.stage.moment(40, 14)
        for item in items:
            self.hand_over(item)
        yield self.stage.moment(37, 16)
        with self.stage.acts(self.by):
            services.meetings.send(self.by, meeting)
        yield self.stage.moment(24, 12)
        acts = []
        for number, item in enumerate(items):
            self.decide(item, number)
            acts.append(self.agree(item, number, (8, 4, -9)[number]))
        yield self.stage.moment(22, 15)
        with self.stage.acts(self.by):
            services.meetings.close(self.by, meeting)
        self.stage.truths["meeting_held"] = {
            "signals": [self.desk.now(key).number for key in keys],
            "decisions": Decision.objects.filter(meeting=meeting).count(),
        }  # fmt: skip
        yield self.stage.moment(10, 11)
        action, owner = acts[0]
        with self.stage.acts(owner):
            services.items.report(owner, action.pk, Progress.DONE, DONE)
        yield self.stage.moment(7, 11)
        with self.stage.acts(self.by):
            services.items.close(self.by, items[0], CLOSED)

    def to_come(self) -> Script:
        """The next meeting: its agenda was sent with one signal; another one waits for a place on an agenda."""
        keys = []
        for ago in (35, 29):
            key = yield from _reported(self.desk, ago)
            if key is not None:
                keys.append(key)
        for key in keys:
            yield from self.desk.weighed(key, 24, "riec", HEAVY)
        if not keys:
            return
        yield self.stage.moment(12, 9)
        meeting = self.meeting(self.stage.at(-11, 10))
        item = self.table(keys[0], meeting)
        yield self.stage.moment(8, 10)
        self.hand_over(item)
        yield self.stage.moment(4, 15)
        with self.stage.acts(self.by):
            services.meetings.send(self.by, meeting)


def _outside(user: User) -> bool:
    return user.organisation is None or words.is_partner(user.organisation.key)


def _project(stage: Stage, desk: Desk, by: User) -> Script:
    """Several signals with one pattern: a team, a plan, results."""
    first = yield from _reported(desk, 118)
    second = yield from _reported(desk, 110)
    if first is None or second is None:
        return
    name, goal = PROJECT
    yield from desk.weighed(first, 108, "project", HEAVY, {"name": name, "goal": goal})
    project = ProjectSignal.objects.get(signal=first).project
    yield from desk.weighed(second, 97, "project", HEAVY, {"project": project.pk})
    yield stage.moment(80, 10)
    leader = project.leader or by
    team = [leader]
    with stage.acts(leader):
        for person in stage.all(rules.CASUS):
            if person != leader and len(team) < 4:
                try:
                    services.projects.join(leader, project.pk, person)
                    team.append(person)
                except WrongError:
                    continue  # No covenant covers them.
        steps = [
            services.projects.plan(leader, project.pk, what, team[at % len(team)], stage.day((45, 5, -20)[at]))
            for at, what in enumerate(STEPS)
        ]
        acts = [_intervention(leader, project.pk, what) for what in INTERVENTIONS]
    yield stage.moment(48, 14)
    with stage.acts(team[0]):
        services.projects.report(team[0], steps[0].pk, Progress.DONE, "Er zijn veertien panden; zes daarvan eerst.")
    yield stage.moment(18, 15)
    with stage.acts(leader):
        services.interventions.report(leader, acts[1].pk, Progress.DONE, FOUND)
    yield stage.moment(9, 10)
    with stage.acts(leader):
        _waits, told = (
            services.interventions.communicate(leader, act.pk, Communication.YES, act.version)
            for act in Intervention.objects.filter(project=project).order_by("-state")
        )
    for person in team:
        own = person.organisation.key if person.organisation else ""
        if own in services.interventions.waiting_for(told):
            with stage.acts(person):
                services.interventions.approve(person, told.pk, told.version)


def _intervention(by: User, project: UUID, what: str) -> Any:
    approach = words.approaches()[0].id
    return services.interventions.add(by, project, approach, what, services.base.organisation_of(by))


def _case(desk: Desk, ago: int) -> Script:
    """Handed over for a case: it waits until the part for cases takes it up."""
    key = yield from _reported(desk, ago)
    if key is not None:
        yield from desk.weighed(key, ago - 3, "case", HEAVY, {"reason": CASE})
