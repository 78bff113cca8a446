"""The people of a demonstration at work for months: signals and what follows them, each part of the house its own."""

from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from openvis.profile import Profile

PLAYED = "demonstration.play"
"""The entry in the audit log, in the same transaction: once it is there, nothing is done again."""


def play(
    profile: "Profile", until: date, seed: int, keep: "Callable[[dict[str, Any]], object]", extra: int | None = None
) -> bool:
    """Have the people act, once; `keep` is given what was planted, before it becomes final. False: it was done before.

    All of it or nothing: broken off in between, the next time begins anew and comes to the same. `extra` is how many
    signals there are beside those that each show something.
    """
    from django.db import transaction

    from openvis.web.access import audit, stage
    from openvis.web.access.demo import first_area
    from openvis.web.access.models import AuditEntry
    from openvis.web.places.demo import lay_streets

    if AuditEntry.objects.filter(action=PLAYED).exists():
        return False
    with transaction.atomic():
        set_up = stage.Stage(profile, until, seed)
        streets = lay_streets(profile, first_area(profile))
        stage.play(set_up, _scripts(set_up, streets, extra))
        audit.record(None, PLAYED, seed=seed, until=until.isoformat())
        keep(set_up.truths)
    return True


def _scripts(set_up: Any, streets: Any, extra: int | None) -> Any:
    from openvis.web.barriers import demo as barriers
    from openvis.web.controls import demo as controls
    from openvis.web.followup import demo as followup
    from openvis.web.refindex import demo as refindex
    from openvis.web.resilience import demo as resilience
    from openvis.web.signals import demo as signals
    from openvis.web.themes import demo as themes

    return chain(
        refindex.scripts(set_up, streets),
        signals.scripts(set_up, streets, signals.EXTRA if extra is None else extra),
        followup.scripts(set_up, streets),
        barriers.scripts(set_up),
        themes.scripts(set_up, streets),
        controls.scripts(set_up, streets),
        resilience.scripts(set_up),
    )
