"""Finding a person in a table: by account where a column names one, by name and contact data in texts, sealed or not.

    PersonalTable(Case, COLUMNS, "person", finding.finder(Case, COLUMNS, "case", _("handling a case"), until="ends_on"))

History is looked through with its record. Free text has no index that may exist for it, so every row is opened: that is
slow and is done in the background, once for each request.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory.models
from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from .fields import SealedField, normalised
from .models import User
from .registry import About, Person

SHORTEST = 3
"""A family name of fewer letters stands in too many other words to be looked for by itself."""
PARTICLES = frozenset((
    "van", "de", "den", "der", "het", "ten", "ter", "te", "in", "'t", "op", "al", "el", "la", "le", "du", "von",
))  # fmt: skip
PIECE = 1000


def accounts_of(person: Person) -> list[User]:
    """The accounts of a person: the one that is given, or those with that e-mail address or name."""
    if person.user is not None:
        return [person.user]
    if person.email:
        return list(User.objects.filter(email__iexact=person.email.strip()))
    return list(User.objects.filter(name__iexact=person.name.strip())) if person.name.strip() else []


@dataclass(frozen=True)
class Marks:
    """What tells in a text that it is about a person."""

    whole: tuple[str, ...]
    """Name, e-mail address, telephone number, address: any of these is enough."""
    words: frozenset[str]
    """The words of the name; all of them in one text, in any order, are enough too."""
    families: frozenset[str]
    """Ways of writing the family name: alone it only says: perhaps."""

    def __bool__(self) -> bool:
        return bool(self.whole or self.words or self.families)

    def fits(self, text: str) -> bool | None:
        """True: about this person; False: perhaps; None: not."""
        if not text:
            return None
        run = normalised(text.replace("@", " "))
        if any(mark in run for mark in self.whole):
            return True
        found = _words(text)
        if self.words and self.words <= found:
            return True
        return None if self.families.isdisjoint(found) else False


def _words(text: str) -> set[str]:
    """The words of a text; of a double name both the whole and its halves."""
    found = re.split(r"[^\w'’-]+", text)
    return {normalised(word) for part in found for word in (part, *part.split("-"))} - {""}


def marks_of(person: Person) -> Marks:
    """What to look for. Nothing known gives nothing to look for."""
    name = [normalised(word) for word in re.split(r"[\s,]+", person.name) if word.casefold() not in PARTICLES]
    words = [word for word in name if word]
    given = (person.name if len(words) > 1 else "", person.email, person.phone, person.address)
    whole = tuple(mark for mark in (normalised(text.replace("@", " ")) for text in given) if len(mark) > SHORTEST)
    last = re.split(r"[\s,]+", person.name.strip())[-1]
    families = frozenset(word for word in _words(last) if len(word) >= SHORTEST)
    return Marks(whole, frozenset(words) if len(words) > 1 else frozenset(), families)


def history_of(model: type[models.Model]) -> list[type[models.Model]]:
    """The models that keep the history of a model."""
    return [
        other for other in apps.get_models()
        if issubclass(other, pghistory.models.Event) and getattr(other, "pgh_tracked_model", None) is model
    ]


def forget_history(model: type[models.Model], keys: Iterable[Any]) -> None:
    """History goes with its record."""
    wanted = list(keys)
    for other in history_of(model):
        other._default_manager.filter(pgh_obj_id__in=wanted).delete()


def finder(
    model: type[models.Model], columns: Sequence[str], kind: str, purpose: Any, *, until: str = "",
    show: Sequence[str] = (), title: Callable[[Any], str] = str,
) -> Callable[[Person], Iterator[About]]:
    """A function that finds a person in these columns of a table and of its history.

    `until` names the column with the day on which a record goes; `show` names columns that are told besides.
    """

    def find(person: Person) -> Iterator[About]:
        for about, past in ((model, False), *((other, True) for other in history_of(model))):
            for row, sure in rows_about(about, columns, person):
                key = str(row.pgh_obj_id if past else row.pk)
                name = title(row) if not past else _("an earlier state, until %(day)s") % {"day": _told(row.pgh_created_at)}
                day = getattr(row, until, None) if until else None
                yield About(kind, key, name, str(purpose), day, _values(row, (*columns, *show), person), sure)

    return find


def rows_about(model: type[models.Model], columns: Sequence[str], person: Person) -> Iterator[tuple[Any, bool]]:
    """The rows of a table in which one of the columns is about the person, and whether that is sure."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    here = [fields[name] for name in columns if name in fields]
    linked = [field for field in here if field.related_model is User or isinstance(field, models.UUIDField)]
    texts = [field for field in here if _is_text(field)]
    accounts, seen = [user.pk for user in accounts_of(person)], set()
    if linked and accounts:
        wanted = models.Q()
        for field in linked:
            wanted |= models.Q(**{f"{field.attname}__in": accounts})
        for row in model._default_manager.filter(wanted):
            seen.add(row.pk)
            yield row, True
    marks = marks_of(person)
    if not texts or not marks:
        return
    for row in model._default_manager.order_by("pk").iterator(PIECE):
        found = {marks.fits(text_of(getattr(row, field.attname))) for field in texts} - {None}
        if found and row.pk not in seen:
            yield row, True in found


def _is_text(field: "models.Field[Any, Any]") -> bool:
    kinds = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, SealedField)
    return isinstance(field, kinds)


def text_of(value: Any) -> str:
    """What a column says, as one text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _values(row: Any, columns: Sequence[str], person: Person) -> list[tuple[str, str]]:
    """What the columns say. Who else of the staff is in the row is nobody's data but theirs."""
    fields = {field.name: field for field in row._meta.concrete_fields}
    own = {user.pk for user in accounts_of(person)}
    return [
        (str(fields[name].verbose_name), _told(_shown(row, fields[name]))) for name in columns
        if name in fields and getattr(row, fields[name].attname) not in (None, "", b"", [], {})
        and (fields[name].related_model is not User or getattr(row, fields[name].attname) in own)
    ]


def _shown(row: Any, field: "models.Field[Any, Any]") -> Any:
    told = getattr(row, f"get_{field.name}_display", None)
    return told() if told is not None else getattr(row, field.name if field.related_model is User else field.attname)


def _told(value: Any) -> str:
    if isinstance(value, User):
        return f"{value.name} ({value.email})"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_told(part)}" for name, part in value.items())
    if isinstance(value, uuid.UUID):
        return str(value)
    return text_of(value)
