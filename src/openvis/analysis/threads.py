"""Work cut in pieces, done side by side: kernels give the interpreter free while they run.

The pieces never depend on the number of threads and their results come back in their order, so that an outcome is the
same to the last digit on any machine.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Piece], Result], pieces: Sequence[Piece], threads: int | None = None) -> list[Result]:
    """The results of the pieces, in their order. threads: None for as many as there are cores.

    The caller works along, from the last piece on: on a busy machine a helper may not have started by the time that
    the work is done, and then it is quicker not to wait for it.
    """
    most = min(len(pieces), threads or os.cpu_count() or 1)
    if most <= 1:
        return [work(piece) for piece in pieces]
    with ThreadPoolExecutor(most - 1) as pool:
        waiting = [pool.submit(work, piece) for piece in pieces]
        try:
            own = {at: work(pieces[at]) for at in reversed(range(len(pieces))) if waiting[at].cancel()}
            return [own[at] if at in own else it.result() for at, it in enumerate(waiting)]
        finally:
            for it in waiting:
                it.cancel()


def spans(total: int, size: int) -> list[tuple[int, int]]:
    """First and last (not included) of the pieces of `size` in which 0 … total is cut."""
    return [(first, min(first + size, total)) for first in range(0, total, size)]
