"""How what came in ends: each kind on its own term."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import RetentionRule, retention
from openvis.web.access.retention import is_key

from . import expiring
from .loading import COUNTS, INCIDENTS
from .models import Batch, Count, Incident, Trial


def is_incident(key: str) -> bool:
    """Whether a source and reference name an incident of the record."""
    source, _slash, reference = key.partition("/")
    return Incident.objects.filter(source__key=source, reference=reference).exists()


DELIVERY = _("the number of a delivery, as in the address of its page")
INCIDENT = _("the source, a slash and the reference, such as politie-incidenten/PL0900-2026-123")

# Rows carry the last day that their source gives them; the term of the profile is the longest that a source may give.
RULES = (
    RetentionRule(expiring.ORIGINALS, _("files as delivered"), "originals", expiring.preview_originals,
                  expiring.end_originals, order=10, exists=is_key(Batch), key_help=DELIVERY),
    RetentionRule(expiring.REJECTED, _("rejected rows"), "originals", expiring.preview_rejected, expiring.end_rejected,
                  order=11, exists=is_key(Batch), key_help=DELIVERY),
    RetentionRule(expiring.TRIALS, _("files on trial"), "originals", expiring.preview_trials, expiring.end_trials,
                  order=12, exists=is_key(Trial)),
    RetentionRule("incident", _("incidents"), "incidents", partial(expiring.preview_rows, INCIDENTS),
                  partial(expiring.end_rows, INCIDENTS), order=20, after=expiring.follow, exists=is_incident,
                  key_help=INCIDENT),
    RetentionRule("count", _("counts per area"), "aggregates", partial(expiring.preview_rows, COUNTS),
                  partial(expiring.end_rows, COUNTS), order=21, after=expiring.follow, exists=is_key(Count)),
)  # fmt: skip


def register() -> None:
    """Tell `access` how these end."""
    retention.extend(RULES)
