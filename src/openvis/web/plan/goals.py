"""Is a goal met? Judged from figures with their uncertainty, and always with the reason in words."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.analysis import rates
from openvis.analysis.rates import RateRatio
from openvis.profile import Goal, Indicator, Profile

from .comparing import Comparison, compare
from .figures import YearFigure
from .writing import percent, plain


class State(StrEnum):
    """How a goal stands."""

    MET = "met"
    NOT_MET = "not_met"
    UNDECIDED = "undecided"
    NO_DATA = "no_data"

    @property
    def label(self) -> Any:
        """The state in words."""
        return LABELS[self]


LABELS = {
    State.MET: gettext_lazy("met"),
    State.NOT_MET: gettext_lazy("not met"),
    State.UNDECIDED: gettext_lazy("undecided"),
    State.NO_DATA: gettext_lazy("no data yet"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator of a goal with what is known of it."""

    indicator: Indicator
    years: list[YearFigure]
    base_year: int | None
    base_rate: float | None
    """The base as the plan states it, or as it was registered in the base year."""
    comparisons: list[Comparison]
    missing_groups: list[str]
    state: State
    reason: str

    @property
    def latest(self) -> YearFigure | None:
        """The last year with a figure."""
        return self.years[-1] if self.years else None

    @property
    def since_first(self) -> RateRatio | None:
        """The last year against the first one known."""
        if len(self.years) < 2:
            return None
        first, last = self.years[0], self.years[-1]
        return rates.compare(last.count, last.base, first.count, first.base)

    @property
    def course(self) -> str:
        """How it went since the first year known, as a sentence."""
        ratio = self.since_first
        if ratio is None:
            return ""
        values = {
            "year": self.years[0].year, "change": percent(abs(ratio.ratio - 1)),
            "low": percent(ratio.low - 1), "high": percent(ratio.high - 1),
        }
        if ratio.high < 1:
            return _("%(change)s lower than in %(year)s.") % values
        if ratio.low > 1:
            return _("%(change)s higher than in %(year)s.") % values
        return _("About the same as in %(year)s: the change lies between %(low)s and %(high)s.") % values


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal with its figures and how it stands."""

    goal: Goal
    state: State
    reason: str
    measured: list[Measured] = field(default_factory=list)


def judge(goal: Goal, profile: Profile, figures: dict[str, list[YearFigure]]) -> Judged:
    """Judge a goal; `figures` gives per indicator what was registered per year."""
    if goal.kind == "qualitative":
        return Judged(goal, State.NO_DATA, _("No figure decides this goal: people judge it in the half-yearly report."))
    known = [indicator for key in goal.indicators if (indicator := profile.plan.indicator(key)) is not None]
    if not known:
        return Judged(goal, State.NO_DATA, _("The plan names no figure for this goal."))
    measured = [_measure(goal, indicator, profile, figures.get(indicator.id, [])) for indicator in known]
    return Judged(goal, *_together(measured), measured)


def _together(measured: list[Measured]) -> tuple[State, str]:
    states = [item.state for item in measured]
    if len(measured) == 1:
        return states[0], measured[0].reason
    names = {state: _names(measured, state) for state in State}
    if State.NOT_MET in states:
        return State.NOT_MET, _("Not met for: %s.") % names[State.NOT_MET]
    if set(states) == {State.MET}:
        return State.MET, _("Met for all of its figures.")
    if set(states) == {State.NO_DATA}:
        return State.NO_DATA, _("There are no figures yet of: %s.") % names[State.NO_DATA]
    if State.NO_DATA in states:
        rest = " ".join(item.reason for item in measured if item.state != State.NO_DATA)
        return State.UNDECIDED, rest + " " + _("There are no figures yet of: %s.") % names[State.NO_DATA]
    return State.UNDECIDED, _("Not certain for: %s.") % names[State.UNDECIDED]


def _names(measured: list[Measured], state: State) -> str:
    return ", ".join(item.indicator.name.get(get_language()) for item in measured if item.state == state)


def _measure(goal: Goal, indicator: Indicator, profile: Profile, years: list[YearFigure]) -> Measured:
    base_year = goal.baseline or profile.plan.plan.baseline_year
    base = next((figure for figure in years if figure.year == base_year), None)
    base_rate = goal.baseline_value_in_plan if base is None else base.rate.rate
    comparisons, missing = compare(goal, indicator, profile, years)
    state, reason = _weigh(goal, indicator, years, base, base_year)
    return Measured(indicator, years, base_year, base_rate, comparisons, missing, state, reason)


def _weigh(
    goal: Goal, indicator: Indicator, years: list[YearFigure], base: YearFigure | None, base_year: int
) -> tuple[State, str]:
    """Met, not met, undecided or no data, with the reason in words."""
    stated = goal.baseline_value_in_plan
    if not years:
        reason = _("There are no figures yet of: %s.") % indicator.name.get(get_language())
        if stated is not None:
            reason += " " + _("The plan itself says %(value)s in %(year)s.") % {
                "value": plain(stated), "year": base_year,
            }
        return State.NO_DATA, reason
    last = years[-1]
    if last.year <= base_year:
        return State.UNDECIDED, _("There is no figure yet of a year after %d.") % base_year
    if base is not None:
        ratio = rates.compare(last.count, last.base, base.count, base.base)
        low, high, change = ratio.low - 1, ratio.high - 1, ratio.ratio - 1
    elif stated is not None:
        rate = last.rate
        low, high, change = rate.low / stated - 1, rate.high / stated - 1, rate.rate / stated - 1
    else:
        return State.UNDECIDED, _("There is no figure of %d, the year the plan compares with.") % base_year
    return _against_base(goal, low, high, change, last.year, base_year)


def _against_base(
    goal: Goal, low: float, high: float, change: float, year: int, base_year: int
) -> tuple[State, str]:
    values = {
        "change": percent(abs(change)), "year": year, "base": base_year, "low": percent(low), "high": percent(high),
    }
    wanted: rates.Direction = "down" if goal.direction in ("down", "not_up") else "up"
    state = State(rates.goal_state(low, high, 0.0, wanted))
    if high < 0:
        return state, _("%(change)s lower in %(year)d than in %(base)d.") % values
    if low > 0:
        return state, _("%(change)s higher in %(year)d than in %(base)d.") % values
    return state, _(
        "Too little difference to be certain: in %(year)d between %(low)s and %(high)s against %(base)d."
    ) % values
