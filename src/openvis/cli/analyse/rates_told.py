"""What `openvis analyse rates` says: sentences, the rule for standing out, and the rows of its table."""

from typing import Any

import numpy as np

from openvis.analysis.rates import Funnel, Rate, RateRatio, State
from openvis.cli.analyse import wording
from openvis.cli.analyse.rates_found import Found

OUTSIDE = {-1: "below", 0: "within", 1: "above"}
STATES: dict[State, str] = {"met": "Goal met", "not_met": "Goal not met", "undecided": "Goal undecided"}


def sentences(found: Found, options: dict[str, Any]) -> list[str]:
    """The finding first: the goal or the change, else the comparison, else which areas stand out."""
    here = (
        f"{found.subject}{found.now.told}: {_number(found.total.rate)} per {options['per']:,g} ({_span(found.total)})"
    )
    told = []
    if found.since is not None or found.state is not None:
        told.append(_against_then(found, here, options))
    if found.versus is not None:
        name, ratio = found.versus
        told.append(f"{here}, {_times(ratio)} that of {name} together: {_clear(ratio)}.")
    if found.limits is not None:
        told.append(_standing_out(found, found.limits) + ("." if told else f". {here}."))
    return told or [f"{here}."]


def _against_then(found: Found, here: str, options: dict[str, Any]) -> str:
    then = ""
    if found.since is not None and found.before is not None:
        then = f", {_times(found.since)} that of {found.before.name}"
        if found.state is None:
            return f"{here}{then}: {_clear(found.since)}."
    side = "below" if options["direction"] == "down" else "above"
    wanted = f"wanted {side} {options['goal']:g}{' times' if then else ''}"
    return f"{STATES[found.state or 'undecided']}. {here}{then}; {wanted}."


def _clear(ratio: RateRatio) -> str:
    return "clearly more" if ratio.low > 1 else "clearly less" if ratio.high < 1 else "no clear difference"


def _standing_out(found: Found, limits: Funnel) -> str:
    many = len(found.now.area)
    if not found.outside:
        return f"None of {many:,} areas stands out beyond how areas differ by size and chance"
    sides = []
    for side, word in ((1, "above"), (-1, "below")):
        named = [found.now.area[i] for i in found.outside if limits.outside[1, i] == side]
        if named:
            more = f" and {len(named) - 5:,} more" if len(named) > 5 else ""
            sides.append(f"{word}: {', '.join(named[:5])}{more}")
    number = len(found.outside)
    return f"{number:,} of {many:,} areas stand{'s' * (number == 1)} out, {'; '.join(sides)}"


def rule(found: Found, limits: Funnel, options: dict[str, Any]) -> str:
    """What being outside means, as a sentence."""
    spread = limits.spread
    differ = {
        "none": "had the same rate",
        "additive": f"differed as these usually do ({wording.percent(spread**0.5, 0)} beyond chance)",
        "multiplicative": f"differed as these usually do (variance {spread:.1f} × that of chance)",
    }[options["spread"]]
    return (
        f"Outside: beyond limits that, if all {len(found.now.area):,} areas {differ}, none of them would cross in "
        f"about {wording.percent(options['confidence'], 0)} of such tables."
    )


def _number(value: float) -> str:
    """Three figures that tell something, whole above a hundred."""
    if np.isinf(value):
        return "∞"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _span(interval: Rate | RateRatio) -> str:
    return f"{_number(interval.low)} to {_number(interval.high)}"


def _times(ratio: RateRatio) -> str:
    return f"{_number(ratio.ratio)} times ({_span(ratio)})"


def rows(found: Found, options: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    interval = f"{wording.percent(options['confidence'], 0)} interval"
    heading = ["area", "count", "population", f"per {options['per']:,g}", interval]
    if found.limits is not None:
        heading += ["shrunk", "limits", "stands"]
    if found.before is not None:
        heading += [f"× {found.before.name}", "interval", "change"]
    return heading, [_row(found, i) for i in found.order[: options["most"]]]


def _row(found: Found, i: int) -> list[str]:
    own, area = found.rates[i], found.now.area[i]
    row = [area, f"{found.now.count[i]:,g}", f"{found.now.base[i]:,g}", _number(own.rate), _span(own)]
    if found.limits is not None and found.shrunk is not None:
        limits = f"{_number(found.limits.low[1, i])} to {_number(found.limits.high[1, i])}"
        row += [_number(found.shrunk.rate[i]), limits, OUTSIDE[int(found.limits.outside[1, i])]]
    if found.before is not None:
        ratio, word = found.changes.get(area, (None, "not known then"))
        row += ["", "", word] if ratio is None else [_number(ratio.ratio), _span(ratio), word]
    return row
