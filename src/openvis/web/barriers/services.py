"""What can happen to a barrier model: made, copied, changed step by step, put away, taken back.

Each change names the version that somebody was looking at; when another one stands there now, nothing is overwritten.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from openvis.profile.barriers import StartingModel
from openvis.web import city
from openvis.web.access import audit, people
from openvis.web.access.acts import ChangedError, NotYoursError, WrongError
from openvis.web.access.models import User

from . import content as contents
from .content import Act, Content
from .models import TERM, BarrierModel

EDIT = "barriers.edit"


@contextmanager
def _act(by: User, act: str, key: UUID, **facts: Any) -> Iterator[None]:
    """One transaction in which the history knows who did what, and the audit log gets its entry."""
    if not people.may(by, EDIT):
        raise NotYoursError(EDIT)
    with transaction.atomic(), pghistory.context(user=str(by.pk), act=act):
        yield
        audit.record(by, f"barrier_model.{act}", f"barrier_model:{key}", **facts)


def _title(value: str) -> str:
    text = value.strip()
    if not text:
        raise WrongError("title", _("This is empty. Write at least a few words."))
    if len(text) > 80:
        raise WrongError("title", _("At most %d characters.") % 80)
    return _discreet("title", text)


def _discreet(field: str, text: str) -> str:
    try:
        return contents.discreet(text)
    except contents.PersonalTextError as error:
        raise WrongError(field, _(
            "This looks like an e-mail address, a postcode or a telephone number. A model holds no personal data."
        )) from error  # fmt: skip
    except ValueError as error:
        raise WrongError(field, _("This holds characters that cannot be shown. Type it again.")) from error


def make(by: User, title: str, about: str = "") -> BarrierModel:
    """Begin with an empty model."""
    return _made(by, title, Content(about=_discreet("about", about)), "")


def copy(by: User, origin: StartingModel, title: str, lang: str | None) -> BarrierModel:
    """Begin with a copy of a starting model of the profile: nothing is arranged in it yet."""
    return _made(by, title, contents.start(origin, lang), origin.id)


def _made(by: User, title: str, content: Content, origin: str) -> BarrierModel:
    made = BarrierModel(
        title=_title(title), origin=origin, content=content.dump(), act="copied" if origin else "made", changed_by=by,
    )
    with _act(by, made.act, made.pk, origin=origin, steps=len(content.steps)):
        made.save(force_insert=True)
    return made


def change(by: User, key: UUID, seen: int, act: Act) -> BarrierModel:
    """Carry out one change of the content. Raises ChangedError, GoneError, FullError, NotYoursError, WrongError."""
    with _act(by, act.name, key):
        current = _current(key, seen)
        content = act.make(current.document)
        _known_partners(content, current.document)
        return _save(current, by, act.name, content=content.dump())


def rename(by: User, key: UUID, seen: int, title: str, about: str) -> BarrierModel:
    """Give a model another title and description."""
    with _act(by, "about", key):
        current = _current(key, seen)
        content = contents.describe(_discreet("about", about.strip())).make(current.document)
        return _save(current, by, "about", title=_title(title), content=content.dump())


def replace(by: User, key: UUID, seen: int, title: str, content: Any) -> BarrierModel:
    """Put another content in its place, as a program sends it. Raises WrongError for what does not fit."""
    try:
        checked = Content.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise WrongError(".".join(str(part) for part in first["loc"]), first["msg"]) from error
    with _act(by, "replaced", key):
        current = _current(key, seen)
        _once(checked)
        _known_partners(checked, current.document)
        return _save(current, by, "replaced", title=_title(title), content=checked.dump())


def put_away(by: User, key: UUID, seen: int) -> BarrierModel:
    """Take a model out of use: it stays readable until its term ends."""
    with _act(by, "put_away", key):
        ends = city.profile().retention_term(TERM).ends(timezone.localdate())
        return _save(_current(key, seen), by, "put_away", ends_on=ends)


def take_back(by: User, key: UUID, seen: int) -> BarrierModel:
    """Take a model into use again."""
    with _act(by, "taken_back", key):
        current = _current(key, seen, put_away=True)
        return _save(current, by, "taken_back", ends_on=None)


def _current(key: UUID, seen: int, *, put_away: bool = False) -> BarrierModel:
    """The model, locked, once it is certain that it is as somebody saw it."""
    current = BarrierModel.objects.select_for_update().filter(pk=key).first()
    if current is None:
        raise NotYoursError(EDIT)
    if current.version != seen or current.put_away != put_away:
        raise ChangedError(current)
    return current


def _save(current: BarrierModel, by: User, act: str, **values: Any) -> BarrierModel:
    for name, value in values.items():
        setattr(current, name, value)
    current.version += 1
    current.act, current.changed_by, current.changed_at = act, by, timezone.now()
    current.save(update_fields=[*values, "version", "act", "changed_by", "changed_at"])
    return current


def _known_partners(content: Content, before: Content) -> None:
    """Partners are those of the profile; one that the profile had earlier may stay where it stands."""
    known = {item.id for item in city.profile().barriers.partners} | set(before.partners)
    strange = [key for key in content.partners if key not in known]
    if strange:
        raise WrongError("partners", _("“%s” is not a partner of the profile. Choose one from the list.") % strange[0])


def _once(content: Content) -> None:
    keys = [step.id for step in content.steps] + [item.id for step in content.steps for item in step.barriers]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise WrongError("steps", _("The id “%s” stands there twice.") % twice[0])
