"""The kinds of object of controls on the page that explains who may do what."""

from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import ObjectKind, finder

from .models import ControlDay, Dealer

KINDS = [
    ObjectKind(
        "control_day", _("control day"), "operations",
        rules=[
            (_("plan it"), "controls.plan & controls.plan_day"),
            (_("carry it out"), "controls.visit & controls.visit_day"),
        ],
        find=finder(ControlDay),
    ),
    ObjectKind(
        "dealer", _("second-hand dealer"), "operations",
        rules=[(_("see it"), "dor.view & controls.see_dealer"), (_("keep it"), "dor.keep & controls.keep_dealer")],
        find=finder(Dealer),
    ),
]
