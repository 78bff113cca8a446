"""What changes in the picture: alerts as a whole, and the outcomes of background tasks."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from openvis.web.access import audit

from .models import Alert, Outcome

if TYPE_CHECKING:
    from .alerts import Found


@transaction.atomic
def replace_alerts(found: Sequence["Found"], latest: date | None, version: str) -> list[Alert]:
    """Put what was found in the place of all earlier alerts: those of the latest week are open, older ones past.

    Alerts follow the data: when a delivery is withdrawn, what it alone caused goes with it.
    """
    Alert.objects.all().delete()
    alerts = Alert.objects.bulk_create(
        Alert(
            area=one.area.code,
            area_name=one.area.name,
            level=one.area.level,
            kind=one.kind,
            week=one.week,
            weeks=one.weeks,
            count=one.count,
            expected=one.expected,
            low=one.low,
            high=one.high,
            p=one.p,
            q=one.q,
            state=Alert.State.OPEN if one.week == latest else Alert.State.PAST,
            store_version=version,
        )
        for one in found
    )
    audit.record(None, "picture.alerts", version, alerts=len(alerts))
    return alerts


@transaction.atomic
def carry_alerts(outcome: Outcome, version: str) -> list[Alert]:
    """Say of the alerts that are there that they hold for a new version of the store too: nothing judged has changed."""
    Alert.objects.filter(store_version=outcome.store_version).update(store_version=version)
    Outcome.objects.filter(pk=outcome.pk).update(store_version=version)
    return list(Alert.objects.filter(store_version=version))


def keep_outcome(key: str, version: str, content: dict[str, Any], seconds: float) -> Outcome:
    """Put what a task worked out in the place of what it worked out before."""
    values = {"store_version": version, "content": content, "seconds": round(seconds, 2)}
    kept, _new = Outcome.objects.update_or_create(key=key, defaults=values)
    return kept
