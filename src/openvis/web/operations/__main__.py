"""`python -m openvis.web.operations`: the background worker, in a process of its own. `openvis serve` starts it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")
django.setup()

from openvis.web.operations.worker import work  # noqa: E402 -- after set-up

work()
