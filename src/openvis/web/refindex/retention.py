"""How entries end: withdrawn or run out, and then deleted with their matches after the term of the profile."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import RetentionRule, held, retention
from openvis.web.access.retention import is_key, previewing

from .models import Entry

KIND = "index_entry"


def due(day: date) -> QuerySet[Entry]:
    """Entries past their term; one that should have run out goes too when nobody let it."""
    return Entry.objects.filter(ends_on__lte=day)


def run(day: date) -> int:
    """Delete these, and the matches with them. There is no history that would keep what they were."""
    keys = list(due(day).exclude(pk__in=held(KIND)).values_list("pk", flat=True))
    Entry.objects.filter(pk__in=keys).delete()
    return len(keys)


# Each entry carries the day of its own: how long it stood depends on whether it was withdrawn or renewed.
RULES = (
    RetentionRule(
        KIND, _("entries of the address index"), "", previewing(KIND, due, "ends_on"), run, order=33,
        exists=is_key(Entry), key_help=_("the key at the end of the address of its page"),
    ),
)


def register() -> None:
    """Tell `access` how they end."""
    retention.extend(RULES)
