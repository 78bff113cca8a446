"""Makes windows.csv, the file of the worked example of allocate. Places and numbers are invented.

    python docs/examples/make_windows.py

Twelve places in three areas and the week in windows of four hours from noon to midnight: 252 rows, with what is
expected in a week. Planted: the Square on Friday and Saturday evening and the Shops on Saturday afternoon hold most;
the school is busy on weekday afternoons alone; Lakeside lies far from all, and little happens there.
"""

import csv
from pathlib import Path

import numpy as np
from pyproj import Transformer

RD_NEW = Transformer.from_crs(28992, 4326, always_xy=True)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = (12, 16, 20)
PLACES = (
    # name, area, metres east and north of the middle, usual number in a window
    ("Square", "Centre", 0, 0, 0.30),
    ("Station", "Centre", 350, -250, 0.35),
    ("Shops", "Centre", -300, 200, 0.25),
    ("Canal", "Centre", 500, 500, 0.12),
    ("School", "North", -400, 2100, 0.08),
    ("Park", "North", 300, 2400, 0.15),
    ("Mall", "North", 900, 2000, 0.20),
    ("Garages", "North", -900, 2700, 0.10),
    ("Sports", "South", 200, -2300, 0.10),
    ("Bus stop", "South", 700, -1900, 0.14),
    ("Estate", "South", -600, -2600, 0.16),
    ("Lakeside", "South", 2800, -3900, 0.06),
)


def main() -> None:
    rng = np.random.default_rng(3)
    with (Path(__file__).parent / "windows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["place", "area", "day", "begin", "end", "expected", "lon", "lat"])
        for name, area, east, north, usual in PLACES:
            lon, lat = RD_NEW.transform(143_000 + east, 487_000 + north)
            for day in range(7):
                for hour in HOURS:
                    expected = usual * busy(name, day, hour) * rng.uniform(0.8, 1.25)
                    writer.writerow(
                        [name, area, DAYS[day], hour, hour + 4, f"{expected:.2f}", f"{lon:.5f}", f"{lat:.5f}"]
                    )


def busy(name: str, day: int, hour: int) -> float:
    """How many times as much as usual."""
    if name == "Square" and hour == 20 and day in (4, 5):
        return 8.0
    if name == "Shops" and hour == 12 and day == 5:
        return 6.0
    if name == "School":
        return 6.0 if hour == 12 and day < 5 else 0.2
    return 1.6 if hour == 20 and day in (4, 5) else 0.7 if hour == 12 else 1.0


if __name__ == "__main__":
    main()
