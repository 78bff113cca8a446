"""What every API operation shares: who may call it, and one shape for what went wrong (RFC 9457, problem details)."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.responses import Status
from ninja.security import SessionAuth
from pydantic import AfterValidator

from openvis.web import guard

from . import acting, audit, people, purposes, walls
from .models import User


class Problem(Schema):
    """What went wrong, in words; `errors` names the field, the value and what was expected."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = []


def _writable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("no NUL characters: the database cannot hold them")
    return text


def problem(status: int, title: str, detail: str = "", field: str = "", **told: str) -> Status[Any]:
    """A refusal as an operation gives it; `field` is the part that was wrong, `told` what else is said of it."""
    errors: list[dict[str, Any]] = [{"field": field, **told}] if field else []
    return Status(status, Problem(title=title, status=status, detail=detail, errors=errors))


def caller(request: HttpRequest) -> User:
    """Who calls an operation; `Signed` let nobody else in."""
    found: Any = request.user
    return found


Words = Annotated[str, AfterValidator(_writable)]
"""A text that can be kept."""

PURPOSE_HEADER = "Purpose"
"""Header of a request in which a program states the purpose (doel) for which it opens personal data."""


class Signed(SessionAuth):
    """Somebody who is signed in and has the ability; for everybody else the operation does not exist.

    An operation that opens personal data says so with `personal`, and its requests state a purpose in a header.
    """

    def __init__(self, ability: str, personal: guard.Personal | None = None) -> None:
        self.openvis_rule = ability
        self.openvis_personal = personal
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            return None
        if not people.may(request.user, self.openvis_rule):
            audit.refuse(request, self.openvis_rule)
            raise Http404
        if self.openvis_personal is not None:
            self._purpose(request, self.openvis_personal)
        return request.user

    def _purpose(self, request: HttpRequest, personal: guard.Personal) -> None:
        """Take over the purpose of the header. Raises Http404 where none would do, HttpError 428 where none is named."""
        choices = [purpose.id for purpose in purposes.allowed(request.user, personal.compartment)]
        if not choices:
            audit.refuse(request, self.openvis_rule)
            raise Http404
        named = request.headers.get(PURPOSE_HEADER, "")
        if named not in choices:
            expected = ", ".join(choices)
            raise HttpError(428, f"header {PURPOSE_HEADER}: found {named!r}, expected one of: {expected}")
        acting.current().purpose_object = personal.file(request.resolver_match.kwargs if request.resolver_match else {})
        walls.purpose_stated(named)


def install_errors(api: NinjaAPI) -> None:
    """Give every refusal of the API the same shape."""

    def answer(request: HttpRequest, status: int, title: str, detail: str = "", errors: Any = ()) -> HttpResponse:
        body = Problem(title=title, status=status, detail=detail, errors=list(errors))
        response = api.create_response(request, body.model_dump(), status=status)
        response["Content-Type"] = "application/problem+json"
        return response

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
        errors = [
            {"field": ".".join(str(part) for part in error["loc"]), "expected": error["msg"], "kind": error["type"]}
            for error in exc.errors
        ]
        return answer(request, 400, "The request does not fit", "See errors: each names the field.", errors)

    @api.exception_handler(AuthenticationError)
    def signed_out(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
        return answer(request, 401, "Sign in first", "This operation needs a signed-in session.")

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, exc: Http404) -> HttpResponse:
        return answer(request, 404, "Not found")

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, exc: HttpError) -> HttpResponse:
        return answer(request, exc.status_code, str(exc))
