"""What is written down: the sealed audit log and its search, the processing log, samples and flags."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "openvis.web.trail"
    label = "trail"

    def ready(self) -> None:
        """Tell `access` what is kept here, how it ends, and what a backup compares."""
        from openvis.web.access import registry

        from . import chain, personal, retention, tasks, walls  # noqa: F401 -- background tasks and the second wall

        personal.register()
        retention.register()
        registry.backup_checks.append(registry.BackupCheck("audit chain head", chain.head_told))
