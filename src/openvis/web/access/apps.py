from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "openvis.web.access"
    label = "access"

    def ready(self) -> None:
        from . import (
            checks,  # noqa: F401 -- registers
            frame,
            oidc_roles,  # noqa: F401 -- registers
            personal,
            personal_accounts,
            personal_oversight,
            retention,
            sealed_factors,  # noqa: F401 -- registers
            signals,  # noqa: F401 -- registers
            walls,
        )

        personal.register()
        personal_accounts.register()
        personal_oversight.register()
        retention.register()
        # After the last app: pghistory makes functions anew after each migrate, and ours has the last word on them.
        last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
        post_migrate.connect(walls.install, sender=last, dispatch_uid="openvis-walls")

        frame.register()
