"""`openvis analyse` on files as people have them: guesses, refusals with a reason, and what it writes."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import Result
from shapely.geometry import Point, shape

PLACE = (5.2150, 52.3700)
Run = Callable[..., Result]


def town(seed: int = 0) -> pl.DataFrame:
    """400 events over a town in Flevoland and 90 at one place on Friday and Saturday nights."""
    rng = np.random.default_rng(seed)
    lon = np.r_[rng.uniform(5.15, 5.30, 400), rng.normal(PLACE[0], 0.0010, 90)]
    lat = np.r_[rng.uniform(52.34, 52.41, 400), rng.normal(PLACE[1], 0.0006, 90)]
    hours = np.r_[
        rng.integers(0, 364 * 24, 400),
        rng.integers(0, 52, 90) * 168 + rng.choice([4, 5], 90) * 24 + rng.integers(22, 26, 90),
    ]
    at = np.datetime64("2023-01-02T00:00", "s") + hours * np.timedelta64(3600, "s")
    kind = np.r_[np.full(400, "theft"), np.full(90, "violence")]
    return pl.DataFrame(
        {"lon": lon.round(6), "lat": lat.round(6), "date": at.astype("datetime64[us]"), "offence": kind}
    )


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "events.csv"
    town().with_columns(pl.col("date").dt.strftime("%Y-%m-%d %H:%M")).write_csv(path)
    return path


def test_hotspots_finds_the_place_and_writes_everything(run: Run, events: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("hotspots", events, "--out", out)
    assert result.exit_code == 0, result.output
    assert "Columns taken: x = lon, y = lat, begin = date, kind = offence." in result.stderr
    assert "worked out in EPSG:28992" in result.stderr
    assert result.stdout.splitlines()[0].startswith("1 place holds")
    assert "Fri+Sat 22–02" in result.stdout
    first = json.loads((out / "hotspots.geojson").read_text())["features"][0]
    assert shape(first["geometry"]).distance(Point(PLACE)) < 0.002
    assert first["properties"]["kinds"].startswith("violence")
    assert pl.read_csv(out / "hotspots.csv")["rank"].to_list() == [1]
    assert (out / "map.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (out / "map.png").stat().st_size > 10_000
    told = json.loads((out / "run.json").read_text())
    assert told["outcome"]["moran"]["z"] > 5
    assert "cells near each other are alike (Moran's I" in result.stdout
    assert told["input"]["sha256"] == hashlib.sha256(events.read_bytes()).hexdigest()
    assert told["arguments"]["cell"] == 125.0
    assert set(told["timings"]) == {"read", "find", "write"}
    assert told["versions"]["openvis"]


def test_hot_times_finds_the_nights_and_writes_everything(run: Run, events: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("hot-times", events, "--where", "offence = 'violence'", "--out", out)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("100.0 % of 90 events in 8 of the 168 hours of the week: Fri+Sat 22–02.")
    assert "90 of 490 rows asked for" in result.stderr
    assert pl.read_csv(out / "matrix.csv")["events"].sum() == pytest.approx(90)
    window = pl.read_csv(out / "windows.csv").row(0, named=True)
    assert (window["days"], window["begin_hour"], window["end_hour"]) == ("Fri+Sat", 22, 2)
    assert (out / "chart.png").read_bytes()[:4] == b"\x89PNG"
    assert json.loads((out / "run.json").read_text())["outcome"]["clear"] is True


@pytest.mark.parametrize(
    ("style", "ending", "separator"),
    [
        ("%d-%m-%Y %H:%M", "csv", ";"),
        ("%d/%m/%Y %H:%M:%S", "csv", ","),
        ("%m/%d/%Y %I:%M %p", "csv", "\t"),
        ("%Y-%m-%dT%H:%M:%SZ", "csv", ","),
        ("%Y%m%d %H:%M", "txt", "|"),
        ("%Y-%m-%d %H:%M:%S.000", "csv", ","),
        (None, "parquet", ","),
    ],
)
def test_styles_of_dates_and_files_give_the_same_answer(
    run: Run, tmp_path: Path, style: str | None, ending: str, separator: str
) -> None:
    path = tmp_path / f"events.{ending}"
    if style is None:
        town().write_parquet(path)
    else:
        town().with_columns(pl.col("date").dt.strftime(style)).write_csv(path, separator=separator)
    result = run("hot-times", path, "--where", "offence = 'violence'", "--quiet")
    assert result.exit_code == 0, result.output
    assert "Fri+Sat 22–02" in result.stdout


def test_hour_beside_the_date_decimal_comma_windows_encoding_and_rd(run: Run, tmp_path: Path) -> None:
    from pyproj import Transformer

    frame = town()
    x, y = Transformer.from_crs(4326, 28992, always_xy=True).transform(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    lines = ["X;Y;Begindatum;Tijd;Soort"]
    for xi, yi, at in zip(x, y, frame["date"], strict=True):
        lines.append(f"{xi:.2f};{yi:.2f};{at:%d-%m-%Y};{at.hour};één".replace(".", ","))
    path = tmp_path / "aangiften.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    result = run("hotspots", path)
    assert result.exit_code == 0, result.output
    assert "x = X, y = Y, begin = Begindatum, hour = Tijd, kind = Soort" in result.stderr
    assert "EPSG:28992" in result.stderr
    assert "één" in result.stdout
    assert "Fri+Sat 22–02" in result.stdout


def test_rows_that_cannot_be_used_are_counted_by_reason(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    good = [f"{5.2 + i / 10_000:.4f},52.37,2024-01-0{i % 7 + 1} 10:00,2024-01-0{i % 7 + 1} 11:00" for i in range(50)]
    bad = [
        ",52.37,2024-01-01 10:00,",
        "0,0,2024-01-01 10:00,",
        "five,52.37,2024-01-01 10:00,",
        "9.5,52.37,2024-01-01 10:00,",
        "5.2,52.37,some day,",
        "5.2,52.37,2024-01-02 10:00,2024-01-01 10:00",
    ]
    path.write_text("\n".join(["lon,lat,begin,end", *good, *bad]) + "\n")
    result = run("hotspots", path)
    assert result.exit_code == 0, result.output
    assert "56 rows, 52 used, 4 not." in result.stderr
    for line in (
        "1 not used: no coordinates",
        "1 not used: coordinates 0, 0",
        "1 not used: coordinates that are no numbers",
        "1 not used: places over 150 km",
        "1 without a time that can be read",
        "1 end before they begin",
    ):
        assert line in result.stderr
    times = run("hot-times", path)
    assert "1 not used: no time that can be read in 'begin'" in times.stderr
    assert "1 not used: an end before its begin" in times.stderr


def test_area_keeps_out_what_lies_beside_it(run: Run, events: Path, tmp_path: Path) -> None:
    ring = [[5.19, 52.36], [5.24, 52.36], [5.24, 52.38], [5.19, 52.38], [5.19, 52.36]]
    area = tmp_path / "area.geojson"
    area.write_text(
        json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    )
    result = run("hotspots", events, "--area", area)
    assert result.exit_code == 0, result.output
    assert "not used: outside the study area" in result.stderr
    area.write_text("{}")
    refused = run("hotspots", events, "--area", area)
    assert refused.exit_code == 2
    assert "area.geojson cannot be read as GeoJSON" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("hotspots", "{events}", "--x", "width"),
            "--x is 'width'; expected one of the columns lon, lat, date, offence",
        ),
        (("hotspots", "{events}", "--where", "offence = 'fraud'"), "holds for none of the 490 rows"),
        (("hotspots", "{events}", "--where", "crime = 'x'"), "columns lon, lat, date, offence"),
        (("hotspots", "{events}", "--where", "("), "--where '(' cannot be used"),
        (("hotspots", "{events}", "--crs", "EPSG:1"), "--crs is 'EPSG:1'"),
        (("hotspots", "{events}", "--cell", "-5"), "--cell"),
        (("hotspots", "missing.csv"), "missing.csv"),
        (("hot-times", "{events}", "--begin", "offence"), "'theft', which is no date"),
        (("hot-times", "{events}", "--timezone", "Europe/Almere"), "timezone is 'Europe/Almere'"),
        (("hot-times", "{empty}"), "has no rows"),
        (("hot-times", "{days}"), "holds days without hours"),
        (("hotspots", "{nameless}"), "no column found for the place (x)"),
        (("hotspots", "{odd}"), "unknown kind of file"),
        (("hotspots", "{feet}"), "expected --crs"),
        (("hotspots", "{notparquet}"), "cannot be read as Parquet"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(
    run: Run, events: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    files = {
        "empty": ("e.csv", "lon,lat,date\n"),
        "days": ("d.csv", "lon,lat,date\n5.2,52.3,2024-01-01\n"),
        "nameless": ("n.csv", "a,b,c\n1,2,3\n"),
        "odd": ("o.docx", "?"),
        "feet": ("f.csv", "x,y,date\n7688186,676342,2024-01-01 10:00\n7688180,676340,2024-01-01 10:00\n"),
        "notparquet": ("p.parquet", "no"),
    }
    paths = {"events": events}
    for name, (file, text) in files.items():
        paths[name] = tmp_path / file
        paths[name].write_text(text)
    result = run(*(argument.format(**paths) for argument in arguments))
    assert result.exit_code == 2, result.output
    assert said in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output


def test_a_folder_that_cannot_be_made_ends_with_one(run: Run, events: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("hotspots", events, "--quiet", "--out", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert "Error:" in result.stderr
    assert "Traceback" not in result.output


def test_days_alone_still_make_hotspots(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    town().with_columns(pl.col("date").dt.strftime("%d-%m-%Y")).write_csv(path)
    result = run("hotspots", path)
    assert result.exit_code == 0, result.output
    assert "spread over the day" in result.stderr


def test_help_names_the_methods(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "hot-times" in result.stdout
    assert run("forecast-persons").exit_code == 2
