"""The language of the page: the reader's own choice, else the city's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from openvis.web import city


class LocaleMiddleware:
    """Chosen in the page (a cookie), else kept with the account, else the language of the municipality.

    The browser's own wish is left aside: many a work place has English browsers and Dutch readers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _choice(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


def _choice(request: HttpRequest) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if cookie in known:
        return str(cookie)
    own = getattr(getattr(request, "user", None), "language", "")
    return own if own in known else city.profile().municipality.language
