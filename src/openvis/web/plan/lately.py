"""How many incidents of a goal's kinds there were lately: beside the goal, never as its figure."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from openvis.profile import Goal
from openvis.web import city
from openvis.web.deployment import reading
from openvis.web.deployment.words import number
from openvis.web.picture import selectors as picture

WEEKS = 52


@dataclass(frozen=True, slots=True)
class Lately:
    """Incidents in the last year of weeks, and whether any of their sources is made up."""

    count: float
    made_up: bool

    @property
    def words(self) -> str:
        """As a sentence that says what it is not."""
        told = _("%(count)s incidents in the picture over the last %(weeks)d weeks.") % {
            "count": number(self.count), "weeks": WEEKS,
        }
        return told + " " + (
            _("They never happened, and do not count for this goal.") if self.made_up
            else _("Not all of them are registered crimes, so they do not count for this goal.")
        )


def lately(goal: Goal) -> Lately | None:
    """None for a goal without kinds, or without incidents of them."""
    plan, frame = city.profile().plan, picture.frame()
    known = [indicator for key in goal.indicators if (indicator := plan.indicator(key)) is not None]
    kinds = [kind for indicator in known for kind in indicator.kinds if kind in frame.kinds]
    fresh = picture.fresh(frame)
    if not kinds or fresh.until is None:
        return None
    last = reading.latest_day()
    period = reading.period(last - timedelta(weeks=WEEKS) + timedelta(days=1), last)
    weeks = reading.week_line(reading.changed("", soort=",".join(kinds), **period))
    count = sum(week.count for week in weeks)
    return Lately(count, any(source.made_up for source in fresh.sources)) if count else None
