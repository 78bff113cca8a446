"""Every page and operation says which rule it stands under.

The middleware of `access` enforces it; a test finds what says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Personal:
    """A view that opens personal data of a compartment: those of the object that an argument of its address names.

    `kind` and the argument's value make the file (dossier) for which a purpose is stated; without an argument it is
    stated for the page.
    """

    compartment: str
    kind: str = ""
    argument: str = ""

    def file(self, arguments: dict[str, Any]) -> str:
        """The file that these arguments name."""
        return f"{self.kind}:{arguments[self.argument]}" if self.argument else self.kind


def personal(compartment: str, kind: str = "", argument: str = "") -> Callable[[View], View]:
    """Declare that a view opens personal data: before it does, the person states a purpose (doelbinding).

    Put it under `rule`. The compartment is an id of the profile; who holds no role that any of its purposes allows
    finds nothing here: 404.
    """

    def declare(view: View) -> View:
        view.openvis_personal = Personal(compartment, kind, argument)  # type: ignore[attr-defined]
        return view

    return declare


def declared_personal(view: Callable[..., Any]) -> Personal | None:
    """What a view declares to open, looked up on the class for class-based views."""
    found: Personal | None = getattr(view, "openvis_personal", None) or getattr(
        getattr(view, "view_class", None), "openvis_personal", None
    )
    return found
