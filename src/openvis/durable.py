"""Files that are whole or absent, also after a power cut."""

import os
from pathlib import Path


def put(part: Path, target: Path) -> None:
    """Give a file that was written and synced its name, in the place of what has that name; the name survives too."""
    part.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
