"""What apps further down do with a weighed signal, without `signals` knowing them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Route:
    """A way that a weighed signal can go (RIEC meeting, project, case); chosen by a person with a reason.

    `take` runs in the transaction in which the second reader confirms: (who confirmed, key of the signal, answers to
    `fields`) → a line that says what became of it, without content of the signal. It raises ValidationError where it
    cannot take the signal. `fields` gives the Django form fields to ask for, for whoever chooses.
    """

    key: str
    title: Any
    take: Callable[[Any, UUID, Mapping[str, Any]], str]
    text: Any = ""
    fields: Callable[[Any], Mapping[str, Any]] = field(default=lambda user: {})
    order: int = 50


routes: list[Route] = []
case_hooks: list[Callable[[Any, UUID, Mapping[str, Any]], str]] = []
"""What takes up a signal as a case (casus): filled by the app for cases, once there is one."""
