"""The pages of who keeps the index in order: numbers by department for its manager, use of it for the officer (FG)."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from openvis.web.access import audit
from openvis.web.guard import personal, rule

from . import rules, selectors, terms

YEAR = timedelta(days=365)


@rule(rules.MANAGE)
@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """Settings and counts, never an entry."""
    user: Any = request.user
    audit.record(user, "index.counts")
    found = selectors.counts()
    kinds = [item.name.get(get_language()) for item in terms.index().kinds]
    context = {
        "found": found, "index": terms.index(), "kinds": kinds, "overdue": sum(item.overdue for item in found),
        "networks": ", ".join(terms.index().networks),
    }
    return render(request, "refindex/counts.html", context)


@rule(rules.OVERSEE)
@personal("administration", "index_use")
@require_GET
def use(request: HttpRequest) -> HttpResponse:
    """How often was registered, looked up and matched, and the entries of the audit log: no addresses."""
    user: Any = request.user
    since = timezone.localdate() - YEAR
    audit.record(user, "index.use")
    page = Paginator(selectors.audit_entries(), 50).get_page(request.GET.get("pagina"))
    context = {"found": selectors.use(since), "since": since, "page": page, "people": _names(page.object_list)}
    return render(request, "refindex/use.html", context)


def _names(found: Any) -> dict[Any, str]:
    from openvis.web.access.models import User

    return {user.pk: str(user) for user in User.objects.filter(pk__in={entry.actor for entry in found if entry.actor})}
