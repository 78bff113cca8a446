"""A database for one benchmark: private, in a folder of its own that goes when the benchmark ends. Itself no benchmark."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def folder(kept: Path | None = None) -> Path:
    """A new folder, or one that is to stay."""
    found = kept or Path(tempfile.mkdtemp(prefix="openvis-bench-"))
    found.mkdir(exist_ok=True)
    if kept is None:
        # Registered before the private server starts, so that it runs after the server stopped.
        atexit.register(shutil.rmtree, found, ignore_errors=True)
    found.chmod(0o755)  # the private server runs as another user when started by root
    return found


def database(at: Path) -> None:
    """Start Django on a private database in a folder, with the tables in it."""
    os.environ["OPENVIS_DATA"] = str(at)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvis.web.settings.development")
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
