"""Run by test_rotation in a process of its own: rotates the keys and kills itself, for real, after some batches.

python killed.py KEY_FILE FOLDER BATCHES
"""

import os
import signal
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup, as all that follows

from openvis.web.access import keyring, rotation  # noqa: E402


def main() -> None:
    """Move two rows at a time and die when that was done so many times."""
    file, folder, batches = sys.argv[1:]
    settings.OPENVIS_KEYS, settings.ORIGINALS = file, Path(folder) / "originals"
    rotation.BATCH = 2
    left = [int(batches)]

    def tell(_name: str, _number: int) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    rotation.rotate(Path(file), keyring.SEAL, tell)


if __name__ == "__main__":
    main()
