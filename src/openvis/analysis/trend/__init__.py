"""Per week: how much, how much was to be expected, and how much is still to come in."""

from openvis.analysis.trend.alerting import Alert, Judgement, alerts, judge
from openvis.analysis.trend.decomposition import Decomposition, Direction, decompose
from openvis.analysis.trend.delay import completeness, incomplete_weeks
from openvis.analysis.trend.expectation import Expectation, band, expected
from openvis.analysis.trend.weeks import LEAST_WEEKS, monday, per_row, weekly, weeks_between, whole_weeks

__all__ = [
    "LEAST_WEEKS", "Alert", "Decomposition", "Direction", "Expectation", "Judgement", "alerts", "band",
    "completeness", "decompose", "expected", "incomplete_weeks", "judge", "monday", "per_row", "weekly",
    "weeks_between", "whole_weeks",
]  # fmt: skip
