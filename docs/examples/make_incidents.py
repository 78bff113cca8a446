"""Makes incidents.csv, the file of the worked examples. Nothing in it ever happened; the places are invented.

    python docs/examples/make_incidents.py

Three years, seed 7. Planted: a place with street robbery on Friday and Saturday nights (23 to 03), a shopping centre
with shoplifting on weekday afternoons (15 to 18), and a car park with break-ins in the evening (18 to 22) that began in
the last year. Burglaries are spread out and known as between two moments. More happens in winter, and a little less
each year.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from pyproj import Transformer

START = datetime(2023, 1, 2)  # noqa: DTZ001 -- local time, as police files have it
WEEKS = 156
STATION, SHOPS, CAR_PARK = (143_600.0, 487_300.0), (146_200.0, 489_900.0), (141_300.0, 485_400.0)
HALF_AWAY = 3_500.0


def main() -> None:
    rng = np.random.default_rng(7)
    rows: list[tuple[str, datetime, datetime, float, float]] = []
    for week in range(WEEKS):
        season = (1.0 + 0.3 * np.cos(2 * np.pi * week / 52.18)) * 0.94 ** (week / 52.18)
        rows += nights(rng, week, rng.poisson(2.2 * season))
        rows += afternoons(rng, week, rng.poisson(2.0 * season))
        if week >= WEEKS - 52:
            rows += evenings(rng, week, rng.poisson(2.0 * season))
        rows += burglaries(rng, week, rng.poisson(3.5 * season))
        rows += anything(rng, week, rng.poisson(5.0 * season))
    rows.sort(key=lambda row: row[1])
    lon, lat = Transformer.from_crs(28992, 4326, always_xy=True).transform([r[3] for r in rows], [r[4] for r in rows])
    with (Path(__file__).parent / "incidents.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kind", "begin", "end", "lon", "lat"])
        for (kind, begin, end, _, _), x, y in zip(rows, lon, lat, strict=True):
            writer.writerow([kind, f"{begin:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}", f"{x:.5f}", f"{y:.5f}"])


def at(week: int, day: int, hour: float) -> datetime:
    return START + timedelta(weeks=week, days=int(day), minutes=round(hour * 60))


def near(rng: np.random.Generator, place: tuple[float, float]) -> tuple[float, float]:
    return float(place[0] + rng.normal(0, 70)), float(place[1] + rng.normal(0, 70))


def anywhere(rng: np.random.Generator) -> tuple[float, float]:
    """Somewhere in twelve neighbourhoods around the station."""
    angle, far = 2 * np.pi * rng.integers(0, 12) / 12, rng.choice([0.45, 0.9]) * HALF_AWAY
    x, y = STATION[0] + far * np.cos(angle), STATION[1] + far * np.sin(angle)
    return float(x + rng.normal(0, 450)), float(y + rng.normal(0, 450))


def moments(kind: str, when: datetime, place: tuple[float, float]) -> tuple[str, datetime, datetime, float, float]:
    return kind, when, when, *place


def nights(rng: np.random.Generator, week: int, n: int) -> list:
    return [
        moments("street robbery", at(week, rng.choice([4, 5]), rng.uniform(23, 27)), near(rng, STATION))
        for _ in range(n)
    ]


def afternoons(rng: np.random.Generator, week: int, n: int) -> list:
    return [
        moments("shoplifting", at(week, rng.integers(0, 5), rng.uniform(15, 18)), near(rng, SHOPS)) for _ in range(n)
    ]


def evenings(rng: np.random.Generator, week: int, n: int) -> list:
    return [
        moments("theft from car", at(week, rng.integers(0, 7), rng.uniform(18, 22)), near(rng, CAR_PARK))
        for _ in range(n)
    ]


def burglaries(rng: np.random.Generator, week: int, n: int) -> list:
    """Found on coming home: between leaving and returning, mostly an afternoon and evening."""
    rows = []
    for _ in range(n):
        left = at(week, rng.integers(0, 7), rng.normal(15.0, 2.0))
        rows.append(("burglary", left, left + timedelta(minutes=int(rng.gamma(2.0, 150))), *anywhere(rng)))
    return rows


def anything(rng: np.random.Generator, week: int, n: int) -> list:
    kinds = ("theft of bicycle", "vandalism", "theft from car", "assault")
    return [
        moments(str(rng.choice(kinds)), at(week, rng.integers(0, 7), rng.uniform(7, 24)), anywhere(rng))
        for _ in range(n)
    ]


if __name__ == "__main__":
    main()
