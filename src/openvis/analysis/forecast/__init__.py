"""Where next week? Methods that forecast where events will be, and the test that says which of them deserves trust.

    model = fit("ensemble", events, grid, until="2016-06-01")      # knows only what had ended before that moment
    risk = predict(model, "2016-06-01", "2016-06-08")              # (ny, nx) expected events per cell
    cells = choose(risk, grid, share=0.01)                         # (ny, nx) bool, the cells to go to
    test = backtest(events, grid, METHODS, weekly_origins("2015-06-01", "2016-06-01"))
    test.scores(), test.differences(), test.better()               # lists of small dataclasses

`fit` is pure and safe in threads; one method on 100,000 events and 150 × 150 cells answers within about two seconds.
`backtest` fits every method at every origin and belongs in the background; `progress(done, total)` is called on the way,
from whatever thread has made a forecast.
"""

from openvis.analysis.forecast.fitting import COUNTS, METHODS, fit
from openvis.analysis.forecast.model import Model, choose, predict
from openvis.analysis.forecast.moving import moved, moves
from openvis.analysis.forecast.outcome import Backtest, Difference, Score
from openvis.analysis.forecast.rolling import SHARES, backtest, weekly_origins

__all__ = [
    "COUNTS", "METHODS", "SHARES", "Backtest", "Difference", "Model", "Score", "backtest", "choose", "fit", "moved",
    "moves", "predict", "weekly_origins",
]  # fmt: skip
