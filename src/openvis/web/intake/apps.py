from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "openvis.web.intake"
    label = "intake"

    def ready(self) -> None:
        """Hang the pages of intake under the word Input."""
        from openvis.web.access import registry as told
        from openvis.web.sharing import covenants
        from openvis.web.ui import registry

        from . import (
            explained,
            offers,
            operating,  # noqa: F401 -- tells operations of intake
            personal,
            receiving,
            retention,
            sealed,  # noqa: F401 -- registers what is sealed
            tasks,  # noqa: F401 -- registers the background tasks
            walls,  # noqa: F401 -- registers a function of the database
        )

        told.offers.append(offers.INCIDENT)
        told.objects += explained.KINDS
        covenants.dependents.append(receiving.resting_on)
        personal.register()
        retention.register()
        registry.pages += [
            registry.Page(
                "input", _("Deliveries"), "intake_deliveries", "intake.view", order=10, icon="packages",
                text=_("What came in, what became of it, and what was rejected and why."),
            ),
            registry.Page(
                "input", _("Offer a file"), "intake_upload", "intake.upload", order=20, icon="upload",
                text=_("Take in a file of a source, or work out one that is still unknown."),
            ),
            registry.Page(
                "input", _("Sources"), "intake_sources", "intake.sources", order=30, icon="database-import",
                text=_("Who delivers what, on which legal ground, and how long it is kept."),
            ),
            registry.Page(
                "input", _("Observation"), "observation", "observation.enter", order=40, icon="eye-plus",
                text=_("Saw something? What, where and when, in ten seconds. No names."),
            ),
        ]  # fmt: skip
