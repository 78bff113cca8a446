"""The browser itself finds nothing that the content security policy forbids, on maps and charts neither."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from openvis.web.intake import services as intake
from web.conftest import CITIES
from web.deployment import planted

LISTEN = """
window.violations = [];
document.addEventListener('securitypolicyviolation', found =>
    window.violations.push(`${found.effectiveDirective} ${found.blockedURI} ${found.sourceFile}:${found.lineNumber}`));
"""
DRAWN = """
[...document.querySelectorAll('.maplibregl-canvas, svg.marks, canvas.marks')].map(found => found.getAttribute('class'))
"""
PAGES = ["today", "picture", "picture_multiples", "picture_counts", "plan", "focus_places", "observation", "algorithms"]


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_maps_charts_and_tables_keep_to_the_policy(page: Any, sign_in: Callable[..., None], city: Any):
    town = planted.make(city, settings.EVENT_STORE)
    page.add_init_script(LISTEN)
    sign_in(page, town.person("picture.view", "picture.rows", "places.keep", "observation.enter", "plan.view"))
    intake.import_path(next((CITIES["almere"] / "counts").glob("*.csv")), "politie-open-cijfers")
    addresses = [*map(reverse, PAGES), *(reverse("plan_topic", args=[topic.id]) for topic in city.plan.topics)]
    drawn = []
    for address in addresses:
        page.goto(address, timeout=60_000)
        page.wait_for_load_state("networkidle", timeout=60_000)
        drawn += page.evaluate(DRAWN)
        assert page.evaluate("window.violations") == [], address
    assert any("maplibregl" in name for name in drawn), "a map was drawn"
    assert any("marks" in name for name in drawn), "a chart was drawn"


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_a_violation_would_be_found(browser: Any, live_server: Any, city: Any):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.add_init_script(LISTEN)
    page.goto("/over/")
    page.evaluate(
        """() => {
            document.body.insertAdjacentHTML('beforeend', '<p style="color: red">x</p>');
            const script = document.createElement('script');
            script.textContent = '1';
            document.body.append(script);
            new Image().src = 'https://elders.example/x.png';
        }"""
    )
    page.wait_for_timeout(300)
    found = " ".join(page.evaluate("window.violations"))
    context.close()
    for directive in ("style-src-attr", "script-src-elem", "img-src"):
        assert directive in found
