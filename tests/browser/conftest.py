"""A real browser on a real server, for both municipalities."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from browser import planted
from openvis.profile import Profile
from openvis.web import logs
from web.conftest import CITIES, load_city, make_person, use_city

# Playwright keeps an event loop in this thread; the tests' own queries run beside it, not in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking"]
SIZES = {1440: 900, 1024: 768, 390: 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every story needs Chromium; in the second municipality it is among the slow ones, to keep `make test` short."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if getattr(item, "callspec", None) is not None and item.callspec.params.get("city") == "veldermeer":
                item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; skips where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium (Debian's package `chromium`)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(params=list(CITIES))
def city(request: pytest.FixtureRequest, transactional_db: None, settings: Any, tmp_path: Path) -> Profile:
    """A municipality, loaded, in a database that the server's thread sees too."""
    profile = use_city(request.param, settings, tmp_path)
    load_city(profile)
    return profile


@pytest.fixture
def person(city: Profile) -> Callable[[str], Any]:
    """Makes somebody with the role `analyst`, `manager`, `administrator` … of this city, with a planted surname."""

    def made(alias: str) -> Any:
        found = make_person(city, alias)
        found.name = f"{alias} {planted.SURNAME}"
        found.save(update_fields=["name"])
        return found

    return made


@pytest.fixture(scope="session", autouse=True)
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the server writes during all tests of this folder, more than it writes at work; at the end it holds no name."""
    file = tmp_path_factory.mktemp("log") / "server.log"
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logs.Discreet())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield file
    root.removeHandler(handler)
    root.setLevel(logging.WARNING)
    handler.close()
    found = planted.leaks(file.read_text(encoding="utf-8"))
    assert found == [], "the server's log holds planted names:\n" + "\n".join(found[:20])


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page of a given width, light or dark. Anything the page complains about (scripts, CSP) fails the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened(width: int = 1440, scheme: str = "light", **options: Any) -> Any:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": SIZES.get(width, 900)}, color_scheme=scheme,
            locale="nl-NL", **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("console", lambda message: complaints.append(message.text) if _matters(message) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    _until_quiet()
    assert not complaints, "\n".join(complaints)


def _until_quiet(patience: float = 15.0) -> None:
    """The server may still be answering a page that was closed: its transaction must not meet the emptying of tables."""
    from django.db import connection

    busy = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    until, quiet = time.monotonic() + patience, 0
    while quiet < 3 and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(busy)
            quiet = quiet + 1 if cursor.fetchone()[0] == 0 else 0
        time.sleep(0.03)


def _matters(message: Any) -> bool:
    """Errors of the page itself; an answer 4xx that a test asks for shows up as a failed resource and is not one."""
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """One page at 1440 pixels, light."""
    return open_page()


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Any, Any], None]:
    """Signs a person in on a page, by the session, without the form."""
    from django.conf import settings
    from django.test import Client

    from web.conftest import BACKEND

    def signed_in(page: Any, person: Any) -> None:
        client = Client()
        client.force_login(person, backend=BACKEND)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return signed_in


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], None]:
    """Runs axe-core on the page as it is and fails on any violation of WCAG 2.2 A or AA or of its best practices."""
    if not AXE.exists():
        pytest.skip("no axe-core in node_modules (npm ci)")
    source = AXE.read_text(encoding="utf-8")

    def check(page: Any) -> None:
        page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        said = [
            f"{item['id']} ({item['impact']}): {item['help']}\n" + "\n".join(
                f"    {node['target']}: {node['html'][:160]} — {node['failureSummary'][:400]}"
                for node in item["nodes"][:4]
            )
            for item in found["violations"]
        ]
        assert not said, f"axe on {page.url}:\n" + "\n".join(said)

    return check


@pytest.fixture(scope="session")
def fits() -> Callable[[Any], None]:
    """Fails when the page has to be scrolled sideways."""

    def check(page: Any) -> None:
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} pixels wider than the screen"

    return check
