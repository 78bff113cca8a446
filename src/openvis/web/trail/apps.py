"""What is written down: the sealed audit log and its search, the processing log, samples and flags."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "openvis.web.trail"
    label = "trail"

    def ready(self) -> None:
        """Tell `access` what is kept here, and the frame which pages there are."""
        from openvis.web.access import registry
        from openvis.web.ui import registry as frame

        from . import cards, chain, lookups, personal, processing, retention, tasks, walls  # noqa: F401 -- registers

        personal.register()
        retention.register()
        registry.shows.append(processing.shown)
        registry.lookups.append(lookups.note)
        frame.search_listeners.append(lookups.note_site)
        frame.pages += [
            frame.Page(
                "people", _("Audit log"), "trail_search", "audit.view", order=60, icon="list-search",
                text=_("Who did or looked at what, for which purpose; and whether the log is whole."),
            ),
            frame.Page(
                "people", _("Processing log"), "trail_lines", "audit.view", order=61, icon="user-search",
                text=_("What was done with the data of one person."),
            ),
            frame.Page(
                "people", _("Samples"), "trail_all_samples", "audit.view", order=62, icon="checklist",
                text=_("Which samples of look-ups are open, and what was to be asked."),
            ),
            frame.Page(
                "people", _("Sample of look-ups"), "trail_samples", "audit.sample", order=63, icon="checklist",
                text=_("Judge whether what your people looked up fits their work."),
            ),
        ]  # fmt: skip
        frame.cards += [frame.Card("audit.sample", cards.samples_to_judge, 20), frame.Card("audit.view", cards.logs, 25)]
