"""Barrier models (barrièremodellen): who can intervene in which step of a criminal process."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BarriersConfig(AppConfig):
    name = "openvis.web.barriers"
    label = "barriers"

    def ready(self) -> None:
        """Hang the models into the navigation, and tell `access` what is kept here and how it ends."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import personal, retention, walls
        from .models import BarrierModel

        personal.register()
        retention.register()
        walls.register()
        told.objects.append(
            told.ObjectKind(
                "barrier_model", _("barrier model"), "plan",
                rules=[(_("see it"), "plan.view"), (_("change it"), "barriers.edit")], find=told.finder(BarrierModel),
            )
        )  # fmt: skip
        registry.pages.append(
            registry.Page(
                "signals", _("Barrier models"), "barrier_models", "plan.view", order=45, icon="barrier-block",
                text=_("Per criminal process: the steps, who can intervene where, and where nothing stands in the way."),
            )
        )
