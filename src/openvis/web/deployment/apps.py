from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeploymentConfig(AppConfig):
    name = "openvis.web.deployment"
    label = "deployment"

    def ready(self) -> None:
        """Hang places and briefings into the navigation, the search box, Today and the picture."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import cards, explained, offers, personal, retention, selectors

        personal.register()
        retention.register()
        told.offers.append(offers.FOCUS_PLACE)
        told.objects += explained.KINDS

        registry.pages += [
            registry.Page(
                "approach", _("Kept places"), "focus_places", "briefing.view", order=10, icon="map-pin",
                text=_("Vulnerable places and times that are being worked on, with what was agreed."),
            ),
            registry.Page(
                "approach", _("Briefings"), "briefings", "briefing.view", order=20, icon="clipboard-list",
                text=_("One sheet an area for the weekly meeting."),
            ),
        ]
        registry.cards.append(registry.Card("briefing.view", cards.today, order=20))
        registry.searches.append(registry.Search("briefing.view", selectors.search))
        registry.selection_actions.append(
            registry.SelectionAction("places.keep", "deployment/keep_action.html", order=10)
        )
