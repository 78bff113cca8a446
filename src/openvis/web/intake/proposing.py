"""An unknown file: what its columns probably mean, guessed from their names and from what is in them.

A guess is only where a person starts: nothing is taken in before somebody has looked at it and tried it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from openvis.profile import Kind
from openvis.profile.sources import Moment
from openvis.web import city

from .moments import read_moments
from .placing import Ground, numbers
from .problems import Problems
from .reading import Sheet

FIRST = 200
"""Rows that a guess is made from."""
MOST_KINDS = 40
"""Different values of a kind column that can be given a kind by hand."""
ENOUGH = 0.8
"""Share of the filled values that must fit a guess."""

_NAMES = {
    "reference": (
        r"registratie|referentie|zaak|incident.?(nr|num|id)|melding.?(nr|num)|dossier|case|reference|^id$|(^|_)nr$"
    ),
    "kind": r"soort|klasse|categorie|delict|type|feit|kind|offence|category|crime",
    "attempt": r"poging|attempt",
    "reported": r"kennis|gemeld|melding.*(datum|op|tijd)|aangifte|report|opname",
    "end": r"eind|tot(?![a-z])|until|(^|_)end|stop",
    "begin": r"begin|start|pleeg|datum|date|(^|_)van|from|when|wanneer|tijd",
    "x": r"^x$|x.?coord|rd.?x|^lon|lengte|geometry_x",
    "y": r"^y$|y.?coord|rd.?y|^lat|breedte|geometry_y",
    "postcode": r"postcode|^pc6?$|zip",
    "number": r"huis.?(nr|num)|house.?num",
    "letter": r"huisletter|^letter$",
    "addition": r"toevoeging|addition|suffix",
    "area": r"buurt|wijk|gebied|area|neighbou?rhood|kern|village",
    "precision": r"precisi|nauwkeurig|accura",
}
_YES, _NO = {"ja", "j", "1", "true", "yes", "y", "poging"}, {"nee", "n", "0", "false", "no", "voltooid"}


@dataclass(frozen=True, slots=True)
class Guess:
    """What the columns probably mean, as the values the form begins with."""

    fields: dict[str, Any]
    kinds: list[str]
    """Values of the kind column, the most frequent first."""


def guess(sheet: Sheet, on: Ground) -> Guess:
    """Guess a mapping for a file that no source describes."""
    frame = sheet.frame.head(FIRST)
    taken: set[str] = set()
    found: dict[str, Any] = {}

    def take(role: str, fits: Callable[[str], bool]) -> None:
        """Give a role to the first column with a name for it that also holds the right things."""
        for name in frame.columns:
            if name not in taken and re.search(_NAMES[role], name.casefold()) and fits(name):
                found[role] = name
                taken.add(name)
                return

    def anything(name: str) -> bool:
        return frame[name].drop_nulls().len() > 0

    take("x", lambda name: _numeric(frame[name]))
    take("y", lambda name: _numeric(frame[name]))
    take("postcode", lambda name: _share(frame[name], r"(?i)^\d{4}\s?[a-z]{2}$") >= ENOUGH)
    for role in ("number", "letter", "addition"):
        if "postcode" in found:
            take(role, anything)
    for role in ("reported", "end", "begin"):
        _take_moment(frame, role, found, taken)
    take("attempt", lambda name: _values(frame[name]) <= _YES | _NO)
    take("kind", lambda name: 0 < frame[name].n_unique() <= max(MOST_KINDS, frame.height // 4))
    take("precision", lambda name: _numeric(frame[name]))
    _take_area(frame, on, found, taken)
    take("reference", lambda name: frame[name].drop_nulls().n_unique() >= ENOUGH * max(frame.height, 1))
    if "attempt" in found:
        values = frame[found["attempt"]].unique().drop_nulls().sort().to_list()
        found["attempt_true"] = ", ".join(value for value in values if value.casefold() in _YES)
        found["attempt_false"] = ", ".join(value for value in values if value.casefold() in _NO)
    if "x" in found and "y" in found:
        largest = numbers(frame[found["x"]]).abs().max()
        found["crs"] = "4326" if isinstance(largest, float) and largest <= 180 else "28992"
    return Guess(found, kind_values(sheet, found.get("kind")))


def kind_values(sheet: Sheet, column: str | None) -> list[str]:
    """The values of a column, the most frequent first."""
    if not column or column not in sheet.frame.columns:
        return []
    counted = sheet.frame[column].drop_nulls().str.strip_chars().value_counts(sort=True)
    return counted[column].head(MOST_KINDS).to_list()


def kind_for(value: str, kinds: Iterable[Kind]) -> str:
    """The kind whose name looks most like a value; empty when none does."""
    words = set(re.findall(r"\w{4,}", value.casefold()))
    best, most = "", 0.0
    for kind in kinds:
        names = {kind.id.replace("_", " "), kind.name.nl.casefold(), kind.name.en.casefold(), kind.short.nl.casefold()}
        if value.casefold() in names:
            return kind.id
        own = {word for name in names for word in re.findall(r"\w{4,}", name)}
        alike = sum(
            1 for word in words if any(word.startswith(other[:7]) or other.startswith(word[:7]) for other in own)
        )
        score = alike / len(words) if words else 0.0
        if score > most:
            best, most = kind.id, score
    return best if most >= 0.5 else ""


def _take_moment(frame: pl.DataFrame, role: str, found: dict[str, Any], taken: set[str]) -> None:
    """A column with date and time, or one with the date and the next with the time."""
    named = [name for name in frame.columns if name not in taken and re.search(_NAMES[role], name.casefold())]
    for name in named:
        if not _readable(frame, Moment(column=name)):
            continue
        found[role] = name
        taken.add(name)
        if _share(frame[name], r"\d[ T]\d|T\d") < ENOUGH:
            clock = next(
                (other for other in named if other != name and _share(frame[other], r"^\d{1,2}[:.]\d\d") >= ENOUGH),
                None,
            )
            if clock:
                found[f"{role}_time"] = clock
                taken.add(clock)
        return


def _take_area(frame: pl.DataFrame, on: Ground, found: dict[str, Any], taken: set[str]) -> None:
    for name in frame.columns:
        if name in taken:
            continue
        values = {value.casefold() for value in frame[name].drop_nulls().str.strip_chars().to_list()}
        for level in reversed(city.profile().levels):
            for by in ("code", "name"):
                known = on.by_key[level.id, by]
                if values and sum(value in known for value in values) >= ENOUGH * len(values):
                    found |= {"area": name, "area_level": level.id, "area_by": by}
                    taken.add(name)
                    return


def _readable(frame: pl.DataFrame, moment: Moment) -> bool:
    zone = city.profile().municipality.timezone
    read = read_moments(frame, moment, zone, datetime.now(UTC), Problems(frame.height))
    filled = int(read.given.sum())
    return filled > 0 and int(read.since.is_not_null().sum()) >= ENOUGH * filled


def _numeric(values: pl.Series) -> bool:
    filled = values.drop_nulls()
    return filled.len() > 0 and int(numbers(filled.str.strip_chars()).is_not_null().sum()) >= ENOUGH * filled.len()


def _share(values: pl.Series, pattern: str) -> float:
    filled = values.drop_nulls()
    return float(filled.str.contains(pattern).mean() or 0.0) if filled.len() else 0.0


def _values(values: pl.Series) -> set[str]:
    return {str(value).strip().casefold() for value in values.drop_nulls().unique().to_list()}
