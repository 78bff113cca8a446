"""How many firms a branch has in an area: the file that themes.yaml names, and how it is made from a register of businesses.

Registers (CBS, KvK, LISA) tell numbers or single establishments by area code and activity code (SBI). What is kept is the
number for each area and branch of the profile, and nothing of a single firm.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from openvis.profile.areas import AreaData
from openvis.profile.documents import Problems, explain
from openvis.profile.errors import found, one_of
from openvis.profile.text import Filled, Slug, Strict

COLUMNS = ["area", "branch", "firms"]
UNKNOWN = {"", ".", "x", "-"}
"""How registers write that a number is secret or not known."""
MOST_PROBLEMS = 20


class Firms(Strict):
    """How many firms a branch has in an area: one row of the file."""

    area: Filled
    branch: Slug
    firms: Annotated[int, Field(ge=0, le=1_000_000)]


class FirmsError(ValueError):
    """A register that cannot be read: every problem with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def plain_code(code: str) -> str:
    """An activity code without dots and spaces: 47.79 and 4779 are one."""
    return code.replace(".", "").replace(" ", "").upper()


# ---- the file of the profile ---------------------------------------------------------------------------------------


def check_firms(path: Path, areas: list[str], branches: list[str], problems: Problems) -> list[Firms]:
    """The rows of the file; what is not right is noted at its line."""
    try:
        rows = list(_numbered(path.read_text(encoding="utf-8-sig"), ","))
    except UnicodeDecodeError as error:
        problems.add(path, 1, "file", f"byte {error.start} is not UTF-8, expected a text file in UTF-8")
        return []
    header = rows[0][1] if rows else []
    if header != COLUMNS:
        problems.add(path, 1, "file", found(header, "the columns " + ", ".join(COLUMNS)))
        return []
    read: list[Firms] = []
    seen: set[tuple[str, str]] = set()
    for line, cells in rows[1:]:
        item = _row(path, line, cells, problems)
        if item is None:
            continue
        if areas and item.area not in areas:
            problems.add(path, line, "area", found(item.area, one_of(areas)))
        if item.branch not in branches:
            problems.add(path, line, "branch", found(item.branch, one_of(branches)))
        if (item.area, item.branch) in seen:
            problems.add(path, line, "area", found(item.area, "every area and branch once"))
        seen.add((item.area, item.branch))
        read.append(item)
    return read


def _row(path: Path, line: int, cells: list[str], problems: Problems) -> Firms | None:
    if len(cells) != len(COLUMNS):
        problems.add(path, line, "row", found(cells, f"{len(COLUMNS)} cells: " + ", ".join(COLUMNS)))
        return None
    try:
        return Firms.model_validate(dict(zip(COLUMNS, cells, strict=True)))
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            problems.add(path, line, ".".join(map(str, wrong["loc"])), explain(dict(wrong)))
    return None


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, [cell.strip() for cell in cells]


# ---- making it from a register -------------------------------------------------------------------------------------


@dataclass
class Register:
    """How a register is to be read: the names of its columns; no `number`: every row is one firm."""

    area: str = "area"
    activity: str = "activity"
    number: str = ""
    level: str = ""
    """Only rows of areas of this level count; for files that hold an area and its parts."""


@dataclass
class Made:
    """The rows for the profile, and what could not go into them: nothing is left out in silence."""

    rows: list[Firms]
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Area codes that the profile does not have, with their number of rows."""
    no_branch: Counter[str] = field(default_factory=Counter)
    """Activity codes that belong to no branch, with their number of firms."""
    unknown: int = 0
    """Rows whose number is secret or not known."""


def from_register(
    path: Path, how: Register, areas: list[AreaData], level: str, branches: Iterable[str], activities: dict[str, list[str]]
) -> Made:
    """The number of firms for each area of `level` and each branch. Raises FirmsError with every problem.

    An area may be given by its own code or by one of a finer level. An activity is the id of a branch, or a code that
    begins with one of `activities`; the longest that fits decides.
    """
    lines = _lines(path, how)
    by_code = {area.code: area for area in areas if how.level in ("", area.level)}
    known, prefixes = set(branches), {plain_code(code): branch for branch, some in activities.items() for code in some}
    sums: Counter[tuple[str, str]] = Counter()
    made, problems, levels = Made([]), [], set()
    for line, code, activity, number in lines:
        area = by_code.get(code)
        if area is None:
            made.elsewhere[code] += 1
            continue
        levels.add(area.level)
        at = code if area.level == level else area.within.get(level)
        firms = _number(number)
        if at is None:
            problems.append(f"{path.name}:{line}: {how.area}: " + found(code, f"an area of level {level} or a finer one"))
        elif firms is None:
            problems.append(f"{path.name}:{line}: {how.number}: " + found(number, "a whole number of firms, 0 or more"))
        elif firms < 0:
            made.unknown += 1
        else:
            branch = activity if activity in known else _branch(plain_code(activity), prefixes)
            if branch:
                sums[at, branch] += firms
            else:
                made.no_branch[activity] += firms
    if len(levels) > 1 and not problems:
        problems.append(f"{path.name}: " + found(", ".join(sorted(levels)), "areas of one level: say which with --level"))
    if problems:
        raise FirmsError([*problems[:MOST_PROBLEMS], *_more(problems)])
    made.rows = [Firms(area=at, branch=branch, firms=firms) for (at, branch), firms in sorted(sums.items())]
    if not made.rows:
        raise FirmsError([_nothing(path, made)])
    return made


def _nothing(path: Path, made: Made) -> str:
    if made.elsewhere:
        expected = "codes of areas of this profile: none of the rows has one"
        return f"{path.name}: " + found(next(iter(made.elsewhere)), expected)
    code = next(iter(made.no_branch), "no row at all")
    return f"{path.name}: " + found(code, "activities of themes.yaml (risk.activities): no row belongs to a branch")


def _more(problems: list[str]) -> list[str]:
    rest = len(problems) - MOST_PROBLEMS
    return [f"… and {rest} more"] if rest > 0 else []


def _lines(path: Path, how: Register) -> list[tuple[int, str, str, str]]:
    """Line, area, activity and number of each row."""
    body = path.read_bytes()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    rows = list(_numbered(text, max(",;\t", key=first.count)))
    header = rows[0][1] if rows else []
    wanted = [name for name in (how.area, how.activity, how.number) if name]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise FirmsError([
            f"{path.name}:1: columns: " + found(", ".join(header), ", ".join(missing) + " (say which columns with --area, "
            "--activity and --number)")
        ])  # fmt: skip
    at = [header.index(name) for name in wanted]
    read = []
    for line, cells in rows[1:]:
        if len(cells) != len(header):
            expected = f"{len(header)}, as in the first line"
            raise FirmsError([f"{path.name}:{line}: row: " + found(f"{len(cells)} cells", expected)])
        values = [cells[place] for place in at]
        read.append((line, values[0], values[1], values[2] if how.number else "1"))
    return read


def _number(text: str) -> int | None:
    """The number; -1 for one that is secret; None for what is none."""
    if text.lower() in UNKNOWN:
        return -1
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 7 else None


def _branch(code: str, prefixes: dict[str, str]) -> str:
    return next((prefixes[code[:size]] for size in range(len(code), 0, -1) if code[:size] in prefixes), "")


def as_csv(rows: Iterable[Firms]) -> str:
    """The file as the profile wants it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([item.area, item.branch, item.firms] for item in rows)
    return out.getvalue()
