"""The risk profile, switched on with a registered assessment: a planted truth is found, and none where none was planted."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from openvis.cli.profile import profile as command
from openvis.profile import Profile
from openvis.web import city as installed
from openvis.web.themes import counting, selectors, services
from web.conftest import CITIES, load_city
from web.themed import somebody
from web.themes.conftest import FIXED

Plant = Callable[..., None]
FIRMS, USUAL, PLANTED = 40, 2, 16
"""Firms of each combination, with a signal usually, and with one in the planted combination."""
ASSESSED = "  assessment: {dpia: DPIA-TEST, date: 2026-01-15}\n"


def assessed(name: str, tmp_path: Path, settings: Any, body: str, *, invented: bool = False) -> Profile:
    """A municipality with numbers of firms brought in by the command, and an assessment in its profile."""
    folder = tmp_path / name
    shutil.copytree(CITIES[name], folder)
    themes = folder / "themes.yaml"
    lines = [line for line in themes.read_text(encoding="utf-8").splitlines(keepends=True) if "assessment:" not in line]
    if not invented:
        lines = [line for line in lines if "invented: true" not in line]
        register = tmp_path / "register.csv"
        register.write_text(body, encoding="utf-8")
        themes.write_text("".join(lines), encoding="utf-8")
        done = CliRunner().invoke(command, ["firms", str(register), "--profile", str(folder), "--number", "number"])
        assert done.exit_code == 0, done.output
    at = next(number for number, line in enumerate(lines) if line.startswith("risk:"))
    themes.write_text("".join([*lines[: at + 1], ASSESSED, *lines[at + 1 :]]), encoding="utf-8")
    settings.OPENVIS_PROFILE = folder
    profile = installed.profile()
    load_city(profile)
    return profile


def register_of(city: Profile) -> tuple[str, list[tuple[str, str]]]:
    """The same number of firms in every combination, by the codes of the finest areas; and the combinations."""
    level = city.themes.level or city.levels[0].id
    branches = [branch.id for branch in city.signals.branches][:3]
    fine = {area.within[level]: area.code for area in city.areas_of(city.finest.id)}
    pairs = [(area, branch) for area in sorted(fine) for branch in branches]
    return "area,activity,number\n" + "".join(f"{fine[area]},{branch},{FIRMS}\n" for area, branch in pairs), pairs


@pytest.mark.parametrize("planted", [True, False])
def test_what_is_planted_is_found_and_nothing_else(
    city: Profile, plant: Plant, tmp_path: Path, settings: Any, client_for: Callable[[Any], Client], planted: bool
) -> None:
    body, pairs = register_of(city)
    name = city.directory.name
    city = assessed(name, tmp_path, settings, body)
    assert len(counting.compared(city)) == len(pairs)
    truth = pairs[len(pairs) // 2]
    weighed = {"weight": 5, "state": "handed_over", "route": "department"}
    for pair in pairs:
        for firm in range(PLANTED if planted and pair == truth else USUAL):
            plant(1, area=pair[0], branch=pair[1], company=f"{pair}-{firm}", **weighed)
    # Thirty signals about one firm are one firm.
    plant(30, area=pairs[0][0], branch=pairs[0][1], company=f"{pairs[0]}-0", **weighed)
    kept, = services.fix(FIXED)
    first, *others = kept.risk
    assert len(kept.risk) == len(pairs)
    if planted:
        assert (first["area"], first["branch"]) == truth
        assert first["chance"] >= 0.99
        assert first["score"] == 100
    assert all(line["chance"] < 0.99 for line in (others if planted else kept.risk) if len(pairs) > 11)
    client = client_for(somebody(city, "signals.figures"))
    page = client.get(reverse("theme_risk")).content.decode()
    assert "DPIA-TEST" in page
    told = client.get("/api/v1/risk-profile").json()
    assert (told["on"], told["invented"], told["quarter"]) == (True, False, "2026-1")
    assert next((line["area"], line["branch"]) for line in told["lines"]) == (first["area"], first["branch"])


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_invented_numbers_count_in_a_demonstration_alone(
    city: Profile, plant: Plant, codes: list[str], tmp_path: Path, settings: Any, client_for: Callable[[Any], Client]
) -> None:
    city = assessed("almere", tmp_path, settings, "", invented=True)
    assert city.themes.assessed is not None
    plant(1, area=codes[0], branch=city.signals.branches[0].id, company="x", weight=5)
    assert counting.switched_on(city) is None
    kept, = services.fix(FIXED)
    assert kept.risk is None
    reader = client_for(somebody(city, "signals.figures"))
    page = reader.get(reverse("theme_risk")).content.decode()
    assert "Het risicoprofiel staat uit" in page
    assert "deze zijn verzonnen, en tellen alleen in een demonstratie" in page
    kept.delete()
    demonstration = {"complete": True, "loaded": 1, "until": "2026-04-01"}
    (Path(settings.OPENVIS_DATA) / "demo.json").write_text(json.dumps(demonstration))
    kept, = services.fix(FIXED)
    assert kept.risk
    page = reader.get(reverse("theme_risk")).content.decode()
    assert "De aantallen bedrijven zijn verzonnen" in page


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_the_page_says_what_it_waits_for(city: Profile, client_for: Callable[[Any], Client]) -> None:
    assert [need.done for need in selectors.needs()] == [False, True, True, False]
    page = client_for(somebody(city, "signals.figures")).get(reverse("theme_risk")).content.decode()
    assert "Stel een toets (DPIA) vast" in page
    told = client_for(somebody(city, "signals.figures")).get("/api/v1/risk-profile").json()
    assert (told["on"], told["lines"], told["needs"][0]["done"]) == (False, [], False)
