"""Did a measure work: counts before and after in the treated place, beside those of a comparison place."""

from openvis.analysis.effect.estimates import Change, Displacement, EventStudy, Ratio, did, event_study, pair, wdd
from openvis.analysis.effect.placebo import Placebo, placebo
from openvis.analysis.effect.places import period_counts, zones
from openvis.analysis.effect.plan import Power, power

__all__ = [
    "Change", "Displacement", "EventStudy", "Placebo", "Power", "Ratio", "did", "event_study", "pair",
    "period_counts", "placebo", "power", "wdd", "zones",
]  # fmt: skip
