"""What retention and erasure mean for a backup: what ended or was erased after it was made goes again after a restore."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from openvis.web.keeping import replay, running

from .. import registry

ERASURES = "erasures"


def _since(moment: datetime) -> list[Any]:
    return list(replay.since(moment))


def _erase_again(manifest: dict[str, Any]) -> str:
    """Those of the database that made way, and those of the file, for when that database was lost."""
    erasures = [*manifest.get("erased", {}).get(ERASURES, []), *replay.since(datetime.fromisoformat(manifest["at"]))]
    return f"erased again: {replay.replay(erasures):,} rows"


def _end(_manifest: dict[str, Any]) -> str:
    ended = running.run(by_hand=True)
    told = ", ".join(f"{number:,} {kind}" for kind, number in ended.numbers.items() if number)
    failed = f"; NOT ended: {', '.join(sorted(ended.failed))}" if ended.failed else ""
    return f"past their term, ended again: {told or 'nothing'}{failed}"


def register() -> None:
    """Have both done after a restore, and name the background work."""
    registry.erased.append(registry.Erased(ERASURES, _since))
    registry.afterwards += [
        registry.Afterwards("erasing again what was erased since", _erase_again, order=80),
        registry.Afterwards("ending what is past its term", _end, order=90),
    ]
    registry.work |= {
        "keeping.run_daily": registry.Work(_("End what is past its term")),
        "keeping.run": registry.Work(_("End what is past its term, by hand")),
        "keeping.preview": registry.Work(_("Work out what is due")),
        "keeping.draw_up": registry.Work(_("Draw up a list for destruction")),
        "keeping.gather": registry.Work(_("Gather what is known of a person")),
        "keeping.erase": registry.Work(_("Erase what was approved")),
        "keeping.correct": registry.Work(_("Carry out a correction")),
    }
