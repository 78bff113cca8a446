"""What can happen to a focus place: one function an event, each in a transaction, with its rule, audit and history."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openvis.web import city
from openvis.web.access import audit
from openvis.web.access.acts import NotYoursError
from openvis.web.access.models import User

from .evidence import Frozen
from .models import Evidence, FocusAction, FocusPlace, ends_on
from .states import OPEN, TRANSITIONS, State


class NotNowError(Exception):
    """The place is in a state that does not allow this act."""

    def __init__(self, act: str, state: str) -> None:
        super().__init__(f"{act} is not possible while the place is {state}")
        self.act, self.state = act, state


class ChangedError(Exception):
    """Somebody else saved in the meantime. `current` is what stands there now; nothing was overwritten."""

    def __init__(self, current: FocusPlace | FocusAction) -> None:
        super().__init__(f"{current} was changed by somebody else (version {current.version})")
        self.current = current


class MissingError(ValueError):
    """A field that this act needs is empty or wrong: `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def _act(by: User, act: str, thing: str, **facts: Any) -> Iterator[None]:
    """One transaction in which the history knows who did what, and the audit log gets its entry."""
    with transaction.atomic(), pghistory.context(user=str(by.pk), act=act):
        yield
        audit.record(by, f"focus_place.{act}", thing, **facts)


def _require(by: User, permission: str, thing: FocusPlace | FocusAction) -> None:
    if not by.has_perm(f"deployment.{permission}", thing):
        raise NotYoursError(permission)


def _filled(field: str, value: str) -> str:
    text = value.strip()
    if not text:
        raise MissingError(field, _("This is empty. Write at least a few words."))
    return text


def _known_goal(key: str) -> str:
    if key and city.profile().plan.goal(key) is None:
        raise MissingError("goal", _("“%s” is not a goal of the plan. Choose one from the list.") % key)
    return key


def _open_for(by: User, place: UUID, act: str, permission: str, version: int) -> FocusPlace:
    """The place, locked, once it is certain that the person may do this, now, on what they were looking at."""
    current = FocusPlace.objects.select_for_update().get(pk=place)
    _require(by, permission, current)
    if current.state not in TRANSITIONS[act].sources:
        raise NotNowError(act, current.state)
    if current.version != version:
        raise ChangedError(current)
    return current


def _save(place: FocusPlace, act: str) -> FocusPlace:
    place.state = TRANSITIONS[act].target or place.state
    if place.state not in OPEN:
        # The term counts from here; until now the page showed what it would be.
        place.ends_on = ends_on()
    place.version += 1
    place.save()
    return place


def keep(by: User, frozen: Frozen, name: str, goal: str = "", interpretation: str = "") -> FocusPlace:
    """Keep a place (bewaren als aandachtsplek) with the evidence as it is now.

    With an interpretation it is assessed at once, where the person may assess; else it is proposed. Refuses with
    NotYoursError outside the person's areas.
    """
    place = FocusPlace(
        name=_filled("name", name), home=frozen.home, touches=frozen.touches, goal=_known_goal(goal), kept_by=by,
        interpretation=interpretation.strip(),
    )
    _require(by, "keep_place", place)
    if place.interpretation and by.has_perm("deployment.assess_place", place):
        place.state = State.ASSESSED
    with _act(by, "keep", str(place.pk), state=place.state):
        evidence = Evidence(**frozen.fields())
        evidence.save(force_insert=True)
        place.evidence = evidence
        place.save(force_insert=True)
    return place


def assess(by: User, place: UUID, version: int, interpretation: str, name: str, goal: str = "") -> FocusPlace:
    """Say what it means (duiden), and which goal it belongs to."""
    with _act(by, "assess", str(place)):
        current = _open_for(by, place, "assess", "assess_place", version)
        current.interpretation = _filled("interpretation", interpretation)
        current.name = _filled("name", name)
        current.goal = _known_goal(goal)
        return _save(current, "assess")


def _decide(by: User, current: FocusPlace, act: str, reason: str) -> FocusPlace:
    current.reason = _filled("reason", reason)
    current.decided_by, current.decided_at = by, timezone.now()
    return _save(current, act)


def accept(by: User, place: UUID, version: int, reason: str, owner: User | None) -> FocusPlace:
    """The meeting accepts the place (aannemen) and somebody becomes its owner (eigenaar)."""
    with _act(by, "accept", str(place)):
        current = _open_for(by, place, "accept", "assess_place", version)
        current.owner = _may_own(owner, current)
        return _decide(by, current, "accept", reason)


def dismiss(by: User, place: UUID, version: int, reason: str) -> FocusPlace:
    """The meeting dismisses the place (afwijzen), with a reason."""
    with _act(by, "dismiss", str(place)):
        current = _open_for(by, place, "dismiss", "assess_place", version)
        return _decide(by, current, "dismiss", reason)


def hand_over(by: User, place: UUID, version: int, owner: User | None) -> FocusPlace:
    """Somebody else becomes the owner."""
    with _act(by, "hand_over", str(place)):
        current = _open_for(by, place, "hand_over", "close_place", version)
        current.owner = _may_own(owner, current)
        return _save(current, "hand_over")


def _may_own(owner: User | None, place: FocusPlace) -> User:
    if owner is None:
        raise MissingError("owner", _("Nobody is chosen. Choose who will see to this place."))
    if not owner.is_active or not owner.has_perm("deployment.see_place", place):
        raise MissingError(
            "owner", _("%s does not see this place. Choose somebody who works in this area.") % owner
        )
    return owner


def agree_action(
    by: User, place: UUID, version: int, what: str, phase: str, due: date,
    person: User | None = None, organisation: str = "",
) -> FocusAction:
    """Agree what will be done, by whom and by when (afspraak). The first one puts the place in approach."""
    with _act(by, "agree_action", str(place), phase=phase):
        current = _open_for(by, place, "agree_action", "agree_action", version)
        _known_doer(person, organisation)
        action = FocusAction(
            place=current, what=_filled("what", what), phase=phase, person=person, organisation=organisation, due=due
        )
        action.save(force_insert=True)
        _save(current, "agree_action")
        return action


def _known_doer(person: User | None, organisation: str) -> None:
    if person is None and not organisation:
        raise MissingError("organisation", _("Nobody is named. Choose a person or an organisation."))
    if organisation and organisation not in {known.id for known in city.profile().organisations}:
        raise MissingError(
            "organisation", _("“%s” is not a known organisation. Choose one from the list.") % organisation
        )


def _open_action(by: User, action: UUID, act: str, version: int) -> FocusAction:
    # The place is locked first, as in every other act, so that two acts never wait for each other crosswise.
    place = FocusPlace.objects.select_for_update().get(actions=action)
    current = FocusAction.objects.select_for_update().get(pk=action)
    _require(by, act, current)
    if place.state not in TRANSITIONS[act].sources:
        raise NotNowError(act, place.state)
    if current.version != version:
        raise ChangedError(current)
    current.version += 1
    return current


def change_action(
    by: User, action: UUID, version: int, what: str, phase: str, due: date,
    person: User | None = None, organisation: str = "",
) -> FocusAction:
    """Agree something else: another doer, another day."""
    with _act(by, "change_action", str(action)):
        current = _open_action(by, action, "change_action", version)
        _known_doer(person, organisation)
        current.what, current.phase, current.due = _filled("what", what), phase, due
        current.person, current.organisation = person, organisation
        current.save()
        return current


def finish_action(by: User, action: UUID, version: int, done: date, result: str) -> FocusAction:
    """Report that it was done and what came of it."""
    with _act(by, "finish_action", str(action)):
        current = _open_action(by, action, "finish_action", version)
        if done > timezone.localdate():
            raise MissingError("done", _("This day is still to come. Fill in today or an earlier day."))
        current.done, current.result = done, _filled("result", result)
        current.save()
        return current


def close(by: User, place: UUID, version: int, result: str) -> FocusPlace:
    """Report the result and close the place. Refused while an action has no report: done, or why not."""
    with _act(by, "close", str(place)):
        current = _open_for(by, place, "close", "close_place", version)
        waiting = current.actions.filter(done__isnull=True).count()
        if waiting:
            raise MissingError(
                "result",
                ngettext(
                    "%d action has no report yet. Report first what came of it, or why it was not done.",
                    "%d actions have no report yet. Report first what came of them, or why they were not done.",
                    waiting,
                ) % waiting,
            )
        current.result = _filled("result", result)
        current.closed_at = timezone.now()
        return _save(current, "close")
