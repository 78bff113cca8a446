"""Who sees what of the picture, with the record in a real database; and what the alerts find."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import translation
from planted_city import NIGHT, planted

from openvis.profile import Profile, load
from openvis.store import COUNTS, EVENTS, EventStore
from openvis.web import city
from openvis.web.access.models import AuditEntry, Grant, User
from openvis.web.intake.models import Source
from openvis.web.picture import alerting, alerts, answer, selectors
from openvis.web.picture.filter import Filter
from openvis.web.picture.frame import Frame
from openvis.web.picture.models import Alert
from openvis.web.places.models import Address, Area
from openvis.web.places.services import load_areas

pytestmark = pytest.mark.django_db
EVERYWHERE = (4.9, 52.2, 5.6, 52.6)
SettingsWrapper = Any
Person = Callable[..., User]


@pytest.fixture(scope="session")
def rows(frame: Frame) -> pa.Table:
    """Planted incidents; a table without keys of a database yet."""
    return planted(frame, rows=9_000, seed=21)


@pytest.fixture
def almere(settings: SettingsWrapper, tmp_path: Path, rows: pa.Table, frame: Frame) -> Profile:
    """Almere in the database, and the planted incidents in its store."""
    settings.EVENT_STORE = tmp_path / "events"
    settings.OPENVIS_DATA = tmp_path
    settings.OPENVIS_PROFILE = Path(__file__).resolve().parents[3] / "profiles" / "almere"
    profile = city.profile()
    load_areas(profile)
    for source in profile.sources:
        Source.objects.create(key=source.id, definition=source.model_dump(mode="json"))
    EventStore(settings.EVENT_STORE).append("planted", in_record(rows, frame))
    return profile


def in_record(rows: pa.Table, frame: Frame) -> pa.Table:
    """The same rows with the keys that areas and sources have in the database."""
    keys = dict(Area.objects.filter(level="buurt").values_list("code", "id"))
    area = [None if key is None else keys[str(frame.code_of(key))] for key in rows["area"].to_pylist()]
    number = Source.objects.get(key="politie-incidenten").number
    rows = rows.set_column(10, EVENTS.field("area"), pa.array(area, pa.int32()))
    return rows.set_column(1, EVENTS.field("source"), pa.array(np.full(rows.num_rows, number, np.int16)))


@pytest.fixture
def person(db: None) -> Person:
    """Makes a person with a role of the profile: `person("veiligheidsmanager", "WK003401")`."""

    def make(role: str, *areas: str) -> User:
        user = User.objects.create_user(f"{role}-{len(areas)}@example.org", name=role)
        Grant.objects.create(user=user, role=role, areas=list(areas), source="test", reason="test")
        return user

    return make


def test_everybody_with_the_picture_sees_totals_of_the_whole_city(almere: Profile, person: Person) -> None:
    area = Area.objects.filter(level="stadsdeel").first()
    assert area is not None
    filter_ = selectors.filter_of({})
    whole = answer.answer(person("informatieanalist"), filter_)
    part = answer.answer(person("veiligheidsmanager", area.code), filter_)
    assert whole.totals["count"] > 0
    assert (part.totals, part.cells, part.areas) == (whole.totals, whole.cells, whole.areas)
    assert whole.rows == {"allowed": True, "areas": None}
    assert part.rows == {"allowed": True, "areas": [area.code]}
    json.dumps(whole.as_json(), allow_nan=False)


@pytest.mark.parametrize("role", ["beheerder", "raadslid", "medewerker", "handhaver"])
def test_without_the_right_the_picture_does_not_exist(almere: Profile, person: Person, role: str) -> None:
    user = person(role)
    filter_ = selectors.filter_of({})
    for ask in (answer.answer, answer.counts_answer):
        with pytest.raises(Http404):
            ask(user, filter_)
        with pytest.raises(Http404):
            ask(AnonymousUser(), filter_)
        with pytest.raises(Http404):
            ask(None, filter_)
    assert selectors.alerts_for(user) == []


def test_single_incidents_are_only_for_who_may_see_them(almere: Profile, person: Person) -> None:
    filter_ = selectors.filter_of({})
    for user in (person("beheerder"), person("raadslid"), person("veiligheidsmanager"), AnonymousUser(), None):
        with pytest.raises(Http404):
            answer.incidents(user, filter_, EVERYWHERE)
    assert not AuditEntry.objects.filter(action="picture.rows").exists()


def test_an_area_role_sees_single_incidents_in_its_own_area_only(almere: Profile, person: Person) -> None:
    here = Area.objects.filter(level="stadsdeel").order_by("code")[1]
    there = Area.objects.filter(level="stadsdeel").order_by("code")[2]
    user = person("veiligheidsmanager", here.code)
    shape = shapely.from_wkb(bytes(here.outline)).buffer(76)
    frame = selectors.frame()
    found = answer.incidents(user, selectors.filter_of({}), EVERYWHERE)["features"]
    assert found
    for feature in found:
        assert shapely.contains_xy(shape, *frame.from_earth.transform(*feature["geometry"]["coordinates"]))
    everything = answer.incidents(person("informatieanalist"), selectors.filter_of({}), EVERYWHERE)["features"]
    assert len(everything) > 2 * len(found)
    # Asking for somebody else's area gives nothing, not theirs.
    assert answer.incidents(user, selectors.filter_of({"gebied": there.code}), EVERYWHERE)["features"] == []


def test_single_incidents_hold_no_reference_and_the_look_is_logged(almere: Profile, person: Person) -> None:
    user = person("informatieanalist")
    x, y = NIGHT
    frame = selectors.frame()
    box = frame.to_earth.transform_bounds(x - 300, y - 300, x + 300, y + 300)
    filter_ = selectors.filter_of({"soort": "straatroof"})
    found = answer.incidents(user, filter_, box)
    assert found["complete"]
    assert found["features"]
    for feature in found["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        assert set(feature["properties"]) == {"kind", "kind_name", "begin", "end", "attempt", "precision"}
        assert feature["properties"]["kind"] == "straatroof"
        lon, lat = feature["geometry"]["coordinates"]
        assert box[0] - 0.001 < lon < box[2] + 0.001
        assert box[1] - 0.001 < lat < box[3] + 0.001
    entry = AuditEntry.objects.get(action="picture.rows")
    assert (entry.actor, entry.object, entry.facts) == (user.pk, filter_.query, {"shown": len(found["features"])})
    json.dumps(found)


def test_who_can_propose_an_incident_gets_the_way_to_it_in_their_own_areas(almere: Profile, person: Person) -> None:
    here = Area.objects.filter(level="stadsdeel").order_by("code")[1]
    found = answer.incidents(person("veiligheidsmanager", here.code), selectors.filter_of({}), EVERYWHERE)["features"]
    ways = {feature["properties"]["propose"] for feature in found}
    assert found
    assert len(ways) == len(found), "each its own"
    assert all(re.fullmatch(r"/delen/voorgesteld/nieuw/incident/\d+/", way) for way in ways)
    # Who sees single incidents and cannot propose them gets none.
    for feature in answer.incidents(person("wijkagent", here.code), selectors.filter_of({}), EVERYWHERE)["features"]:
        assert "propose" not in feature["properties"]


def test_a_right_that_ended_ends_the_look(almere: Profile, person: Person) -> None:
    from django.utils import timezone

    user = person("informatieanalist")
    answer.incidents(user, selectors.filter_of({}), EVERYWHERE)
    Grant.objects.filter(user=user).update(ends=timezone.now())
    again = User.objects.get(pk=user.pk)
    with pytest.raises(Http404):
        answer.incidents(again, selectors.filter_of({}), EVERYWHERE)
    with pytest.raises(Http404):
        answer.answer(again, selectors.filter_of({}))


def test_a_new_delivery_changes_the_answer_and_the_usual_period(
    almere: Profile, person: Person, rows: pa.Table, frame: Frame, settings: SettingsWrapper
) -> None:
    user = person("informatieanalist")
    before = answer.answer(user, selectors.filter_of({}))
    assert answer.answer(user, selectors.filter_of({})) is before
    store = EventStore(settings.EVENT_STORE)
    store.append("planted", in_record(rows, frame).slice(0, 500))
    after = answer.answer(user, selectors.filter_of({}))
    assert after.totals["count"] < before.totals["count"]
    store.remove_all()
    assert answer.answer(user, selectors.filter_of({})).sources == []


def test_the_second_city_answers_too(
    settings: SettingsWrapper, tmp_path: Path, person: Person
) -> None:
    settings.EVENT_STORE = tmp_path / "events"
    settings.OPENVIS_PROFILE = Path(__file__).resolve().parents[2] / "data" / "profiles" / "veldermeer"
    profile = load(settings.OPENVIS_PROFILE)
    load_areas(profile)
    user = User.objects.create_user("adviser@example.org", name="adviser")
    Grant.objects.create(user=user, role="data_adviser", source="test", reason="test")
    found = answer.answer(user, selectors.filter_of({}))
    assert found.totals["count"] == 0
    assert [area["level"] for area in found.areas] == ["district", "district"]
    assert answer.grid_geojson(125)["features"]
    assert len(answer.areas_geojson("kern")["features"]) == 9
    with pytest.raises(Http404):
        answer.areas_geojson("buurt")


def test_addresses_make_streets(almere: Profile) -> None:
    for number in range(3):
        Address.objects.create(number_id=str(number), street="Kerkstraat", number=1, x=NIGHT[0], y=NIGHT[1] + number)
    streets = selectors.frame().streets
    assert streets is not None
    assert streets.within(NIGHT[0] - 5, NIGHT[1] - 5, NIGHT[0] + 5, NIGHT[1] + 5) == "Kerkstraat"


def test_invented_data_are_told(almere: Profile, person: Person, tmp_path: Path) -> None:
    user = person("informatieanalist")
    told = lambda: [source["demo"] for source in answer.answer(user, selectors.filter_of({})).sources]  # noqa: E731
    assert told() == [False]
    (tmp_path / "demo.json").write_text("{}")
    assert told() == [True]
    (tmp_path / "demo.json").write_text('{"sources": ["stadstoezicht-meldingen"]}')
    assert told() == [False]


# Counts


def count_rows(*values: tuple[str, int, int | None], unit: str = "year") -> pa.Table:
    from datetime import date

    keys = dict(Area.objects.filter(level="buurt").values_list("code", "id"))
    number = Source.objects.get(key="politie-open-cijfers").number
    rows = [(number, 90, keys[code], date(year, 1, 1), unit, value) for code, year, value in values]
    return pa.table(list(zip(*rows, strict=True)), names=COUNTS.names).cast(COUNTS)


def test_counts_bear_areas_and_years_and_say_so(almere: Profile, person: Person) -> None:
    large = Area.objects.filter(level="buurt", inhabitants__gte=1000).order_by("code")
    codes = [area.code for area in large[:2]]
    values = [(codes[0], 2024, 100), (codes[0], 2025, 110), (codes[1], 2024, 50), (codes[1], 2025, None)]
    selectors.current().store.replace_counts(1, count_rows(*values))
    found = answer.counts_answer(person("informatieanalist"), selectors.filter_of({"niveau": "buurt"}))
    assert "no places and no hours" in found["note"]
    assert not {"cells", "matrix", "places"} & set(found)
    assert found["year"] == 2025
    assert [kind["id"] for kind in found["kinds"]] == ["misdrijven_totaal"]
    areas = {area["code"]: area for area in found["areas"]}
    assert areas[codes[0]]["count"] == 110
    assert areas[codes[0]]["rate"] == pytest.approx(110 / areas[codes[0]]["base"] * 1000, abs=0.01)
    # What the publisher withheld is not zero.
    assert (areas[codes[1]]["count"], areas[codes[1]]["rate"], areas[codes[1]]["withheld"]) == (None, None, 1)
    assert areas[codes[1]]["trend"] == [{"year": 2024, "count": 50.0}, {"year": 2025, "count": None}]
    assert [(one["year"], one["count"], one["withheld"]) for one in found["years"]] == [(2024, 150, 0), (2025, 110, 1)]
    # Only over areas with a number in both years: the sum of 2025 misses one.
    assert found["findings"]["years"] == "10 % more in 2025 than in 2024"
    json.dumps(found, allow_nan=False)


def test_months_and_years_are_not_added_up(almere: Profile, person: Person) -> None:
    code = Area.objects.filter(level="buurt").order_by("code").values_list("code", flat=True)[0]
    both = pa.concat_tables([count_rows((code, 2025, 100)), count_rows((code, 2025, 9), unit="month")])
    selectors.current().store.replace_counts(1, both)
    user = person("informatieanalist")
    found = answer.counts_answer(user, selectors.filter_of({}))
    assert found["years"] == [{"year": 2025, "count": 100.0, "withheld": 0, "unfinished": False}]
    selectors.current().store.replace_counts(1, count_rows((code, 2025, 9), unit="month"))
    found = answer.counts_answer(user, selectors.filter_of({}))
    assert found["years"] == [{"year": 2025, "count": 9.0, "withheld": 0, "unfinished": True}]


# Alerts


def wave(rows: pa.Table, frame: Frame, number: int, day: str = "2026-11-18") -> pa.Table:
    """So many burglaries more on one day (of the last whole week), in the area of the planted point."""
    here = next(area for area in frame.areas_of("buurt") if shapely.contains_xy(area.geometry, *NIGHT))
    moment = np.datetime64(f"{day}T14:00:00", "s").item()
    one: dict[str, list[Any]] = rows.slice(0, 1).to_pydict()
    many = {name: values * number for name, values in one.items()}
    many |= {"id": list(range(10**6, 10**6 + number)), "kind": [1] * number, "area": [here.keys[0]] * number}
    many |= {"begin": [moment] * number, "end": [moment] * number, "reported": [moment] * number}
    return pa.table(many, schema=EVENTS)


def test_a_planted_wave_is_the_alert_and_goes_when_it_is_withdrawn(
    almere: Profile, person: Person, rows: pa.Table, frame: Frame, settings: SettingsWrapper
) -> None:
    user = person("informatieanalist")
    store = EventStore(settings.EVENT_STORE)
    alerts.recompute()
    quiet = selectors.alerts_for(user)
    assert len(quiet) <= 1
    store.append("wave", in_record(wave(rows, frame, 40), frame))
    alerts.recompute()
    (first, *_) = selectors.alerts_for(user)
    here = next(area for area in frame.areas_of("stadsdeel") if shapely.contains_xy(area.geometry, *NIGHT))
    assert (first.area, first.kind, first.week.isoformat()) == (here.code, "woninginbraak", "2026-11-16")
    assert first.weeks == 1
    assert first.count >= 40 > first.high > first.expected > first.low
    assert first.p < 0.001
    assert first.q < 0.05
    store.append("wave", EVENTS.empty_table())
    alerts.recompute()
    assert [(alert.area, alert.kind) for alert in selectors.alerts_for(user)] == [(one.area, one.kind) for one in quiet]


def test_alerts_are_not_for_everybody(
    almere: Profile, person: Person, rows: pa.Table, frame: Frame, settings: SettingsWrapper
) -> None:
    EventStore(settings.EVENT_STORE).append("wave", in_record(wave(rows, frame, 40), frame))
    alerts.recompute()
    assert Alert.objects.exists()
    assert selectors.alerts_for(person("beheerder")) == []
    assert selectors.alerts_for(AnonymousUser()) == []
    assert selectors.alerts_for(None) == []


def test_alerts_about_data_that_changed_since_are_not_told(
    almere: Profile, person: Person, rows: pa.Table, frame: Frame, settings: SettingsWrapper
) -> None:
    user = person("informatieanalist")
    store = EventStore(settings.EVENT_STORE)
    store.append("wave", in_record(wave(rows, frame, 40), frame))
    told = lambda: alerting.told(selectors.frame(), selectors.filter_of({}), selectors.loaded().version)  # noqa: E731
    assert alerting.title(told()) == "Alerts are being worked out"
    alerts.recompute()
    now = told()
    assert now.current
    assert alerting.title(now).endswith("in wk 47 2026")
    assert now.open
    assert "pairs of area and kind" in alerting.sure(now)
    store.append("wave", EVENTS.empty_table())
    assert selectors.alerts_for(user) == []
    after = told()
    assert (after.open, after.past, after.current) == ([], [], False)
    assert "The data have changed" in alerting.sure(after)


def test_what_comes_in_of_a_week_that_is_not_over_changes_no_alert(
    almere: Profile, person: Person, rows: pa.Table, frame: Frame, settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = person("informatieanalist")
    store = EventStore(settings.EVENT_STORE)
    store.append("wave", in_record(wave(rows, frame, 40), frame))
    before = [(alert.pk, alert.p) for alert in alerts.recompute()]
    judged = []
    monkeypatch.setattr(alerts, "judge", lambda *given: judged.append(given) or iter(()))
    store.append("observation", in_record(wave(rows, frame, 1, "2026-11-24"), frame))
    assert before
    assert selectors.alerts_for(user) == []
    assert [(alert.pk, alert.p) for alert in alerts.recompute()] == before
    assert judged == []
    assert len(selectors.alerts_for(user)) >= 1
    assert alerting.told(selectors.frame(), selectors.filter_of({}), selectors.loaded().version).current
    store.append("observation", EVENTS.empty_table())
    store.append("wave", EVENTS.empty_table())
    alerts.recompute()
    assert len(judged) == 1


def test_alerts_follow_the_kinds_and_the_area_of_the_selection(
    almere: Profile, rows: pa.Table, frame: Frame, settings: SettingsWrapper
) -> None:
    EventStore(settings.EVENT_STORE).append("wave", in_record(wave(rows, frame, 40), frame))
    alerts.recompute()
    here = next(area for area in frame.areas_of("stadsdeel") if shapely.contains_xy(area.geometry, *NIGHT))
    quarter = next(area for area in frame.areas_of("buurt") if shapely.contains_xy(area.geometry, *NIGHT))
    other = next(area for area in frame.areas_of("stadsdeel") if area.code != here.code)

    def kinds(**query: str) -> set[str]:
        found = alerting.told(selectors.frame(), selectors.filter_of(query), selectors.loaded().version)
        return {alert.kind for alert in found.open}

    assert "woninginbraak" in kinds() & kinds(soort="woninginbraak") & kinds(gebied=here.code) & kinds(gebied=quarter.code)
    assert "woninginbraak" not in kinds(soort="straatroof") | kinds(gebied=other.code)


def test_too_little_history_is_said(almere: Profile, rows: pa.Table, frame: Frame, settings: SettingsWrapper) -> None:
    store = EventStore(settings.EVENT_STORE)
    store.remove_all()
    begin = rows["begin"].to_numpy()
    store.append("young", in_record(rows.filter(pa.array(begin > np.datetime64("2026-03-01"))), frame))
    assert alerts.recompute() == []
    found = alerting.told(selectors.frame(), selectors.filter_of({}), selectors.loaded().version)
    assert alerting.title(found) == "Too little history for alerts: two years are needed"


def test_no_data_no_alerts(almere: Profile, settings: SettingsWrapper) -> None:
    EventStore(settings.EVENT_STORE).remove_all()
    assert alerts.recompute() == []


def test_a_delivery_asks_for_new_alerts_once(almere: Profile, django_capture_on_commit_callbacks: Any) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from openvis.web.intake.signals import batch_committed

    with django_capture_on_commit_callbacks(execute=True):
        batch_committed.send(sender=None, batch=None)
        batch_committed.send(sender=None, batch=None)
    assert ProcrastinateJob.objects.filter(task_name="picture.recompute_alerts", status="todo").count() == 1


def test_joining_files_at_night_has_the_alerts_worked_out_for_the_new_version(almere: Profile) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from openvis.web.picture import tasks

    tasks.tidy_store(0)
    assert ProcrastinateJob.objects.filter(task_name="picture.recompute_alerts", status="todo").count() == 1


def test_the_filter_says_its_problems_in_dutch(almere: Profile) -> None:
    from openvis.web.picture.filter import FilterError

    with translation.override("nl"), pytest.raises(FilterError, match="cel is ‘7’; verwacht: een aantal meters"):
        Filter.of({"cel": "7"}, selectors.vocabulary())
