from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "openvis.web.sharing"
    label = "sharing"

    def ready(self) -> None:
        """Hang transfers and covenants into the navigation and Today; tell `access` what is kept here and how it ends."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import cards, flows, personal, retention, rules, sealed, tasks, walls  # noqa: F401

        personal.register()
        retention.register()
        walls.register()
        told.loads.append(flows.load_flows)
        told.objects += [
            told.ObjectKind(
                "transfer", _("transfer"), "administration",
                rules=[
                    (_("propose it, and take it back"), rules.PROPOSE), (_("answer it"), rules.ACCEPT),
                ],
            ),
            told.ObjectKind("covenant", _("covenant"), "administration", rules=[(_("see it"), rules.COVENANTS)]),
        ]
        registry.pages += [
            registry.Page(
                "approach", _("Proposals to answer"), "transfers", rules.ACCEPT, order=60, icon="inbox",
                text=_("What other parts of the work propose to hand over to yours."),
            ),
            registry.Page(
                "approach", _("Proposed by us"), "transfers_proposed", rules.PROPOSE, order=61, icon="send",
                text=_("What you proposed to hand over, and what came of it."),
            ),
            registry.Page(
                "steering", _("Covenants"), "covenants", rules.COVENANTS, order=60, icon="writing-sign",
                text=_("What was agreed with whom, until when, and what rests on it."),
            ),
        ]
        registry.cards += [
            registry.Card(rules.ACCEPT, cards.to_answer, order=15), registry.Card(rules.COVENANTS, cards.ending, order=40)
        ]  # fmt: skip
