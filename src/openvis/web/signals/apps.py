"""The reporting point (meldpunt ondermijning): signals come in, are screened and weighed, and go where they belong."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignalsConfig(AppConfig):
    name = "openvis.web.signals"
    label = "signals"

    def ready(self) -> None:
        """Tell `access` what is kept here, who reads it and how it ends."""
        from openvis.web.access import registry as told

        from . import models, personal, retention, sealed, walls  # noqa: F401

        personal.register()
        retention.register()
        walls.register()
        told.objects.append(
            told.ObjectKind(
                "signal", _("signal"), "signals", find=told.finder(models.Signal),
                rules=[(_("report one"), "signals.report"), (_("read and weigh it"), "signals.weigh")],
            )
        )
