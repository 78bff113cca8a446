"""Near repeats: does one incident raise the risk next door, and where is that raised risk now?"""

from openvis.analysis.near_repeat.prospective import happened, moment, risk
from openvis.analysis.near_repeat.table import Knox, knox

__all__ = ["Knox", "happened", "knox", "moment", "risk"]
