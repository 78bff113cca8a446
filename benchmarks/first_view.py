"""How long the picture takes to be seen and used, in Chromium, with a million incidents behind it.

Sets up an installation of its own in a temporary folder, puts seeded incidents into its event store, serves it, and
opens the picture in a browser that has kept nothing, several times; then once more in one that has. Prints seconds from
asking for the page until the panels answer, and until the map is drawn with its hot cells; the medians count.

    python benchmarks/first_view.py [--rows 1000000] [--times 5]
"""

import argparse
import atexit
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
OPENVIS = Path(sys.executable).with_name("openvis")
EMAIL, PASSWORD = "bench@openvis.example", "a password of a benchmark"
TARGET = 3.0
FILTER = "/beeld/"
PATIENCE = 120_000
"""Milliseconds after which something is wrong."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=5)
    given = options.parse_args()
    if not CHROMIUM.exists():
        print(f"no Chromium at {CHROMIUM}: not measured")
        return
    folder = tempfile.mkdtemp(prefix="openvis-view-")
    # Registered first, so done last: the private database stops before its folder goes.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {"OPENVIS_DATA": folder, "DJANGO_SETTINGS_MODULE": "openvis.web.settings.development"}
    subprocess.run([OPENVIS, "setup"], check=True, stdout=subprocess.DEVNULL)
    fill(given.rows)
    with served() as address:
        show(look(address, given.times), given.rows)


def fill(rows: int) -> None:
    """Seeded incidents in the store, and somebody who may see them."""
    import django
    import numpy as np

    django.setup()
    from django.conf import settings

    sys.path.insert(0, str(ROOT / "benchmarks"))
    from openvis.store import EventStore
    from openvis.web.access import demo, services
    from openvis.web.city import profile
    from openvis.web.picture import selectors
    from picture import incidents

    table = incidents(selectors.frame(), rows, np.random.default_rng(1))
    EventStore(settings.EVENT_STORE).append("bench", table)
    role = demo.roles_by_alias(profile())["analyst"]
    person = services.add_person(EMAIL, "Bench", role.organisation, PASSWORD)
    services.grant(person, role.id, areas=[], reason="benchmark", source="benchmark")


@contextmanager
def served() -> Iterator[str]:
    """The site on a free port, its first answer given."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [OPENVIS, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=2)  # noqa: S310 -- our own address
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


def look(address: str, times: int) -> dict[str, list[tuple[float, float, float]]]:
    """Seconds until the page came, the panels answered, the map was drawn; for a new browser and for one that was here."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking"]
    found: dict[str, list[tuple[float, float, float]]] = {"new": [], "again": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        for turn in range(times + 1):
            context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto("/account/inloggen/", timeout=PATIENCE)
            page.fill("input[name=login]", EMAIL)
            page.fill("input[name=password]", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_url(lambda url: "inloggen" not in url)
            page.wait_for_load_state("networkidle")
            for kind in ("new", "again"):
                measured = once(page)
                # The first turn warms the server up: it loads the store and compiles, once a process.
                if turn:
                    found[kind].append(measured)
            context.close()
        browser.close()
    return found


def once(page: Any) -> tuple[float, float, float]:
    page.goto("about:blank")
    page.goto(FILTER, timeout=PATIENCE)
    page.wait_for_selector("html[data-map=ready]", state="attached", timeout=PATIENCE)
    marks = page.evaluate(
        "[performance.getEntriesByType('navigation')[0].responseEnd, performance.getEntriesByName('openvis:ready')[0]"
        ".startTime, performance.getEntriesByName('openvis:map')[0].startTime].map(value => value / 1000)"
    )
    return marks[0], marks[1], marks[2]


def show(found: dict[str, list[tuple[float, float, float]]], rows: int) -> None:
    print(f"The picture with {rows:,} incidents, in Chromium, medians of {len(found['new'])}")
    for kind, title in (("new", "a browser that has kept nothing"), ("again", "a browser that was here before")):
        page, panels, drawn = (statistics.median(column) for column in zip(*found[kind], strict=True))
        print(f"  {title:32s} page {page:5.2f} s   panels answer {panels:5.2f} s   map drawn {drawn:5.2f} s")
    first = statistics.median(row[2] for row in found["new"])
    print(f"first interactive view {first:.2f} s, target {TARGET:.0f} s: {'met' if first < TARGET else 'NOT met'}")


if __name__ == "__main__":
    main()
