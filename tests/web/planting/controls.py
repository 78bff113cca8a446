"""Control days and dealers."""

from datetime import timedelta

from django.utils import timezone

from openvis.profile import Profile
from web.planting.common import Planted, address_in, mark, other_area, works_in


def control_day(profile: Profile) -> Planted:
    """A control day in another area, with an address, what was found there and what follows."""
    from openvis.web.controls.models import ControlDay, ControlStop

    area, aim, safe, why, inside = other_area(profile), mark("doel"), mark("veilig"), mark("waarom"), mark("bevinding")
    today = timezone.localdate()
    day = ControlDay.objects.create(aim=aim, safety=safe, conclusion=inside, date=today, ground="x", area=area, areas=[area])
    stop = ControlStop.objects.create(
        day=day, address=address_in(profile, area, mark("straat")), kind="x", why=why, safety=safe, result="shortcoming",
        finding=inside, follow_up=inside, follow_by="x", follow_due=today - timedelta(days=1), visited_at=timezone.now(),
    )
    readers = works_in(profile, area, "controls.plan", "controls.visit")
    return Planted("control day", (day.pk, stop.pk), (aim, safe, why, inside, stop.address.street), readers)


def dealer(profile: Profile) -> Planted:
    """A second-hand dealer in another area that is due, with a check that waits for a next step."""
    from openvis.web.controls.models import Dealer, DealerCheck

    area, name, contact, inside = other_area(profile), mark("opkoper"), mark("contact"), mark("bevinding")
    long_ago = timezone.localdate() - timedelta(days=4000)
    made = Dealer.objects.create(
        name=name, contact=contact, address=address_in(profile, area, mark("straat")), areas=[area], branch="x",
        listed_on=long_ago,
    )
    check = DealerCheck.objects.create(
        dealer=made, planned_for=long_ago, state="shortcoming", visited_on=long_ago, finding=inside, measure=inside,
    )
    readers = works_in(profile, area, "dor.view", "dor.keep")
    return Planted("dealer", (made.pk, check.pk), (name, contact, inside, made.address.street), readers)
