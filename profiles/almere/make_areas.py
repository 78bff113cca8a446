"""Make the area files, base-map lines and open counts of this profile from the open data; SOURCES.md says from which.

    python profiles/almere/make_areas.py FOLDER-WITH-THE-DATA

The lines of the 2024 neighbourhoods are approximate: neighbours overlap and leave slits. Here they become a partition
of the municipality: overlaps go to the neighbour with the longest shared border, slits and the strip up to the
municipal border to the nearest neighbourhood.
"""

import csv
import gzip
import json
import sys
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

HERE = Path(__file__).resolve().parent
TO_RD = Transformer.from_crs(4326, 28992, always_xy=True)
TO_WGS84 = Transformer.from_crs(28992, 4326, always_xy=True)
YEARS = range(2021, 2026)
G10 = {"GM0363", "GM0599", "GM0518", "GM0344", "GM0772", "GM0014", "GM0855", "GM0034", "GM0758", "GM0268"}

# Wijk numbers are grouped by stadsdeel, each ending in its own "Overig Almere …".
STADSDELEN = [
    ("haven", "Haven", (1, 16)),
    ("stad", "Stad", (17, 40)),
    ("buiten", "Buiten", (41, 59)),
    ("poort", "Poort", (60, 74)),
    ("hout", "Hout", (75, 85)),
    ("pampus", "Pampus", (86, 96)),
]
STAD_OOST = {17, 18, 19, 20, 21, 22, 23, 24, 32, 34, 38, 39}
"""Centre, Film-, Dans-, Park-, Verzets-, Waterwijk, Tussen de Vaarten, Hortus, Randstad, Veluwse-, Sallandsekant."""
STATIONS = [
    (5.1517, 52.3431),
    (5.1903, 52.3675),
    (5.2178, 52.3750),
    (5.2447, 52.3767),
    (5.2781, 52.3942),
    (5.3000, 52.4028),
]
"""Poort, Muziekwijk, Centrum, Parkwijk, Buiten, Oostvaarders: longitude, latitude, to some tens of metres."""
NAMES = {"LumiÞrepark": "Lumièrepark", "Bedrijvensterrein Draaiersplaats": "Bedrijventerrein Draaiersplaats"}


def stadsdeel_of(wijk: int) -> str:
    """The stadsdeel whose range of numbers holds the wijk; Twentsekant (79) lies in Hout."""
    return next(key for key, _, (first, last) in STADSDELEN if first <= wijk <= last)


def gebied_of(wijk: int) -> str:
    """Policy area of the plan (3.2): 1 Buiten & Hout, 2 Stad-Oost, Haven & centre, 3 Stad-West & Poort (and Pampus)."""
    stadsdeel = stadsdeel_of(wijk)
    if stadsdeel in ("buiten", "hout"):
        return "gebied-1"
    if stadsdeel == "haven" or wijk in STAD_OOST:
        return "gebied-2"
    return "gebied-3"


def project(geometry: BaseGeometry, transformer: Transformer) -> BaseGeometry:
    """A geometry in another system."""
    return shapely.transform(geometry, lambda points: np.column_stack(transformer.transform(*points.T)))


def partition(polygons: list[BaseGeometry], outline: BaseGeometry) -> list[BaseGeometry]:
    """Polygons that fill the outline without overlap; what none held goes to the nearest."""
    clean = shapely.intersection(shapely.coverage_clean(polygons), outline)
    gaps = outline.difference(shapely.union_all(clean))
    points, owners = [], []
    for number, polygon in enumerate(clean):
        near = polygon.boundary.intersection(gaps.buffer(300))
        line = shapely.segmentize(near, 10.0) if not near.is_empty else polygon.boundary
        coordinates = shapely.get_coordinates(line)
        points.append(coordinates)
        owners.append(np.full(len(coordinates), number))
    coordinates, owner = np.concatenate(points), np.concatenate(owners)
    coordinates, first = np.unique(np.round(coordinates, 2), axis=0, return_index=True)
    owner = owner[first]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(coordinates), extend_to=outline))
    centre, cell = shapely.STRtree(cells).query(shapely.points(coordinates), predicate="within")
    pieces: list[list[BaseGeometry]] = [[polygon] for polygon in clean]
    for point, number in zip(centre, cell, strict=True):
        piece = cells[number].intersection(gaps)
        if piece.area > 0:
            pieces[owner[point]].append(piece)
    filled = [polygonal(shapely.union_all(parts, grid_size=0.01)) for parts in pieces]
    final = shapely.coverage_clean(filled, gap_width=5.0, snapping_distance=0.05)
    simple = shapely.coverage_simplify(final, 12.0, simplify_boundary=False)
    return [polygonal(shape_) for shape_ in simple]


def polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """Only the polygons of at least 100 m² of a geometry, holes smaller than that closed."""
    kept = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and part.area >= 100]
    whole = [shapely.Polygon(p.exterior, [r for r in p.interiors if shapely.Polygon(r).area >= 100]) for p in kept]
    return whole[0] if len(whole) == 1 else shapely.MultiPolygon(whole)


def write_geojson(path: Path, features: list[tuple[dict[str, object], BaseGeometry]]) -> None:
    """One feature a line, so that a problem has a line number and a change is readable."""
    lines = []
    for properties, geometry in features:
        outline = shapely.set_precision(project(geometry, TO_WGS84), 0)
        rounded = shapely.transform(outline, lambda points: np.round(points, 7))
        feature = {"type": "Feature", "properties": properties, "geometry": mapping(rounded)}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    path.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def write_csv(path: Path, rows: list[dict[str, object]]) -> None:
    """Rows with the keys of the first as header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def whole(value: object) -> int | None:
    """A number of the source as a whole number; None stays None."""
    return None if value in (None, "") else int(float(str(value)))


def load_municipalities(data: Path) -> dict[str, BaseGeometry]:
    """Name → land of every municipality, in RD."""
    with gzip.open(data / "nl-gemeenten-2022" / "nl_gemeenten_2022.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    return {
        feature["properties"]["statnaam"]: shapely.make_valid(project(shape(feature["geometry"]), TO_RD))
        for feature in features
    }


def make_areas(data: Path, outline: BaseGeometry) -> None:
    """buurten.geojson, wijken.csv, stadsdelen.csv, gebieden.csv and the counts."""
    source = data / "almere-buurten-2024"
    features = json.loads((source / "almere_buurten_2024_approx.geojson").read_text(encoding="utf-8"))["features"]
    polygons = [shapely.make_valid(project(shape(feature["geometry"]), TO_RD)) for feature in features]
    validity = {"valid_from": "2024-01-01", "source_year": 2024}
    buurten, counts = [], []
    for feature, geometry in zip(features, partition(polygons, outline), strict=True):
        row = feature["properties"]
        name = NAMES.get(row["bu_naam"], row["bu_naam"]).removesuffix(" (brt)")
        households = whole(row["huishoudens"])
        properties = {
            "code": row["bu_code"],
            "name": name,
            "wijk": row["wk_code"],
            "inhabitants": whole(row["inwoners"]),
            "households": households,
            "dwellings": households,
            "dwellings_source": "households 2024 (CBS), as an approximation" if households is not None else None,
            "land_ha": row["opp_land_ha"],
            **validity,
            "inhabitants_0_15": whole(row["inwoners_0_15"]),
            "inhabitants_65_plus": whole(row["inwoners_65plus"]),
            "property_value_1000_eur_mean": whole(row["woz_1000eur"]),
            "owner_occupied_pct": whole(row["koop_pct"]),
        }
        buurten.append(({key: value for key, value in properties.items() if value is not None}, geometry))
        counts.append({"buurt": row["bu_code"], **{str(year): row[f"misdrijven_{year}"] for year in YEARS}})
    write_geojson(HERE / "areas" / "buurten.geojson", buurten)
    write_csv(HERE / "counts" / "misdrijven_totaal_2021_2025.csv", counts)
    with (source / "almere_wijken_2024.csv").open(encoding="utf-8") as file:
        wijken = [
            {
                "code": row["wk_code"],
                "name": row["wk_naam"],
                "stadsdeel": stadsdeel_of(int(row["wk_code"][-2:])),
                "gebied": gebied_of(int(row["wk_code"][-2:])),
                "inhabitants": whole(row["inwoners"]),
                "households": whole(row["huishoudens"]),
                "dwellings": whole(row["huishoudens"]),
                "dwellings_source": "households 2024 (CBS), as an approximation" if row["huishoudens"] else "",
                "land_ha": row["opp_land_ha"],
                **validity,
            }
            for row in csv.DictReader(file)
        ]
    write_csv(HERE / "areas" / "wijken.csv", wijken)
    write_csv(
        HERE / "areas" / "stadsdelen.csv",
        [{"code": key, "name": f"Almere {name}", **validity} for key, name, _ in STADSDELEN],
    )
    gebieden = ("Buiten & Hout", "Stad-Oost, Haven & Stadscentrum", "Stad-West & Poort")
    rows = [{"code": f"gebied-{number}", "name": name, **validity} for number, name in enumerate(gebieden, 1)]
    write_csv(HERE / "areas" / "gebieden.csv", rows)


def make_comparison(data: Path) -> None:
    """Totals of the ten largest municipalities."""
    rows = []
    with (data / "nl-buurt-crime-2021-2025" / "nl_gemeenten_2024_misdrijven_2021_2025.csv").open(
        encoding="utf-8"
    ) as file:
        for row in csv.DictReader(file):
            if row["gm_code"] in G10:
                for year in YEARS:
                    count = whole(row[f"misdrijven_{year}"])
                    if count is not None:
                        rows.append(
                            {
                                "code": row["gm_code"],
                                "name": row["gm_naam"],
                                "year": year,
                                "kind": "misdrijven_totaal",
                                "count": count,
                                "inhabitants": whole(row["inwoners"]),
                            }
                        )
    write_csv(HERE / "comparison.csv", sorted(rows, key=lambda row: (row["code"], row["year"])))


def make_lines(municipalities: dict[str, BaseGeometry], outline: BaseGeometry) -> None:
    """What the base map draws: the border, open water around, the land of the neighbours, the railway in outline."""
    frame = shapely.box(*outline.buffer(9000).bounds)
    near = {name: land for name, land in municipalities.items() if name != "Almere" and land.intersects(frame)}
    water = frame.difference(shapely.union_all([outline, *near.values()]))
    write_geojson(HERE / "lines" / "border.geojson", [({"name": "Almere"}, outline)])
    write_geojson(HERE / "lines" / "water.geojson", [({"name": "open water"}, shapely.simplify(water, 20))])
    land = [({"name": name}, shapely.simplify(near[name].intersection(frame), 20)) for name in sorted(near)]
    write_geojson(HERE / "lines" / "neighbours.geojson", land)
    rail = project(shapely.LineString(STATIONS), TO_RD)
    write_geojson(HERE / "lines" / "rail.geojson", [({"name": "Flevolijn", "schematic": True}, rail)])


def main() -> None:
    """Read the data folder given on the command line and write the files of this profile."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "almere-buurten-2024").is_dir():
        raise SystemExit("usage: python profiles/almere/make_areas.py FOLDER (with almere-buurten-2024/ in it)")
    data = Path(sys.argv[1])
    municipalities = load_municipalities(data)
    outline = municipalities["Almere"]
    make_areas(data, outline)
    make_comparison(data)
    make_lines(municipalities, outline)


if __name__ == "__main__":
    main()
