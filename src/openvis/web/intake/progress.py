"""Telling how far a load is, while its one transaction is still open: over a connection of its own."""

from collections.abc import Callable
from typing import Protocol

import psycopg
from django.db import connection
from django.utils.translation import gettext_noop

from openvis.web.access import acting

from .models import Batch

READING = gettext_noop("reading")
CHECKING = gettext_noop("checking and placing the rows")
WRITING = gettext_noop("writing to the database")
COMPARING = gettext_noop("comparing with what is known")
PROJECTING = gettext_noop("bringing the picture up to date")
DONE = gettext_noop("finished")


class Progress(Protocol):
    """Is called with the step and how much of the whole is done, from 0 to 1."""

    def __call__(self, step: str, share: float) -> None: ...


class Teller(Protocol):
    """Progress with an end."""

    def __call__(self, step: str, share: float) -> None: ...

    def close(self) -> None: ...


def tell_of(batch: Batch, also: Progress | None = None) -> Teller:
    """What tells of a load. Inside a response nobody can look at the batch yet, and its row is locked."""
    return Quiet(also) if acting.current().in_response else BatchProgress(batch, also)


class Quiet:
    """Passes the progress on, and writes nothing."""

    def __init__(self, also: Progress | None) -> None:
        self.also = also

    def __call__(self, step: str, share: float) -> None:
        if self.also is not None:
            self.also(step, share)

    def close(self) -> None:
        """Nothing is open."""


class BatchProgress:
    """Writes the progress on the batch, so that a page can show it; passes it on to `also`."""

    def __init__(self, batch: Batch, also: Callable[[str, float], None] | None = None) -> None:
        self.batch = batch
        self.also = also
        self.shown = -1.0
        parameters = connection.get_connection_params()
        for name in ("cursor_factory", "context", "prepare_threshold"):
            parameters.pop(name, None)
        self.connection = psycopg.connect(**parameters, autocommit=True)

    def __call__(self, step: str, share: float) -> None:
        if self.also is not None:
            self.also(step, share)
        if self.connection.closed or 0 < share - self.shown < 0.01:
            return
        self.shown = share
        self.connection.execute(
            "UPDATE intake_batch SET step = %s, progress = %s WHERE id = %s AND state = 'loading'",
            [step, share, self.batch.pk],
        )

    def close(self) -> None:
        """Stop telling: the transaction is about to write the batch itself."""
        self.connection.close()
