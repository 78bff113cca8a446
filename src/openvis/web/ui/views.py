"""The pages of the frame itself: today, search, about, language, light or dark."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from openvis.web import city
from openvis.web.guard import OPEN, SIGNED_IN, rule

from . import registry
from .frame import SCHEME_COOKIE, SCHEMES, SECTIONS

YEAR = 365 * 24 * 3600
SECTION_ORDER = {key: place for place, (key, _title) in enumerate(SECTIONS)}
MOST_ANSWERS = 50
"""How many answers the search page shows; more words make fewer."""


@rule(SIGNED_IN)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What waits for this person, from every app that has something to say."""
    cards = []
    for card in sorted(registry.cards, key=lambda card: card.order):
        shown = card.render(request) if request.may(card.ability) else None  # type: ignore[attr-defined]
        if shown is not None:
            cards.append(render_to_string(shown[0], shown[1], request))
    return render(request, "ui/today.html", {"cards": cards, "ways": _ways(request)})


def _ways(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages this person may go to, with the line that says what is there."""
    found = []
    for page in sorted(registry.pages, key=lambda page: (SECTION_ORDER.get(page.section, 99), page.order)):
        if not page.shown(request):
            continue
        try:
            found.append({"title": page.title, "text": page.text, "url": reverse(page.url), "icon": page.icon})
        except NoReverseMatch:
            continue
    return found


@rule(SIGNED_IN)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What the words find: pages by their title, and what the apps offer, each only what this person may see."""
    words = request.GET.get("q", "").strip()[:100]
    found: list[tuple[str, str, str]] = []
    if words:
        for listener in registry.search_listeners:
            listener(request.user, words)
        found += [
            (str(way["title"]), str(way["text"]), way["url"])
            for way in _ways(request)
            if words.casefold() in f"{way['title']} {way['text']}".casefold()
        ]
        for source in registry.searches:
            if request.may(source.ability):  # type: ignore[attr-defined]
                found += source.find(request.user, words)
    shown = [{"title": title, "text": text, "url": url} for title, text, url in found[:MOST_ANSWERS]]
    return render(request, "ui/search.html", {"words": words, "found": shown, "total": len(found)})


@rule(OPEN)
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Version, licence, and where the profile's data come from."""
    file = city.profile().directory / "SOURCES.md"
    sources = file.read_text(encoding="utf-8") if file.is_file() else ""
    return render(request, "ui/about.html", {"sources": sources, "parts": _parts(sources)})


def _parts(text: str) -> list[tuple[str, list[str]]]:
    """The headings and paragraphs of a plain Markdown text; marks of links and emphasis stay as they are read."""
    parts: list[tuple[str, list[str]]] = []
    for block in text.split("\n\n"):
        block = block.strip()
        if block.startswith("#"):
            heading, _newline, rest = block.partition("\n")
            parts.append((heading.lstrip("# "), [rest] if rest.strip() else []))
        elif block:
            if not parts:
                parts.append(("", []))
            parts[-1][1].append(block)
    return parts


@rule(OPEN)
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of this reader in this browser."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in {code for code, _name in settings.LANGUAGES}:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True,
                            secure=settings.SESSION_COOKIE_SECURE)
    return response


@rule(OPEN)
@require_POST
def set_scheme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or as the device says."""
    response = _back(request)
    chosen = request.POST.get("scheme", "")
    if chosen in {value for value, _name, _icon in SCHEMES}:
        response.set_cookie(SCHEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True,
                            secure=settings.SESSION_COOKIE_SECURE)
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the reader came from, when that is one of ours."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("today")  # type: ignore[return-value]
