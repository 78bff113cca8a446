from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanConfig(AppConfig):
    name = "openvis.web.plan"
    label = "plan"

    def ready(self) -> None:
        """Hang the plan into the navigation and the search box."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import selectors

        told.objects.append(
            told.ObjectKind("plan_report", _("goal or report of the plan"), "plan", rules=[(_("see it"), "plan.view")])
        )

        registry.pages.append(
            registry.Page(
                "steering", _("Plan and goals"), "plan", "plan.view", order=10, icon="target",
                text=_("Which goals the plan has, how they stand, and which places belong to them."),
            )
        )
        registry.searches.append(registry.Search("plan.view", selectors.search))
