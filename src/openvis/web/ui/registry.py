"""What apps further down hang into the frame without the frame knowing them.

An app registers in its `apps.py: ready()`. The frame asks for what a given person may see.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Page:
    """An entry of the navigation, under one of the words of the work."""

    section: str
    """`input`, `picture`, `approach`, `signals` or `steering`; `people` for the administrator's."""
    title: Any
    """A lazy translated text."""
    url: str
    """Name of the URL."""
    ability: str
    order: int = 50
    text: Any = ""
    """One line that says what is there."""
    icon: str = "file"
    here: Callable[[HttpRequest], bool] | None = None
    """Whether the page exists for where a request comes from; absent: everywhere."""

    def shown(self, request: HttpRequest) -> bool:
        """Whether to lead somebody there: they may, and from where they are."""
        return request.may(self.ability) and (self.here is None or self.here(request))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Card:
    """A block on the page Today: gives a template and its context for a request, or None for nothing."""

    ability: str
    render: Callable[[HttpRequest], tuple[str, dict[str, Any]] | None]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Search:
    """A source of answers for the search box: a function of the person and the words."""

    ability: str
    find: Callable[[Any, str], list[tuple[str, str, str]]]
    """Gives (title, line, address) for what the person may see."""


@dataclass(frozen=True, slots=True)
class SelectionAction:
    """Something that can be done with a selection of the picture (keep as focus place); `template` draws its button."""

    ability: str
    template: str
    order: int = 50


pages: list[Page] = []
cards: list[Card] = []
searches: list[Search] = []
selection_actions: list[SelectionAction] = []
search_listeners: list[Callable[[Any, str], object]] = []
"""Each is told who searched for which words in the search box."""


def allowed(items: list[Any], may: Callable[[Any, str], bool], user: Any | AnonymousUser) -> list[Any]:
    """The items whose ability the person has, in their order."""
    return sorted((item for item in items if may(user, item.ability)), key=lambda item: getattr(item, "order", 0))
