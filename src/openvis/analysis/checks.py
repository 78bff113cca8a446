"""Checks of arguments that many methods share; each refusal names the argument, its value and what is allowed."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]


def positive(name: str, value: float, unit: str = "") -> float:
    """`value` as a float, refused unless finite and above zero."""
    number = float(value)
    if not np.isfinite(number) or number <= 0:
        raise ValueError(f"{name} is {value!r}; expected a number above 0{' ' + unit if unit else ''}")
    return number


def between(name: str, value: float, low: float, high: float) -> float:
    """`value` as a float, refused unless strictly between `low` and `high`."""
    number = float(value)
    if not low < number < high:
        raise ValueError(f"{name} is {value!r}; expected a number between {low:g} and {high:g}")
    return number


def finite(name: str, values: Any, length: int | None = None, least: float | None = None) -> Floats:
    """`values` as a flat float64 array, refused where not finite, of another length, or below `least`."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} has {array.ndim} dimensions; expected 1")
    if length is not None and array.size != length:
        raise ValueError(f"{name} has {array.size} values; expected {length}, one for each event")
    wrong = ~np.isfinite(array) if least is None else ~(np.isfinite(array) & (array >= least))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        limit = "finite numbers" if least is None else f"finite numbers of at least {least:g}"
        raise ValueError(f"{name}[{first}] is {array[first]} ({int(wrong.sum())} such values); expected {limit}")
    return array


def seconds(name: str, values: Any, length: int | None = None) -> Times:
    """`values` as a flat datetime64[s] array (local time, NaT for unknown)."""
    raw = np.asarray(values)
    if raw.size and raw.dtype.kind != "M":
        raise ValueError(f"{name} has type {raw.dtype}; expected datetime64")
    array = np.ascontiguousarray(raw.astype("datetime64[s]"))
    if array.ndim != 1:
        raise ValueError(f"{name} has {array.ndim} dimensions; expected 1")
    if length is not None and array.size != length:
        raise ValueError(f"{name} has {array.size} values; expected {length}, one for each event")
    return array


def in_order(begin: Times, end: Times) -> None:
    """Refuse an interval that ends before it begins, or of which one side alone is unknown."""
    half = np.isnat(begin) != np.isnat(end)
    if half.any():
        first = int(np.flatnonzero(half)[0])
        raise ValueError(
            f"interval {first} runs from {begin[first]} to {end[first]}; expected both known or both unknown "
            "(give end equal to begin where the moment is exact)"
        )
    wrong = end < begin
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"end[{first}] is {end[first]}, before begin[{first}] {begin[first]} ({int(wrong.sum())} such intervals); "
            "expected end at or after begin"
        )


def raster(name: str, values: Any, shape: tuple[int, int]) -> Floats:
    """`values` as a float64 array of the grid's shape (ny, nx), refused where negative or not finite."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; expected the grid's (ny, nx) = {shape}")
    if not np.isfinite(array).all() or (array.size and array.min() < 0):
        raise ValueError(f"{name} holds negative or unknown values; expected counts of 0 or more")
    return array
