"""Guesses from their names which columns hold place, time and kind."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from openvis.cli.analyse.wrong import WrongInput

NAMES: Mapping[str, tuple[str, ...]] = {
    role: tuple(names.split())
    for role, names in {
        "x": "x lon longitude lng long lengtegraad x_rd rd_x xcoord x_coord x_coordinate x_coordinaat xcoordinaat "
        "x_coordina easting point_x geo_lon",
        "y": "y lat latitude breedtegraad y_rd rd_y ycoord y_coord y_coordinate y_coordinaat ycoordinaat y_coordina "
        "northing point_y geo_lat",
        "begin": "begin start from date_from begin_date start_date start_local begin_local begindatum datum_begin "
        "begin_datum begindatumtijd pleegdatum_begin pleegdatum_van datum_van startdatum datetime date_time timestamp "
        "occurred_at occurred occ_date occurrence_date incident_date incidentdatum pleegdatum datumtijd datum_tijd "
        "date datum day",
        "end": "end until to date_to date_until end_date end_local einddatum eind_datum datum_eind datum_einde einde "
        "eind einddatumtijd pleegdatum_eind pleegdatum_einde pleegdatum_tot datum_tot",
        "hour": "hour uur time tijd begin_time start_time begintijd tijdstip occ_time tijd_begin",
        "end_hour": "end_hour end_time eindtijd einduur eind_uur tijd_eind",
        "kind": "kind type offence offense soort delict category categorie incident_type incidenttype crime_type "
        "incident_kind offence_type offense_type soort_incident feit call_type mci_category",
    }.items()
}
AREAS = (
    "area", "buurt", "neighbourhood", "neighborhood", "wijk", "district", "gebied", "area_name", "area_code",
    "buurtnaam", "buurt_naam", "buurtcode", "buurt_code", "wijknaam", "wijk_naam", "wijkcode", "wijk_code", "stadsdeel",
    "ward", "sector", "beat", "precinct", "division", "borough", "region",
)  # fmt: skip
"""Columns that name an area, the finest first."""
NEEDED_FOR = {"x": "the place", "y": "the place", "begin": "the time"}


@dataclass(frozen=True)
class Columns:
    """Names of the columns taken; None for what the file does not have."""

    x: str | None = None
    y: str | None = None
    begin: str | None = None
    end: str | None = None
    hour: str | None = None
    end_hour: str | None = None
    kind: str | None = None
    area_column: str | None = None

    def told(self) -> str:
        """The choice in a line, with the options that change it."""
        taken = [f"{role.replace('_', '-')} = {name}" for role, name in asdict(self).items() if name is not None]
        return ", ".join(taken)


def choose(present: Iterable[str], given: Mapping[str, str | None], needed: Iterable[str]) -> Columns:
    """The columns for each role: as given (checked), else by name; refuses when a needed one is not found."""
    columns = list(present)
    chosen = {
        role: choose_named(columns, names, given.get(role), f"--{role.replace('_', '-')}")
        for role, names in NAMES.items()
    }
    if chosen["end"] is None:
        chosen["end_hour"] = given.get("end_hour")
    for role in needed:
        if chosen[role] is None:
            raise WrongInput(
                f"no column found for {NEEDED_FOR[role]} ({role}); expected --{role} with one of {_list(columns)}"
            )
    return Columns(**chosen)


def choose_area(present: Iterable[str], given: str | None) -> str | None:
    """The column that names the area: as given (checked), else by name; None where there is none."""
    return choose_named(present, AREAS, given, "--area-column")


def choose_named(present: Iterable[str], names: Iterable[str], given: str | None, option: str) -> str | None:
    """The column that `option` gives (checked), else the first of `names` that the file has; None where there is none."""
    columns = list(present)
    if given is not None:
        if given not in columns:
            raise WrongInput(f"{option} is {given!r}; expected one of the columns {_list(columns)}")
        return given
    by_name = {plain(name): name for name in reversed(columns)}
    return next((by_name[name] for name in names if name in by_name), None)


def plain(name: str) -> str:
    """Lower case, words joined by a single underscore; CamelCase counts as words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def _list(columns: list[str]) -> str:
    return ", ".join(columns)
