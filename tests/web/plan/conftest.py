"""Both cities, with what the tests of deployment plant."""

from web.deployment.towns import almere, town  # noqa: F401
