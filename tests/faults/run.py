"""Does every fault many times and writes what was lost: the figures of docs/reliability.md.

    python tests/faults/run.py [--tries 20] [--only NAME …] [--report FILE]

Exit status 0 when nothing was lost and nothing doubled. Twenty tries take an hour or so on two cores.
"""

import argparse
import os
import sys
from pathlib import Path

# As pytest has it: what the tests share lies beside this folder.
sys.path.append(str(Path(__file__).resolve().parents[1]))

import tries
from installation import Installation, installed
from tries import Outcome

HEAD = "| what was done | tries | to be there in the end | lost | doubled | |\n|---|---|---|---|---|---|\n"
SLOW = 5
"""Times fewer tries of what waits for a dead worker or starts a whole site."""
FAULTS = {
    "imports": (tries.killed_imports, 1),
    "observations": (tries.killed_observers, 1),
    "projection": (tries.killed_rebuilds, 1),
    "withdrawals": (tries.killed_withdrawals, 4),
    "postmaster": (tries.killed_postmaster, 2),
    "backend": (lambda made, number: tries.killed_postmaster(made, number, backend=True), 2),
    "worker": (tries.killed_workers, SLOW),
    "two-workers": (tries.two_workers, 1),
    "gone": (tries.database_gone, SLOW),
    "site": (tries.killed_site, SLOW),
    "disk": (tries.full_disk, SLOW),
    "clock": (tries.moved_clock, 4),
    "retention": (tries.killed_retention, 2),
}


def main() -> int:
    """Do them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=20)
    parser.add_argument("--only", nargs="+", choices=FAULTS, default=list(FAULTS))
    parser.add_argument("--report", type=Path)
    asked = parser.parse_args()
    outcomes = []
    with installed() as made:
        made.openvis("backup", "key", made.folder / "key")
        for name in asked.only:
            if name == "disk" and os.geteuid() != 0:
                sys.stderr.write("disk: left out, only root can mount a small disk\n")
                continue
            outcomes.append(_done(made, name, asked.tries))
            sys.stderr.write(outcomes[-1].line() + "\n")
    text = HEAD + "".join(outcome.line() + "\n" for outcome in outcomes)
    sys.stdout.write(text)
    if asked.report:
        asked.report.write_text(text)
    return 0 if all(outcome.lost == outcome.doubled == 0 for outcome in outcomes) else 1


def _done(made: Installation, name: str, number: int) -> Outcome:
    fault, fewer = FAULTS[name]
    return fault(made, max(1, number // fewer))


if __name__ == "__main__":
    raise SystemExit(main())
