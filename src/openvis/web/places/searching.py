"""Who may search the register of addresses: whoever names addresses in their work."""

from typing import Any

from openvis.profile import Ability
from openvis.web.access import people

LONGEST = 120
"""Characters of a line that is searched for."""
SEARCH = (
    Ability.SIGNALS_REPORT, Ability.SIGNALS_WEIGH, Ability.INDEX_CONTRIBUTE, Ability.CONTROLS_PLAN, Ability.CONTROLS_VISIT,
    Ability.DOR_KEEP,
)  # fmt: skip
"""Any of these opens the search."""


def may_search(user: Any) -> bool:
    """Whether somebody names addresses in their work."""
    return any(people.may(user, ability) for ability in SEARCH)
