"""Files of one's own in apps further up: with one at an address, that address may be looked up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openvis.web.access import walls

FUNCTION = """
    CREATE OR REPLACE FUNCTION refindex_own_file(place bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ SELECT {condition} $$
"""


@dataclass(frozen=True)
class OwnFile:
    """A kind of file that gives somebody a reason to look its address up.

    `mine` gives (key, title, id of the address) of what somebody has in hand. `condition` says the same to the database: SQL
    that is true where `openvis_user()` has such a file at the address `place`.
    """

    kind: str
    title: Any
    mine: Callable[[Any], list[tuple[str, str, int]]]
    condition: str


files: list[OwnFile] = []


def own_file(file: OwnFile) -> None:
    """Register a kind of file, from `apps.py: ready()` of the app that keeps it."""
    files.append(file)
    # Made anew with all that are known: the last one counts.
    walls.function(FUNCTION.format(condition=" OR ".join(f"({item.condition})" for item in files)))
