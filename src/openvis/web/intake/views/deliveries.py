"""Deliveries: the list, one delivery, offering a file, offering corrected rows, withdrawing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openvis.web.access import audit, people
from openvis.web.guard import rule

from .. import receiving, selectors, tasks, trials, withdrawing
from ..forms import UNKNOWN, CorrectedForm, UploadForm, named
from ..models import Batch
from ..words import Refusal

PAGE = 25
REJECTED_PAGE = 50
WAITING_LONG = 20
"""Seconds without a worker after which the page says what to do."""


@rule("intake.view")
@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    """The deliveries, the latest first."""
    found = Batch.objects.select_related("source", "by")
    page = Paginator(found, PAGE).get_page(request.GET.get("pagina"))
    sources = {batch.source_id: named(batch.source.described.name) for batch in page}
    context = {"page": page, "sources": sources, "may_upload": people.may(request.user, "intake.upload")}
    return render(request, "intake/deliveries.html", context)


@rule("intake.upload")
def upload(request: HttpRequest) -> HttpResponse:
    """Offer a file. It is looked at here and now, and loaded in the background."""
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        unknown=people.may(request.user, "intake.sources"),
        initial={"source": request.GET.get("bron", "")},
    )
    if request.method == "POST" and form.is_valid():
        file, key = form.cleaned_data["file"], form.cleaned_data["source"]
        try:
            if key == UNKNOWN:
                return redirect("intake_trial", trials.begin(file.read(), file_name=file.name, by=request.user).pk)
            return _receive(request, file, receiving.source_by(key))
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    return render(request, "intake/upload.html", {"form": form}, status=422 if form.errors else 200)


def _receive(request: HttpRequest, file: Any, source: Any, corrects: Batch | None = None) -> HttpResponse:
    received = receiving.receive(file.read(), source, file_name=file.name, by=request.user, corrects=corrects)
    tasks.queue(received.batch)
    return redirect("intake_batch", received.batch.pk)


@rule("intake.view")
@require_GET
def delivery(request: HttpRequest, key: UUID) -> HttpResponse:
    """One delivery: what came of it, its rejected rows, what can be done with it."""
    batch = get_object_or_404(Batch.objects.select_related("source", "by", "corrects"), pk=key)
    page = Paginator(batch.rejected_rows.order_by("row", "id"), REJECTED_PAGE).get_page(request.GET.get("pagina"))
    rejected = [selectors.opened(row) for row in page]
    if rejected:
        audit.record(request.user, "intake.rejected", str(batch.pk), request=request, rows=len(rejected))
    context = {
        **_facts(batch),
        "page": page,
        "rejected": rejected,
        "corrected": CorrectedForm(),
        "may_upload": people.may(request.user, "intake.upload"),
        "may_withdraw": people.may(request.user, "intake.withdraw") and batch.state == Batch.State.LOADED,
    }
    return render(request, "intake/delivery.html", context)


def _facts(batch: Batch) -> dict[str, Any]:
    running = batch.state in (Batch.State.RECEIVED, Batch.State.LOADING) or not batch.projected
    waited = (timezone.now() - batch.received).total_seconds()
    return {
        "batch": batch,
        "source": batch.source.described,
        "source_name": named(batch.source.described.name),
        "running": running,
        "waiting": batch.state == Batch.State.RECEIVED and not batch.refusal,
        "waiting_long": waited > WAITING_LONG,
        "step": _(batch.step) if batch.step else "",
    }


@rule("intake.view")
@require_GET
def progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a delivery is, asked again every second by the page; when it is done the page is loaded anew."""
    facts = _facts(get_object_or_404(Batch.objects.select_related("source"), pk=key))
    response = render(request, "intake/progress.html", facts)
    if not facts["running"]:
        response["HX-Refresh"] = "true"
    return response


@rule("intake.view")
@require_GET
def rejected_rows(request: HttpRequest, key: UUID) -> HttpResponse:
    """The rejected rows as CSV, formulas made harmless; corrected, the file can be offered again."""
    batch = get_object_or_404(Batch, pk=key)
    audit.record(request.user, "intake.rejected.download", str(batch.pk), request=request, rows=batch.rejected)
    response = HttpResponse("\ufeff" + selectors.rejected_csv(batch), content_type="text/csv; charset=utf-8")
    name = slugify(f"{batch.source.key} {_('rejected')} {batch.received:%Y-%m-%d}")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@rule("intake.upload")
@require_POST
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer the rejected rows of a delivery again, corrected."""
    batch = get_object_or_404(Batch, pk=key)
    form = CorrectedForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _receive(request, form.cleaned_data["file"], receiving.source_by(batch.source.key), corrects=batch)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, _("Choose the corrected file first."))
    return redirect("intake_batch", batch.pk)


@rule("intake.upload")
@require_POST
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have a delivery that was broken off loaded after all."""
    batch = get_object_or_404(Batch, pk=key)
    tasks.queue(batch)
    messages.info(request, _("The delivery waits for the worker again."))
    return redirect("intake_batch", batch.pk)


@rule("intake.withdraw")
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """What withdrawing would do; and on confirmation, doing it."""
    batch = get_object_or_404(Batch.objects.select_related("source"), pk=key)
    try:
        if request.method == "POST":
            withdrawing.withdraw(batch, request.user)
            messages.success(request, _("The delivery is withdrawn. Record, picture and alerts follow it."))
            return redirect("intake_batch", batch.pk)
        preview = withdrawing.preview(batch)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("intake_batch", batch.pk)
    return render(request, "intake/withdraw.html", {**_facts(batch), "preview": preview})
