"""The reference index (verwijsindex): which department holds a signal at an address, for nobody but those it concerns."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RefindexConfig(AppConfig):
    name = "openvis.web.refindex"
    label = "refindex"

    def ready(self) -> None:
        """Put the tables behind their walls; hang pages into navigation and Today. Nothing here is a source of anything."""
        from openvis.web.access import registry as told
        from openvis.web.ui import registry

        from . import cards, personal, retention, rules, tasks, walls  # noqa: F401

        personal.register()
        retention.register()
        walls.register()
        told.objects.append(
            told.ObjectKind(
                "index_entry", _("entry of the address index"), "index",
                rules=[(_("register, withdraw and renew; see the own department's"), rules.CONTRIBUTE)],
            )
        )
        registry.pages += [
            registry.Page(
                "signals", _("Reference index"), "index_entries", rules.CONTRIBUTE, order=20, icon="address-book",
                text=_("At which addresses your department holds a signal, and whether another one does too."),
                here=rules.inside,
            ),
            registry.Page(
                "signals", _("Look an address up"), "index_look_ups", rules.CONTRIBUTE, order=21, icon="search",
                text=_("Whether another department holds a signal at an address of a file of your own."), here=rules.inside,
            ),
            registry.Page(
                "signals", _("Counts of the index"), "index_counts", rules.MANAGE, order=22, icon="chart-bar",
                text=_("Entries, matches and late replies by department, and the settings."), here=rules.inside,
            ),
            registry.Page(
                "people", _("Use of the index"), "index_use", rules.OVERSEE, order=90, icon="eye-check",
                text=_("How often departments registered, looked up and matched: numbers, no addresses."),
                here=rules.inside,
            ),
        ]
        registry.cards += [
            registry.Card(rules.CONTRIBUTE, cards.matches, order=10),
            registry.Card(rules.CONTRIBUTE, cards.offered, order=10),
            registry.Card(rules.MANAGE, cards.overdue, order=25),
        ]  # fmt: skip
