"""One installation for all faults of a module: what one leaves behind the next must bear."""

from collections.abc import Iterator

import pytest
from installation import Installation, installed


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Set up, and empty at first."""
    with installed() as made:
        made.openvis("backup", "key", made.folder / "key")
        yield made
