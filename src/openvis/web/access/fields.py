"""Fields that are encrypted in the database, and blind indexes to look them up by.

A value is sealed together with what it is (`label`) and the key of its row, so that it does not open in another row or
column. A history table holds the very same bytes, bound to the row whose history it is.
"""

import hmac
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.lookups import Exact, In, IsNull
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import pre_save
from django.forms import Textarea

from . import keyring, sealing

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field

HISTORY_KEY = "pgh_obj_id"
"""What a row of a history table calls the key of the row it tells about."""
INDEX_BYTES = 16
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


class SealedFieldError(FieldError):
    """Something was asked of a sealed field that only its row can give."""


class Sealed:
    """What a sealed column holds, not opened."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "<sealed>"


def context_of(label: str, key: object) -> str:
    """What a value of a row is bound to."""
    return f"{label}|{key}"


def owner_column(model: type[models.Model]) -> str:
    """The attribute with the key that sealed values of a table are bound to."""
    names = {field.attname for field in model._meta.concrete_fields}
    return HISTORY_KEY if HISTORY_KEY in names else str(model._meta.pk.attname)


class SealedAttribute(DeferredAttribute):
    """Opens the value when it is asked for: reading a thousand rows opens nothing."""

    field: "SealedField"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed) and instance is not None:
            value = self.field.opened(value.data, getattr(instance, owner_column(type(instance))))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(_Field):
    """A column of sealed values. `label` stays when a model or field is renamed: what is sealed is bound to it."""

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        self.label = label
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if not self.label and not cls._meta.abstract:
            self.label = f"{cls._meta.label_lower}.{name}"

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "label": self.label}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        key = self.model._meta.pk
        if owner_column(self.model) == HISTORY_KEY or not isinstance(key, models.AutoField):
            return super().check(**kwargs)
        hint = "give the model a key that is known before it is saved: UUIDField(primary_key=True, default=uuid.uuid4)"
        return [*super().check(**kwargs), Error("a sealed field is bound to the key of its row", hint, self, "openvis.F001")]

    # Python → bytes of the value, and back

    def packed(self, value: Any) -> bytes:
        """The value as bytes to be sealed; nothing for an empty one, which is kept as it is."""
        raise NotImplementedError

    def unpacked(self, data: bytes) -> Any:
        """The value of opened bytes."""
        raise NotImplementedError

    def opened(self, data: bytes, key: object) -> Any:
        """The value that a row's column holds. Raises SealError."""
        return self.unpacked(sealing.unseal(data, context_of(self.label, key)) if data else b"")

    def sealed(self, value: Any, key: object) -> bytes:
        """What the column of a row holds for a value."""
        packed = self.packed(value)
        return sealing.seal(packed, context_of(self.label, key)) if packed else b""

    # To and from the database

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = model_instance.__dict__.get(self.attname)
        key = getattr(model_instance, owner_column(type(model_instance)))
        if isinstance(value, Sealed):
            # Never opened, so never changed; a copy under another key must not be saved closed for ever.
            if not value.data or (not add and sealing.is_current(value.data)):
                return value.data
            value = self.opened(value.data, key)
        return None if value is None else self.sealed(value, key)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None or isinstance(value, bytes) or hasattr(value, "resolve_expression"):
            return super().get_db_prep_save(value, connection)
        if value == "":
            return super().get_db_prep_save(b"", connection)
        raise SealedFieldError(f"{self} is sealed with its row: set it and save(), not update() or bulk_update()")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        # A check of constraints in Python compares: all that can be compared is whether there is something.
        if value is not None and not isinstance(value, bytes):
            value = b"\0" if self.packed(value) else b""
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        known = {"isnull": IsNull, "exact": EmptyOnly}.get(lookup_name)
        if known is None:
            raise SealedFieldError(_told(self, lookup_name))
        return known

    def get_transform(self, lookup_name: str) -> Any:
        raise SealedFieldError(_told(self, lookup_name))


def _told(field: "models.Field[Any, Any]", what: str) -> str:
    return f"{field} is sealed: the database cannot answer {what!r} about it. Look up by a BlindIndexField of it"


class EmptyOnly(Exact):
    """Equal to nothing at all, which is the only value that is not sealed."""

    def get_prep_lookup(self) -> Any:
        if self.rhs not in ("", b""):
            raise SealedFieldError(_told(self.lhs.output_field, "exact"))
        return b""


class SealedTextField(SealedField):
    """A text that only its row opens. Empty stays empty, so that constraints can ask for a text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def packed(self, value: Any) -> bytes:
        return str(value).encode()

    def unpacked(self, data: bytes) -> str:
        return data.decode()

    def to_python(self, value: Any) -> str | None:
        return value if value is None else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        widget = {} if self.choices is not None else {"widget": Textarea}
        return super().formfield(**{"max_length": self.max_length, **widget, **kwargs})


class SealedJSONField(SealedField):
    """Anything JSON can say, that only its row opens."""

    empty_strings_allowed = False

    def packed(self, value: Any) -> bytes:
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True).encode()

    def unpacked(self, data: bytes) -> Any:
        return json.loads(data) if data else None

    def formfield(self, **kwargs: Any) -> Any:
        from django.forms import JSONField

        return super().formfield(**{"form_class": JSONField, **kwargs})


# Look-up


def normalised(value: str) -> str:
    """A name, e-mail address or telephone number in the one way of writing by which it is looked up."""
    text = value.strip()
    if "@" in text:
        return unicodedata.normalize("NFKC", text).casefold()
    if re.fullmatch(r"[+\d][\d\s()./-]{5,}", text) and sum(mark.isdigit() for mark in text) > 6:
        digits = re.sub(r"\(0\)|\D", "", text)
        return re.sub(r"^(0031|31(?=\d{9}$))", "0", digits)
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    return "".join(mark for mark in letters if mark.isalnum())


def blind_index(value: str, label: str) -> bytes:
    """The number under which a value is found again without being readable: equal for all that `normalised` holds equal.

    Numbers under different labels cannot be compared. Empty gives nothing.
    """
    return _numbered(keyring.ring().current(keyring.INDEX), value, label)


def blind_indexes(value: str, label: str) -> list[bytes]:
    """Every number a value may be kept under now: while keys change there are two."""
    return [_numbered(key, value, label) for key in keyring.ring().all_of(keyring.INDEX)]


def _numbered(key: keyring.Key, value: str, label: str) -> bytes:
    text = normalised(value)
    if not text:
        return b""
    return key.id + hmac.digest(key.hashes, f"{label}|{text}".encode(), "sha256")[:INDEX_BYTES]


class BlindIndexField(_Field):
    """Numbers to look a sealed text up by: `filter(name_index="Jansen")` finds every way of writing it.

    `of` names the sealed text of the same model. Filled when the row is saved.
    """

    def __init__(self, *args: Any, of: str = "", label: str = "", **kwargs: Any) -> None:
        self.of, self.label = of, label
        super().__init__(*args, **{"editable": False, "db_index": True, "default": b"", **kwargs})

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            self.label = self.label or f"{cls._meta.label_lower}.{self.of}"
            pre_save.connect(self._refuse_half, sender=cls, weak=False, dispatch_uid=f"{cls._meta.label}.{name}")

    def _refuse_half(self, update_fields: frozenset[str] | None = None, **_told: Any) -> None:
        if update_fields is not None and self.of in update_fields and self.name not in update_fields:
            raise SealedFieldError(f"save {self.of} and its index {self.name} together: name both in update_fields")

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "label": self.label}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        number = blind_index(getattr(model_instance, self.of) or "", self.label)
        setattr(model_instance, self.attname, number)
        return number

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, bytes) or hasattr(value, "resolve_expression"):
            return super().get_db_prep_save(value, connection)
        raise SealedFieldError(f"{self} is filled from {self.of} when the row is saved")

    def get_lookup(self, lookup_name: str) -> Any:
        known = {"exact": AnyKey, "in": AnyKeyIn, "isnull": IsNull}.get(lookup_name)
        if known is None:
            raise SealedFieldError(f"{self} finds whole values alone: it cannot answer {lookup_name!r}")
        return known


class AnyKeyIn(In):
    """One of the values (texts), under any of the keys."""

    def get_prep_lookup(self) -> Any:
        label = self.lhs.output_field.label
        self.rhs = [number for value in self.rhs for number in blind_indexes(value, label) if number]
        return self.rhs


class AnyKey(AnyKeyIn):
    """The value (a text), under any of the keys."""

    lookup_name = "in"

    def get_prep_lookup(self) -> Any:
        self.rhs = [self.rhs]
        return super().get_prep_lookup()
