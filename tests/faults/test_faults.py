"""Faults, really done: processes and database killed, disk full, clock leaping. Nothing lost, nothing doubled.

A few tries of each; `run.py` does many and writes the figures of docs/reliability.md.
"""

import os
from collections.abc import Callable

import pytest
import tries
from installation import Installation
from tries import Outcome

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="a small disk can only be mounted by root")
FAULTS = [
    pytest.param(tries.killed_imports, 3, id="imports"),
    pytest.param(tries.killed_observers, 3, id="observations"),
    pytest.param(tries.killed_rebuilds, 2, id="projection"),
    pytest.param(tries.killed_workers, 1, id="worker"),
    pytest.param(tries.two_workers, 3, id="two workers"),
    pytest.param(tries.killed_postmaster, 2, id="postmaster"),
    pytest.param(lambda made, number: tries.killed_postmaster(made, number, backend=True), 2, id="backend"),
    pytest.param(tries.database_gone, 1, id="database gone"),
    pytest.param(tries.killed_site, 2, id="site"),
    pytest.param(tries.full_disk, 1, id="disk", marks=ROOT_ONLY),
    pytest.param(tries.killed_withdrawals, 1, id="withdrawals"),
    pytest.param(tries.killed_retention, 2, id="retention"),
    pytest.param(tries.moved_clock, 5, id="clock"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "number"), FAULTS)
def test_nothing_lost_and_nothing_doubled(
    installation: Installation, fault: Callable[[Installation, int], Outcome], number: int
) -> None:
    found = fault(installation, number)
    assert found.tries > 0
    assert (found.lost, found.doubled) == (0, 0), found.line()
