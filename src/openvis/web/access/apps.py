from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "openvis.web.access"
    label = "access"

    def ready(self) -> None:
        from openvis.web.ui import registry

        from . import selectors, signals  # noqa: F401 -- connects the receivers

        registry.pages.append(
            registry.Page(
                section="people", title=_("People and roles"), url="people", ability="people.view", icon="users",
                text=_("Who has which role, where, until when and why."),
            )
        )
        registry.searches.append(registry.Search("picture.view", selectors.search_areas))
