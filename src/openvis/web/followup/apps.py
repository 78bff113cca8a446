from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "openvis.web.followup"
    label = "followup"

    def ready(self) -> None:
        """Offer the ways on for a weighed signal; hang meetings, actions and projects into navigation and Today."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import cards, models, personal, retention, rules, tasks, walls, ways  # noqa: F401

        personal.register()
        retention.register()
        walls.register()
        ways.register()
        told.objects += [
            told.ObjectKind(
                "riec_meeting", _("RIEC meeting"), "signals", find=told.finder(models.Meeting),
                rules=[(_("see it"), "signals.casus & followup.see_meeting"), (_("keep it"), rules.WEIGH)],
            ),
            told.ObjectKind(
                "tabled_item", _("agenda item"), "signals", find=told.finder(models.TabledItem),
                rules=[(_("see it"), "signals.casus & followup.see_item"), (_("keep it"), rules.WEIGH)],
            ),
            told.ObjectKind(
                "project", _("project"), "signals", find=told.finder(models.Project),
                rules=[
                    (_("see it"), "signals.casus & followup.see_project"),
                    (_("change it"), "signals.casus & followup.lead_project"),
                ],
            ),
        ]
        registry.pages += [
            registry.Page(
                "signals", _("RIEC meetings"), "meetings", rules.CASUS, order=30, icon="users-group",
                text=_("Agendas, what was handed over, and what was decided."),
            ),
            registry.Page(
                "signals", _("My actions"), "own_actions", rules.CASUS, order=32, icon="checklist",
                text=_("What you agreed to do, by when."),
            ),
            registry.Page(
                "signals", _("Projects"), "projects", rules.CASUS, order=35, icon="folders",
                text=_("Signals that are handled together, with a goal, a team and a plan."),
            ),
        ]
        registry.cards += [
            registry.Card(rules.CASUS, cards.actions, order=14), registry.Card(rules.WEIGH, cards.terms, order=15),
            registry.Card(rules.CASUS, cards.meetings, order=16),
        ]  # fmt: skip
