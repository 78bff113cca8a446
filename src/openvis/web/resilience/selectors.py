"""What the pages read: one's own reports, what is to be handled, and figures of a year that tell about no one."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from openvis.profile import Profile
from openvis.web.access.models import User
from openvis.web.themes import counting

from .models import AwarenessSession, Kind, SessionAttendance, State, ThreatIncident


def mine(user: User) -> list[ThreatIncident]:
    """What somebody reported: kind, day and state are told, nothing that was written since."""
    return list(ThreatIncident.objects.filter(reporter=user).defer("follow_up"))


def open_incidents() -> list[ThreatIncident]:
    """What is to be handled, the oldest first."""
    return list(ThreatIncident.objects.exclude(state=State.CLOSED).order_by("reported_at"))


def closed_incidents() -> list[ThreatIncident]:
    """What was closed, the latest first."""
    return list(ThreatIncident.objects.filter(state=State.CLOSED).order_by("-closed_on")[:100])


def one(key: UUID) -> ThreatIncident | None:
    """One incident."""
    return ThreatIncident.objects.select_related("reporter", "handled_by").filter(pk=key).first()


def sessions() -> list[AwarenessSession]:
    """Sessions that were held, with how many came in all."""
    found = AwarenessSession.objects.annotate(invited=Sum("attendance__invited"), came=Sum("attendance__attended"))
    return list(found.order_by("-held_on"))


def years() -> list[int]:
    """The years of which something is kept, the latest first."""
    days = [*ThreatIncident.objects.dates("happened_on", "year"), *AwarenessSession.objects.dates("held_on", "year")]
    return sorted({day.year for day in days}, reverse=True)


def departments(profile: Profile, lang: str | None) -> dict[str, str]:
    """The departments of the municipality by name: those that signals can be passed to."""
    names = {item.id: item.name.get(lang) for item in profile.organisations}
    return {key: names[key] for key in profile.signals.departments if key in names}


@dataclass(frozen=True, slots=True)
class Year:
    """Figures of a year: None where a number is hidden."""

    columns: list[str]
    lines: list[tuple[str, list[int | None]]]
    sessions: list[tuple[str, int, int, int]]
    """Department, sessions, invited, came."""


def of_year(profile: Profile, year: int, lang: str | None, total: str) -> Year:
    """Incidents by kind and department, small numbers hidden with what would betray them; and sessions by department."""
    names = departments(profile, lang) | {
        item.id: item.name.get(lang) for item in profile.organisations
        if ThreatIncident.objects.filter(organisation=item.id).exists()
    }
    found = ThreatIncident.objects.filter(happened_on__year=year).values_list("kind", "organisation")
    told = counting.table(list(Kind.values), list(names), Counter(found), profile.signals.k)
    kinds: dict[str, Any] = {kind.value: kind.label for kind in Kind}
    lines = [
        (str(kinds.get(key, total)), values) for key, values in zip(told["rows"], told["values"], strict=True)
    ]
    came = SessionAttendance.objects.filter(session__held_on__year=year).values("organisation").annotate(
        sessions=Count("session"), asked=Sum("invited"), came=Sum("attended")
    )
    every = {item.id: item.name.get(lang) for item in profile.organisations}
    held = [
        (every.get(row["organisation"], row["organisation"]), row["sessions"], row["asked"], row["came"]) for row in came
    ]
    return Year([*names.values(), total], lines, sorted(held))
