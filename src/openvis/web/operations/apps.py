from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "openvis.web.operations"
    label = "operations"

    def ready(self) -> None:
        from openvis.web.access import walls
        from openvis.web.access.registry import PersonalTable, personal
        from openvis.web.ui import registry

        from . import models, tasks  # noqa: F401 -- registers the background tasks
        from .backup import keeping, trail

        trail.register()
        keeping.register()

        for model, reason in (
            (models.JobFault, "number of a job and kind of a fault"),
            (models.Backup, "times, sizes and names of files"),
            (models.Restore, "times; until it is finished the keys of what is to be erased again"),
        ):
            # Written by the worker and by commands, read by pages.
            walls.limit(model, "SELECT")
            personal.append(PersonalTable(model, none_because=reason))

        registry.pages += [
            registry.Page(
                "people", _("Installation"), "operations", "operations.view", order=80, icon="heartbeat",
                text=_("How every part is, in words: database, store, queue, disk, clock, backup."),
            ),
            registry.Page(
                "people", _("Background work"), "operations_queue", "operations.view", order=81, icon="stack-2",
                text=_("What waits, runs or failed in the background, and a button to try it again."),
            ),
        ]  # fmt: skip
