"""Resilience (weerbaarheid): threats against staff, and awareness."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResilienceConfig(AppConfig):
    name = "openvis.web.resilience"
    label = "resilience"

    def ready(self) -> None:
        """Hang resilience into the navigation and Today, and tell `access` what is kept here and how it ends."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import cards, personal, retention, services, walls
        from .models import ThreatIncident

        personal.register()
        retention.register()
        walls.register()
        told.objects.append(
            told.ObjectKind(
                "threat", _("threat against staff"), "signals",
                rules=[(_("report it"), services.REPORT), (_("read and handle it"), services.KEEP)],
                find=told.finder(ThreatIncident),
            )
        )  # fmt: skip
        registry.pages += [
            registry.Page(
                "signals", _("Report a threat"), "threat_report", services.REPORT, order=13, icon="shield-exclamation",
                text=_("Were you or a colleague threatened because of the work? Tell it here."),
            ),
            registry.Page(
                "signals", _("Resilience"), "threats", services.KEEP, order=70, icon="shield",
                text=_("Threats against staff, aftercare, awareness sessions, figures of the year."),
            ),
        ]
        registry.cards.append(registry.Card(services.KEEP, cards.waiting, order=22))
