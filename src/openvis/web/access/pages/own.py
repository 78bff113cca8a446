"""What I may do: my roles, what they open, the purposes I stated, and what is written down about me."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from openvis.web import city
from openvis.web.guard import SIGNED_IN, rule

from .. import acting, opening, people, selectors
from ..models import AuditEntry, PurposeUse, User
from ..words import ABILITIES

DAYS = 30
MOST = 200
"""How much of one's own audit log the page shows."""


@rule(SIGNED_IN)
@require_GET
def my_roles(request: HttpRequest) -> HttpResponse:
    """What I may do, where, until when, and who decided that."""
    user: User = request.user  # type: ignore[assignment]
    mine = {standing.role.id: standing.role for standing in people.standings(user)}
    context = {
        "holdings": selectors.holdings(user), "openings": [opening.opening(role) for role in mine.values()],
        "stated": _stated(user),
    }
    return render(request, "access/my_roles.html", context)


def _stated(user: User) -> list[dict[str, object]]:
    """The purposes in force in this session, in words."""
    profile, lang = city.profile(), get_language()
    names = {purpose.id: purpose.name.get(lang) for purpose in profile.purposes}
    places = {str(item.id): item.name.get(lang) for item in profile.compartments}
    used = PurposeUse.objects.filter(user=user, session=acting.current().session, ended__isnull=True)
    return [
        {"purpose": names.get(row.purpose, row.purpose), "compartment": places.get(row.compartment, row.compartment),
         "object": row.object, "at": row.at}
        for row in used
    ]  # fmt: skip


@rule(SIGNED_IN)
@require_GET
def my_log(request: HttpRequest) -> HttpResponse:
    """What the audit log says that I did and looked at, in the last month; the database lets me see no more."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    own = AuditEntry.objects.filter(actor=request.user.pk, at__gte=since)
    words = {str(ability): text for ability, text in ABILITIES.items()}
    shown = [{"entry": entry, "what": words.get(entry.action, entry.action)} for entry in own[:MOST]]
    return render(request, "access/my_log.html", {"rows": shown, "days": DAYS, "more": own.count() - len(shown)})
