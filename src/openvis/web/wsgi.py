"""What the application server loads."""

import importlib
import logging
import os
import threading

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from openvis.web import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")
application = get_wsgi_application()
logs.guard_the_rest()
# Ibis imports it on the thread that prepares the picture; Altair, drawing on another, would find half of it.
importlib.import_module("pandas")


def _warm() -> None:
    """Load the picture's data and compile its questions, so that nobody's first page waits for that."""
    from openvis.web.picture import selectors

    try:
        selectors.warm_up()
    except Exception:  # a site without data must still start; the page itself says what is wrong
        logging.getLogger("openvis").warning("the picture could not be prepared beforehand", exc_info=True)


if settings.OPENVIS_WARM_UP:
    threading.Thread(target=_warm, name="warm-up", daemon=True).start()
