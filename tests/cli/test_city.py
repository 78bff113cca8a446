"""The demonstration city: what was planted is found back from the files alone, by the methods of openvis.analysis."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.hotspots import hotspots
from openvis.analysis.times import week_matrix
from openvis.analysis.trend import weekly
from openvis.cli.city import RecipeError, make, recipe_for, write
from openvis.profile import Profile, load

ROOT = Path(__file__).resolve().parents[2]
SECOND = next((ROOT / "tests" / "data" / "profiles").glob("*/profile.yaml")).parent
UNTIL = date(2026, 11, 22)


@pytest.fixture(scope="module")
def almere() -> Profile:
    return load(ROOT / "profiles" / "almere")


@pytest.fixture(scope="module")
def folder(almere: Profile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write(make(almere, recipe_for(almere), incidents=60_000, until=UNTIL, seed=2026), folder)
    return folder


@pytest.fixture(scope="module")
def story(folder: Path) -> dict:
    return json.loads((folder / "truths.json").read_text())


@pytest.fixture(scope="module")
def police(almere: Profile, folder: Path) -> pl.DataFrame:
    """The police's two files under each other, first version of each reference, as a reader of CSV sees them."""
    words = {value: entry.kind for value, entry in almere.source("politie-incidenten").columns.kind.map.items()}
    frames = [pl.read_csv(folder / f"politie-incidenten-{name}.csv", separator=";", infer_schema=False)
              for name in ("history", "latest")]  # fmt: skip
    moment = {"format": "%d-%m-%Y %H:%M", "strict": False}
    return (
        pl.concat(frames)
        .unique("registratienummer", keep="first", maintain_order=True)
        .filter(~pl.col("registratienummer").str.contains("FOUT"))
        .with_columns(
            begin=pl.concat_str("begindatum", pl.lit(" "), "begintijd").str.to_datetime(**moment),
            end=pl.concat_str("einddatum", pl.lit(" "), "eindtijd").str.to_datetime(**moment),
            reported=pl.col("kennisname").str.to_datetime(**moment),
            kind=pl.col("maatschappelijke_klasse").replace_strict(words, default=None),
            x=pl.col("x").cast(pl.Float64, strict=False),
            y=pl.col("y").cast(pl.Float64, strict=False),
        )
    )


def test_size_period_and_order_of_time(police: pl.DataFrame, story: dict) -> None:
    assert 58_000 < story["incidents"] < 62_000
    assert story["until"] == "2026-11-22"
    assert date.fromisoformat(story["from"]).weekday() == 0
    assert police["kind"].null_count() == police["begin"].null_count() == police["end"].null_count() == 0
    assert (police["begin"] <= police["end"]).all()
    assert (police["end"] <= police["reported"]).all()
    assert police["reported"].max().date() <= UNTIL
    assert 0.85 * 60_000 > police.height > 0.7 * 60_000


def test_the_same_seed_makes_the_same_files(almere: Profile, tmp_path: Path) -> None:
    for folder, seed in (("first", 2026), ("again", 2026), ("other", 2027)):
        write(make(almere, recipe_for(almere), incidents=5000, until=UNTIL, seed=seed), tmp_path / folder)
    for path in sorted((tmp_path / "first").iterdir()):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
        assert (tmp_path / "other" / path.name).read_bytes() != path.read_bytes(), path.name


@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_planted_hotspot_is_the_first_of_its_kinds_with_its_own_hours(
    almere: Profile, police: pl.DataFrame, story: dict, number: int
) -> None:
    planted = story["hotspots"][number]
    rows = police.filter(pl.col("kind").is_in(planted["kinds"]) & pl.col("x").is_not_null())
    events = Events.of(rows["x"].to_numpy(), rows["y"].to_numpy(), rows["begin"].to_numpy().astype("datetime64[s]"),
                       rows["end"].to_numpy().astype("datetime64[s]"))  # fmt: skip
    city = shapely.union_all([area.geometry for area in almere.areas_of(almere.finest.id)])
    found = hotspots(events, Grid.covering(city, 125.0), share=0.65)
    first = found[0]
    assert shapely.distance(shapely.centroid(first.polygon), shapely.Point(planted["x"], planted["y"])) < 125
    planted_hours = np.zeros(168, dtype=bool)
    planted_hours[planted["hours_of_week"]] = True
    told = np.zeros(168, dtype=bool)
    for window in first.windows:
        told |= window.cells().ravel()
    overlap = (told & planted_hours).sum()
    assert overlap / told.sum() > 0.75, f"told {first.windows}"
    assert overlap / planted_hours.sum() > 0.5, f"told {first.windows}"


def test_hours_of_the_night_life_are_not_those_of_the_school(police: pl.DataFrame, story: dict) -> None:
    for planted in story["hotspots"]:
        near = police.filter(
            pl.col("kind").is_in(planted["kinds"])
            & ((pl.col("x") - planted["x"]) ** 2 + (pl.col("y") - planted["y"]) ** 2 < 200**2)
        )
        begin, end = (near[name].to_numpy().astype("datetime64[s]") for name in ("begin", "end"))
        matrix = week_matrix(begin, end)
        assert matrix.ravel()[planted["hours_of_week"]].sum() / matrix.sum() > 0.6, planted["id"]


def test_burglaries_repeat_nearby_soon_after(police: pl.DataFrame) -> None:
    rows = police.filter((pl.col("kind") == "woninginbraak") & pl.col("x").is_not_null())
    points = rows.select("x", "y").to_numpy()
    day = rows["begin"].to_numpy().astype("datetime64[D]").astype(int)
    left, right = np.triu_indices(len(points), 1)
    near = np.hypot(*(points[left] - points[right]).T) < 200
    left, right = left[near], right[near]

    def pairs(days: np.ndarray) -> int:
        return int((np.abs(days[left] - days[right]) <= 14).sum())

    rng = np.random.default_rng(1)
    chance = [pairs(rng.permutation(day)) for _ in range(99)]
    assert pairs(day) > 1.5 * max(chance)
    # Six to eight weeks later the same places are no busier than chance.
    later = (np.abs(day[left] - day[right]) > 42) & (np.abs(day[left] - day[right]) <= 56)
    expected = [((np.abs(s[left] - s[right]) > 42) & (np.abs(s[left] - s[right]) <= 56)).sum() for s in
                (rng.permutation(day) for _ in range(49))]  # fmt: skip
    assert later.sum() < 1.35 * np.mean(expected)


def test_trend_falls_for_burglary_and_rises_for_confused_behaviour(police: pl.DataFrame, story: dict) -> None:
    for kind, low, high in (("woninginbraak", -0.17, -0.05), ("verward_gedrag", 0.03, 0.09)):
        begin = police.filter(pl.col("kind") == kind)["begin"].to_numpy().astype("datetime64[s]")
        first = np.datetime64(story["from"])
        counts = weekly(begin, weeks=first + np.arange(208) * np.timedelta64(7, "D"))
        years = counts.reshape(4, 52).sum(axis=1)
        change = np.exp(np.polyfit(np.arange(4), np.log(years), 1)[0]) - 1
        assert low < change < high, (kind, years)


def test_burglary_has_its_season(police: pl.DataFrame, story: dict) -> None:
    rows = police.filter(pl.col("kind") == "woninginbraak")
    month = rows["begin"].dt.month()
    winter, summer = month.is_in([11, 12, 1]).sum(), month.is_in([5, 6, 7]).sum()
    assert 1.3 < winter / summer < 3.0


def test_share_of_attempts_and_of_rows_without_place(police: pl.DataFrame) -> None:
    attempts = police.filter(pl.col("kind") == "woninginbraak")["poging"]
    assert (attempts == "ja").mean() == pytest.approx(0.4, abs=0.04)
    nowhere = police.filter(pl.col("x").is_null() & pl.col("buurtcode").is_null())
    only_area = police.filter(pl.col("x").is_null() & pl.col("buurtcode").is_not_null())
    assert nowhere.height / police.height == pytest.approx(0.03, abs=0.005)
    assert only_area.height / police.height == pytest.approx(0.02, abs=0.005)


def test_points_lie_in_the_area_that_the_row_names(almere: Profile, police: pl.DataFrame) -> None:
    areas = {area.code: area.geometry for area in almere.areas_of(almere.finest.id)}
    placed = police.filter(pl.col("x").is_not_null())
    for (code,), rows in placed.group_by("buurtcode"):
        assert shapely.contains_xy(areas[code], rows["x"].to_numpy(), rows["y"].to_numpy()).all(), code


def test_emerging_cluster_is_new(police: pl.DataFrame, story: dict) -> None:
    planted = story["emerging"]
    near = police.filter(
        pl.col("kind").is_in(planted["kinds"])
        & ((pl.col("x") - planted["x"]) ** 2 + (pl.col("y") - planted["y"]) ** 2 < 600**2)
    )
    start = date.fromisoformat(planted["from"])
    recent = near.filter(pl.col("end").dt.date() >= start).height / ((UNTIL - start).days + 1)
    before = near.filter(pl.col("end").dt.date() < start).height / (start - date.fromisoformat(story["from"])).days
    assert recent > 8 * before


def test_measure_worked_where_it_was_taken(police: pl.DataFrame, story: dict) -> None:
    measure = story["measure"]
    rows = police.filter(pl.col("kind").is_in(measure["kinds"]) & pl.col("x").is_not_null())
    near = ((rows["x"] - measure["x"]) ** 2 + (rows["y"] - measure["y"]) ** 2 <= measure["radius_m"] ** 2).to_numpy()
    start = date.fromisoformat(measure["from"])
    after = (rows["begin"].dt.date() >= start).to_numpy()
    ratio = (near & after).sum() / (near & ~after).sum() / ((~near & after).sum() / (~near & ~after).sum())
    error = np.sqrt(1 / (near & after).sum() + 1 / (near & ~after).sum())
    assert np.log(ratio) == pytest.approx(np.log(1 - measure["effect"]), abs=2.6 * error)
    assert ratio < 0.75


def test_latest_delivery_holds_known_and_wrong_rows(folder: Path, story: dict) -> None:
    latest = next(item for item in story["deliveries"] if item["path"] == "politie-incidenten-latest.csv")
    assert latest["rows"] == latest["new"] + latest["known"] + latest["rejected"]
    assert (latest["known"], latest["rejected"]) == (36, 5)
    for item in story["deliveries"]:
        with (folder / item["path"]).open() as file:
            assert sum(1 for _ in file) == item["rows"] + 1


def test_another_municipality_gets_its_own_columns_and_kinds(tmp_path: Path) -> None:
    profile = load(SECOND)
    city = make(profile, recipe_for(profile), incidents=3000, until=UNTIL, seed=1)
    first = write(city, tmp_path)[0]
    rows = pl.read_csv(first.path, infer_schema=False)
    assert rows.columns[:3] == ["case", "offence", "from"]
    assert {"attempted burglary", "burglary", "boat theft"} <= set(rows["offence"])
    assert set(rows["village"].drop_nulls()) <= {area.name for area in profile.areas_of(profile.finest.id)}
    assert len(city.recipe.hotspots) == 3
    assert city.calendar.weeks * 7 < profile.source("police").retention_days


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"hotspots": [{"id": "x"}]}, "hotspots.0.place"),
        ({"kinds": {"hooliganisme": {"share": 1}}}, "found 'hooliganisme'; expected one of"),
        ({"centres": {"dam": 1}}, "centres: found 'dam'; expected one of"),
        ({"deliveries": [{"source": "kadaster"}]}, "deliveries: found 'kadaster'"),
        ({"kinds": {"woninginbraak": {"share": -1}}}, "kinds.woninginbraak.share: found -1"),
        ({"holidays": []}, "holidays"),
    ],
)
def test_wrong_recipe_says_where(almere: Profile, change: dict, says: str) -> None:
    with pytest.raises(RecipeError, match=r"demo\.yaml: ") as refused:
        recipe_for(replace(almere, demo={**almere.demo, **change}))
    assert says in str(refused.value)


def test_wrong_arguments_are_told(almere: Profile) -> None:
    with pytest.raises(ValueError, match="until is Monday 2026-11-23; expected a Sunday"):
        make(almere, recipe_for(almere), incidents=60_000, until=date(2026, 11, 23), seed=1)
    with pytest.raises(ValueError, match="incidents is 10; expected at least 1000"):
        make(almere, recipe_for(almere), incidents=10, until=UNTIL, seed=1)
