"""What stands around every page: theme, navigation, banner, footer. Made when the template asks for it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis import __version__
from openvis.web import city

from . import registry

SCHEME_COOKIE = "openvis_scheme"
SCHEMES = (
    ("auto", gettext_lazy("As my device"), "device-desktop"),
    ("light", gettext_lazy("Light"), "sun"),
    ("dark", gettext_lazy("Dark"), "moon"),
)
SECTIONS = (
    ("input", gettext_lazy("Input")),
    ("picture", gettext_lazy("Picture")),
    ("approach", gettext_lazy("Approach")),
    ("signals", gettext_lazy("Signals")),
    ("steering", gettext_lazy("Steering")),
    ("people", gettext_lazy("People")),
)
THEMES = {"voorbeeld": "ui/dark-voorbeeld.css", "ma": "vendor/theme-ma/color-scheme-dark/variables.css"}
"""The themes that can be chosen, each with its dark layer."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet, and when it counts."""

    path: str
    media: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to somewhere: `current` when the reader is there or below it, `exact` when it is this very page."""

    title: Any
    url: str
    current: bool = False
    exact: bool = False


def theme() -> str:
    """The design-token theme of this installation: the setting, else the profile's."""
    chosen = settings.OPENVIS_THEME or city.profile().municipality.theme
    return chosen if chosen in THEMES else "voorbeeld"


class Frame:
    """The frame for one request."""

    version = __version__
    schemes = SCHEMES
    languages = settings.LANGUAGES

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def theme(self) -> str:
        return theme()

    @cached_property
    def scheme(self) -> str:
        """Light, dark, or as the reader's system says."""
        chosen = self.request.COOKIES.get(SCHEME_COOKIE, "auto")
        return chosen if chosen in {value for value, _name, _icon in SCHEMES} else "auto"

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The style sheets in their order; the dark layers by the reader's system, always, or never."""
        sheets = [
            Sheet("vendor/utrecht/index.css"),
            Sheet(f"vendor/theme-{self.theme}/theme.css"),
            Sheet("ui/fonts.css"),
            Sheet("ui/tokens.css"),
        ]
        if self.scheme != "light":
            media = "screen" if self.scheme == "dark" else "screen and (prefers-color-scheme: dark)"
            sheets += [Sheet(THEMES[self.theme], media), Sheet("ui/dark.css", media)]
        return [*sheets, Sheet("ui/layout.css"), Sheet("ui/components.css")]

    @cached_property
    def demo(self) -> bool:
        """Whether the data of this installation are made up."""
        return city.demonstration() is not None

    @property
    def demo_text(self) -> str:
        return _("Example data: everything here is made up. Incidents and signals never happened, people do not exist.")

    @property
    def language(self) -> str:
        """Of this page."""
        return get_language() or settings.LANGUAGE_CODE

    @property
    def official(self) -> str:
        return city.profile().municipality.official.get(get_language())

    @property
    def query(self) -> str:
        """The words in the search box: those of the search page itself."""
        match = self.request.resolver_match
        return self.request.GET.get("q", "")[:100] if match and match.url_name == "search" else ""

    @cached_property
    def by_section(self) -> dict[str, list[Link]]:
        """The pages this person may see, by section."""
        found: dict[str, list[Link]] = {}
        if not hasattr(self.request, "may"):
            return found
        pages = []
        for page in sorted((page for page in registry.pages if page.shown(self.request)), key=lambda page: page.order):
            try:
                pages.append((page.section, page.title, reverse(page.url)))
            except NoReverseMatch:
                continue
        path = self.request.path
        here = max((url for _s, _t, url in pages if path.startswith(url)), key=len, default="")
        for section, title, url in pages:
            found.setdefault(section, []).append(Link(title, url, url == here, url == path))
        return found

    @cached_property
    def sections(self) -> list[Link]:
        """The main navigation: Today, and each section the person has a page in."""
        home = reverse("today")
        links = [Link(_("Today"), home, self.request.path == home, self.request.path == home)]
        for key, title in SECTIONS:
            pages = self.by_section.get(key, [])
            if pages:
                here = self._here(pages)
                links.append(Link(title, pages[0].url, here, here and pages[0].url == self.request.path))
        return links

    @cached_property
    def section(self) -> Link | None:
        """The section the reader is in."""
        return next((link for link in self.sections[1:] if link.current), None)

    @cached_property
    def pages(self) -> list[Link]:
        """The pages of the section the reader is in."""
        return next((pages for pages in self.by_section.values() if self._here(pages)), [])

    def _here(self, pages: list[Link]) -> bool:
        """Whether the reader is on one of these pages, or on one that shares the first part of their address."""
        first = self.request.path.split("/")[1:2]
        return bool(first[0]) and any(page.current or page.url.split("/")[1:2] == first for page in pages)
