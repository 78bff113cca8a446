"""`openvis demo`: through the real intake, for both municipalities, once, and never among real data."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import override_settings

from openvis.cli.demo import demo, last_sunday
from openvis.cli.demo_life import play
from openvis.profile import Profile
from openvis.web import city
from openvis.web.access.demo import make_demo_people
from openvis.web.access.services import load_organisations
from openvis.web.access.stage import since
from openvis.web.deployment.models import FocusAction, FocusPlace
from openvis.web.intake.models import Batch, Count, Incident
from openvis.web.intake.projection import event_store
from openvis.web.intake.services import import_path, load_sources
from openvis.web.places.models import Address
from openvis.web.places.services import load_areas
from openvis.web.signals.models import Signal

ROOT = Path(__file__).resolve().parents[2]
SECOND = next((ROOT / "tests" / "data" / "profiles").glob("*/profile.yaml")).parent

UNTIL = date(2026, 11, 15)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["first", "second"])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Profile]:
    """An empty installation of each municipality, with a data folder of its own."""
    places = {"OPENVIS_DATA": tmp_path, "EVENT_STORE": tmp_path / "events", "ORIGINALS": tmp_path / "originals"}
    folder = ROOT / "profiles" / "almere" if request.param == "first" else SECOND
    with override_settings(OPENVIS_PROFILE=folder, OPENVIS_DEMO_ACCOUNTS=True, **places):
        profile = city.profile()
        load_organisations(profile)
        load_areas(profile)
        load_sources(profile)
        yield profile


def run(*arguments: str) -> Result:
    return CliRunner().invoke(demo, ["--incidents", "1500", "--until", "2026-11-15", *arguments])


def test_what_intake_says_is_what_was_written(installed: Profile, tmp_path: Path) -> None:
    done = run()
    assert done.exit_code == 0, done.output
    story = json.loads((tmp_path / "demo" / "truths.json").read_text())
    for delivery in story["deliveries"]:
        batch = Batch.objects.get(file_name=delivery["path"])
        assert batch.state == Batch.State.LOADED
        assert (batch.read, batch.new, batch.rejected) == (delivery["rows"], delivery["new"], delivery["rejected"])
        assert batch.updated + batch.skipped == delivery["known"]
    assert Incident.objects.count() == story["incidents"] == event_store().count()
    assert Count.objects.exists()
    assert {signal.number for signal in Signal.objects.all()} > set(story["life"]["similar_signals"]["triple"])
    assert json.loads((tmp_path / "demo.json").read_text())["complete"] is True
    assert city.demonstration() is not None


@pytest.mark.parametrize("installed", ["first"], indirect=True)
def test_its_people_keep_the_planted_places(installed: Profile, tmp_path: Path) -> None:
    done = run("--incidents", "20000")
    assert done.exit_code == 0, done.output
    kept = {place.name: place for place in FocusPlace.objects.select_related("evidence", "owner")}
    story = json.loads((tmp_path / "demo" / "truths.json").read_text())
    assert len(kept) == len(story["hotspots"]) == 3
    assert all(place.evidence.made_up and place.interpretation and place.goal for place in kept.values())
    assert "Grote Markt" in kept
    assert kept["Grote Markt"].owner is not None
    assert FocusAction.objects.filter(place=kept["Grote Markt"]).count() == 1


def test_a_second_time_changes_nothing(installed: Profile) -> None:
    run()
    before = Batch.objects.count(), Incident.objects.count(), Signal.objects.count()
    again = run("--seed", "7")
    assert again.exit_code == 0
    assert "The demonstration is loaded" in again.output
    assert (Batch.objects.count(), Incident.objects.count(), Signal.objects.count()) == before


def test_broken_off_it_is_finished_by_the_same_command(installed: Profile, tmp_path: Path) -> None:
    written = run("--files", str(tmp_path / "demo"))
    assert written.exit_code == 0, written.output
    assert not Batch.objects.exists()
    story = json.loads((tmp_path / "demo" / "truths.json").read_text())
    note = {"municipality": "x", "seed": 2026, "incidents": 1500, "until": "2026-11-15", "complete": False}
    (tmp_path / "demo.json").write_text(json.dumps(note))
    first = story["deliveries"][0]
    import_path(tmp_path / "demo" / first["path"], first["source"])
    # A week later another Sunday is the last one: what was begun decides.
    done = CliRunner().invoke(demo, ["--until", "2026-11-22"])
    assert done.exit_code == 0, done.output
    assert Incident.objects.count() == story["incidents"] == event_store().count()


@pytest.mark.parametrize("installed", ["second"], indirect=True)
def test_broken_off_at_the_last_moment_its_people_did_nothing_and_then_the_same(installed: Profile) -> None:
    make_demo_people(installed, since(UNTIL))
    told: list[dict[str, Any]] = []

    def fails(found: dict[str, Any]) -> None:
        told.append(found)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play(installed, UNTIL, 7, fails, extra=0)
    assert not Signal.objects.exists()
    assert not Address.objects.exists()
    assert play(installed, UNTIL, 7, told.append, extra=0)
    assert told[0] == told[1]
    assert told[0]["similar_signals"]["pair"]


def test_it_goes_not_among_real_deliveries(installed: Profile, tmp_path: Path) -> None:
    run("--files", str(tmp_path / "files"))
    story = json.loads((tmp_path / "files" / "truths.json").read_text())
    last = story["deliveries"][-1]
    import_path(tmp_path / "files" / last["path"], last["source"])
    before = Incident.objects.count()
    refused = run()
    assert refused.exit_code == 1
    assert "holds 1 deliveries that were not made by `openvis demo`" in refused.output
    assert Incident.objects.count() == before
    assert not (tmp_path / "demo.json").exists()


def test_a_day_that_is_no_sunday_is_told(installed: Profile) -> None:
    refused = CliRunner().invoke(demo, ["--until", "2026-11-23"])
    assert refused.exit_code == 2
    assert "until is Monday 2026-11-23; expected a Sunday" in refused.output
    assert not Batch.objects.exists()


def test_production_gets_no_made_up_incidents(installed: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "openvis.web.settings.production")
    refused = run()
    assert refused.exit_code == 1
    assert "production" in refused.output
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("today", "sunday"), [("2026-11-23", "2026-11-22"), ("2026-11-22", "2026-11-15"), ("2026-11-28", "2026-11-22")]
)
def test_the_last_sunday_is_over(today: str, sunday: str) -> None:
    assert last_sunday(date.fromisoformat(today)) == date.fromisoformat(sunday)
