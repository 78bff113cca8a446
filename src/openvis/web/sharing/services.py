"""What can happen to a transfer: proposed, withdrawn, accepted, refused, or left without an answer.

One function an event, each a transaction with its rule, an audit entry at both ends, and history. Nothing moves between
compartments but by these.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import acting, audit, purposes, registry
from openvis.web.access.acts import NotNowError, NotYoursError, WrongError, filled
from openvis.web.access.models import User
from openvis.web.trail import processing

from . import covenants, flows, rules
from .models import Received, Transfer
from .states import Law, State

LONGEST = timedelta(days=90)
"""The longest that a proposal may wait for its answer: meanwhile its values are kept twice."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes, as they filled it in."""

    to: str
    fields: tuple[str, ...]
    purpose: str
    law: str
    article: str
    motivation: str
    proportionality: str
    subsidiarity: str
    answer_by: date
    covenant: str = ""


@contextmanager
def _act(by: User | None, act: str, transfer: UUID, **facts: Any) -> Iterator[None]:
    """One transaction in which the history knows who did what, and the audit log gets its entry."""
    with transaction.atomic(), pghistory.context(user=str(by.pk) if by else "", act=act):
        yield
        audit.record(by, f"transfer.{act}", f"transfer:{transfer}", **facts)


def kept_until(compartment: str, day: date) -> date:
    """The end of the retention term of what reaches a compartment on a day."""
    profile = city.profile()
    return profile.retention_term(profile.compartment(compartment).term).ends(day)


def propose(by: User, thing: flows.Thing, asked: Proposal) -> Transfer:
    """Propose chosen fields of an object to another compartment. Raises NotYoursError, WrongError."""
    origin = thing.offer.compartment
    role = rules.proposing_role(by, origin, thing.areas)
    if role is None:
        raise NotYoursError(rules.PROPOSE)
    organisation = by.organisation.key if by.organisation else city.profile().role(role).organisation
    _check(thing, asked, organisation)
    today = timezone.localdate()
    transfer = Transfer(
        kind=thing.offer.kind, key=thing.key, from_compartment=origin, to_compartment=asked.to, areas=thing.areas,
        fields=list(asked.fields), values={name: thing.values[name] for name in asked.fields},
        subjects=thing.subjects or None,
        proposed_by=by, role=role, organisation=organisation, answer_by=asked.answer_by,
        purpose=asked.purpose, law=asked.law, article=filled("article", asked.article), covenant=asked.covenant,
        motivation=filled("motivation", asked.motivation),
        proportionality=filled("proportionality", asked.proportionality),
        subsidiarity=filled("subsidiarity", asked.subsidiarity), ends_on=kept_until(origin, today),
    )  # fmt: skip
    facts = {"from": origin, "to": asked.to, "fields": len(asked.fields), "law": asked.law}
    with _act(by, "propose", transfer.pk, **facts):
        transfer.save(force_insert=True)
        _at_the_object(by, "transfer.proposed", transfer)
        processed(thing.subjects, origin, "transfer.propose")
    return transfer


def _check(thing: flows.Thing, asked: Proposal, organisation: str) -> None:
    ways = {str(item.id) for item in flows.open_ways(thing.offer.compartment)}
    if asked.to not in ways:
        raise WrongError("to", _("Nothing may be proposed to this compartment from here."))
    if not asked.fields:
        raise WrongError("fields", _("Nothing is chosen. Tick the fields that are needed, and no more."))
    if not set(asked.fields) <= {name for name, _title, _value in thing.lines}:
        raise WrongError("fields", _("A field was chosen that is not there any more. Choose again."))
    if asked.purpose not in {purpose.id for purpose in flows.purposes_of(asked.to)}:
        raise WrongError("purpose", _("This is not a purpose of the receiving compartment. Choose one from the list."))
    if asked.law not in Law.values:
        raise WrongError("law", _("Choose the law under which the data are handed over."))
    today = timezone.localdate()
    if not today < asked.answer_by <= today + LONGEST:
        raise WrongError("answer_by", _("Choose a day after today, at most 90 days away."))
    needed = covenants.needed(organisation, asked.to)
    if needed and asked.covenant not in {item.id for item in needed}:
        raise WrongError(
            "covenant", _("Your organisation exchanges with this compartment under a covenant only. Choose which one.")
        )
    if asked.covenant:
        if asked.covenant not in {item.id for item in covenants.naming(asked.to)}:
            raise WrongError("covenant", _("This covenant is not about the receiving compartment. Choose another one."))
        try:
            covenants.require(asked.covenant)
        except covenants.CovenantError as error:
            raise WrongError("covenant", str(error)) from error


def processed(subjects: list[list[str]] | None, compartment: str, name: str) -> None:
    """A line of the processing log for each person whose data were handed over or shown."""
    processing.shown([processing.Subject(*item) for item in subjects or []], activity=compartment, name=name)


def _at_the_object(by: User | None, action: str, transfer: Transfer) -> None:
    """The entry at the other end: at the object that the data come from."""
    audit.record(by, action, f"{transfer.kind}:{transfer.key}", transfer=str(transfer.pk), to=transfer.to_compartment)


def _open(by: User, transfer: UUID, permission: str) -> Transfer:
    """The transfer, locked, once it is certain that the person may do this and that it still waits for an answer."""
    current = Transfer.objects.select_for_update().filter(pk=transfer).first()
    if current is None or not by.has_perm(f"sharing.{permission}", current):
        raise NotYoursError(permission)
    if current.state != State.PROPOSED:
        raise NotNowError(current.get_state_display())
    return current


def _answer(current: Transfer, by: User | None, state: State) -> None:
    current.state, current.decided_by, current.decided_at = state, by, timezone.now()
    current.values = current.subjects = None
    current.save(update_fields=["state", "decided_by", "decided_at", "values", "subjects", "reason", "taken_in", "ends_on"])


def withdraw(by: User, transfer: UUID) -> Transfer:
    """Take a proposal back: its values are gone at once."""
    with _act(by, "withdraw", transfer):
        current = _open(by, transfer, "withdraw_transfer")
        _answer(current, by, State.WITHDRAWN)
        _at_the_object(by, "transfer.withdrawn", current)
        return current


def refuse(by: User, transfer: UUID, reason: str) -> Transfer:
    """Refuse a proposal, and say why: its values are gone at once."""
    with _act(by, "refuse", transfer):
        current = _answerable(by, transfer)
        current.reason = filled("reason", reason)
        _answer(current, by, State.REFUSED)
        _at_the_object(by, "transfer.refused", current)
        return current


def accept(by: User, transfer: UUID) -> Transfer:
    """Accept a proposal under a stated purpose. Its values go to the compartment, and are here no more.

    Raises CovenantError where the covenant it rests on is not in force, or the receiver's organisation lacks one.
    """
    with _act(by, "accept", transfer):
        current = _answerable(by, transfer)
        _in_force(by, current)
        values, subjects = current.values, current.subjects
        taker = next((item for item in registry.receivers if item.compartment == current.to_compartment), None)
        if taker is not None:
            current.taken_in = taker.accept(by, values)
        else:
            until = kept_until(current.to_compartment, timezone.localdate())
            current.ends_on = max(current.ends_on, until)
        _answer(current, by, State.ACCEPTED)
        if taker is None:
            Received(
                transfer=current, compartment=current.to_compartment, areas=current.areas, values=values,
                subjects=subjects, received_by=by, ends_on=until,
            ).save(force_insert=True)  # fmt: skip
        _at_the_object(by, "transfer.accepted", current)
        processed(subjects, current.to_compartment, "transfer.accept")
        if current.taken_in:
            audit.record(by, "transfer.taken_in", current.taken_in, transfer=str(current.pk))
        return current


def _answerable(by: User, transfer: UUID) -> Transfer:
    """A transfer that this person answers now: in time, and with a purpose stated that they may have there."""
    current = _open(by, transfer, "answer_transfer")
    if current.answer_by < timezone.localdate():
        raise NotNowError(State.EXPIRED.label)
    stated = acting.current().purpose
    if stated not in {purpose.id for purpose in purposes.allowed(by, current.to_compartment)}:
        raise NotYoursError("purpose.state")
    return current


def _in_force(by: User, current: Transfer) -> None:
    """Nothing is taken over outside the term of a covenant that this exchange rests on."""
    if current.covenant:
        covenants.require(current.covenant)
    organisation = by.organisation.key if by.organisation else ""
    needed = covenants.needed(organisation, current.to_compartment)
    today = timezone.localdate()
    if needed and not any(item.in_force(today) for item in needed):
        covenants.require(needed[0].id)


def expire(day: date) -> int:
    """Let proposals end whose term is over without an answer: their values are gone. Safe to repeat and break off."""
    waiting = Transfer.objects.filter(state=State.PROPOSED, answer_by__lt=day)
    ended = 0
    for key in list(waiting.values_list("pk", flat=True)):
        with _act(None, "expire", key):
            current = waiting.select_for_update().filter(pk=key).first()
            if current is not None:
                _answer(current, None, State.EXPIRED)
                _at_the_object(None, "transfer.expired", current)
                ended += 1
    return ended
