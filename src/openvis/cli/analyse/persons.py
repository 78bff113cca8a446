"""Refuses files that look like personal data: by the names of columns and by the form of what they hold.

It sees what has a form (citizen service numbers, e-mail, telephone, account, address, dates of birth, initials with a
surname) and columns that say what they are. It does not know every name: whoever gives the file stays responsible. The
refusal names columns and never repeats what is in them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import polars as pl

from openvis.cli.analyse import tables
from openvis.cli.analyse.columns import plain
from openvis.cli.analyse.wrong import WrongInput

IDENTIFYING = {
    "citizen service numbers (BSN)": "bsn burgerservicenummer bsnnummer sofi sofinummer ssn citizenservicenumber "
    "socialsecuritynumber",
    "names of persons": "name names fullname firstname lastname surname familyname initials alias naam namen voornaam "
    "voornamen roepnaam voorletters tussenvoegsel achternaam geslachtsnaam familienaam volledigenaam bijnaam",
    "dates of birth": "dateofbirth birthdate birthday dob geboortedatum gebdatum geboren geboortedag",
    "e-mail addresses": "email mail emailaddress emailadres mailadres",
    "telephone numbers": "phone telephone mobile phonenumber telephonenumber telefoon telefoonnummer mobiel tel gsm",
    "house numbers or addresses": "housenumber address streetaddress homeaddress huisnummer huisnr huisletter "
    "toevoeging adres woonadres straathuisnummer",
    "accounts, documents or number plates": "iban bankaccount accountnumber passport passportnumber documentnumber "
    "licenceplate licenseplate numberplate rekeningnummer paspoort paspoortnummer documentnummer kenteken",
}
"""Names of columns that say a person is told apart by them, in lower case without what joins words."""

ONE_EACH = (
    "person personid client clientid suspect suspectid victim victimid subject subjectid respondent respondentid resident "
    "residentid employee employeeid caseid pseudonym persoon persoonid persoonsnummer clientnummer klant klantid "
    "klantnummer verdachte verdachteid slachtoffer slachtofferid bewoner inwoner medewerker casus casusnummer dossier "
    "dossiernummer vnummer skn pseudoniem kvk kvknummer rsin vestigingsnummer"
)
"""Names of columns that tell single persons, businesses or cases apart."""

STREET = r"(straat|laan|weg|plein|kade|gracht|dreef|hof|pad|singel|steeg|dijk|plantsoen|street|road|avenue|lane)"
PREFIX = r"(van|de|der|den|ten|ter|te|la|le|el|von|'t)"
BETWEEN = rf"(({PREFIX}\s)+)"
ANYWHERE = {
    "e-mail addresses": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}",
    "account numbers (IBAN)": r"\b[A-Z]{2}\d{2}\s?[A-Z]{4}(\s?\d){10}\b",
    "telephone numbers": r"(^|\s)(\+31|0031|0)[\s-]?6([\s-]?\d){8}(\s|$)",
    "addresses": r"\b\d{4}\s?[A-Z]{2}[\s,]+(nr\.?\s?)?\d{1,5}\b",
}
"""One value of such a form is enough."""

MOSTLY = {
    "addresses": rf"(?i){STREET}\s+\d{{1,5}}\s?[a-z]?$",
    "names of persons": rf"^((?i:dhr|mevr|mw|mrs?|ms|heer|mevrouw)\.?\s+\S+|[A-Z][\w'-]+,\s?([A-Z]\.\s?)+(?i:{PREFIX}\s?)*"
    rf"|([A-Z]\.\s?){{2,}}(?i:{BETWEEN})?[A-Z][\w'-]+|[A-Z]\.?\s(?i:{BETWEEN})[A-Z][\w'-]+)$",
}
"""Half of the values must have such a form: one street may be called after a person."""

BIRTH_SPAN = 25
"""Years between the tenth and ninetieth percentile of days, beyond which mostly different days are taken for birth dates."""

LEAST_DATES = 5


def read(path: Path, where: str | None, purpose: str) -> tuple[pl.DataFrame, int]:
    """As `tables.read`, of a file that shows no personal data anywhere: --where cannot leave out the rows that tell."""
    whole, rows = tables.read(path)
    refuse_persons(whole, path.name, purpose)
    return (whole if where is None else tables.chosen(whole, where)), rows


def refuse_persons(frame: pl.DataFrame, file: str, purpose: str) -> None:
    """Refuse (exit 2) a file that looks like personal data; `purpose` is the sentence that says what is expected.

    Pseudonymous identifiers pass: see `refuse_one_each` for methods that take aggregates only.
    """
    found = signs(frame)
    if found:
        raise WrongInput(f"{file} looks like personal data: {'; '.join(found)}. {purpose}")


def refuse_one_each(frame: pl.DataFrame, file: str, key: Sequence[str], purpose: str) -> None:
    """Refuse a file with a row for each person, business or case instead of one for each combination of `key`."""
    named = [name for name in frame.columns if _joined(name) in ONE_EACH.split()]
    if named:
        raise WrongInput(f"{file} looks like one row for each unit: column {_listed(named)}. {purpose}")
    double = frame.filter(pl.struct(key).is_duplicated())
    if double.height:
        unique = [it for it in frame.columns if it not in (*key, tables.ROW) and frame[it].n_unique() == frame.height]
        sign = f" and {_listed(unique)} differs in every row" if unique else ""
        raise WrongInput(
            f"{file} looks like one row for each unit: {double.height:,} rows share their {' and '.join(key)} with "
            f"another{sign}. {purpose}"
        )


def signs(frame: pl.DataFrame) -> list[str]:
    """What looks like personal data, a phrase for each column; empty when nothing does."""
    found = []
    for name in frame.columns:
        what = None if name == tables.ROW else _by_name(name) or _by_values(frame[name])
        if what is not None:
            found.append(f"column {name!r} seems to hold {what}")
    return found


def eleven_test(number: str) -> bool:
    """Whether eight or nine digits are a possible citizen service number (elfproef: 9a+8b+…+2h-i is a multiple of 11)."""
    if not re.fullmatch(r"\d{8,9}", number) or not int(number):
        return False
    digits = [int(digit) for digit in number.zfill(9)]
    return sum(weight * digit for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0


def _by_name(name: str) -> str | None:
    return next((what for what, names in IDENTIFYING.items() if _joined(name) in names.split()), None)


def _joined(name: str) -> str:
    return plain(name).replace("_", "")


def _by_values(column: pl.Series) -> str | None:
    if column.dtype.is_temporal():
        return _birthdays(column.dt.year().drop_nulls(), column.drop_nulls())
    if not (column.dtype == pl.String or column.dtype.is_integer()):
        return None
    values = column.cast(pl.String).drop_nulls().str.strip_chars()
    values = values.filter(values != "")
    if values.is_empty():
        return None
    if _half(_numbers(values), eleven_test):
        return "citizen service numbers (BSN)"
    for what, pattern in ANYWHERE.items():
        if values.str.contains(pattern).any():
            return what
    for what, pattern in MOSTLY.items():
        if 2 * values.str.contains(pattern).sum() >= values.len():
            return what
    years = values.str.extract(r"^(?:\d{1,2}[-/.]\d{1,2}[-/.])?((?:19|20)\d\d)(?:[-/.]?\d\d[-/.]?\d\d)?(?:[T ].*)?$")
    years = years.filter(values.str.len_chars() >= len("1-1-1990")).drop_nulls()
    if 2 * years.len() < values.len():
        return None
    return _birthdays(years.cast(pl.Int32), values)


def _numbers(values: pl.Series) -> list[str]:
    """Numbers of nine digits inside the values, and eight where that is all there is (a zero may have been lost)."""
    bare = values.str.replace_all(r"[.\s-]", "")
    whole = bare.filter(bare.str.contains(r"^\d{8,9}$")).to_list()
    inside = values.str.extract(r"(?:^|\D)(\d{9})(?:\D|$)").drop_nulls().to_list()
    return whole or inside


def _birthdays(years: pl.Series, values: pl.Series) -> str | None:
    if years.len() < LEAST_DATES or values.n_unique() < 0.8 * values.len():
        return None
    low, high = years.quantile(0.1), years.quantile(0.9)
    return "dates of birth" if low is not None and high is not None and high - low > BIRTH_SPAN else None


def _half(values: Iterable[str], holds: Callable[[str], bool]) -> bool:
    """Whether it holds for half of the values; of arbitrary numbers one in eleven passes the test."""
    outcomes = [holds(value) for value in values]
    return bool(outcomes) and 2 * sum(outcomes) >= len(outcomes)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
