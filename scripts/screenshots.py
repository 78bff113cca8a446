"""Make the pictures of README.md: a demonstration city of its own, served, looked at in Chromium.

.venv/bin/python scripts/screenshots.py [NAME …]
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "img"
OPENVIS = Path(sys.executable).with_name("openvis")
LARGEST = 300_000
"""Bytes of a picture."""
PASSWORD_SHOWN = "samen-veilig-2026"  # noqa: S105 -- the sign-in page of a demonstration shows it
VIOLENCE = "mishandeling,openlijk_geweld,straatroof,drankoverlast"


def picture(page: Page) -> None:
    page.goto(f"/beeld/?soort={VIOLENCE}")
    page.wait_for_selector("html[data-map=ready]", state="attached", timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2000)


def delivery(page: Page) -> None:
    page.goto("/invoer/")
    page.locator("tr", has_text="politie-incidenten-latest.csv").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")


def places(page: Page) -> None:
    page.goto("/aanpak/")
    page.wait_for_load_state("networkidle")


def briefing(page: Page) -> None:
    page.goto("/aanpak/briefing/gebied-2/")
    page.wait_for_load_state("networkidle")


def plan(page: Page) -> None:
    page.goto("/sturing/")
    page.wait_for_load_state("networkidle")


def observation(page: Page) -> None:
    page.goto("/invoer/waarneming/")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


PICTURES: dict[str, tuple[Callable[[Page], None], int, int, str]] = {
    "beeld": (picture, 1280, 960, "light"),
    "beeld-donker": (picture, 1280, 960, "dark"),
    "invoer": (delivery, 1200, 800, "light"),
    "aanpak": (places, 1200, 800, "light"),
    "briefing": (briefing, 1200, 1000, "light"),
    "sturing": (plan, 1200, 800, "light"),
    "telefoon": (observation, 390, 800, "light"),
}


@contextmanager
def served() -> Iterator[str]:
    """The address of a demonstration of its own, in var/screenshots."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"OPENVIS_DATA": str(ROOT / "var" / "screenshots")}
    for command in ("setup", "demo"):
        subprocess.run([OPENVIS, command], env=environment, check=True)  # noqa: S603 -- our own command
    server = subprocess.Popen([OPENVIS, "serve", "--port", str(port)], env=environment)  # noqa: S603
    try:
        yield _awaited(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=30)


def _awaited(address: str) -> str:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)  # noqa: S310 -- our own server
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
        else:
            return address
    raise SystemExit(f"no answer from {address} within a minute")


def sign_in(browser: Browser, address: str, width: int, height: int, scheme: str) -> Page:
    """A page of the analyst, in this size and light."""
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, color_scheme=scheme, locale="nl-NL",
        timezone_id="Europe/Amsterdam", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=login]", "analyst@almere.example")
    page.fill("input[name=password]", PASSWORD_SHOWN)
    page.keyboard.press("Enter")
    page.wait_for_url(address + "/")
    return page


def main(names: list[str]) -> None:
    """Make the pictures that are named, or all."""
    if unknown := sorted(set(names) - set(PICTURES)):
        raise SystemExit(f"no picture {', '.join(unknown)}; expected one of {', '.join(PICTURES)}")
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not here. As root on Debian or Ubuntu: apt-get install chromium")
    TARGET.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking"]
    with served() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=arguments)
        for name in names or PICTURES:
            look, width, height, scheme = PICTURES[name]
            page = sign_in(browser, address, width, height, scheme)
            look(page)
            path = TARGET / f"{name}.png"
            page.screenshot(path=path)
            page.context.close()
            size = path.stat().st_size
            sys.stdout.write(f"{path.name}: {size / 1000:.0f} kB{' (too large)' if size > LARGEST else ''}\n")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
