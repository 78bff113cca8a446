"""Steps of the heat scale for rates of areas."""

import numpy as np


def breaks(rates: list[float]) -> list[float]:
    """Lower bounds of five steps with as many areas each."""
    if not rates:
        return []
    bounds = np.quantile(np.array(rates), [0.0, 0.2, 0.4, 0.6, 0.8])
    return sorted({round(float(bound), 1) for bound in bounds})


def step(rate: float | None, bounds: list[float]) -> int:
    """Step of the heat scale for a rate, 0 where there is none."""
    if rate is None or not bounds:
        return 0
    return int(max(1, np.searchsorted(bounds, round(rate, 1), side="right"))) + 5 - len(bounds)
