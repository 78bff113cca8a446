from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeepingConfig(AppConfig):
    name = "openvis.web.keeping"
    label = "keeping"

    def ready(self) -> None:
        """Say what is kept here and how it ends, and answer for holds."""
        from openvis.web.access import registry
        from openvis.web.ui import registry as pages

        from . import holding, personal, retention, tasks, walls  # noqa: F401 -- registers the background tasks

        personal.register()
        retention.register()
        walls.register()
        registry.holds.append(holding.held)
        pages.pages += [
            pages.Page(
                "people", _("Retention"), "retention", "retention.view", order=60, icon="archive",
                text=_("How long everything is kept, what is due, what was destroyed, and what is on hold."),
            ),
            pages.Page(
                "people", _("Requests of persons"), "subject_requests", "subjects.handle", order=61, icon="user-question",
                text=_("Somebody asks what is known of them, or to have it corrected or erased."),
            ),
            pages.Page(
                "people", _("Requests of persons"), "subject_requests_oversight", "access.explain_object", order=62,
                icon="user-question", text=_("What was asked, when, how it ended and what was erased; without names."),
            ),
        ]
