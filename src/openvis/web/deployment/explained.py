"""The kinds of object of deployment on the page that explains who may do what."""

from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import ObjectKind, finder

from .models import FocusPlace

KINDS = [
    ObjectKind(
        "focus_place", _("focus place"), "operations",
        rules=[
            (_("see it"), "briefing.view & deployment.see_place"), (_("keep it"), "places.keep & deployment.keep_place"),
            (_("assess it"), "places.assess & deployment.assess_place"),
        ],
        find=finder(FocusPlace),
    ),
    ObjectKind("briefing", _("briefing"), "operations", rules=[(_("see and print it"), "briefing.view")]),
]
