"""The signals of a demonstration: in every state, over the last months, with a pair and a triple that belong together."""

from collections.abc import Iterator
from typing import Any

from openvis.web.access.stage import Script, Stage
from openvis.web.places.demo import Streets

from .. import services
from ..models import HandOver
from ..states import Channel, Outcome, State
from . import texts
from .desk import HEAVY, LIGHT, MIDDLE, Desk, Part

__all__ = ["HEAVY", "LIGHT", "MIDDLE", "Desk", "Part", "scripts"]

EXTRA = 48
"""Signals that were weighed and closed, beside those that show something of their own: enough for figures of a quarter."""
USUAL = 2
"""Of how many phenomena most of them are."""


def scripts(stage: Stage, streets: Streets, extra: int = EXTRA) -> Iterator[Script]:
    """Everything that comes in at the reporting point, and what is done with it."""
    desk = Desk(stage, streets, stage.chance("signals"))
    yield _draft(desk)
    new = ((2, True, 2, False), (3, False, 0, False), (6, False, 0, True), (12, False, 1, False))
    yield from (_new(desk, *one) for one in new)
    if not desk.weighers:
        return
    for number, channel in enumerate((Channel.TELEPHONE, Channel.ANONYMOUS_LINE, Channel.POLICE_REPORT, Channel.MAIL)):
        yield _to_weigh(desk, 13 + 9 * number, channel)
    yield from (_asked(desk, 9, tells=False), _asked(desk, 16, tells=True), _at_once(desk, 4), _doubted(desk, 26))
    yield _second(desk, 20)
    yield from _departments(desk)
    yield from (_indexed(desk, 50), _thin(desk, 95), _elsewhere(desk, 85))
    yield from _planted(desk)
    yield from (_closed(desk, 40 + at * 120 // extra, at) for at in range(extra))


def _draft(desk: Desk) -> Script:
    """Somebody began to report and has not sent it in."""
    yield desk.stage.moment(1, 16)
    if desk.reporters:
        person = desk.reporters[0]
        with desk.stage.acts(person):
            services.keep_draft(person, {"facts": texts.DRAFT})


def _new(desk: Desk, ago: int, urgent: bool, attached: int, anonymous: bool) -> Script:
    yield desk.stage.moment(ago, 8 + ago % 9)
    desk.report(desk.sketch(urgent=urgent), attached=attached, anonymous=anonymous)


def _to_weigh(desk: Desk, ago: int, channel: str) -> Script:
    """Entered for somebody else, screened, and to be weighed; the oldest should have been."""
    yield desk.stage.moment(ago, 11)
    key = desk.report(desk.sketch(), channel=channel)
    if key is not None:
        yield desk.stage.moment(ago - 4, 10)
        desk.screen(key)


def _asked(desk: Desk, ago: int, *, tells: bool) -> Script:
    """Somebody is asked for more; and answers, or has yet to."""
    yield desk.stage.moment(ago, 13)
    if not desk.reporters:
        return
    person = desk.reporters[0]
    key = desk.report(desk.sketch(address=None, place_text=texts.PLACES[0]), by=person)
    if key is None:
        return
    yield desk.stage.moment(ago - 3, 10)
    weigher = desk.weigher(key)
    signal = desk.now(key)
    if not services.can_ask(signal):
        return
    with desk.stage.acts(weigher):
        services.ask(weigher, key, signal.version, texts.ASKS)
    if tells:
        yield desk.stage.moment(ago - 6, 12)
        own = desk.now(key).report.pk
        with desk.stage.acts(person):
            services.add_answer(person, own, texts.TELLS)


def _at_once(desk: Desk, ago: int) -> Script:
    """What could not wait."""
    yield desk.stage.moment(ago, 9)
    key = desk.report(desk.sketch(urgent=True), attached=1)
    if key is not None:
        yield desk.stage.moment(ago, 10)
        person = desk.weigher(key)
        with desk.stage.acts(person):
            services.act_at_once(person, key, desk.now(key).version, texts.AT_ONCE)


def _doubted(desk: Desk, ago: int) -> Script:
    """Sent back by the second reader: to be weighed again."""
    yield desk.stage.moment(ago, 15)
    key = desk.report(desk.sketch())
    if key is not None:
        yield desk.stage.moment(ago - 3, 10)
        desk.screen(key)
        yield desk.stage.moment(ago - 8, 11)
        desk.weigh(key, "close", MIDDLE)
        yield desk.stage.moment(ago - 10, 14)
        desk.send_back(key)


def _second(desk: Desk, ago: int) -> Script:
    """Weighed, and not read by a second person yet."""
    yield desk.stage.moment(ago, 10)
    key = desk.report(desk.sketch())
    if key is not None:
        yield desk.stage.moment(ago - 3, 10)
        desk.screen(key)
        yield desk.stage.moment(ago - 12, 10)
        desk.weigh(key, "case", HEAVY, {"reason": texts.REASONS["case"]})


def _departments(desk: Desk) -> Iterator[Script]:
    """Passed to departments: one is waited for too long, one just began, one told its result, one is done."""
    known = [key for key in desk.stage.profile.signals.departments if desk.stage.who("signals.report", organisation=key)]
    for at, (ago, then) in enumerate(((75, ""), (33, ""), (58, "result"), (120, "done"), (150, "done"))):
        if known:
            yield _passed(desk, ago, known[at % len(known)], then)


def _passed(desk: Desk, ago: int, department: str, then: str) -> Script:
    yield desk.stage.moment(ago, 9)
    key = desk.report(desk.sketch())
    if key is None:
        return
    passed = {"organisation": department, "facts": texts.PASSED, "request": texts.REQUEST}
    yield from desk.weighed(key, ago - 3, "department", MIDDLE, passed)
    person = desk.stage.who("signals.report", organisation=department)
    if person is None or not then or desk.now(key).state != State.HANDED_OVER:
        return
    yield desk.stage.moment(ago - 30, 15)
    handed = HandOver.objects.get(signal=key).pk
    with desk.stage.acts(person):
        services.give_result(person, handed, texts.RESULT)
    if then == "done":
        yield desk.stage.moment(ago - 33, 10)
        desk.close(key, texts.DONE)


def _indexed(desk: Desk, ago: int) -> Script:
    """A department is asked to register the address in the index."""
    yield desk.stage.moment(ago, 14)
    key = desk.report(desk.sketch())
    if key is not None:
        department = desk.stage.profile.signals.departments[-1]
        yield from desk.weighed(key, ago - 4, "index", MIDDLE, {"organisation": department})


def _thin(desk: Desk, ago: int) -> Script:
    """Too little to go on."""
    yield desk.stage.moment(ago, 16)
    key = desk.report(desk.sketch(address=None, place_text=texts.PLACES[1], company=""), channel=Channel.ANONYMOUS_LINE)
    if key is not None:
        yield desk.stage.moment(ago - 4, 10)
        person = desk.weigher(key)
        with desk.stage.acts(person):
            services.refuse(person, key, desk.now(key).version, Outcome.INSUFFICIENT, texts.THIN)


def _elsewhere(desk: Desk, ago: int) -> Script:
    """Out of scope, and brought to where it belongs."""
    yield desk.stage.moment(ago, 11)
    key = desk.report(desk.sketch())
    if key is not None:
        yield desk.stage.moment(ago - 2, 10)
        person, to = desk.weigher(key), desk.stage.profile.signals.forward_to
        with desk.stage.acts(person):
            services.forward(person, key, desk.now(key).version, to[0] if to else "elders", texts.FORWARD)


def _closed(desk: Desk, ago: int, number: int) -> Script:
    """Weighed as light and closed: most of what comes in, and much of it alike."""
    yield desk.stage.moment(ago, 8 + ago % 9, ago % 60)
    usual = desk.stage.profile.signals.phenomena[:USUAL]
    about = usual[number // 4 % len(usual)] if number % 4 else None
    key = desk.report(desk.sketch(about, address=desk.streets.house(near=number % 4 > 0)))
    if key is not None:
        yield from desk.weighed(key, ago - 3, "close", LIGHT)


# ---- what belongs together ------------------------------------------------------------------------------------------


def _planted(desk: Desk) -> Iterator[Script]:
    """A pair at one address; three by address, telephone and nearness; two that may be one business: for truths.json."""
    first = desk.streets.neighbours(2, 0)[0]
    here, near, elsewhere = *desk.streets.neighbours(5, 1, 4), desk.streets.neighbours(4, 3)[0]
    telephone = "000-0000123"
    truth: dict[str, list[str]] = {"pair": [], "triple": [], "alike": []}
    desk.stage.truths["similar_signals"] = truth | {
        "why": {"pair": "same address", "triple": "the second has the telephone number of the first, the third is near",
                "alike": "one business in two spellings: a question"},
    }  # fmt: skip
    planted = (
        (truth["pair"], 62, {"address": first, "company": ""}),
        (truth["pair"], 11, {"address": first, "company": ""}),
        (truth["triple"], 18, {"address": here, "company": texts.FIRMS[4], "telephone": telephone}),
        (truth["triple"], 12, {"address": elsewhere, "company": "", "telephone": telephone}),
        (truth["triple"], 6, {"address": near, "company": ""}),
        (truth["alike"], 38, {"company": texts.ALIKE[0]}),
        (truth["alike"], 10, {"company": texts.ALIKE[1]}),
    )  # fmt: skip
    # Of one phenomenon and branch: names of businesses are compared within these.
    about, branch = desk.stage.profile.signals.phenomena[0], desk.stage.profile.signals.branches[0]
    for numbers, ago, given in planted:
        yield _of_a_set(desk, numbers, ago, {**given, "about": about, "branch": branch.id})


def _of_a_set(desk: Desk, numbers: list[str], ago: int, given: dict[str, Any]) -> Script:
    yield desk.stage.moment(ago, 10, ago % 60)
    key = desk.report(desk.sketch(**given))
    if key is None:
        return
    numbers.append(desk.now(key).number)
    if ago > 16:
        yield desk.stage.moment(ago - 4, 10)
        desk.screen(key)
