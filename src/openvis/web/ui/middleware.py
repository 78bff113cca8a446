"""The language of the page: the person's own choice, else the browser's, else the city's."""

from django.middleware.locale import LocaleMiddleware as Base


class LocaleMiddleware(Base):
    """Django's, under our name so that the choice made in the page (a cookie) is found in one place."""
