"""The pages on the logs in a browser: they fit any width, and nobody is shut out of reading them."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from openvis.web.access import acting, audit
from openvis.web.access.models import AuditEntry
from openvis.web.trail import lookups, sampling, sealer, verifying

pytestmark = [
    pytest.mark.slow, pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("city", ["almere"], indirect=True),
]
PICTURES = os.environ.get("OPENVIS_PICTURES", "")
"""A folder to leave pictures in, for whoever wants to look."""


@pytest.fixture
def logged(city, person):
    """An officer, a manager, and what two of their people did this month and last."""
    boss, officer, worker = person("teammanager"), person("fg"), person("analyst")
    worker.organisation = boss.organisation
    worker.save(update_fields=["organisation"])
    month = sampling.month_before(timezone.localdate())
    moment = timezone.make_aware(dt.datetime.combine(month + dt.timedelta(days=4), dt.time(10)))
    for user in (worker, boss):
        with acting.begin(acting.Acting(user=user, purpose="toezicht", origin="10.0.0.7")):
            for place in range(4):
                audit.record(user, "place.open", f"place:{place}")
    rows = list(AuditEntry.objects.filter(action="place.open").values_list("pk", flat=True))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE access_auditentry SET at = %s WHERE id = ANY(%s)", [moment, rows])
    lookups.note(worker, "name", worker.name)
    sampling.draw_due()
    sealer.seal()
    verifying.verify()
    sealer.seal()
    return officer, boss


def state_purpose(page) -> None:
    """Answer the question what for."""
    page.locator("input[name=doel]").first.check()
    page.get_by_role("button", name="Openen").click()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_officer_reads_the_logs(logged, open_page, sign_in, axe, fits, width):
    officer, _boss = logged
    page = open_page(width)
    sign_in(page, officer)
    page.goto("/logboek/")
    state_purpose(page)
    page.get_by_role("heading", name="Auditlogboek").wait_for()
    _check(page, axe, fits, f"search-{width}")
    page.locator("tbody a").first.click()
    _check(page, axe, fits, f"entry-{width}")
    page.goto("/logboek/verwerkingen/?soort=account&wie=analyst")
    _check(page, axe, fits, f"lines-{width}")
    page.goto("/logboek/steekproeven/")
    _check(page, axe, fits, f"samples-{width}")
    page.goto("/logboek/eigen/")
    _check(page, axe, fits, f"own-{width}")
    page.goto("/")
    _check(page, axe, fits, f"today-{width}")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_manager_judges(logged, open_page, sign_in, axe, fits, width):
    _officer, boss = logged
    page = open_page(width)
    sign_in(page, boss)
    page.goto("/logboek/steekproef/")
    state_purpose(page)
    page.locator("tbody a").first.click()
    page.get_by_label("past bij het werk").first.check()
    page.get_by_role("button", name="Dit oordeel bewaren").first.click()
    page.locator(".ov-badge--ok").first.wait_for()
    _check(page, axe, fits, f"sample-{width}")


def _check(page, axe, fits, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
    axe(page)
    fits(page)
