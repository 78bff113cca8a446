"""The background worker leaves the processor to whoever waits for a page. No import of ours: it runs before all others."""

import os
from contextlib import suppress
from pathlib import Path

NICENESS = 15
"""Others get some thirty times as much of a processor that is asked for by both; nothing is lost on an idle machine."""
AUTOGROUP = Path("/proc/self/autogroup")


def step_back() -> None:
    """Let this process, and what it starts from now on, go after others.

    Linux shares the processor between sessions first (autogroup) and looks at niceness within one only. So a session of
    our own, as `openvis serve` makes, steps back as a whole. A service manager weighs services itself (`CPUWeight`).
    Source: Linux manual, sched(7), "The autogroup feature".
    """
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            AUTOGROUP.write_text(str(NICENESS))
