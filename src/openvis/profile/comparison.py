"""Other municipalities to compare with (vergelijkingsgroepen), and their totals."""

from typing import Annotated

from pydantic import Field, StringConstraints

from openvis.profile.text import Filled, Slug, Strict, Text

MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^(GM|NL)\d{2,4}$")]


class ComparisonGroup(Strict):
    """A named set of municipalities, such as the ten largest. The own one is left out of its mean."""

    id: Slug
    name: Text
    members: list[MunicipalityCode] = Field(min_length=1)
    note: Text | None = None


class ComparisonFigure(Strict):
    """One total: how many of a kind in a municipality in a year."""

    code: MunicipalityCode
    name: Filled
    year: int = Field(ge=1990, le=2100)
    kind: Slug
    count: int = Field(ge=0)
    inhabitants: int = Field(gt=0)

    @property
    def per_1000(self) -> float:
        """The rate per 1,000 inhabitants."""
        return 1000 * self.count / self.inhabitants


class Comparison(Strict):
    """The file comparison.yaml with the figures of comparison.csv."""

    groups: list[ComparisonGroup] = []
    figures: list[ComparisonFigure] = []
