"""The planted city on both profiles."""

from towns import almere, town  # noqa: F401
