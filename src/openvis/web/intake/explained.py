"""The kinds of object of intake on the page that explains who may do what."""

from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import ObjectKind, finder

from .models import Batch, Incident

KINDS = [
    ObjectKind(
        "incident", _("incident or observation"), "incidents",
        rules=[(_("see it as a single incident"), "picture.rows & intake.see_incident"),
               (_("enter an observation"), "observation.enter")],
        find=finder(Incident),
    ),
    ObjectKind(
        "delivery", _("delivery of data"), "incidents",
        rules=[(_("see what was delivered and rejected"), "intake.view"), (_("deliver and correct"), "intake.upload"),
               (_("take it back"), "intake.withdraw")],
        find=finder(Batch),
    ),
]  # fmt: skip
