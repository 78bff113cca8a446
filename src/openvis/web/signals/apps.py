"""The reporting point (meldpunt ondermijning): signals come in, are screened and weighed, and go where they belong."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignalsConfig(AppConfig):
    name = "openvis.web.signals"
    label = "signals"

    def ready(self) -> None:
        """Tell `access` what is kept here, who reads it and how it ends."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import cards, models, own_files, personal, retention, routes, rules, sealed, tasks, walls  # noqa: F401

        personal.register()
        retention.register()
        walls.register()
        own_files.register()
        told.objects.append(
            told.ObjectKind(
                "signal", _("signal"), "signals", find=told.finder(models.Signal),
                rules=[(_("report one"), "signals.report"), (_("read and weigh it"), "signals.weigh")],
            )
        )
        routes.register()
        registry.pages += [
            registry.Page(
                "signals", _("Inbox of signals"), "signals_inbox", rules.WEIGH, order=10, icon="inbox",
                text=_("What came in, what is due, and what waits for a second reader."),
            ),
            registry.Page(
                "signals", _("My reports"), "signal_reports", rules.REPORT, order=11, icon="list-check",
                text=_("Where your own reports stand, and drafts you began."),
            ),
            registry.Page(
                "signals", _("Report a signal"), "signal_report", rules.REPORT, order=12, icon="flag",
                text=_("Something that may point to undermining crime."),
            ),
            registry.Page(
                "signals", _("Passed to my department"), "signals_passed", rules.REPORT, order=13, icon="arrow-forward-up",
                text=_("What the reporting point asks your department to look at."),
            ),
        ]
        registry.cards += [
            registry.Card(rules.WEIGH, cards.over_term, order=11), registry.Card(rules.WEIGH, cards.to_weigh, order=12),
            registry.Card(rules.WEIGH, cards.awaited, order=12),
            registry.Card(rules.REPORT, cards.for_me, order=13),
        ]  # fmt: skip
