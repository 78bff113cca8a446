"""Sources (bronnen): who delivers, on which legal ground, and how its columns become incidents or counts.

A source of the profile and one that is made in the browser are the same model; the web keeps the latter as
`source.model_dump(mode="json")` and reads it back with `Source.model_validate`.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from openvis.profile.periods import parse_period
from openvis.profile.text import Filled, Slug, Strict, Text

Levels = Literal["code", "name"]


class LegalGround(Strict):
    """The article on which the data may be had (grondslag)."""

    law: Literal["AVG", "Wpg"]
    """AVG: general data protection regulation; Wpg: Police Data Act (Wet politiegegevens)."""
    article: Filled
    note: Text | None = None


class Covenant(Strict):
    """The agreement (convenant) under which a partner delivers; after `ends` nothing is taken in."""

    name: Filled
    starts: date
    ends: date

    @model_validator(mode="after")
    def _ordered(self) -> "Covenant":
        if self.ends < self.starts:
            raise ValueError(f"ends on {self.ends} before it starts on {self.starts}, expected starts before ends")
        return self

    def in_force(self, day: date) -> bool:
        """Whether the covenant covers a day."""
        return self.starts <= day <= self.ends


class Format(Strict):
    """How the file is written. `auto` looks for itself."""

    delimiter: str = Field(default="auto", min_length=1)
    encoding: Filled = "auto"
    decimal: Literal["auto", ".", ","] = "auto"
    sheet: str | None = None
    """Name of the sheet of a spreadsheet; the first when absent."""
    header_row: int = Field(default=1, ge=1)
    """Row (from 1) with the names of the columns."""

    @field_validator("delimiter")
    @classmethod
    def _delimiter(cls, value: str) -> str:
        if value != "auto" and len(value) != 1:
            raise ValueError(f"found {value!r}, expected auto or one character")
        return value


class KindValue(Strict):
    """What one value of the kind column stands for."""

    kind: Slug
    attempt: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"kind": value} if isinstance(value, str) else value


class KindColumn(Strict):
    """Which kind of incident a row is: by the value of a column, else the default (without a column: all rows)."""

    column: str | None = None
    map: dict[str, KindValue] = {}
    default: Slug | None = None

    @field_validator("map", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        return {str(key): entry for key, entry in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _useful(self) -> "KindColumn":
        if self.column is None and self.default is None:
            raise ValueError("neither a column nor a default, expected at least one of them")
        if self.column is not None and not self.map and self.default is None:
            raise ValueError(f"column {self.column!r} has no map, expected map: with a kind for every value")
        return self

    @property
    def kinds(self) -> set[str]:
        """All kinds it can give."""
        return {entry.kind for entry in self.map.values()} | ({self.default} if self.default else set())


class AttemptColumn(Strict):
    """Whether it was completed or an attempt (voltooid, poging), by the value of a column."""

    column: Filled
    true: list[str]
    """Values that mean an attempt."""
    false: list[str] = []
    """Values that mean completed; when empty, everything that is not in `true`."""

    @field_validator("true", "false", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        # YAML reads an unquoted `ja` as text but `true` as a truth value; a file holds texts.
        return [str(item) for item in value] if isinstance(value, list) else value


class Moment(Strict):
    """A moment in one column, or a date and a time in two."""

    column: str | None = None
    date_column: str | None = None
    time_column: str | None = None
    formats: list[str] | Literal["auto"] = "auto"
    """Python date styles such as `%d-%m-%Y %H:%M`, tried in this order; `auto` tries the usual ones."""
    unknown_time: list[str] = []
    """Times that stand for "not known" in this source, such as 00:00."""

    @model_validator(mode="after")
    def _one_way(self) -> "Moment":
        if (self.column is None) == (self.date_column is None):
            raise ValueError("expected either column, or date_column with time_column")
        if self.time_column is not None and self.date_column is None:
            raise ValueError(f"time_column {self.time_column!r} without date_column, expected both")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        return [name for name in (self.column, self.date_column, self.time_column) if name]


class PointColumns(Strict):
    """Coordinates, with their system: 28992 is RD New (x, y in metres), 4326 is WGS84 (x longitude, y latitude)."""

    x: Filled
    y: Filled
    crs: Literal[28992, 4326] = 28992


class AddressColumns(Strict):
    """Postcode and house number (postcode en huisnummer); letter and addition where they have their own columns."""

    postcode: Filled
    number: Filled
    letter: str | None = None
    addition: str | None = None


class AreaColumn(Strict):
    """An area by code or by name, on a level of the profile."""

    column: Filled
    level: Slug
    by: Levels = "code"


class Place(Strict):
    """Where it happened: what is filled in first counts, coordinates before address before area."""

    xy: PointColumns | None = None
    address: AddressColumns | None = None
    area: AreaColumn | None = None
    precision_column: str | None = None
    precision_m: float | None = Field(default=None, gt=0)
    """How sure the coordinates are, in metres, when no column says so."""

    @model_validator(mode="after")
    def _some(self) -> "Place":
        if not (self.xy or self.address or self.area):
            raise ValueError("expected at least one of xy, address, area")
        return self


class FreeText(Strict):
    """Free text (vrije tekst). Dropped, unless the source says why it must be kept."""

    column: Filled
    keep: bool = False
    justification: Text | None = None

    @model_validator(mode="after")
    def _justified(self) -> "FreeText":
        if self.keep and self.justification is None:
            raise ValueError("keep is true without justification, expected the reason why free text is needed")
        return self


class IncidentColumns(Strict):
    """From columns to incidents."""

    reference: str | None = None
    """Number by which the provider knows the row again; without it every row is new."""
    kind: KindColumn
    attempt: AttemptColumn | None = None
    begin: Moment
    end: Moment | None = None
    reported: Moment | None = None
    place: Place
    free_text: list[FreeText] = []


class CountColumns(Strict):
    """From columns to counts per area, kind and period: long (one row a count) or wide (one column a period)."""

    area: AreaColumn
    kind: KindColumn
    period: str | None = None
    """Column with the period, for a long table: 2017, 2017-03, 2017JJ00, 2017MM01, 2017KW02."""
    value: str | None = None
    wide: dict[str, str] = {}
    """Column → period, for a wide table."""

    @field_validator("wide", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        return {str(key): str(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _one_shape(self) -> "CountColumns":
        long = self.period is not None and self.value is not None
        if long == bool(self.wide):
            raise ValueError("expected either period and value (long), or wide with a period for every column")
        for period in self.wide.values():
            parse_period(period)
        return self


class Source(Strict):
    """A source of incidents, observations or counts."""

    id: Slug
    name: Text
    provider: Slug
    """Organisation that delivers."""
    controller: Slug
    """Organisation that answers for the data (verwerkingsverantwoordelijke)."""
    legal_ground: LegalGround
    covenant: Covenant | None = None
    covenant_id: Slug | None = None
    """A covenant of the register (`covenants` in access.yaml), instead of one that is told here."""
    retention_days: int = Field(gt=0)
    """How long the rows are kept."""
    originals_days: int = Field(default=30, gt=0)
    """How long the file as delivered and its rejected rows are kept."""
    kind_of_data: Literal["incidents", "counts", "observations"]
    on_known_reference: Literal["update", "skip"] = "update"
    format: Format = Format()
    columns: IncidentColumns | None = None
    counts: CountColumns | None = None

    @model_validator(mode="after")
    def _one_covenant(self) -> "Source":
        if self.covenant is not None and self.covenant_id is not None:
            raise ValueError(f"covenant and covenant_id {self.covenant_id!r}, expected one of them")
        return self

    @model_validator(mode="after")
    def _columns_fit(self) -> "Source":
        wanted, other = ("counts", "columns") if self.kind_of_data == "counts" else ("columns", "counts")
        if getattr(self, wanted) is None:
            raise ValueError(f"kind_of_data is {self.kind_of_data}, expected {wanted}: with the columns of the file")
        if getattr(self, other) is not None:
            raise ValueError(f"kind_of_data is {self.kind_of_data}, expected no {other}:")
        return self

    @property
    def kinds(self) -> set[str]:
        """All kinds the source can give."""
        columns = self.columns or self.counts
        return columns.kind.kinds if columns else set()

    @property
    def area_column(self) -> AreaColumn | None:
        """The column with an area, if there is one."""
        return self.counts.area if self.counts else self.columns.place.area if self.columns else None
