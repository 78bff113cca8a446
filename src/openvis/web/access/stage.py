"""The stage of a demonstration: its made-up people act through the services of the house, each at their own moment.

An app that has something to show writes scripts: generators that do something, and yield the moment at which they go on.
`play` has all of them act in the order of time, so that numbers, terms, logs and history come out as if people had worked
for months. Nothing is put in a table here: what the rules or the walls forbid stops the play.
"""

import heapq
import random
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from openvis.profile import Profile

from . import acting, demo, people, walls
from .acting import Acting
from .models import User

Script = Iterator[datetime]
LONG_AGO = 450
"""Days before the last one from which the people of a demonstration have their roles, and act."""


@dataclass
class Stage:
    """What a script has to do with: the city, its people, the last day, and chance that the seed decides."""

    profile: Profile
    until: date
    seed: int
    truths: dict[str, Any] = field(default_factory=dict)
    """What was planted, for truths.json."""
    present: datetime = field(default_factory=timezone.now)
    """Now, by the clock of the machine: also the clock of the database."""
    _people: list[User] = field(default_factory=list)

    def __post_init__(self) -> None:
        emails = [account.email for account in demo.accounts(self.profile)]
        known = {user.email: user for user in User.objects.filter(email__in=emails).select_related("organisation")}
        self._people = [known[email] for email in emails if email in known]

    def chance(self, name: str) -> random.Random:
        """Chance of one part: what another part draws changes nothing here."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 -- made-up data, the same each time

    def day(self, ago: int) -> date:
        """So many days before the last day, or after it where that is negative; a Friday for a day in a weekend."""
        day = self.until - timedelta(days=ago)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def at(self, ago: int, hour: int = 10, minute: int = 0) -> datetime:
        """An hour on such a day, by the city's clock."""
        return timezone.make_aware(datetime.combine(self.day(ago), time(hour, minute)))

    def moment(self, ago: int, hour: int = 10, minute: int = 0) -> datetime:
        """The same, to go on at: never later than now."""
        return min(self.at(ago, hour, minute), self.present)

    def all(self, ability: str) -> list[User]:
        """Everybody who may do something, in the order of the sign-in page."""
        return [user for user in self._people if people.may(user, ability)]

    def who(self, ability: str, *, without: str = "", organisation: str = "") -> User | None:
        """Somebody who may do something: and may not do something else, or is of an organisation. None: nobody here."""
        return next(
            (
                user for user in self.all(ability)
                if not (without and people.may(user, without))
                and (not organisation or (user.organisation is not None and user.organisation.key == organisation))
            ),
            None,
        )  # fmt: skip

    def abilities(self, person: User) -> int:
        """How many abilities somebody holds: the fewer, the more they are everybody."""
        return len({ability for standing in people.standings(person) for ability in standing.role.abilities})

    @contextmanager
    def acts(self, person: User) -> Iterator[None]:
        """Have somebody act: behind the second wall, as a page would have them."""
        # `in_response` keeps back what a page does after its answer, such as a mail: here nobody waits for one.
        with acting.begin(Acting(user=person, in_response=True)) as work, transaction.atomic(), walls.role(work):
            yield


def key_from(chance: random.Random) -> uuid.UUID:
    """A key that the seed decides."""
    return uuid.UUID(int=chance.getrandbits(128), version=4)


def since(until: date) -> datetime:
    """From when the people of a demonstration have their roles."""
    return timezone.make_aware(datetime.combine(until - timedelta(days=LONG_AGO), time(8)))


@contextmanager
def clock(moment: datetime) -> Iterator[None]:
    """Have Django's clock stand at a moment. That of the database goes on: what it stamps by itself is of today."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return moment.astimezone(tz or UTC)

    # The module's own name, and not its function: columns hold that one as the default.
    real, timezone.datetime = timezone.datetime, Then  # type: ignore[attr-defined, misc]
    try:
        yield
    finally:
        timezone.datetime = real  # type: ignore[attr-defined]


def play(stage: Stage, scripts: Iterable[Script]) -> None:
    """Have every script act, all in one order of time. All of it or nothing: one transaction."""
    waiting: list[tuple[datetime, int, Script]] = []
    for number, script in enumerate(scripts):
        heapq.heappush(waiting, (since(stage.until), number, script))
    language, mail = stage.profile.municipality.language, settings.EMAIL_BACKEND
    # Nobody of a demonstration has a mailbox.
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        with transaction.atomic(), translation.override(language):
            while waiting:
                now, number, script = heapq.heappop(waiting)
                with clock(now):
                    later = next(script, None)
                if later is not None:
                    heapq.heappush(waiting, (max(later, now), number, script))
    finally:
        settings.EMAIL_BACKEND = mail
