"""The themed approach: figures by phenomenon, branch and area, and places out of sight (vrijplaatsen)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "openvis.web.themes"
    label = "themes"

    def ready(self) -> None:
        """Hang themes into the navigation, and tell `access` what is kept here and how it ends."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import personal, retention, rules, tasks, walls  # noqa: F401
        from .models import PlaceOutOfSight

        personal.register()
        retention.register()
        walls.register()
        told.objects += [
            told.ObjectKind("theme_figures", _("figures of a quarter"), "signals", rules=[(_("see it"), rules.FIGURES)]),
            told.ObjectKind(
                "place_out_of_sight", _("place out of sight"), "operations", rules=[(_("see and change it"), rules.PLAN)],
                find=told.finder(PlaceOutOfSight),
            ),
        ]  # fmt: skip
        registry.pages += [
            registry.Page(
                "signals", _("Themes in figures"), "themes", rules.FIGURES, order=40, icon="chart-bar",
                text=_("Signals by phenomenon, branch and area, in quarters; small numbers are hidden."),
            ),
            registry.Page(
                "signals", _("Risk profile"), "theme_risk", rules.FIGURES, order=41, icon="scale",
                text=_("Which areas and branches deserve a closer look, once its assessment is registered."),
            ),
            registry.Page(
                "signals", _("Places out of sight"), "places_out_of_sight", rules.PLAN, order=48, icon="eye-off",
                text=_("Where the government hardly comes, when it last did, and when it will."),
            ),
        ]
