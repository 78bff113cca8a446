"""Free text is sealed, or says why not. A new column of text is a decision: seal it, or give the reason here."""

from typing import Any

import pghistory.models
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from openvis.web.access.fields import SealedField, SealedTextField

LONG = 250
"""Characters from which a short text (CharField) is long enough for a story."""
READABLE = {
    "access.User.email": "sign-in looks it up; the work address of a colleague (decision 020)",
    "access.Session.session_data": "signed by Django; holds keys and choices of the person, no content",
    "access.Session.device": "browser and system of one's own sessions, shown to oneself",
    "access.Grant.reason": "why a colleague has a role: for the yearly review, which sorts and compares it; no cases",
    "access.BreakGlass.reason": "why a colleague needed access: read by who allows it; the page asks for no cases",
    "access.BreakGlass.finding": "what the officer found of that access; no cases",
    "access.ReviewedGrant.person": "name and address of a colleague as they were: part of what is signed for",
    "access.ReviewedGrant.reason": "as Grant.reason, as it was",
    "access.ReviewedGrant.remark": "a judgement about a role; no cases",
    "access.AuditEntry.facts": "numbers and keys, never content: the rule of `audit.record`",
    "barriers.BarrierModel.content": "kinds of crime in texts of one line; refuses what looks like a person or an address",
    "deployment.Evidence.query": "the address of a selection of the picture: codes and dates",
    "deployment.Evidence.sources": "names of sources and days",
    "deployment.Evidence.figures": "counts",
    "deployment.Evidence.shape": "the outline of a place",
    "intake.Source.definition": "the description of a source: names of columns, law, terms",
    "intake.Batch.file_name": "how a colleague recognises a delivery; told as a gap in docs/security.md",
    "intake.Batch.refusal": "reason and facts; can quote a first row: told as a gap in docs/security.md",
    "intake.Rejected.problems": "columns and reasons; the values are in `sealed`",
    "intake.Trial.file_name": "as for a delivery; kept seven days, for its finder alone",
    "intake.Trial.proposal": "names of columns",
    "keeping.CertificateLine.ground": "the law, from the profile",
    "keeping.RetentionRun.failed": "kind of data and sort of fault",
    "operations.Restore.manifest": "numbers, hashes and versions of a backup",
    "picture.Outcome.content": "counts",
    "places.Area.within": "codes of areas",
    "places.Area.figures": "counts of open statistics",
    "themes.QuarterFigures.phenomena": "protected counts",
    "themes.QuarterFigures.branches": "protected counts",
    "themes.QuarterFigures.risk": "scores of areas and branches, of at least k firms each",
    "trail.ProcessingEntry.activity": "the address of an activity in the public register of processing",
}
HISTORY = {"pgh_label", "pgh_context"}


def texts(found: list[type[models.Model]]) -> list[str]:
    """The columns that can hold a text of any content; history repeats its model and is told with it."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in found
        if not issubclass(model, pghistory.models.Event)
        for field in model._meta.local_concrete_fields
        if field.name not in HISTORY and not isinstance(field, SealedField) and not field.choices and long(field)
    ]


def long(field: Any) -> bool:
    if isinstance(field, models.TextField | models.JSONField):
        return True
    return isinstance(field, models.CharField) and (field.max_length or LONG) >= LONG


def ours() -> list[type[models.Model]]:
    return [
        model for config in apps.get_app_configs() if config.name.startswith("openvis.web.") for model in config.get_models()
    ]


def test_every_text_is_sealed_or_says_why_not():
    found = set(texts(ours()))
    assert sorted(found - READABLE.keys()) == [], "seal it (access.fields), or say here why it may be read"
    assert sorted(READABLE.keys() - found) == [], "gone, or sealed by now"


@isolate_apps()
def test_a_forgotten_text_is_found():
    class Story(models.Model):
        told = models.TextField()
        short = models.CharField(max_length=20)
        sealed = SealedTextField()
        any_length = models.CharField()

        class Meta:
            app_label = "access"

    assert texts([Story]) == ["access.Story.told", "access.Story.any_length"]


def test_history_of_a_sealed_field_is_sealed():
    for model in ours():
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked is None:
            continue
        for field in tracked._meta.local_concrete_fields:
            kept = {item.name for item in model._meta.get_fields()}
            if isinstance(field, SealedField) and field.name in kept:
                assert isinstance(model._meta.get_field(field.name), SealedField), f"{model._meta.label}.{field.name}"
