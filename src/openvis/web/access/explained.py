"""The kinds of object of `access` on the page that explains who may do what."""

from django.utils.translation import gettext_lazy as _

from .models import AuditEntry, User
from .registry import ObjectKind, finder

KINDS = [
    ObjectKind(
        "account", _("account"), "administration",
        rules=[
            (_("see the account and its roles"), "people.view"), (_("give roles, end them, close it"), "people.manage"),
            (_("review its roles once a year"), "people.review"),
        ],
        find=finder(User),
    ),
    ObjectKind(
        "audit_entry", _("entry of the audit log"), "administration",
        rules=[(_("find it by searching"), "audit.view"), (_("judge it in a sample"), "audit.sample")],
        find=finder(AuditEntry),
    ),
]
