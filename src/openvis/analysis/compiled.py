"""How loops are compiled: by numba, at the first call, cached beside the source file.

Kernels run on one thread and give the interpreter free (nogil), so that they are safe in a threaded server and give
the same result for any number of threads.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

KERNELS: dict[str, list[Any]] = {}
"""What numba made of each kernel, by module and name; empty until it is called for the first time."""


def kernel(function: F) -> F:
    """Compile `function` when it is called for the first time; numba itself is imported no earlier than that."""
    return _compiled(function, fastmath=False)


def summing_kernel(function: F) -> F:
    """A kernel whose sums are added in lanes side by side, at once with their products: faster, with other last digits.

    The lanes are fixed when it is compiled, so that the sums are the same each time and for any number of threads.
    """
    return _compiled(function, fastmath={"reassoc", "contract"})


def _compiled(function: F, **options: Any) -> F:
    dispatcher = KERNELS[f"{function.__module__}.{function.__name__}"] = []

    @wraps(function)
    def call(*arguments: Any) -> Any:
        if not dispatcher:
            from numba import njit

            dispatcher.append(njit(cache=True, nogil=True, **options)(function))
        return dispatcher[0](*arguments)

    return cast(F, call)
