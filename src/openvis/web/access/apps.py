from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "openvis.web.access"
    label = "access"

    def ready(self) -> None:
        from openvis.web.ui import registry

        from . import checks, oidc_roles, personal, personal_accounts, sealed_factors, selectors, signals, walls  # noqa: F401 -- registers

        personal.register()
        personal_accounts.register()
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
