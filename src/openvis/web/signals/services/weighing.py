"""Weighing (wegen): the checklist proposes, a person decides with a reason, another person confirms or sends back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access.acts import NotNowError, NotYoursError, WrongError, act, filled
from openvis.web.access.models import User

from .. import registry
from ..models import Signal, Weighing
from ..states import AFTER_ROUTE, Outcome, State
from .common import data, due_weighing, ended, moved, opened


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the first reader filled in. `with_route`: the answers to what the route asks, as they came (name → values)."""

    answers: dict[str, str]
    route: str
    reason: str
    with_route: dict[str, list[str]] = field(default_factory=dict)


def route_of(key: str) -> registry.Route:
    """A way that a weighed signal can go. Raises WrongError."""
    for route in registry.routes:
        if route.key == key:
            return route
    raise WrongError("route", _("Choose from the list."))


def route_form(user: User, route: registry.Route, posted: Mapping[str, Any] | None = None, prefix: str = "") -> forms.Form:
    """The form of what a route asks for, bound to what came."""
    form = forms.Form(posted, prefix=prefix or None)
    form.fields.update(route.fields(user))
    return form


def as_posted(with_route: Mapping[str, list[str]]) -> QueryDict:
    """Kept answers as a form takes them."""
    made = QueryDict(mutable=True)
    for name, values in with_route.items():
        made.setlist(name, list(values))
    return made


def weigh(by: User, key: UUID, version: int, weighed: Weighed) -> Weighing:
    """Fix what the first reader finds. The signal now waits for a second reader; nothing follows by itself.

    Raises NotYoursError, NotNowError, ConflictError, WrongError.
    """
    with act(by, "signal.weigh", f"signal:{key}", route=weighed.route):
        signal = opened(by, key, State.ENRICHED, version=version)
        checklist = data().weighing
        try:
            points = checklist.points(weighed.answers)
        except KeyError as error:
            raise WrongError("answers", _("Answer every question of the checklist.")) from error
        route = route_of(weighed.route)
        _answered(by, route, weighed.with_route)
        last = signal.weighings.aggregate(last=Max("round"))["last"] or 0
        made = Weighing(
            signal=signal, round=last + 1, answers=weighed.answers, points=points, proposal=checklist.band(points).route,
            route=route.key, with_route=weighed.with_route or None, reason=filled("reason", weighed.reason), proposed_by=by,
        )  # fmt: skip
        made.save(force_insert=True)
        moved(signal, State.WEIGHED, due=due_weighing(signal))
        return made


def _answered(by: User, route: registry.Route, with_route: Mapping[str, list[str]]) -> dict[str, Any]:
    form = route_form(by, route, as_posted(with_route))
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise WrongError("route", f"{label}: {' '.join(map(str, errors))}")
    return form.cleaned_data


def _second(by: User, key: UUID, round_: int) -> tuple[Signal, Weighing]:
    """The signal and its open weighing, for a second reader who is not the first. Raises as `opened` does."""
    signal = opened(by, key, State.WEIGHED)
    made = Weighing.objects.select_for_update().filter(signal=signal, outcome="").first()
    if made is None or made.round != round_:
        raise NotNowError(signal.get_state_display())
    if made.proposed_by_id == by.pk:
        raise NotYoursError("signals.second_reader")
    return signal, made


def _read(by: User, made: Weighing, verdict: Weighing.Verdict, remark: str) -> None:
    made.outcome, made.remark, made.decided_by, made.decided_at = verdict, remark, by, timezone.now()
    made.save(update_fields=["outcome", "remark", "decided_by", "decided_at", "became"])


def send_back(by: User, key: UUID, round_: int, remark: str) -> Signal:
    """Not convinced: the first reader weighs again, and reads why."""
    with act(by, "signal.send_back", f"signal:{key}"):
        signal, made = _second(by, key, round_)
        _read(by, made, Weighing.Verdict.SENT_BACK, filled("remark", remark))
        return moved(signal, State.ENRICHED, due=due_weighing(signal))


def confirm(by: User, key: UUID, round_: int, remark: str = "") -> Weighing:
    """Agree: the weight is fixed, and the way that was decided is taken, in this transaction.

    Raises NotYoursError for the first reader, NotNowError, and WrongError where the way cannot be taken.
    """
    with act(by, "signal.confirm", f"signal:{key}"):
        signal, made = _second(by, key, round_)
        route = route_of(made.route)
        answers = _answered(by, route, made.with_route or {})
        _read(by, made, Weighing.Verdict.CONFIRMED, remark.strip())
        signal.weight, signal.route = made.points, route.key
        state = AFTER_ROUTE[route.key]
        signal.casus = signal.casus or state in (State.CASUS, State.PROJECT)
        if state == State.CLOSED:
            signal.save(update_fields=["weight", "route", "casus"])
            ended(signal, State.CLOSED, Outcome.NO_FOLLOW_UP, made.reason)
        else:
            moved(signal, state, "weight", "route", "casus")
        try:
            made.became = route.take(by, signal.pk, answers)[:200]
        except ValidationError as error:
            raise WrongError("route", " ".join(error.messages)) from error
        _became(made)
        return made


def _became(made: Weighing) -> None:
    """The line that says what became of it; the rest of a weighing that was read does not change any more."""
    Weighing.objects.filter(pk=made.pk).update(became=made.became)
