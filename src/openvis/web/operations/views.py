"""Pages of the administrator: how the installation is, and what is done in the background. No content anywhere."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from openvis import __version__
from openvis.web.access import audit
from openvis.web.guard import rule

from . import health, jobs, selectors, services


@rule("operations.view")
@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """How each part is, in words."""
    audit.record(request.user, "operations.view", "health", request=request)  # type: ignore[arg-type]
    return render(request, "operations/overview.html", {
        "parts": health.look(), "disk": selectors.disk(), "backup": selectors.last_backup(), "version": __version__,
        "database": selectors.database_version(), "late": selectors.backup_is_late(),
        "failed": jobs.counts()["failed"], "debug": settings.DEBUG,
    })  # fmt: skip


@rule("operations.view")
@never_cache
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, runs or failed in the background, and who does it."""
    audit.record(request.user, "operations.view", "queue", request=request)  # type: ignore[arg-type]
    return render(request, "operations/queue.html", {
        "counts": jobs.counts(), "jobs": jobs.shown(), "workers": jobs.workers(), "alive": jobs.workers_alive(),
        "repeating": jobs.repeating(), "may_retry": request.may("operations.retry"),  # type: ignore[attr-defined]
    })  # fmt: skip


@rule("operations.retry")
@require_POST
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """Try a job again."""
    try:
        services.retry(number, request.user)  # type: ignore[arg-type]
        messages.success(request, _("The job waits for the worker again."))
    except services.NotNowError:
        messages.error(request, _("This job cannot be tried again: it runs, is done, or waits already."))
    return redirect("operations_queue")
