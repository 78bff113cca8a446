"""Two periods beside each other: what is compared, how sure it is, and where chance cannot make the difference."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from planted_city import NIGHT, World, world_of

from openvis.analysis import rates
from openvis.store import EVENTS
from openvis.web.picture import comparing, panels
from openvis.web.picture.filter import FilterError
from openvis.web.picture.frame import Frame

WEEK = timedelta(days=7)


def asked(world: World, **query: str) -> panels.Asked:
    return panels.Asked(world.loaded, world.frame, world.filter(**query), world.fresh, "en")


def compared(world: World, **query: str) -> tuple[panels.Asked, comparing.Periods]:
    chosen = {name: value for name, value in query.items() if not name.startswith("vergelijk")}
    one = asked(world, **chosen)
    found = comparing.periods(query, one)
    assert found is not None
    return one, found


def own(first: str, last: str) -> dict[str, str]:
    return {"vergelijk": "eigen", "vergelijk_van": first, "vergelijk_tot": last}


def test_without_a_choice_nothing_is_compared(world: World) -> None:
    assert comparing.periods({}, asked(world)) is None


@pytest.mark.parametrize("choice", ["vorigjaar", "vorige"])
def test_both_periods_are_as_long_and_hold_the_same_days_of_the_week(world: World, choice: str) -> None:
    _asked, found = compared(world, vergelijk=choice)
    assert found.days[0] == found.days[1]
    assert (found.now.first - found.other.first) % WEEK == timedelta(0)
    if choice == "vorige":
        assert found.other.last == found.now.first - timedelta(days=1)


def test_weeks_that_are_still_coming_in_take_no_part(world: World) -> None:
    one, found = compared(world, vergelijk="vorigjaar")
    incomplete = one.first_incomplete
    assert incomplete is not None
    assert incomplete <= one.filter.last
    assert found.cut
    assert found.now.last == incomplete - timedelta(days=1)
    whole, uncut = compared(world, van="2025-01-06", tot="2025-12-28", vergelijk="vorigjaar")
    assert not uncut.cut
    assert uncut.now.last == whole.filter.last


def test_chosen_weeks_are_the_period_that_is_compared(world: World) -> None:
    _asked, found = compared(world, weken="2026-W10..2026-W12", vergelijk="vorige")
    assert found.now.first == date(2026, 3, 2)
    assert found.other.first == date(2026, 2, 9)


def test_days_of_ones_own_may_be_fewer_and_count_per_day(world: World) -> None:
    query = {"van": "2025-01-06", "tot": "2025-12-28"}
    one, found = compared(world, **query, **own("2024-01-01", "2024-03-31"))
    total = comparing.total(one, found)
    ratio = rates.compare(total["now"], 357, total["count"], 91)
    assert total["ratio"] == pytest.approx(ratio.ratio, abs=1e-4)
    assert (total["low"], total["high"]) == (pytest.approx(ratio.low, abs=1e-4), pytest.approx(ratio.high, abs=1e-4))
    # Nothing was planted between those years.
    assert total["low"] < 1.0 < total["high"]
    assert total["sign"] == ""
    assert "chance can make" in total["sentence"]


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ({"vergelijk": "<b>"}, "vergelijk", "<b>"),
        ({"vergelijk": "eigen"}, "vergelijk_van", ""),
        (own("2024-13-01", "2024-03-31"), "vergelijk_van", "2024-13-01"),
        (own("2024-04-01", "2024-03-31"), "vergelijk_tot", "2024-03-31"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(world: World, query: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(FilterError) as told:
        comparing.periods(query, asked(world))
    assert (told.value.problems[0].parameter, told.value.problems[0].value) == (name, value)


def test_before_the_data_begin_there_is_nothing_to_compare(world: World) -> None:
    one, found = compared(world, van="2023-12-04", tot="2024-01-28", vergelijk="vorigjaar")
    total = comparing.total(one, found)
    assert total["count"] is None
    assert "no data" in total["text"]


def test_chance_of_many_places_is_that_of_each() -> None:
    now, before = np.array([0.0, 3.0, 20.0, 7.5]), np.array([4.0, 0.0, 11.0, 7.5])
    found = comparing.chance(now, before, (364.0, 91.0))
    singly = [rates.compare(a, 364.0, b, 91.0).p for a, b in zip(now, before, strict=True)]
    assert found == pytest.approx(singly)


def test_nothing_planted_gives_few_false_differences() -> None:
    """Under one rate in both periods, hardly any of many tables tells a difference at all (FDR is then any error)."""
    rng = np.random.default_rng(5)
    wrong = [
        bool(comparing.Differences.of(rng.poisson(12.0, 80) * 1.0, rng.poisson(12.0, 80) * 1.0, (91.0, 91.0)).sign.any())
        for _ in range(400)
    ]
    assert np.mean(wrong) < 0.075


@pytest.fixture(scope="module")
def grown(frame: Frame, world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The planted city with burglaries added around one point in the spring of 2026, and nowhere else."""
    rng = np.random.default_rng(8)
    here = next(area for area in frame.areas_of(frame.finest) if shapely.contains_xy(area.geometry, *NIGHT))
    begin = np.datetime64("2026-03-02", "s") + rng.integers(0, 90 * 86_400, 150).astype("timedelta64[s]")
    more: dict[str, Any] = {
        "id": np.arange(10**6, 10**6 + 150), "source": np.full(150, 2, np.int16), "kind": np.full(150, 1, np.int16),
        "attempt": pa.array([None] * 150, pa.bool_()), "begin": begin, "end": begin, "reported": begin,
        "x": NIGHT[0] + rng.normal(0, 60, 150), "y": NIGHT[1] + rng.normal(0, 60, 150),
        "precision": np.full(150, 10, np.float32), "area": np.full(150, here.keys[0], np.int32),
    }  # fmt: skip
    table = pa.concat_tables([world.table, pa.table(more, schema=EVENTS)])
    return world_of(frame, table, tmp_path_factory.mktemp("grown"))


SPRING = {"soort": "woninginbraak", "van": "2026-03-02", "tot": "2026-05-31", "vergelijk": "vorigjaar"}


def test_the_area_and_the_cells_where_more_was_planted_are_told(grown: World) -> None:
    one, found = compared(grown, **SPRING)
    total = comparing.total(one, found)
    assert total["sign"] == "more"
    assert "more than in the same period a year earlier: with 95 % certainty between" in total["sentence"]
    rows = comparing.area_rows(comparing.areas(one, found))
    here = next(
        area for area in grown.frame.areas_of(one.filter.level) if shapely.contains_xy(area.geometry, *NIGHT)
    )
    assert rows[0]["code"] == here.code
    assert rows[0]["sign"] == 1
    assert rows[0]["low"] > 1.0
    assert sum(row["sign"] != 0 for row in rows) <= 2
    flat, different = comparing.cells(one, found)
    told = flat[different.sign > 0]
    centres = shapely.centroid(one.grid.polygons(told))
    assert told.size >= 3
    assert np.all(shapely.distance(centres, shapely.Point(NIGHT)) < 300)
    assert not (different.sign < 0).any()
    assert different.strength()[different.sign > 0].min() >= 2


def test_the_weeks_of_both_stand_opposite(grown: World) -> None:
    one, found = compared(grown, **SPRING)
    shown = panels.weeks(one)
    opposite = comparing.weeks(one, found, shown)
    before = panels.weeks(asked(grown, soort="woninginbraak", van="2025-01-06", tot="2025-12-28"))
    earlier = {week["week"]: week["count"] for week in before}
    assert opposite[0] == earlier["2025-W10"]
    assert opposite[-1] == earlier["2025-W22"]


def test_a_part_of_a_second_city_compares_too(village: Frame, tmp_path: Any) -> None:
    world = world_of(village, EVENTS.empty_table(), tmp_path)
    assert comparing.periods({"vergelijk": "vorigjaar"}, asked(world)) is None
