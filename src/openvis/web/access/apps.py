from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "openvis.web.access"
    label = "access"

    def ready(self) -> None:
        from openvis.web.ui import registry

        from . import (
            checks,  # noqa: F401 -- registers
            oidc_roles,  # noqa: F401 -- registers
            personal,
            personal_accounts,
            retention,
            sealed_factors,  # noqa: F401 -- registers
            selectors,
            signals,  # noqa: F401 -- registers
            walls,
        )

        personal.register()
        personal_accounts.register()
        retention.register()
        # After the last app: pghistory makes functions anew after each migrate, and ours has the last word on them.
        last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
        post_migrate.connect(walls.install, sender=last, dispatch_uid="openvis-walls")

        registry.pages.append(
            registry.Page(
                section="people", title=_("People and roles"), url="people", ability="people.view", icon="users", order=10,
                text=_("Who has which role, where, until when and why."),
            )
        )
        registry.pages.append(
            registry.Page(
                section="people", title=_("Matrix"), url="matrix", ability="people.view", icon="table", order=60,
                text=_("Which role may do what in which part of the data."),
            )
        )
        registry.searches.append(registry.Search("picture.view", selectors.search_areas))
