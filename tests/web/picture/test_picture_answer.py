"""The answer finds what was planted, and its panels are linked as they should be."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import shapely
from django.utils import translation
from planted_city import NIGHT, World, planted, world_of

from openvis.store import EVENTS
from openvis.web.picture import geo
from openvis.web.picture.answer import compute, remembered
from openvis.web.picture.filter import monday_of, week_number
from openvis.web.picture.frame import Frame, Streets

KEYS = {
    "version", "filter", "totals", "sources", "grid", "cells", "density", "areas", "matrix", "windows", "weeks",
    "places", "findings", "rows",
}  # fmt: skip


def around(world: World, place: dict[str, Any]) -> float:
    """Metres from the middle of a place to the planted point."""
    x, y = world.frame.from_earth.transform(*place["centre"])
    return float(np.hypot(x - NIGHT[0], y - NIGHT[1]))


def chosen(world: World, first: date, last: date, *conditions: pc.Expression) -> pa.Table:
    """The planted rows of a period, straight from the table."""
    day = pc.cast(world.table["begin"], pa.date32())
    rows = world.table.filter(pc.and_(pc.greater_equal(day, first), pc.less_equal(day, last)))
    for condition in conditions:
        rows = rows.filter(condition)
    return rows


# What was planted is found


def test_the_planted_place_is_first_with_its_hours_and_kind(world: World) -> None:
    answer = world.answer(soort="straatroof")
    place = answer.places[0]
    assert around(world, place) < 150
    assert place["kinds"] == [{"id": "straatroof", "name": "Street robbery", "count": place["count"]}]
    assert place["share"] > 0.9
    assert place["stability"] == 1.0
    assert place["pai"] > 100
    # The planted nights, Friday and Saturday from 23:00 to 03:00, and no hour more.
    planted = "Fr–Sa 23–03"
    assert place["windows"] == [planted]
    assert answer.windows[0]["label"] == planted
    nights = world.filter(uren="vr23-za3,za23-zo3").hours
    assert world.filter(uren=answer.windows[0]["hours"]).hours == nights
    assert answer.windows[0]["share"] >= 0.5
    assert answer.findings["matrix"].startswith(f"{planted}: ")
    assert answer.findings["places"].startswith(f"{len(answer.places)} place")


def test_among_all_kinds_the_planted_place_is_still_first(world: World) -> None:
    place = world.answer().places[0]
    assert around(world, place) < 150
    assert place["kinds"][0]["id"] == "straatroof"


def test_a_place_is_named_after_its_neighbourhood(world: World, frame: Frame) -> None:
    place = world.answer(soort="straatroof").places[0]
    here = [area for area in frame.areas_of("buurt") if shapely.contains_xy(area.geometry, *NIGHT)]
    assert place["area"] == here[0].name
    assert place["name"] in {here[0].name, *(named.name.get("en") for named in frame.profile.places)}


def test_a_place_takes_the_name_of_its_street_when_addresses_are_known(world: World, frame: Frame) -> None:
    steps = np.arange(-200, 201, 20)
    x, y = (axis.ravel() for axis in np.meshgrid(NIGHT[0] + steps, NIGHT[1] + steps))
    order = np.argsort(x, kind="stable")
    street = (np.arange(x.size) % 5 > 0).astype(np.int64)
    streets = Streets(x[order], y[order], street[order], ("Andere straat", "Lange straat"))
    named = Frame(frame.profile, frame.areas.values(), frame.sources, streets)
    assert streets.within(0.0, 0.0, 10.0, 10.0) is None
    place = compute(world.loaded, named, world.filter(soort="straatroof"), world.fresh, "nl").places[0]
    assert place["name"] == "Lange straat"


def test_nothing_stands_out_where_nothing_was_planted(world: World) -> None:
    quiet = world.answer(soort="fietsendiefstal", gebied=world.frame.areas_of("stadsdeel")[0].code)
    assert all(place["pai"] < 30 for place in quiet.places)


# Totals, areas and rates


def test_totals_agree_with_the_rows(world: World) -> None:
    answer = world.answer()
    rows = chosen(world, world.vocabulary.first, world.vocabulary.last)
    assert answer.totals["count"] == rows.num_rows
    vague = pc.sum(pc.fill_null(pc.greater(rows["precision"], 250.0), True)).as_py()
    assert answer.totals["unplaced"] == vague
    assert answer.totals["unplaced_share"] == pytest.approx(vague / rows.num_rows, abs=1e-4)
    attempts = pc.value_counts(rows["attempt"])
    counted = {item["values"]: item["counts"] for item in attempts.to_pylist()}
    assert answer.totals["attempts"] == counted[True]
    assert answer.totals["completed"] == counted[False]
    assert answer.totals["attempt_unknown"] == counted[None]


def test_every_level_counts_the_same_incidents(world: World) -> None:
    placed = [sum(area["count"] for area in world.answer(niveau=level).areas) for level in world.frame.levels]
    assert len(set(placed)) == 1
    rows = chosen(world, world.vocabulary.first, world.vocabulary.last)
    assert placed[0] == rows.num_rows - rows["area"].null_count


def test_burglary_is_rated_per_dwelling_the_rest_per_inhabitant(world: World) -> None:
    bases = {"woninginbraak": "dwellings", "straatroof": "inhabitants", "woninginbraak,straatroof": "inhabitants"}
    for kinds, base in bases.items():
        for area in world.answer(soort=kinds).areas:
            known = world.frame.areas[area["code"]]
            assert area["base_kind"] == base
            assert area["base"] == getattr(known, base)
            if not area["small"]:
                assert area["rate"] == pytest.approx(area["count"] / area["base"] * 1000, abs=0.01)
                assert area["low"] <= area["rate"] <= area["high"]


def test_areas_with_few_people_get_counts_not_rates(world: World) -> None:
    answer = world.answer(niveau="buurt")
    small = [area for area in answer.areas if (world.frame.areas[area["code"]].inhabitants or 0) < 1000]
    assert small
    assert all(area["small"] and area["rate"] is None and area["low"] is None for area in small)
    assert all(not area["small"] for area in answer.areas if area not in small)


# Linked panels


def test_hours_narrow_everything_but_the_matrix(world: World) -> None:
    whole, night = world.answer(), world.answer(uren="vr23-za3,za23-zo3")
    assert night.matrix == whole.matrix
    assert night.totals["count"] < whole.totals["count"] / 3
    assert sum(night.cells["count"]) < sum(whole.cells["count"])
    assert sum(week["count"] for week in night.weeks) < sum(week["count"] for week in whole.weeks)
    matrix = np.array(whole.matrix)
    inside = matrix[4, 23] + matrix[5, :3].sum() + matrix[5, 23] + matrix[6, :3].sum()
    assert night.totals["count"] == pytest.approx(inside, abs=0.5)


def test_weeks_narrow_everything_but_the_week_line(world: World) -> None:
    whole, some = world.answer(), world.answer(weken="2026-W10..2026-W13")
    assert some.weeks == whole.weeks
    line = sum(week["count"] for week in whole.weeks if week["week"] in {f"2026-W{n}" for n in range(10, 14)})
    assert some.totals["count"] == line == pytest.approx(np.sum(some.matrix), abs=0.5)


def test_a_place_narrows_matrix_weeks_areas_but_not_map_and_list(world: World) -> None:
    whole = world.answer()
    place = whole.places[0]
    there = world.answer(plek=place["id"])
    assert there.cells == whole.cells
    assert there.places == whole.places
    assert there.density == whole.density
    assert there.totals["count"] == place["count"] == pytest.approx(np.sum(there.matrix), abs=0.5)
    assert sum(week["count"] for week in there.weeks) == place["count"]
    assert sum(area["count"] for area in there.areas) == pytest.approx(place["count"], abs=1)
    assert there.totals["unplaced"] == 0


def test_kinds_add_up(world: World) -> None:
    kinds = ("woninginbraak", "straatroof", "fietsendiefstal", "vernieling")
    assert sum(world.answer(soort=kind).totals["count"] for kind in kinds) == world.answer().totals["count"]


def test_attempts_can_be_split_off(world: World) -> None:
    whole = world.answer(soort="woninginbraak").totals
    assert world.answer(soort="woninginbraak", pogingen="poging").totals["count"] == whole["attempts"]
    assert world.answer(soort="woninginbraak", pogingen="voltooid").totals["count"] == whole["completed"]


def test_an_area_narrows_all(world: World) -> None:
    code = world.frame.areas_of("stadsdeel")[1].code
    inside, whole = world.answer(gebied=code, niveau="wijk"), world.answer(niveau="wijk")
    counts = {area["code"]: area["count"] for area in whole.areas}
    assert inside.areas
    assert all(area["count"] == counts[area["code"]] for area in inside.areas)
    assert inside.totals["count"] == sum(area["count"] for area in inside.areas)
    grid = world.frame.grid(125, code)
    assert grid.mask.ravel()[inside.cells["id"]].all()


def test_sources_can_be_chosen(world: World) -> None:
    assert world.answer(bron="politie-incidenten").totals == world.answer().totals
    assert world.answer(bron="stadstoezicht-meldingen").totals["count"] == 0


# Weeks


def test_a_week_is_set_against_the_weeks_before_it(world: World) -> None:
    weeks = world.answer().weeks
    assert len(weeks) == 52
    mondays = [world.vocabulary.first + timedelta(days=7 * i) for i in range(52)]
    assert [week["start"] for week in weeks] == [monday.isoformat() for monday in mondays]
    known = [week for week in weeks if week["expected"] is not None]
    assert len(known) > 40
    outside = sum(week["above"] or week["below"] for week in known)
    assert outside <= len(known) * 0.15
    assert all(week["low"] <= week["expected"] <= week["high"] for week in known)


def test_a_planted_wave_is_above_expectation(frame: Frame, tmp_path: Path) -> None:
    table = planted(frame, rows=12_000, seed=8)
    monday = np.datetime64("2026-11-09T12:00:00", "s")
    wave = table.slice(0, 160).to_pydict() | {"id": list(range(10**6, 10**6 + 160)), "begin": [monday.item()] * 160}
    wave |= {"end": wave["begin"], "reported": wave["begin"]}
    more = world_of(frame, pa.concat_tables([table, pa.table(wave, schema=EVENTS)]), tmp_path)
    weeks = {week["week"]: week for week in more.answer().weeks}
    assert weeks["2026-W46"]["above"]
    assert sum(week["above"] for week in weeks.values()) <= 5


def test_weeks_without_enough_before_them_expect_nothing(world: World) -> None:
    early = world.answer(van="2023-11-20", tot="2024-06-30").weeks
    assert early
    assert all(week["expected"] is None and not week["above"] and not week["below"] for week in early)


def test_late_reports_mark_the_latest_weeks(frame: Frame, tmp_path: Path) -> None:
    table = planted(frame, rows=12_000, seed=5)
    rng = np.random.default_rng(5)
    slow = table["end"].to_numpy() + (rng.exponential(12.0, table.num_rows) * 86_400).astype("timedelta64[s]")
    table = table.set_column(6, EVENTS.field("reported"), pa.array(slow, pa.timestamp("s")))
    late = world_of(frame, table.filter(pa.array(slow < np.datetime64("2026-11-23"))), tmp_path)
    answer = late.answer()
    marked = [week["week"] for week in answer.weeks if week["incomplete"]]
    # A delay of 12 days on average: 95 % of a week is in only after five weeks.
    assert marked == [week["week"] for week in answer.weeks][-len(marked) :]
    assert 4 <= len(marked) <= 7
    assert answer.totals["incomplete_from"] == marked[0]
    assert not any(week["below"] for week in answer.weeks if week["incomplete"])


def test_an_unfinished_week_is_marked(world: World) -> None:
    until = world.fresh.until
    assert until is not None
    weeks = world.answer(tot="2026-12-31").weeks
    assert weeks[-1]["incomplete"] == (until.weekday() != 6) or weeks[-1]["week"] <= "2026-W47"
    assert date.fromisoformat(weeks[-1]["start"]) == monday_of(week_number(until))


# Shape


def test_the_answer_is_plain_json_of_the_agreed_shape(world: World) -> None:
    found = json.loads(json.dumps(world.answer().as_json(), allow_nan=False))
    assert set(found) == KEYS
    assert len(found["matrix"]) == 7
    assert all(len(row) == 24 for row in found["matrix"])
    lengths = {len(column) for column in found["cells"].values()}
    assert len(lengths) == 1
    assert set(found["places"][0]) >= {
        "rank", "id", "name", "area", "count", "share", "area_share", "pai", "stability", "trend", "kinds",
        "windows", "centre",
    }  # fmt: skip
    assert found["sources"] == [
        {
            "key": "politie-incidenten",
            "name": "Police: incidents with place and time",
            "until": world.fresh.until.isoformat() if world.fresh.until else None,
            "demo": False,
        }
    ]


def test_no_incidents_is_an_answer_too(world: World, village: Frame, tmp_path: Path) -> None:
    nothing = world.answer(soort="overval")
    assert nothing.totals["count"] == 0
    assert nothing.places == []
    assert nothing.cells["id"] == []
    assert np.sum(nothing.matrix) == 0
    bare = world_of(village, EVENTS.empty_table(), tmp_path).answer()
    assert bare.sources == []
    assert bare.weeks == []
    assert set(bare.findings.values()) == {"No data yet"}
    json.dumps(bare.as_json(), allow_nan=False)


@pytest.mark.parametrize("cell", [50, 100, 250, 500])
def test_all_cell_sizes_work(world: World, cell: int) -> None:
    answer = world.answer(cel=str(cell))
    assert answer.grid["cell"] == cell
    assert around(world, answer.places[0]) < 2 * cell + 150


def test_a_very_small_area_with_large_cells_works(world: World) -> None:
    small = min(world.frame.areas_of("buurt"), key=lambda area: area.geometry.area)
    world.answer(gebied=small.code, cel="500", niveau="buurt")


def test_a_period_far_from_the_data_works(world: World) -> None:
    for query in ({"van": "1990-01-01", "tot": "1990-12-31"}, {"van": "2100-01-01", "tot": "2101-12-31"}):
        answer = world.answer(**query)
        assert answer.totals["count"] == 0
        assert answer.weeks == []


def test_texts_come_in_the_active_language(world: World) -> None:
    with translation.override("nl"):
        dutch = compute(world.loaded, world.frame, world.filter(soort="straatroof"), world.fresh, "nl")
    assert dutch.places[0]["windows"][0].split()[0] in ("vr–za", "za–zo")
    assert dutch.sources[0]["name"].startswith("Politie")
    assert dutch.findings["matrix"].endswith("van alle incidenten")


def test_an_answer_is_kept_until_something_changes(world: World) -> None:
    filter_ = world.filter(soort="vernieling")
    ask = lambda own, language="en": remembered(world.loaded, world.frame, filter_, world.fresh, language, own)  # noqa: E731
    first = ask(None)
    assert ask(None) is first
    assert first.rows == {"allowed": True, "areas": None}
    area = ask(frozenset({"X"}))
    assert area is not first
    assert area.rows == {"allowed": True, "areas": ["X"]}
    assert ask(frozenset()).rows == {"allowed": False, "areas": []}
    assert ask(None, "nl") is not first


# Shapes for the map


def test_the_grid_holds_every_cell_of_the_answer(world: World, frame: Frame) -> None:
    cells = geo.grid(frame, 250)
    ids = {feature["id"] for feature in cells["features"]}
    assert set(world.answer(cel="250").cells["id"]) <= ids
    one = cells["features"][0]
    ring = one["geometry"]["coordinates"][0]
    assert len(ring) == 5
    assert ring[0] == ring[-1]
    x, y = frame.from_earth.transform([point[0] for point in ring], [point[1] for point in ring])
    wanted = frame.grid(250).polygons([one["id"]])[0]
    assert shapely.Polygon(list(zip(x, y, strict=True))).symmetric_difference(wanted).area < 0.01 * wanted.area


def test_areas_keep_their_codes_and_shapes(frame: Frame) -> None:
    shapes = geo.areas(frame, "wijk")
    codes = [feature["properties"]["code"] for feature in shapes["features"]]
    assert codes == [area.code for area in frame.areas_of("wijk")]
    for feature in shapes["features"]:
        lon, lat = feature["properties"]["point"]
        assert 5.0 < lon < 5.5
        assert 52.2 < lat < 52.6
    assert len(json.dumps(shapes)) < 800_000
    with pytest.raises(KeyError):
        geo.areas(frame, "straat")


def test_lines_name_their_layer(frame: Frame) -> None:
    assert {feature["properties"]["line"] for feature in geo.lines(frame)["features"]} == set(frame.profile.lines)
