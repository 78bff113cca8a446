"""Figures of signals: planted and found, never a small number, fixed once, from signals alone, released by a person."""

import ast
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis import disclosure
from openvis.profile import Profile
from openvis.web.access import walls
from openvis.web.signals.models import Signal
from openvis.web.themes import counting, selectors, services
from openvis.web.themes.models import QuarterFigures
from web.themed import somebody
from web.themes.conftest import FIXED, IN_QUARTER

Plant = Callable[..., None]
WEB = Path(__file__).resolve().parents[3] / "src" / "openvis" / "web"
BEHIND = {"signals", "refindex", "followup", "barriers", "themes", "controls", "resilience"}
"""The apps whose content reaches reports and public pages through a release alone."""


def test_what_was_planted_is_told_and_small_numbers_are_not(city: Profile, plant: Plant, codes: list[str]) -> None:
    k = city.signals.k
    plant(3 * k, area=codes[0])
    plant(2 * k, area=codes[1])
    plant(k - 1, 1, codes[0])
    plant(k + 1, 1, codes[1])
    kept, = services.fix(FIXED)
    table = selectors.by_phenomenon(kept, "nl")
    told = {line.key: dict(zip((key for key, _ in table.columns), line.values, strict=True)) for line in table.lines}
    small = city.signals.phenomena[1].id
    assert told[small][codes[0]] is None
    assert told["total"]["total"] == 3 * k + 2 * k + k - 1 + k + 1
    # With the row's total and its other cell in sight the small one would be a subtraction away.
    assert told[small]["total"] is None or told[small][codes[1]] is None
    flat = [value for line in table.lines for value in line.values if value is not None]
    assert all(value == 0 or value >= k for value in flat)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 25), min_size=3, max_size=3), min_size=2, max_size=4), st.integers(3, 10))
def test_no_small_number_can_be_worked_out(numbers: list[list[int]], k: int) -> None:
    rows, columns = [f"r{i}" for i in range(len(numbers))], ["a", "b", "c"]
    pairs = Counter({
        (row, column): value for row, line in zip(rows, numbers, strict=True)
        for column, value in zip(columns, line, strict=True)
    })  # fmt: skip
    told = counting.table(rows, columns, pairs, k)
    array = np.array(numbers)
    shown = np.array([[-1 if value is None else value for value in line] for line in told["values"]])
    protected = disclosure.protect(array, k)
    assert (protected.values[:, :, 0] == shown).all()
    assert disclosure.audit(array, protected).passed


def test_figures_are_fixed_once(city: Profile, plant: Plant, codes: list[str]) -> None:
    plant(2 * city.signals.k, area=codes[0])
    assert len(services.fix(FIXED)) == 1
    before = QuarterFigures.objects.get().phenomena
    plant(city.signals.k, area=codes[0])
    Signal.objects.filter(number="t-1").delete()
    assert services.fix(FIXED) == []
    assert QuarterFigures.objects.get().phenomena == before


def test_a_quarter_that_is_not_long_over_is_not_counted(city: Profile, plant: Plant) -> None:
    plant(2 * city.signals.k)
    assert services.fix(FIXED.replace(day=10)) == []


def test_what_is_out_of_scope_is_not_counted(city: Profile, plant: Plant, codes: list[str]) -> None:
    plant(2 * city.signals.k, area=codes[0])
    ended = {"closed_at": IN_QUARTER, "ends_on": FIXED, "closing_reason": "x"}
    plant(city.signals.k, area=codes[0], state="forwarded", outcome="out_of_scope", **ended)
    kept, = services.fix(FIXED)
    assert kept.phenomena["values"][-1][-1] == 2 * city.signals.k


def test_branches_are_told_only_beside_a_total_that_both_tables_show(city: Profile, plant: Plant) -> None:
    k = city.signals.k
    plant(k - 1, branch=city.signals.branches[0].id)
    kept, = services.fix(FIXED)
    assert {value for line in kept.branches["values"] for value in line} == {None}


def test_the_address_index_is_never_a_source(city: Profile, plant: Plant, codes: list[str]) -> None:
    plant(2 * city.signals.k, area=codes[0])
    with CaptureQueriesContext(connection) as asked:
        services.fix(FIXED)
    tables = " ".join(query["sql"] for query in asked.captured_queries)
    assert "signals_signal" in tables
    assert "refindex_" not in tables
    for path in sorted((WEB / "themes").rglob("*.py")):
        assert not {name for name in imported(path) if name.startswith("openvis.web.refindex")}, path.name


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_without_an_assessment_there_is_no_risk_profile(
    city: Profile, plant: Plant, codes: list[str], client_for: Callable[[Any], Client]
) -> None:
    assert city.themes.assessed is None
    plant(20, area=codes[0], branch=city.signals.branches[0].id, company="Bedrijf", weight=5)
    kept, = services.fix(FIXED)
    assert kept.risk is None
    page = client_for(somebody(city, "signals.figures")).get(reverse("theme_risk")).content.decode()
    assert "Het risicoprofiel staat uit" in page


@pytest.mark.parametrize("city", ["veldermeer"], indirect=True)
def test_the_risk_profile_counts_firms_and_not_signals(city: Profile, plant: Plant) -> None:
    boats, farms = (branch.id for branch in city.signals.branches)
    weighed = {"weight": 5, "state": "handed_over", "route": "department"}
    plant(30, area="zuid", branch=farms, company="Steeds dezelfde", **weighed)
    for number in range(5):
        plant(1, area="noord", branch=boats, company=f"Bedrijf {number}", **weighed)
        plant(1, area="noord", branch=farms, company=f"Boerderij {number}", **weighed)
    kept, = services.fix(FIXED)
    assert next((line["area"], line["branch"]) for line in kept.risk) == ("noord", boats)
    # Three farms are fewer than k: whatever came in about them, they are no row.
    assert ("noord", farms) not in [(line["area"], line["branch"]) for line in kept.risk]
    for line in kept.risk:
        assert line["score"] == pytest.approx(line["signals"] + line["heavy"], abs=0.11)


def test_figures_are_for_who_may_and_nobody_changes_them(city: Profile, plant: Plant, outsider: Any) -> None:
    plant(2 * city.signals.k)
    services.fix(FIXED)
    reader, weigher = somebody(city, "signals.figures", without="signals.weigh"), somebody(city, "signals.weigh")
    with walls.as_user(outsider):
        assert not QuarterFigures.objects.exists()
    with walls.as_user(reader):
        assert QuarterFigures.objects.exists()
        assert not Signal.objects.exists()
    for person in (reader, weigher):
        with walls.as_user(person), pytest.raises(DatabaseError), transaction.atomic():
            QuarterFigures.objects.update(k=1)


def test_reports_read_only_what_a_person_released(city: Profile, plant: Plant) -> None:
    plant(2 * city.signals.k)
    services.fix(FIXED)
    reader, weigher = somebody(city, "signals.figures", without="signals.weigh"), somebody(city, "signals.weigh")
    assert selectors.released() == []
    with pytest.raises(services.NotYoursError):
        services.release(reader, 2026, 1)
    assert selectors.released() == []
    with walls.as_user(weigher):
        services.release(weigher, 2026, 1)
    assert [(str(item), item.released_by) for item in selectors.released()] == [("2026-1", weigher)]
    with pytest.raises(services.NotNowError):
        services.release(weigher, 2026, 1)


def imported(path: Path) -> set[str]:
    """What a module imports from the web, by full name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_nothing_of_signals_reaches_other_pages_but_through_the_release() -> None:
    """The transparency gate (transparantiedilemma): apps outside take only what was protected and released."""
    allowed = {"openvis.web.themes.selectors.released"}
    wrong = []
    for path in sorted(WEB.rglob("*.py")):
        app = path.relative_to(WEB).parts[0]
        if app in BEHIND or app in {"api.py", "urls.py", "settings"}:
            continue
        wrong += [
            f"{path.relative_to(WEB)}: {name}" for name in imported(path) - allowed
            if name.startswith("openvis.web.") and name.split(".")[2] in BEHIND
        ]
    assert wrong == []
    for part in ("analysis", "store", "profile"):
        for path in (WEB.parent / part).rglob("*.py"):
            assert not {name for name in imported(path) if name.startswith("openvis.web")}, path


def test_pages_show_and_export_what_is_protected(
    city: Profile, plant: Plant, codes: list[str], outsider: Any, client_for: Callable[[Any], Client]
) -> None:
    k = city.signals.k
    plant(2 * k, area=codes[0])
    plant(k - 1, 1, codes[1])
    services.fix(FIXED)
    reader = somebody(city, "signals.figures")
    client = client_for(reader)
    page = client.get(reverse("themes")).content.decode()
    assert "verborgen" in page
    assert client.get(reverse("theme", args=["gebied", codes[0]])).status_code == 200
    assert client.get(reverse("theme", args=["fenomeen", city.signals.phenomena[0].id])).status_code == 200
    assert client.get(reverse("theme", args=["branche", city.signals.branches[0].id])).status_code == 200
    assert client.get(reverse("theme", args=["branche", "niets"])).status_code == 404
    away = client_for(outsider)
    for address in (reverse("themes"), reverse("theme_risk"), reverse("theme_take", args=[2026, 1, "csv"])):
        assert away.get(address).status_code == 404
    may = somebody(city, "signals.figures", "export.aggregate") if city.directory.name == "almere" else None
    if may is not None:
        body = client_for(may).get(reverse("theme_take", args=[2026, 1, "csv"])).content.decode("utf-8-sig")
        assert "verborgen" in body
        assert f",{2 * k}," in body or f";{2 * k};" in body


def test_the_chart_and_its_words_tell_what_the_table_tells(
    city: Profile, plant: Plant, codes: list[str], client_for: Callable[[Any], Client]
) -> None:
    k = city.signals.k
    plant(2 * k, area=codes[0])
    plant(k - 1, area=codes[0], received_at=IN_QUARTER.replace(month=5))
    plant(3 * k, area=codes[0], received_at=IN_QUARTER.replace(month=8))
    services.fix(FIXED.replace(month=11))
    client = client_for(somebody(city, "signals.figures"))
    for address in (
        reverse("themes"), reverse("theme", args=["fenomeen", city.signals.phenomena[0].id]),
        reverse("theme", args=["gebied", codes[0]]),
    ):  # fmt: skip
        answer = client.get(address)
        assert [point.value for point in answer.context["course"]] == [2 * k, None, 3 * k], address
        bars = answer.context["chart"]["data"]["values"]
        assert [(bar["told"], bar["text"]) for bar in bars] == [(True, str(2 * k)), (False, "–"), (True, str(3 * k))]
        assert bars[1]["count"] == 0
        words = answer.context["chart_text"]
        assert f"kwartaal 1 van 2026: {2 * k}; kwartaal 2 van 2026: verborgen; kwartaal 3 van 2026: {3 * k}" in words
        assert words in answer.content.decode()
        assert f"{3 * k} in kwartaal 3 van 2026." in answer.context["finding"]
    branch = client.get(reverse("theme", args=["branche", city.signals.branches[0].id]))
    assert branch.context["table"].lines == []
    assert len(branch.context["course"]) == 3


def test_a_theme_without_figures_says_when_they_come(city: Profile, client_for: Callable[[Any], Client]) -> None:
    page = client_for(somebody(city, "signals.figures")).get(reverse("theme", args=["branche", city.signals.branches[0].id]))
    assert "Nog geen cijfers" in page.content.decode()
