"""How loops are compiled: by numba, at the first call, cached beside the source file.

Kernels run on one thread and give the interpreter free (nogil), so that they are safe in a threaded server and give
the same result for any number of threads.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile `function` when it is called for the first time; numba itself is imported no earlier than that."""
    dispatcher: list[Any] = []

    @wraps(function)
    def call(*arguments: Any) -> Any:
        if not dispatcher:
            from numba import njit

            dispatcher.append(njit(cache=True, nogil=True)(function))
        return dispatcher[0](*arguments)

    return cast(F, call)
