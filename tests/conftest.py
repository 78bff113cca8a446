"""What every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine makes an example slow, not wrong.
settings.register_profile("openvis", deadline=None)
settings.load_profile("openvis")

ROOT = Path(__file__).resolve().parent.parent
LONG = ("test_doors.py", "test_api_schema.py", "test_rules_declared.py")
"""Files with few tests that take minutes: they go first, so that no process is left with one of them at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data beside the repository; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no shared data beside the repository ({folder.name} absent)")
    return folder
