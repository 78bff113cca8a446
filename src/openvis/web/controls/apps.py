from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ControlsConfig(AppConfig):
    name = "openvis.web.controls"
    label = "controls"

    def ready(self) -> None:
        """Hang control days and dealers into the navigation and Today; tell `access` what is kept here and how it ends."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import cards, choosing, explained, outsight, personal, retention, rules, walls
        from .services import outside

        choosing.sources.append(outsight.due)
        outside.listeners.append(outsight.controlled)
        personal.register()
        retention.register()
        walls.register()
        told.objects += explained.KINDS
        registry.pages += [
            registry.Page(
                "signals", _("Control days"), "control_days", rules.VISIT, order=50, icon="route",
                text=_("Addresses to be checked together on one day: list, route, results."),
            ),
            registry.Page(
                "signals", _("Second-hand dealers"), "dealers", rules.SEE_DEALERS, order=60, icon="building-store",
                text=_("Who buys second-hand goods, when they were checked, and what came of it."),
            ),
        ]
        registry.cards += [
            registry.Card(rules.VISIT, cards.days, order=22), registry.Card(rules.SEE_DEALERS, cards.dealers, order=32)
        ]  # fmt: skip
