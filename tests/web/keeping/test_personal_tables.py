"""No table with people is forgotten, and no column of one: whoever is planted in it is found."""

import uuid
from collections.abc import Iterator
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from openvis.web.access import registry, sealing
from openvis.web.access.fields import BlindIndexField, SealedField, SealedJSONField
from openvis.web.access.finding import history_of
from openvis.web.access.models import User
from openvis.web.access.registry import Person, PersonalTable
from openvis.web.keeping.replay import name_of

OURS = "openvis.web."
PERSONAL_KINDS = (models.EmailField, models.GenericIPAddressField, SealedField)
TEXTS = (models.TextField, models.JSONField)
NAMES = {"name", "email", "phone", "address", "username", "ip_address", "user_agent"}
LONG = 200
"""From this length on a text is free text, whatever it is called."""
MARK = "Quirina Zoekwoord-Zandoogje"
NOT_OF_PEOPLE = {
    "contenttypes", "pghistory", "procrastinate", "auth", "sites",
}  # fmt: skip
"""Apps of others without people: permissions, the context of history (which account), jobs (keys); no content."""


def our_tables() -> list[type[models.Model]]:
    """Every table of ours, and those of others that are about people; history counts with what it is of."""
    return [
        model for model in apps.get_models()
        if not issubclass(model, pghistory.models.Event)
        and (model.__module__.startswith(OURS) or (model._meta.app_label not in NOT_OF_PEOPLE and any_personal(model)))
    ]


def any_personal(model: type[models.Model]) -> bool:
    return any(is_personal(field) for field in model._meta.concrete_fields)


def certain(field: Any) -> bool:
    """A column that is about a person whatever table it is in."""
    return isinstance(field, PERSONAL_KINDS) or field.related_model is User


def is_personal(field: Any) -> bool:
    """A column that may be about a person: an address, a name, something sealed, free text, an account."""
    if field.primary_key or isinstance(field, BlindIndexField | models.SlugField) or field.choices:
        return False
    if certain(field) or isinstance(field, TEXTS):
        return True
    is_text = isinstance(field, models.CharField)
    return is_text and (field.name in NAMES or (field.max_length or LONG) >= LONG)


def test_every_table_is_registered_once() -> None:
    told = [table.model for table in registry.personal]
    assert sorted(name_of(table) for table in registry.personal if told.count(table.model) > 1) == []
    missing = {model._meta.label_lower for model in our_tables()} - {model._meta.label_lower for model in told}
    assert sorted(missing) == [], "say in the app's personal.py what is personal in these, or why nothing is"


def test_every_entry_says_how_or_why() -> None:
    for table in registry.personal:
        name = name_of(table)
        assert bool(table.columns) != bool(table.none_because), f"{name}: columns, or why there are none"
        if table.columns:
            assert table.subject in ("person", "staff"), name
            assert table.find is not None, f"{name}: nobody is found in it"
            assert table.erase is not None or table.kept_because, f"{name}: how it is erased, or why it is kept"
        names = {field.name for field in table.model._meta.concrete_fields}
        assert set(table.columns) | set(table.explained) | set(table.correctable) <= names, name
        assert not set(table.columns) & set(table.explained), name
        assert all(table.explained.values()), name


def test_every_personal_column_is_registered_or_explained() -> None:
    forgotten = [
        f"{name_of(table)}.{field.name}"
        for table in registry.personal
        for field in table.model._meta.concrete_fields
        if (is_personal(field) if table.columns else certain(field))
        and field.name not in table.columns and field.name not in table.explained
    ]
    assert forgotten == []


def test_a_new_column_would_be_noticed() -> None:
    """The test above can fail."""
    for field in (
        models.EmailField(), models.TextField(), models.CharField(max_length=LONG), SealedJSONField(),
        models.GenericIPAddressField(), models.ForeignKey(User, models.CASCADE), models.JSONField(),
    ):  # fmt: skip
        field.name = field.name or "x"
        assert is_personal(field), field
    assert not is_personal(models.CharField(max_length=20))
    assert not is_personal(models.SlugField())


# ---- planted truth -----------------------------------------------------------------------------------------------------


def planted() -> Iterator[tuple[PersonalTable, str]]:
    for table in registry.personal:
        for column in table.columns:
            yield table, column


OF_MODEL: dict[str, dict[str, Any]] = {
    "access.breakglass": {"allowed": None, "answered_at": None},
    "deployment.focusplace": {"state": "proposed"},
    "deployment.focusaction": {"organisation": "x", "done": None, "phase": "preventive"},
    "refindex.entry": {"state": "active", "silent": True, "ended_on": None, "renewed_on": None, "reason": ""},
    "followup.contribution": {"fields": ["x"]},
    "keeping.hold": {"kind": "", "key": "", "person": {"name": "x"}, "explanation": "x", "reason": "claim"},
    "keeping.destructionlist": {"state": "asked", "approved_by": None},
    "keeping.certificateline": {"number": 1, "approved_by": None},
    "keeping.subjectrequest": {"state": "received", "outcome": "", "approved_by": None, "erasure_by": None, "born": ""},
    "keeping.erasureproof": {"approved_by": None},
    "intake.batch": {"sha256": "", "state": "received", "read": 0, "new": 0, "updated": 0, "skipped": 0, "rejected": 0},
    "sharing.transfer": {"from_compartment": "incidents", "to_compartment": "operations", "state": "proposed",
                         "values": {"x": "y"}, "fields": ["x"]},
    "trail.sampledlookup": {"judgement": "", "judged": None, "judged_by": None},
}
"""What the constraints of a table ask for."""
WITH: dict[tuple[str, str], dict[str, Any]] = {
    ("deployment.focusplace", "reason"): {"state": "accepted"},
    ("keeping.subjectrequest", "approved_by"): {"erasure_by": "other"},
}
"""What a column needs beside it."""


class Maker:
    """Fills a row of any table."""

    def __init__(self) -> None:
        self.number = 0

    def other(self) -> User:
        """Somebody else."""
        self.number += 1
        return User.objects.create_user(f"other{self.number}@test.example", name=f"Other {self.number}")

    def make(self, model: type[models.Model], **given: Any) -> models.Model:
        """A row with these values; whatever else it needs is filled in."""
        label = model._meta.label_lower
        if label == "sharing.transfer":
            apps.get_model("sharing", "Flow").objects.get_or_create(
                from_compartment="incidents", to_compartment="operations"
            )
        values = {**OF_MODEL.get(label, {}), **given}
        row = model()
        for field in model._meta.concrete_fields:
            if field.name in values:
                value = self.other() if values[field.name] == "other" else values[field.name]
            elif field.null or field.has_default() or isinstance(field, BlindIndexField | models.AutoField):
                continue
            else:
                value = self.value(field)
            setattr(row, field.name, value)
        row.save(force_insert=True)
        return row

    def value(self, field: Any) -> Any:
        self.number += 1
        if field.related_model is User:
            return self.other()
        if field.related_model is not None:
            return field.related_model._default_manager.first() or self.make(field.related_model)
        return self.plain(field)

    def plain(self, field: Any) -> Any:
        if isinstance(field, SealedField):
            return {"x": 1} if isinstance(field, SealedJSONField) else "x"
        if isinstance(field, ArrayField):
            return []
        if isinstance(field, models.DateTimeField):
            return timezone.now()
        if isinstance(field, models.DateField):
            return timezone.localdate()
        if isinstance(field, models.UUIDField):
            return uuid.uuid4()
        if isinstance(field, models.BinaryField):
            return b"\0" * (field.max_length or 8)
        if isinstance(field, models.JSONField):
            return {}
        if isinstance(field, models.IntegerField | models.FloatField):
            return 1
        if isinstance(field, models.EmailField):
            return f"row{self.number}@test.example"
        if field.choices:
            return field.choices[0][0]
        return "" if field.blank else f"x{self.number}"[: field.max_length]


def plant(maker: Maker, table: PersonalTable, column: str) -> tuple[Person, bool]:
    """A row in which this one column is about somebody; gives who, and whether a mark is to be read."""
    model, field = table.model, table.model._meta.get_field(column)
    label = model._meta.label_lower
    with_it = WITH.get((label, column), {})
    if model is User:
        account = maker.make(User, name=MARK, email="quirina@test.example")
        return (Person(email=account.email) if column == "email" else Person(name=MARK)), column == "name"
    if field.related_model is User or isinstance(field, models.UUIDField):
        account = maker.other()
        maker.make(model, **with_it, **{column: account if field.related_model is User else account.pk})
        return Person(user=account), False
    value: Any = f"Gezien: {MARK}, 's avonds"
    if isinstance(field, models.EmailField):
        value = "quirina@test.example"
        maker.make(model, **with_it, **{column: value})
        return Person(email=value), True
    if isinstance(field, models.JSONField | SealedJSONField):
        value = {"x": [value]}
    maker.make(model, **with_it, **{column: value[: field.max_length] if isinstance(value, str) else value})
    return Person(name=MARK), True


def by_hand(maker: Maker, table: PersonalTable, column: str) -> tuple[Person, bool] | None:
    """Columns that are sealed or keyed in a way of their own."""
    from openvis.web.intake import loading, mapping
    from openvis.web.intake.models import Batch, Incident, Rejected, Source

    label = table.model._meta.label_lower
    account = maker.other()
    if (label, column) == ("intake.source", "definition"):
        kept = Source.objects.first()
        Source.objects.create(key="x-source", definition=kept.definition | {"contact": MARK}, from_profile=False)
        return Person(name=MARK), True
    if label == "intake.rejected":
        batch = maker.make(Batch)
        sealed = sealing.seal(f'{{"told": [], "values": {{"a": "{MARK}"}}}}'.encode(), loading.rejected_context(batch.pk, 2))
        Rejected.objects.create(batch=batch, row=2, problems=[], sealed=sealed)
        return Person(name=MARK), True
    if label == "intake.incident":
        source = Source.objects.first()
        now = timezone.now()
        Incident.objects.create(
            source=source, batch=maker.make(Batch), reference="R1", kind=1, begin=now, end=now, ends_on=now.date(),
            text=sealing.seal(MARK.encode(), mapping.text_context(source.key)),
        )
        return Person(name=MARK), True
    if label == "axes.accessattempt":
        maker.make(table.model, username=account.email)
        return Person(user=account), False
    if label == "trail.processingentry":
        maker.make(table.model, subject=str(account.pk), subject_type="account")
        return Person(user=account), False
    return None


@pytest.mark.parametrize("city", ["almere"], indirect=True)
@pytest.mark.parametrize(
    ("table", "column"), [pytest.param(table, column, id=f"{name_of(table)}.{column}") for table, column in planted()]
)
def test_whoever_is_planted_in_a_column_is_found(city: Any, table: PersonalTable, column: str) -> None:
    maker = Maker()
    assert table.find is not None
    person, readable = by_hand(maker, table, column) or plant(maker, table, column)
    found = list(table.find(person))
    assert found, "nobody is found in it"
    assert all(about.key and about.kind and about.title and about.purpose for about in found)
    if readable:
        told = " ".join([*(str(about.title) for about in found), *(text for about in found for _n, text in about.values)])
        assert "Zoekwoord" in told or "quirina@test.example" in told, "found, and not told what it says"
    assert not list(table.find(Person(name="Niemand Nergens-Bekend", email="niemand@nergens.example"))), "finds everybody"


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_what_a_record_was_is_found_too(city: Any) -> None:
    """History is looked through: whoever was written out of a record is still in it."""
    maker = Maker()
    looked = 0
    for table in registry.personal:
        texts = [
            column for column in table.columns
            if isinstance(table.model._meta.get_field(column), SealedField | models.TextField)
            and any(column in {field.name for field in past._meta.concrete_fields} for past in history_of(table.model))
        ]
        if not texts or table.find is None:
            continue
        with_it = WITH.get((name_of(table), texts[0]), {})
        row = maker.make(table.model, **with_it, **{texts[0]: MARK})
        try:
            with transaction.atomic():
                setattr(row, texts[0], "iets anders")
                row.save()
        except DatabaseError:
            continue  # what cannot be changed has no earlier state
        assert any(about.title != str(row) for about in table.find(Person(name=MARK))), name_of(table)
        looked += 1
    assert looked >= 2
