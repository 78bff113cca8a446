"""What who weighs does with a signal: the acts of its page, under the same rules."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from openvis.web.access.api_base import caller

from .. import rules, selectors, services
from ..models import Signal
from .common import PURPOSE, address_of, done, router, weighing
from .schemas import (
    AskIn,
    CompleteIn,
    DoneIn,
    ForwardIn,
    Listed,
    NoteIn,
    ReadIn,
    ReasonIn,
    RefuseIn,
    SameIn,
    TextIn,
    VersionIn,
    WeighIn,
    WeighingOut,
)


def _listed(request: HttpRequest, key: UUID, act: Any, **said: Any) -> Any:
    """Do something with a signal; gives its line of the inbox."""
    return done(lambda: Listed.from_orm(act(caller(request), key, **said)), rules.WEIGH, f"signal:{key}")


@router.post(
    "/signals/{uuid:key}/complete", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="completeSignal",
    summary="Complete where it is and what it is about",
)  # fmt: skip
def complete(request: HttpRequest, key: UUID, told: CompleteIn) -> Any:
    """Add or put right address, phenomenon or branch; the history keeps what stood there."""
    user = caller(request)

    def act() -> Listed:
        # For who finds nothing here the service refuses, and writes that down.
        found = Signal.objects.filter(pk=key).first() or Signal()
        made = services.complete(
            user, key, told.version, phenomenon=told.phenomenon or found.phenomenon,
            branch=found.branch if told.branch is None else told.branch, address=address_of(told.address),
        )
        return Listed.from_orm(made)

    return done(act, rules.WEIGH, f"signal:{key}")


@router.post(
    "/signals/{uuid:key}/ask", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="askReporter",
    summary="Ask the reporter for more",
)  # fmt: skip
def ask(request: HttpRequest, key: UUID, told: AskIn) -> Any:
    """The question waits with the reporter; only where somebody can be asked, and not too often."""
    return _listed(request, key, services.ask, **told.dict())


@router.post(
    "/signals/{uuid:key}/add", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="addToSignal",
    summary="Write down what was told by telephone",
)  # fmt: skip
def add(request: HttpRequest, key: UUID, told: TextIn) -> Any:
    """An answer to the question, or more."""
    return _listed(request, key, services.told_by_caller, text=told.text)


@router.post(
    "/signals/{uuid:key}/note", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="noteOnSignal",
    summary="Note from own sources",
)  # fmt: skip
def note(request: HttpRequest, key: UUID, told: NoteIn) -> Any:
    """What lawful sources of one's own say."""
    return _listed(request, key, services.note, **told.dict())


@router.post(
    "/signals/{uuid:key}/refuse", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="refuseSignal",
    summary="Close without weighing",
)  # fmt: skip
def refuse(request: HttpRequest, key: UUID, told: RefuseIn) -> Any:
    """Out of scope, or too thin."""
    return _listed(request, key, services.refuse, **told.dict())


@router.post(
    "/signals/{uuid:key}/forward", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="forwardSignal",
    summary="Forward: it belongs elsewhere",
)  # fmt: skip
def forward(request: HttpRequest, key: UUID, told: ForwardIn) -> Any:
    """It is closed here; somebody brings it there, outside of this system."""
    return _listed(request, key, services.forward, **told.dict())


@router.post(
    "/signals/{uuid:key}/act-at-once", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="actAtOnce",
    summary="It could not wait",
)  # fmt: skip
def act_at_once(request: HttpRequest, key: UUID, told: DoneIn) -> Any:
    """Write down what was done at once. The weighing comes after."""
    return _listed(request, key, services.act_at_once, **told.dict())


@router.post(
    "/signals/{uuid:key}/enrich", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="enrichSignal",
    summary="Enough to go on: to be weighed",
)  # fmt: skip
def enrich(request: HttpRequest, key: UUID, told: NoteIn) -> Any:
    """Note what lawful sources say, and put the signal up for weighing."""
    return _listed(request, key, services.enrich, **told.dict())


@router.post(
    "/signals/{uuid:key}/weigh", auth=weighing(), response={200: WeighingOut, **PURPOSE}, operation_id="weighSignal",
    summary="Weigh, as first reader",
)  # fmt: skip
def weigh(request: HttpRequest, key: UUID, told: WeighIn) -> Any:
    """Fill in the checklist and decide, with a reason. A second reader confirms."""
    weighed = services.Weighed(told.answers, told.route, told.reason, told.with_route)
    return done(
        lambda: WeighingOut.from_orm(services.weigh(caller(request), key, told.version, weighed)), rules.WEIGH,
        f"signal:{key}",
    )


@router.post(
    "/signals/{uuid:key}/read", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="readWeighing",
    summary="Confirm or send back, as second reader",
)  # fmt: skip
def read(request: HttpRequest, key: UUID, told: ReadIn) -> Any:
    """The second reader, who is another person, confirms (the decision is carried out) or sends back with a remark."""
    def act(by: Any, key: UUID) -> Signal:
        judge = services.confirm if told.confirm else services.send_back
        judge(by, key, told.round, told.remark)
        return selectors.signal(by, key)

    return _listed(request, key, act)


@router.post(
    "/signals/{uuid:key}/weigh-again", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="weighSignalAgain",
    summary="Weigh again",
)  # fmt: skip
def weigh_again(request: HttpRequest, key: UUID, told: VersionIn) -> Any:
    """After a match in the index, or a result that changes things."""
    return _listed(request, key, services.weigh_again, **told.dict())


@router.post(
    "/signals/{uuid:key}/close", auth=weighing(), response={200: Listed, **PURPOSE}, operation_id="closeSignal",
    summary="Close what was followed up",
)  # fmt: skip
def close(request: HttpRequest, key: UUID, told: ReasonIn) -> Any:
    """With what came of it. From now on its term runs."""
    return _listed(request, key, services.close, **told.dict())


@router.post(
    "/signals/{uuid:key}/similar/{uuid:other}", auth=weighing(), response={200: SameIn, **PURPOSE},
    operation_id="judgeSimilarSignal", summary="Judge whether two signals are about the same",
)  # fmt: skip
def judge(request: HttpRequest, key: UUID, other: UUID, told: SameIn) -> Any:
    """Only the answer is kept: nothing learns from it."""
    return done(
        lambda: SameIn(same=services.decide_likeness(caller(request), key, other, told.same).same), rules.WEIGH,
        f"signal:{key}",
    )
