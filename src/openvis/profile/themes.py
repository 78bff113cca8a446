"""How themes are shown in figures: on which level of areas, and the profile of areas and branches with its assessment."""

import csv
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from openvis.profile.documents import Document, Problems, explain
from openvis.profile.errors import found, one_of
from openvis.profile.text import Filled, Slug, Strict

COLUMNS = ["area", "branch", "firms"]


class Assessment(Strict):
    """The assessment (DPIA) that the risk profile waits for: its number, and when it was adopted."""

    dpia: Filled
    date: date


class Firms(Strict):
    """How many firms a branch has in an area: one row of the file that `firms` names."""

    area: Filled
    branch: Slug
    firms: int = Field(ge=0)


class Weights(Strict):
    """How much each indicator counts. Only the proportions matter."""

    signals: float = Field(default=1.0, gt=0)
    """Firms about which a weighed signal came in."""
    heavy: float = Field(default=1.0, gt=0)
    """Of these, the ones with a signal that was taken up."""


class RiskProfile(Strict):
    """The risk profile of area × branch. Without an assessment it is off."""

    assessment: Assessment | None = None
    firms: Annotated[str, Field(pattern=r"^[\w./-]+\.csv$")]
    """File with columns area, branch and firms, from an open register."""
    source: Filled
    """Where that file is from."""
    weights: Weights = Weights()


class Themes(Strict):
    """The file themes.yaml."""

    level: str = ""
    """Level of the areas in figures; empty: the coarsest."""
    risk: RiskProfile | None = None

    @property
    def assessed(self) -> RiskProfile | None:
        """The risk profile, when its assessment is registered; None: it is off."""
        return self.risk if self.risk is not None and self.risk.assessment is not None else None


def check_themes(
    themes: Themes, document: Document, levels: list[str], branches: list[str], problems: Problems
) -> list[Firms]:
    """Level, branches and rows that exist; gives the firms."""
    if themes.level and themes.level not in levels:
        problems.add(document.path, document.line(("level",)), "level", found(themes.level, one_of(levels)))
    if themes.risk is None:
        return []
    path = problems.directory / themes.risk.firms
    if not path.is_file():
        line = document.line(("risk", "firms"))
        problems.add(document.path, line, "risk.firms", found(themes.risk.firms, "a file in the profile"))
        return []
    return _firms(path, branches, problems)


def _firms(path: Path, branches: list[str], problems: Problems) -> list[Firms]:
    rows: list[Firms] = []
    seen: set[tuple[str, str]] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            problems.add(path, 1, "file", found(reader.fieldnames, "the columns " + ", ".join(COLUMNS)))
            return []
        for row in reader:
            try:
                item = Firms.model_validate(row)
            except ValidationError as error:
                for wrong in error.errors(include_url=False):
                    problems.add(path, reader.line_num, ".".join(map(str, wrong["loc"])), explain(dict(wrong)))
                continue
            if item.branch not in branches:
                problems.add(path, reader.line_num, "branch", found(item.branch, one_of(branches)))
            if (item.area, item.branch) in seen:
                problems.add(path, reader.line_num, "area", found(item.area, "every area and branch once"))
            seen.add((item.area, item.branch))
            rows.append(item)
    return rows
