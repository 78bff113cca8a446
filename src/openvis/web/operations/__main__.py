"""`python -m openvis.web.operations`: the background worker, in a process of its own. `openvis serve` starts it."""

import os

from openvis.web.operations.stepping_back import step_back

# Before anything else is imported: threads that are there already would not step back with it.
step_back()

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")
django.setup()

from openvis.web.operations.worker import work  # noqa: E402 -- after set-up

work()
