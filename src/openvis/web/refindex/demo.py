"""The address index of a demonstration: departments that met, one that did not, a silent entry, one taken back."""

from collections.abc import Iterator

from django.utils import timezone

from openvis.web.access.models import User
from openvis.web.access.stage import Script, Stage
from openvis.web.places.demo import Streets
from openvis.web.places.models import Address

from . import rules, services, tasks, terms
from .models import Entry, Match
from .states import Ground, Reason, Result


def scripts(stage: Stage, streets: Streets) -> Iterator[Script]:
    """What the departments of this city do with the index: nothing where nobody enters, no match where one does."""
    people = by_department(stage)
    if not people:
        return
    first, second, third = (people[number % len(people)] for number in range(3))
    met, waiting, silent = streets.house(near=True), streets.house(), streets.house()
    for number, person in enumerate(people):
        yield _alone(stage, person, streets.house(), 160 - 25 * number)
    yield _taken_back(stage, second, streets.house())
    yield _silent(stage, third, silent)
    if len(people) > 1:
        yield _meet(stage, first, second, met, 75, speak=True)
        yield _meet(stage, second, third if len(people) > 2 else first, waiting, 48, speak=False)
        yield _unheard(stage, first if third != first else second, silent)
        stage.truths["index"] = {
            "met": str(met), "waits_for_a_reply": str(waiting), "silent": str(silent),
            "departments": [rules.department_of(person) for person in (first, second)],
        }  # fmt: skip


def by_department(stage: Stage) -> list[User]:
    """One contributor of each department, in the order of the sign-in page."""
    found: dict[str, User] = {}
    for person in stage.all(rules.CONTRIBUTE):
        if rules.contributes(person):
            found.setdefault(rules.department_of(person), person)
    return list(found.values())


def _enter(stage: Stage, person: User, address: Address, kind: int, *, silent: bool = False) -> Entry:
    kinds = terms.index().kinds
    with stage.acts(person):
        return services.register(person, address, kinds[kind % len(kinds)].id, person.email, silent=silent)


def _alone(stage: Stage, person: User, address: Address, ago: int) -> Script:
    """An entry that nobody else has anything about; the oldest was renewed since."""
    yield stage.moment(ago, 11)
    entry = _enter(stage, person, address, 1)
    if ago > 150:
        yield stage.moment(20, 9)
        with stage.acts(person):
            services.renew(person, entry.pk, Reason.RUNNING)


def _taken_back(stage: Stage, person: User, address: Address) -> Script:
    yield stage.moment(25, 14)
    entry = _enter(stage, person, address, 2)
    yield stage.moment(6, 10)
    with stage.acts(person):
        services.withdraw(person, entry.pk)


def _meet(stage: Stage, one: User, other: User, address: Address, ago: int, *, speak: bool) -> Script:
    """Two departments at one address. The database says by its own clock when it found that: they speak today."""
    yield stage.moment(ago, 10)
    first = _enter(stage, one, address, 0)
    yield stage.moment(1, 15)
    second = _enter(stage, other, address, 3)
    yield stage.present
    tasks.tell()
    today = timezone.localdate()
    if speak:
        for person, entry in ((one, first), (other, second)):
            with stage.acts(person):
                match = Match.objects.get(entry=entry.pk)
                services.reply(person, match.pk, spoke=True, on=today, result=Result.ACT_TOGETHER, grounds=Ground.values)


def _silent(stage: Stage, person: User, address: Address) -> Script:
    """An investigation that must not be betrayed: nobody else learns of it."""
    yield stage.moment(40, 16)
    _enter(stage, person, address, 4, silent=True)


def _unheard(stage: Stage, person: User, address: Address) -> Script:
    """Another department comes to the address of a silent entry: it is told nothing."""
    yield stage.moment(2, 11)
    _enter(stage, person, address, 1)
