"""The municipality itself: name, language, levels of areas, organisations, named places."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from openvis.profile.text import Filled, Slug, Strict, Text


class Municipality(Strict):
    """The city (gemeente) this installation serves."""

    code: Annotated[str, StringConstraints(pattern=r"^GM\d{4}$")]
    """Code of Statistics Netherlands (CBS), such as GM0034."""
    name: Filled
    language: Literal["nl", "en"] = "nl"
    timezone: Filled = "Europe/Amsterdam"
    crs: int = 28992
    """EPSG code of the plane coordinates, in metres; RD New in the Netherlands."""
    theme: Literal["voorbeeld", "ma"] = "voorbeeld"
    home: Text
    """One sentence on the first page: what this site is for in this city."""
    official: Text
    """The line at the foot of every page: whose site this is."""
    border_tolerance_m: float = Field(default=0.0, ge=0.0, le=500.0)
    """How far from every area a point within the outline may lie and still go to the nearest one, in metres."""
    rate_floor: int = Field(default=1000, ge=0)
    """Below this many inhabitants (or dwellings) an area gets counts, not rates."""


class Level(Strict):
    """A level of areas (gebiedsindeling), from coarse to fine in the profile; incidents are placed in the last."""

    id: Slug
    name: Text
    plural: Text
    file: Filled
    """GeoJSON or CSV with the areas, relative to the profile."""


class Organisation(Strict):
    """A partner (partner) or a part of the municipality."""

    id: Slug
    name: Text
    short: Text | None = None


class NamedPlace(Strict):
    """A place everybody knows by name (station, square), to find one's way by and to name hotspots after."""

    id: Slug
    name: Text
    kind: Literal["station", "square", "centre", "building", "park", "other"] = "other"
    lon: float = Field(ge=-180.0, le=180.0)
    lat: float = Field(ge=-90.0, le=90.0)


class CountsFile(Strict):
    """A file with open counts that comes with the profile, and the source that reads it."""

    file: Filled
    source: Slug
    note: Text | None = None


class LinesFile(Strict):
    """Lines or planes of the profile's own base map (border, water, roads), as GeoJSON in WGS84."""

    id: Slug
    file: Filled


class City(Strict):
    """The file profile.yaml."""

    municipality: Municipality
    levels: list[Level] = Field(min_length=1)
    organisations: list[Organisation] = Field(min_length=1)
    terms: dict[str, Text] = {}
    places: list[NamedPlace] = []
    lines: list[LinesFile] = []
    counts: list[CountsFile] = []
