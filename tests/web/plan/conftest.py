"""Both cities, with what the tests of deployment plant."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "deployment"))

from towns import almere, town  # noqa: F401
