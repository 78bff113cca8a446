"""Every page and operation says which rule it stands under.

The middleware of `access` enforces it; a test finds what says nothing.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404

View = TypeVar("View", bound=Callable[..., Any])

OPEN = "open"
"""For everyone, signed in or not."""
SIGNED_IN = "signed-in"
"""For everyone with an account."""


class Refused(Http404):
    """Raised where a person has no right on this very object: it does not exist for them, and that is written down."""

    def __init__(self, ability: str, object: str = "") -> None:  # noqa: A002
        self.ability = ability
        self.object = object
        super().__init__(ability)


def rule(name: str) -> Callable[[View], View]:
    """Declare the rule of a view or an API operation: an ability of the profile (`picture.view`), OPEN or SIGNED_IN.

    Put it on top of the other decorators. Where the ability is missing the page does not exist: 404.
    """

    def declare(view: View) -> View:
        view.openvis_rule = name  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., Any]) -> str | None:
    """The rule a view declares, looked up on the class for class-based views; None when it says nothing."""
    found: str | None = getattr(view, "openvis_rule", None) or getattr(
        getattr(view, "view_class", None), "openvis_rule", None
    )
    return found
