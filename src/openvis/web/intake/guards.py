"""What never comes in: citizen service numbers and names of persons.

The whole file is looked at, mapped columns or not, because the original would be kept as well.
"""

import re
from collections.abc import Collection
from pathlib import Path

import polars as pl

from .columns import Sheet
from .words import Refusal

SAMPLE = 20_000
"""Values of a column that are looked at, spread over the file."""
BSN_SHARE = 0.5
NAME_SHARE = 0.4
FEWEST = 3
"""With fewer matching values than this a column is only judged by its name."""

_BSN_NAMES = re.compile(
    r"(^|[^a-z])(bsn|burgerservice(nummer|nr)|sofi(nummer|nr)?|citizen_?service)([^a-z]|$)", re.IGNORECASE
)
_PERSON_NAMES = re.compile(
    r"(achternaam|voornaam|voornamen|voorletters?|voorvoegsels?|tussenvoegsels?|geslachtsnaam|roepnaam|familienaam"
    r"|naam[ _-]?(van[ _-]?)?(de[ _-]?)?"
    r"(verdachte|slachtoffer|aangever|betrokkene|melder|getuige|dader|persoon|cli[eë]nt)"
    r"|(verdachte|slachtoffer|aangever|betrokkene|melder|getuige|dader|persoon|cli[eë]nt)s?[ _-]?naam"
    r"|first[ _-]?name|last[ _-]?name|sur[ _-]?name|full[ _-]?name|given[ _-]?name|family[ _-]?name)",
    re.IGNORECASE,
)
_PARTICLE = r"(?:van|de|den|der|het|ten|ter|te|el|al|ben|bin|von|du|la|le|dos|da|'t|’t|in)"
_SURNAME = r"\p{Lu}[\p{L}'’]+(?:[- ]\p{Lu}[\p{L}'’]+)?"
_INITIALS = r"(?:\p{Lu}[a-z]?\.[ ]?){1,5}"
# J. de Vries · Vries, J. de · Vries, Jan de
_WRITTEN = (
    rf"^(?:{_INITIALS}\s*(?:{_PARTICLE}\s+)*{_SURNAME}"
    rf"|{_SURNAME},\s*(?:{_INITIALS}|\p{{Lu}}\p{{Ll}}+)(?:\s*{_PARTICLE})*\.?)$"
)
_FIRST_AND_LAST = rf"^(\p{{Lu}}[\p{{L}}'’-]+)(?:\s+{_PARTICLE})*(?:\s+{_SURNAME})+$"
_STREET = (
    r"(?i)(straat|weg|laan|plein|hof|pad|dijk|kade|gracht|singel|dreef|park|plantsoen|steeg|markt|haven|oord|burg|erf"
    r"|boulevard|allee|brink|wijk|buurt|dorp|stad|school|college|centrum|station)\b"
)
FIRST_NAMES = frozenset((Path(__file__).parent / "first_names.txt").read_text("utf-8").split())
"""First names common in the Netherlands; enough of them in a column gives it away, no single one does."""


def refuse_personal(sheet: Sheet, known: Collection[str] = ()) -> None:
    """Stop a file with a column that looks like citizen service numbers or names. `known` holds names of areas.

    Raises Refusal naming the column; nothing of the file may be kept then.
    """
    places = {name.casefold() for name in known}
    for name in sheet.frame.columns:
        values = _sample(sheet.frame[name])
        if _is_bsn(name, values):
            raise Refusal("bsn", column=name)
        if _is_names(name, values, places):
            raise Refusal("names", column=name)


def _sample(values: pl.Series) -> pl.Series:
    filled = values.drop_nulls()
    if filled.len() > SAMPLE:
        filled = filled.gather_every(filled.len() // SAMPLE)
    return filled.str.strip_chars()


def passes_eleven_test(values: pl.Series) -> pl.Series:
    """Which texts are nine digits (points and a lost leading zero allowed) that pass BSN's eleven-test (elfproef)."""
    digits = values.str.replace_all(r"[ .\-]", "").str.replace(r"\.0$", "")
    digits = pl.select(pl.when(digits.str.contains(r"^\d{8,9}$")).then(digits.str.zfill(9))).to_series()
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    frame = pl.DataFrame({"d": digits})
    total = sum(pl.col("d").str.slice(place, 1).cast(pl.Int32) * weight for place, weight in enumerate(weights))
    passed = (total % 11 == 0) & (pl.col("d") != "000000000")
    return frame.select(passed.fill_null(value=False)).to_series()


def _is_bsn(name: str, values: pl.Series) -> bool:
    if not values.len():
        return False
    passing = int(passes_eleven_test(values).sum())
    if _BSN_NAMES.search(name):
        return passing > 0
    return passing >= max(FEWEST, BSN_SHARE * values.len())


def _is_names(name: str, values: pl.Series, places: set[str]) -> bool:
    letters = values.filter(values.str.contains(r"\p{L}{2}"))
    if not letters.len():
        return False
    if _PERSON_NAMES.search(name):
        return True
    looking = letters.filter(~letters.str.contains(_STREET))
    if places:
        looking = looking.filter(~looking.str.to_lowercase().is_in(list(places)))
    written = looking.str.contains(_WRITTEN)
    first = looking.str.extract(_FIRST_AND_LAST).str.to_lowercase().str.split("-").list.first()
    called = first.is_in(list(FIRST_NAMES)).fill_null(value=False)
    found = looking.filter(written | called)
    return found.len() >= max(FEWEST, NAME_SHARE * letters.len()) and found.n_unique() >= min(FEWEST, found.len())
