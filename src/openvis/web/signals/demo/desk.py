"""The reporting point of a demonstration: who reports, who screens, who weighs, who reads second; and what they do."""

import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from openvis.profile.signals import Phenomenon
from openvis.web.access.models import User
from openvis.web.access.stage import Stage, key_from
from openvis.web.places.demo import Streets

from .. import files, rules, services
from ..models import Signal
from ..services import Reported, Weighed
from ..states import Channel
from . import texts

Part = Iterator[datetime]
LIGHT, MIDDLE, HEAVY = 0.0, 0.5, 1.0
"""Which answers of the checklist: the first of each, those in the middle, the last."""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" \
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"  # fmt: skip


@dataclass
class Desk:
    """Who does what at the reporting point. Without somebody who weighs, signals stay as they came in."""

    stage: Stage
    streets: Streets
    chance: random.Random
    reporters: list[User] = field(init=False)
    weighers: list[User] = field(init=False)

    def __post_init__(self) -> None:
        self.weighers = self.stage.all(rules.WEIGH)
        own = self.stage.profile.signals.departments
        # First who may do least of the municipality's own people: an employee. Who weighs reports where nobody else does.
        self.reporters = sorted(
            [user for user in self.stage.all(rules.REPORT) if user not in self.weighers] or self.stage.all(rules.REPORT),
            key=lambda user: (user.organisation is None or user.organisation.key not in own, self.stage.abilities(user)),
        )

    # ---- what is reported -------------------------------------------------------------------------------------------

    def phenomenon(self) -> Phenomenon:
        """One of the city's: the first ones more often, as some are everywhere."""
        every = self.stage.profile.signals.phenomena
        return self.chance.choices(every, weights=[1 / (2 + at) for at in range(len(every))])[0]

    def sketch(self, about: Phenomenon | None = None, **given: Any) -> Reported:
        """A report with facts that fit the phenomenon, at a made-up address; `given` replaces parts."""
        about, chance = about or self.phenomenon(), self.chance
        language = self.stage.profile.municipality.language
        ticked = chance.sample(about.indicators, min(len(about.indicators), chance.choice((1, 2, 2, 3))))
        seen = "; ".join(item.name.get(language) for item in ticked)
        facts = " ".join(filter(None, [f"Gezien: {seen}." if seen else "", *chance.sample(texts.SEEN, 2)]))
        what = (about.short or about.name).get(language)
        made = Reported(
            phenomenon=about.id, facts=facts, interpretation=chance.choice(texts.MEANS).format(what=what),
            indicators=tuple(item.id for item in ticked),
            branch=chance.choice(self.stage.profile.signals.branches).id if chance.random() < 0.7 else "",
            address=None if "address" in given else self.streets.house(),
            company=chance.choice(texts.FIRMS) if chance.random() < 0.4 else "",
            acted="Nog niets." if chance.random() < 0.2 else "", may_name=chance.random() < 0.5,
        )  # fmt: skip
        made = replace(made, **given)
        return made if made.address or made.place_text else replace(made, place_text=chance.choice(texts.PLACES))

    def report(
        self, reported: Reported, *, by: User | None = None, channel: str = Channel.FORM, anonymous: bool = False,
        attached: int = 0,
    ) -> UUID | None:
        """Take a report in now, and give its key; None where nobody may. Entered for somebody else: by who weighs."""
        people = self.reporters if channel == Channel.FORM else self.weighers
        if not people:
            return None
        person = by or people[self.chance.randrange(len(people))]
        key = key_from(self.chance)
        seen = timezone.localdate() - timedelta(days=self.chance.randrange(2, 20))
        with self.stage.acts(person):
            services.report(
                person, replace(reported, seen_from=seen), [files.look(one) for one in self._files(attached)], key=key,
                anonymous=anonymous and self.stage.profile.signals.anonymous, channel=channel,
                source_note=texts.SOURCES.get(channel, ""),
            )  # fmt: skip
        return key

    def _files(self, number: int) -> list[SimpleUploadedFile]:
        photo, letter = ("verzonnen-foto.png", _picture(self.chance)), ("verzonnen-brief.pdf", PDF)
        return [SimpleUploadedFile(*file) for file in (photo, letter)][:number]

    # ---- what is done with it ---------------------------------------------------------------------------------------

    def now(self, key: UUID) -> Signal:
        """The signal as it is."""
        return Signal.objects.get(pk=key)

    def weigher(self, key: UUID) -> User:
        """Who takes this signal up: the work is shared."""
        return self.weighers[key.int % len(self.weighers)]

    def screen(self, key: UUID) -> None:
        """Enough to go on."""
        person = self.weigher(key)
        with self.stage.acts(person):
            services.enrich(person, key, self.now(key).version, self.chance.choice(texts.NOTES))

    def weigh(self, key: UUID, route: str, level: float, with_route: Mapping[str, Any] | None = None) -> None:
        """What the first reader decides."""
        person, checklist = self.weigher(key), self.stage.profile.signals.weighing
        answers = {
            item.id: item.answers[round(level * (len(item.answers) - 1))].id for item in checklist.criteria
        }
        posted = {name: [str(value)] for name, value in (with_route or {}).items()}
        with self.stage.acts(person):
            services.weigh(person, key, self.now(key).version, Weighed(answers, route, texts.REASONS[route], posted))

    def confirm(self, key: UUID) -> bool:
        """The second reader agrees; False where this city has none, so that the signal waits."""
        other = self._other(key)
        if other is None:
            return False
        with self.stage.acts(other):
            services.confirm(other, key, self._round(key), texts.AGREED)
        return True

    def send_back(self, key: UUID) -> None:
        """The second reader is not convinced."""
        other = self._other(key)
        if other is not None:
            with self.stage.acts(other):
                services.send_back(other, key, self._round(key), texts.SENT_BACK)

    def close(self, key: UUID, reason: str) -> None:
        """Closed after it was followed up."""
        person = self.weigher(key)
        with self.stage.acts(person):
            services.close(person, key, self.now(key).version, reason)

    def _other(self, key: UUID) -> User | None:
        return next((user for user in self.weighers if user != self.weigher(key)), None)

    def _round(self, key: UUID) -> int:
        return int(Signal.objects.get(pk=key).weighings.first().round)

    # ---- together ---------------------------------------------------------------------------------------------------

    def weighed(self, key: UUID, ago: int, route: str, level: float, with_route: Mapping[str, Any] | None = None) -> Part:
        """Screened, weighed and confirmed, in the two weeks from a day on."""
        yield self.stage.moment(ago, 10)
        self.screen(key)
        yield self.stage.moment(ago - 7, 14)
        self.weigh(key, route, level, with_route)
        yield self.stage.moment(ago - 9, 9)
        self.confirm(key)


def _picture(chance: random.Random) -> bytes:
    """A small PNG with stripes: no photo of anything."""
    wide, high, shade = 96, 64, chance.randrange(40, 160)
    lines = b"".join(b"\0" + bytes((shade + 60 * ((x + y) // 12 % 2)) for x in range(wide)) for y in range(high))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = wide.to_bytes(4, "big") + high.to_bytes(4, "big") + b"\x08\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
