"""How the logs end: each on a term of its own, from the profile."""

from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import RetentionRule, retention

from . import expiring

RULES = (
    RetentionRule(expiring.KIND, _("audit log"), expiring.TERM, expiring.preview, expiring.expire, order=90),
)


def register() -> None:
    """Tell `access` how the logs end."""
    retention.extend(RULES)
