"""What is done in the background, by the owner, who may see and destroy what pages may not."""

from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from openvis.web.access.models import User


def queue(task: Any, **arguments: str) -> None:
    """Have something done by the worker, as soon as the transaction that asks for it is through."""

    def ask() -> None:
        with transaction.atomic():
            task.configure(lock="keeping").defer(**arguments)

    transaction.on_commit(ask)


def _person(key: str) -> User | None:
    return User.objects.filter(pk=UUID(key)).first() if key else None


@app.periodic(cron="20 3 * * *")
@app.task(name="keeping.run_daily", queueing_lock="keeping.run_daily", lock="keeping")
def run_daily(timestamp: int) -> None:
    """End what is past its term, and work out what is due next."""
    from . import running

    running.run()
    running.keep_preview()


@app.task(name="keeping.run", lock="keeping")
def run_now(by: str = "") -> None:
    """The same, because somebody asked for it."""
    from . import running

    running.run(by=_person(by), by_hand=True)
    running.keep_preview()


@app.task(name="keeping.preview", lock="keeping")
def preview() -> None:
    """Work out what is due."""
    from . import running

    running.keep_preview()


@app.task(name="keeping.draw_up", lock="keeping")
def draw_up(key: str) -> None:
    """Fill a list for destruction."""
    from . import services

    services.draw_up(UUID(key))




@app.task(name="keeping.gather", lock="keeping")
def gather(key: str) -> None:
    """Gather everything about a person."""
    from . import requests

    requests.gather(UUID(key))


@app.task(name="keeping.erase", lock="keeping")
def erase(key: str) -> None:
    """Erase what two people approved."""
    from . import requests

    requests.erase(UUID(key))


@app.task(name="keeping.correct", lock="keeping")
def correct(key: str) -> None:
    """Set right what is wrong."""
    from . import requests

    requests.correct(UUID(key))
