"""Rates per inhabitants or dwellings, with exact intervals."""

from openvis.analysis.rates.areas import Funnel, Shrunk, areas, empirical_bayes, funnel, limits
from openvis.analysis.rates.exact import Direction, Rate, RateRatio, State, compare, count_interval, goal_state, rate

__all__ = [
    "Direction", "Funnel", "Rate", "RateRatio", "Shrunk", "State", "areas", "compare", "count_interval",
    "empirical_bayes", "funnel", "goal_state", "limits", "rate",
]  # fmt: skip
