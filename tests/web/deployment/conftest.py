"""The planted city on both profiles."""

from web.deployment.towns import almere, town  # noqa: F401
