"""Run by test_killed in a process of its own: imports a file and kills itself, for real, at the point that is named.

python killed.py DATA_FOLDER FILE SOURCE POINT
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup, as all that follows

import openvis.store.manifest  # noqa: E402
from openvis.store import EventStore  # noqa: E402
from openvis.web.access import audit  # noqa: E402
from openvis.web.intake import loading, originals, projection, services, withdrawing  # noqa: E402
from openvis.web.intake.models import Batch  # noqa: E402


def die(*_: Any, **__: Any) -> None:
    """The end, without any goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(owner: Any, name: str, times: int = 1) -> None:
    """Die when something was done so many times."""
    done = getattr(owner, name)
    left = [times]

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = done(*args, **kwargs)
        left[0] -= 1
        if not left[0]:
            die()
        return result

    setattr(owner, name, wrapped)


POINTS = {
    "after the original was kept": lambda: after(originals, "keep"),
    "in the middle of COPY": lambda: (setattr(loading, "SLICE", 10), after(loading, "_as_csv", 2)),
    "after the insert": lambda: after(loading, "_merge"),
    "just before the commit": lambda: after(audit, "record", 2),
    "after the commit, before projection": lambda: setattr(projection, "catch_up", die),
    "before the manifest of the store": lambda: setattr(openvis.store.manifest, "write", die),
    "after the store, before it is noted": lambda: after(EventStore, "append"),
    "while the months are replaced": lambda: after(EventStore, "replace_months"),
    "while listeners are told": lambda: setattr(projection, "_announce", die),
    "not at all": lambda: None,
}


def main() -> None:
    """Import or, with the source `withdraw`, withdraw the last batch."""
    folder, file, source, point = sys.argv[1:]
    settings.EVENT_STORE, settings.ORIGINALS = Path(folder) / "events", Path(folder) / "originals"
    POINTS[point]()
    if source == "withdraw":
        withdrawing.withdraw(Batch.objects.filter(state="loaded").latest("loaded"), None)
    elif source == "finish":
        services.finish()
    else:
        services.import_path(Path(file), source)


if __name__ == "__main__":
    main()
