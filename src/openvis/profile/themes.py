"""How themes are shown in figures: on which level of areas, and the profile of areas and branches with its assessment."""

from datetime import date
from typing import Annotated

from pydantic import Field

from openvis.profile.documents import Document, Problems
from openvis.profile.errors import found, one_of
from openvis.profile.firms import Firms, check_firms, plain_code
from openvis.profile.text import Filled, Slug, Strict


class Assessment(Strict):
    """The assessment (DPIA) that the risk profile waits for: its number, and when it was adopted."""

    dpia: Filled
    date: date


class Weights(Strict):
    """How much each indicator counts. Only the proportions matter."""

    signals: float = Field(default=1.0, gt=0)
    """Firms about which a weighed signal came in."""
    heavy: float = Field(default=1.0, gt=0)
    """Of these, the ones with a signal that was taken up."""


class RiskProfile(Strict):
    """The risk profile of area × branch. Without an assessment it is off."""

    assessment: Assessment | None = None
    firms: Annotated[str, Field(pattern=r"^[\w-]+(/[\w-]+)*\.csv$")]
    """File of the profile with columns area, branch and firms: made by `openvis profile firms` from a register."""
    source: Filled
    """Where that file is from."""
    invented: bool = False
    """The numbers are made up: good for a demonstration, and off everywhere else."""
    activities: dict[Slug, list[Filled]] = {}
    """Branch → activity codes of the register (SBI) that belong to it; the longest beginning that fits decides."""
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
    themes: Themes, document: Document, levels: list[str], areas: dict[str, list[str]], branches: list[str],
    problems: Problems,
) -> list[Firms]:
    """Level, branches, activities and rows that exist; gives the firms. areas: level → codes."""
    if themes.level and themes.level not in levels:
        problems.add(document.path, document.line(("level",)), "level", found(themes.level, one_of(levels)))
        return []
    if themes.risk is None:
        return []
    _check_activities(themes.risk, document, branches, problems)
    path = problems.directory / themes.risk.firms
    if not path.is_file():
        # Without an assessment nothing is computed, and the file may still have to be made.
        if themes.assessed is not None:
            line = document.line(("risk", "firms"))
            expected = "a file in the profile: make it with `openvis profile firms`"
            problems.add(document.path, line, "risk.firms", found(themes.risk.firms, expected))
        return []
    return check_firms(path, areas.get(themes.level or levels[0], []), branches, problems)


def _check_activities(risk: RiskProfile, document: Document, branches: list[str], problems: Problems) -> None:
    seen: set[str] = set()
    for branch, codes in risk.activities.items():
        place = ("risk", "activities", branch)
        if branch not in branches:
            problems.add(document.path, document.line(place), f"risk.activities.{branch}", found(branch, one_of(branches)))
        for number, code in enumerate(codes):
            if plain_code(code) in seen:
                key = f"risk.activities.{branch}.{number}"
                problems.add(document.path, document.line((*place, number)), key, found(code, "every activity once"))
            seen.add(plain_code(code))
