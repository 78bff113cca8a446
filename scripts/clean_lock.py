"""Take the addresses out of package-lock.json: where npm gets a package is the machine's own configuration.

python3 scripts/clean_lock.py package-lock.json
"""

import json
import sys
from pathlib import Path


def clean(lock: dict[str, object]) -> dict[str, object]:
    """The lock without `resolved` and `funding`; versions and hashes (`integrity`) stay."""
    packages = lock.get("packages")
    if not isinstance(packages, dict):
        raise SystemExit("package-lock.json has no packages: expected lockfileVersion 3")
    for entry in packages.values():
        entry.pop("resolved", None)
        entry.pop("funding", None)
    return lock


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(json.dumps(clean(json.loads(path.read_text(encoding="utf-8"))), indent=2) + "\n", encoding="utf-8")
