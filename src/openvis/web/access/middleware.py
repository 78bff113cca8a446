"""Where each request is put behind the walls: its transaction and role, its rule, and the purpose it needs."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponseBase

from openvis.web import guard
from openvis.web.ui import errors

from . import acting, audit, people, purposes, walls

OPERATIONS = "ninja."
"""API operations carry their rule themselves (`api_base.Signed`) and answer with a problem, not with a page."""
GONE = (OperationalError, InterfaceError)
"""What Django raises when the database does not answer."""


def is_operation(view: Callable[..., Any]) -> bool:
    """Whether a view belongs to the API."""
    return str(getattr(getattr(view, "func", view), "__module__", "")).startswith(OPERATIONS)


class WallsMiddleware:
    """One transaction around the whole response, rendering included, under the web role and for the person signed in.

    An exception rolls it back. Refusals are written after it, and what must wait for the commit is done then. Streams
    outlive it: they open their own (`walls.as_user`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            work = acting.of_request(request)
            with acting.begin(work):
                return self._answer(request, work)
        except GONE:
            return errors.no_database(request)

    def _answer(self, request: HttpRequest, work: acting.Acting) -> HttpResponseBase:
        work.in_response = True
        with transaction.atomic():
            with walls.role(work):
                response = self.get_response(request)
            if work.failed:
                transaction.set_rollback(True)
        work.in_response = False
        for act in [*work.always, *([] if work.failed else work.after)]:
            act()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        acting.current().failed = True
        return errors.no_database(request) if isinstance(exception, GONE) else None


class RuleMiddleware:
    """Turn away who may not: to sign-in when signed out, and as if the page did not exist when signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.may = partial(people.may, request.user)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        name = guard.declared(view)
        if name == guard.OPEN or is_operation(view):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if name == guard.SIGNED_IN or (name is not None and people.may(request.user, name)):
            personal = guard.declared_personal(view)
            return None if personal is None else purposes.ask(request, personal, kwargs)
        audit.refuse(request, name or "undeclared")
        raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A refusal deep inside an act: its transaction has been rolled back by now, the entry stays."""
        if isinstance(exception, guard.Refused):
            audit.refuse(request, exception.ability, exception.object)
