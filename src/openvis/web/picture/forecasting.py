"""Where the coming week: the cells that a forecast chooses, never without its test on this city's own data.

The test (backtest) fits every method at each of the last 52 weeks from what was known then, and counts what it found.
It takes a minute for each kind and runs in the background; a method that was not tested cannot be chosen. Where no
method is clearly better than counting what happened before, the count is shown, and that is said.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from openvis.analysis import forecast
from openvis.analysis.events import Events
from openvis.store.loaded import Loaded, empty
from openvis.store.questions import Cells, Selection
from openvis.web.ui import formatting

from . import selectors, services
from .filter import USUAL_CELL, Filter, FilterError, Problem
from .frame import Frame
from .freshness import FOREVER, Freshness, first_incomplete
from .models import Outcome
from .panels import Asked

METHODS = ("naive", "count", "kde", "prospective", "sepp", "ensemble")
"""What is tested. Boosting takes longer than all others together and found no more; the command has it."""
RECENT = frozenset({"prospective", "sepp", "ensemble"})
"""Methods that lean on single incidents of the last weeks: their cells tell of these, so they are for who may see them."""
SHARES = forecast.SHARES
USUAL_SHARE = 0.01
WEEKS = 52
"""Weeks on which is tested."""
LEAST_WEEKS = 26
HISTORY = 52
"""Weeks that must lie before the first of them."""
HORIZON = 7
LEAST_EVENTS = 300
"""Incidents with a place below which nothing is forecast."""
METHOD, SHARE = "methode", "aandeel"


def key_of(kind: str) -> str:
    """Of the outcome that holds the test of a kind."""
    return f"backtest:{kind}"


# The test


def events_of(loaded: Loaded, frame: Frame, kind: str) -> Events | None:
    """All incidents of a kind with a place sure enough for a cell; None where there are too few."""
    cells = Cells(frame.grid(USUAL_CELL), 2.0 * USUAL_CELL)
    found = loaded.ask("points", Selection(-FOREVER, FOREVER, (frame.kinds[kind].number,)), cells)
    if empty(found) or found["x"].size < LEAST_EVENTS:
        return None
    begin, end = (found[name].astype("datetime64[s]") for name in ("begin", "end"))
    return Events.of(found["x"], found["y"], begin, end, precision=found["precision"].astype(np.float64))


def fingerprint(events: Events, frame: Frame) -> str:
    """Changes when the incidents, the areas or what is tested do."""
    mark = hashlib.blake2b(digest_size=12)
    for column in (events.x, events.y, events.begin, events.end, events.precision):
        mark.update(np.ascontiguousarray(column).tobytes())
    mark.update(repr((frame.version, METHODS, SHARES, WEEKS, HORIZON, USUAL_CELL)).encode())
    return mark.hexdigest()


def origins(events: Events, last: date) -> NDArray[np.datetime64] | None:
    """The Mondays from which is forecast: up to 52, the last a week before `last`; None with too little history."""
    begin = np.datetime64(events.begin.min(), "D")
    weeks = int((np.datetime64(last, "D") - begin).astype(np.int64)) // 7 - HISTORY
    if weeks < LEAST_WEEKS:
        return None
    first = last - timedelta(weeks=min(WEEKS, weeks))
    return forecast.weekly_origins(np.datetime64(first, "s"), np.datetime64(last, "s"), HORIZON)


def test(kind: str) -> Outcome | None:
    """Test all methods on a kind, and keep what they found; None when nothing changed since the last time."""
    begin = time.monotonic()
    loaded, frame = selectors.loaded(), selectors.frame()
    fresh = selectors.fresh(frame)
    events = events_of(loaded, frame, kind)
    if events is None or fresh.until is None:
        return None
    mark = fingerprint(events, frame)
    before = selectors.outcome(key_of(kind))
    if before is not None and before.content.get("fingerprint") == mark:
        return None
    last = first_incomplete(loaded, (frame.kinds[kind].number,), None, fresh.until)
    at = origins(events, last)
    if at is None:
        return None
    found = forecast.backtest(events, frame.grid(USUAL_CELL), METHODS, at, HORIZON, SHARES, threads=1)
    content = {
        "fingerprint": mark,
        "kind": kind,
        "until": fresh.until.isoformat(),
        "first": str(at[0])[:10],
        "last": (last - timedelta(days=1)).isoformat(),
        "origins": int(at.size),
        "events": float(found.events.sum()),
        "methods": list(found.methods),
        "left_out": dict(found.left_out),
        "scores": [_plain(asdict(score)) for score in found.scores()],
        "differences": [_plain(asdict(difference)) for difference in found.differences()],
    }
    return services.keep_outcome(key_of(kind), loaded.version, content, time.monotonic() - begin)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: (round(value, 6) if np.isfinite(value) else None) if isinstance(value, float) else value
        for name, value in values.items()
    }


def testable(loaded: Loaded, frame: Frame) -> list[str]:
    """The kinds of which there is enough to test."""
    found = loaded.ask("kinds", Selection(-FOREVER, FOREVER))
    numbers: dict[int, int] = {}
    for kind, n in zip(found["kind"].tolist(), found["n"].tolist(), strict=True):
        numbers[kind] = numbers.get(kind, 0) + int(n)
    return [key for key, kind in frame.kinds.items() if numbers.get(kind.number, 0) >= LEAST_EVENTS]


# What the page shows


@dataclass(frozen=True)
class Chosen:
    """What is forecast: the kind, the test of it, the method and the share of the surface."""

    kind: str
    outcome: Outcome
    method: str
    share: float
    everywhere: bool
    """Whether this person may see single incidents in the whole city."""

    @property
    def allowed(self) -> list[str]:
        """The tested methods that this person may choose."""
        return [method for method in self.outcome.content["methods"] if self.everywhere or method not in RECENT]

    def score(self, method: str) -> dict[str, Any]:
        """How a method did at this share."""
        return next(
            score for score in self.outcome.content["scores"] if (score["method"], score["share"]) == (method, self.share)
        )

    def difference(self, method: str) -> dict[str, Any] | None:
        """A method against the best count at this share; None for the counts themselves."""
        return next(
            (
                one for one in self.outcome.content["differences"]
                if (one["method"], one["measure"], one["share"]) == (method, "hit_rate", self.share)
            ),
            None,
        )  # fmt: skip

    @property
    def better(self) -> list[str]:
        """The methods that clearly found more than the best count, the best first."""
        found = [
            one["method"] for one in self.outcome.content["differences"]
            if one["measure"] == "hit_rate" and one["share"] == self.share and one["finding"] == "better"
        ]  # fmt: skip
        return sorted(found, key=lambda method: -self.score(method)["hits"])

    @property
    def best_count(self) -> str:
        """The count that found most."""
        return max(forecast.COUNTS, key=lambda method: float(self.score(method)["hits"]))

    @property
    def trusted(self) -> str:
        """What is shown when nobody chooses: the best allowed method that is clearly better, else the count."""
        return next((method for method in self.better if method in self.allowed), self.best_count)


def kind_of(filter_: Filter) -> str | None:
    """The kind that is forecast: the only one chosen."""
    return filter_.kinds[0] if len(filter_.kinds) == 1 else None


def chosen(query: Mapping[str, str], filter_: Filter, everywhere: bool) -> Chosen | None:
    """What the address asks to forecast; None when not one kind is chosen, or it was not tested (yet).

    everywhere: whether the person may see single incidents in the whole city. Raises FilterError for a method that was
    not tested or is not for this person, or a share that is none of those tested.
    """
    kind = kind_of(filter_)
    outcome = selectors.outcome(key_of(kind)) if kind else None
    if kind is None or outcome is None:
        return None
    found = Chosen(kind, outcome, "", _share(query.get(SHARE) or ""), everywhere)
    method = query.get(METHOD) or found.trusted
    if method not in found.allowed:
        expected = _("one of: %(list)s") % {"list": ", ".join(found.allowed)}
        raise FilterError([Problem(METHOD, method[:80], expected)])
    return replace(found, method=method)


def share_text(share: float) -> str:
    """A share as the address has it: 0.01 is `1`."""
    return f"{share * 100:g}"


def _share(text: str) -> float:
    if not text:
        return USUAL_SHARE
    shares = {share_text(share): share for share in SHARES}
    if text not in shares:
        raise FilterError([Problem(SHARE, text[:80], _("one of: %(list)s") % {"list": ", ".join(shares)})])
    return shares[text]


@dataclass(frozen=True)
class Forecast:
    """The chosen cells of the coming week. expected: incidents in each; total: in the whole city."""

    first: date
    last: date
    cells: NDArray[np.int64]
    expected: NDArray[np.float64]
    total: float


def coming(asked: Asked, found: Chosen) -> Forecast | None:
    """The forecast of the seven days after the data, from all that is known; None where that is too little."""
    key = ("forecast", found.kind, found.method, found.share)
    return asked.loaded.remember(key, lambda: _coming(asked.loaded, asked.frame, asked.fresh, found))


def _coming(loaded: Loaded, frame: Frame, fresh: Freshness, found: Chosen) -> Forecast | None:
    events, until = events_of(loaded, frame, found.kind), fresh.until
    if events is None or until is None:
        return None
    grid = frame.grid(USUAL_CELL)
    first = until + timedelta(days=1)
    at = np.datetime64(first, "s")
    model = forecast.fit(found.method, events, grid, at)
    risk = forecast.predict(model, at, at + np.timedelta64(HORIZON, "D"))
    cells = np.flatnonzero(forecast.choose(risk, grid, found.share))
    # Where nothing is expected there is nothing to choose: such cells would only fill up the share.
    cells = cells[risk.ravel()[cells] > 0]
    return Forecast(first, first + timedelta(days=HORIZON - 1), cells, risk.ravel()[cells], float(risk.sum()))


# In words


def method_name(method: str) -> str:
    """What a method is called on the page."""
    return {
        "naive": _("count of the last 12 months"),
        "count": _("count of all years"),
        "kde": _("density of all years"),
        "prospective": _("recent and near (prospective)"),
        "sepp": _("self-exciting process"),
        "ensemble": _("combination by past performance"),
    }.get(method, method)


def sentence(found: Chosen, name: str, brief: bool = False) -> str:
    """How the shown method did on this city, whether anything beats the count, and (unless brief) how sure that is."""
    count, own = found.score(found.best_count), found.score(found.method)
    values = {
        "kind": name,
        "share": formatting.share(found.share, 0 if found.share >= USUAL_SHARE else 2),
        "count": formatting.share(count["hit_rate"], 0),
        "own": formatting.share(own["hit_rate"], 0),
        "pai": formatting.number(own["pai"], 1),
        "low": formatting.number(own["pai_low"], 1),
        "high": formatting.number(own["pai_high"], 1),
        "method": method_name(found.method),
        "best": method_name(found.better[0]) if found.better else "",
        "weeks": formatting.number(found.outcome.content["origins"]),
    }
    if not found.better:
        text = _(
            "No method is clearly better here than counting what happened before: on %(share)s of the surface the count "
            "found %(count)s of the incidents in %(weeks)s weeks."
        )
    elif found.method in found.better:
        text = _(
            "The %(method)s is clearly better here than counting: on %(share)s of the surface it found %(own)s of the "
            "incidents in %(weeks)s weeks, the count %(count)s."
        )
    elif not set(found.better) & set(found.allowed):
        text = _(
            "The %(best)s is clearly better here than counting, but its cells tell of single recent incidents: it is for "
            "roles that may see those in the whole city. Shown is the %(method)s: on %(share)s of the surface it found "
            "%(own)s of the incidents in %(weeks)s weeks."
        )
    else:
        text = _(
            "The %(method)s is not clearly better here than counting: on %(share)s of the surface it found %(own)s of "
            "the incidents in %(weeks)s weeks, the count %(count)s."
        )
    if brief:
        return text % values
    sure = _("What is shown found %(pai)s times as many as chance would (95 %% certainty: %(low)s to %(high)s).")
    return f"{text} {sure}" % values


def rows(found: Chosen) -> list[dict[str, Any]]:
    """The methods for a table: what each found, and how it compares with the best count."""
    listed = []
    for method in found.outcome.content["methods"]:
        score, difference = found.score(method), found.difference(method)
        listed.append(
            {
                "method": method,
                "name": method_name(method),
                "shown": method == found.method,
                "allowed": method in found.allowed,
                "hit_rate": score["hit_rate"],
                "pai": score["pai"],
                "low": score["pai_low"],
                "high": score["pai_high"],
                "log_score": score["log_score"],
                "hits": score["hits"],
                "finding": finding_text(difference),
                "better": bool(difference and difference["finding"] == "better"),
                "points": None if difference is None else 100 * difference["difference"],
                "points_low_text": "" if difference is None else formatting.number(100 * difference["low"], 1),
                "points_high_text": "" if difference is None else formatting.number(100 * difference["high"], 1),
            }
        )
    return sorted(listed, key=lambda row: -row["hits"])


def finding_text(difference: Mapping[str, Any] | None) -> str:
    """Whether a method is better than the best count."""
    if difference is None:
        return ""
    return {
        "better": _("clearly more than the count"),
        "worse": _("clearly fewer than the count"),
    }.get(difference["finding"], _("no clear difference"))
