"""The pages of retention: terms and what is due, lists for destruction, certificates, holds."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openvis.web.access import audit
from openvis.web.guard import personal, rule

from . import document, holding, selectors, services, tasks
from .forms import DecideForm, PersonHoldForm, RecordHoldForm
from .models import Certificate, DestructionList, Hold


@rule("retention.view")
@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """Terms per kind, what is due, lists, holds, runs and certificates."""
    audit.record(request.user, "retention.view", request=request)  # type: ignore[arg-type]
    context = {
        "rows": selectors.rows(), "worked_out": selectors.worked_out(), "runs": selectors.runs(),
        "certificates": selectors.certificates(), "lists": selectors.lists(), "holds": selectors.holds(),
        **{f"may_{act}": request.may(f"retention.{act}") for act in ("run", "hold")},  # type: ignore[attr-defined]
    }
    return render(request, "keeping/retention.html", context)


@rule("retention.run")
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Have what is due ended now."""
    audit.record(request.user, "retention.ask_run", request=request)  # type: ignore[arg-type]
    tasks.queue(tasks.run_now, by=str(request.user.pk))
    messages.info(request, _("The worker is at it. Look again in a moment."))
    return redirect("retention")


@rule("retention.run")
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Have what is due worked out anew."""
    tasks.queue(tasks.preview)
    messages.info(request, _("The worker is at it. Look again in a moment."))
    return redirect("retention")


@rule("retention.run")
@require_POST
def ask_list(request: HttpRequest, kind: str) -> HttpResponse:
    """Have a list for destruction drawn up."""
    try:
        made = services.ask_list(request.user, kind)  # type: ignore[arg-type]
    except services.UnfitError as wrong:
        messages.error(request, str(wrong))
        return redirect("retention")
    tasks.queue(tasks.draw_up, key=str(made.pk))
    return redirect("destruction_list", made.pk)


@rule("retention.view")
@personal("administration", "destruction_list", "key")
@require_GET
def destruction_list(request: HttpRequest, key: UUID) -> HttpResponse:
    """One list: what is on it, who prepared and approved it."""
    made = get_object_or_404(DestructionList.objects.select_related("prepared_by", "approved_by"), pk=key)
    audit.record(request.user, "retention.list", str(made.pk), request=request)  # type: ignore[arg-type]
    return _list_page(request, made, DecideForm())


def _list_page(request: HttpRequest, made: DestructionList, form: DecideForm, status: int = 200) -> HttpResponse:
    waits = made.state == made.State.PREPARED and request.may("retention.approve")  # type: ignore[attr-defined]
    context = {
        "made": made, "title": selectors.title_of(made.kind), "form": form, "waits": waits,
        "own": made.prepared_by_id == request.user.pk,
    }
    return render(request, "keeping/list.html", context, status=status)


@rule("retention.approve")
@personal("administration", "destruction_list", "key")
@require_POST
def decide_list(request: HttpRequest, key: UUID) -> HttpResponse:
    """The second person approves or refuses a list."""
    made = get_object_or_404(DestructionList, pk=key)
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            services.decide_list(
                request.user, made.pk, approve="approve" in request.POST, remark=form.cleaned_data["remark"],  # type: ignore[arg-type]
            )
        except services.UnfitError as wrong:
            form.add_error("remark", str(wrong))
    return _list_page(request, made, form, status=422) if form.errors else redirect("destruction_list", made.pk)


@rule("retention.view")
@require_GET
def certificate(request: HttpRequest, key: UUID) -> HttpResponse:
    """A certificate of destruction, to read and to print."""
    found = get_object_or_404(Certificate.objects.select_related("run"), pk=key)
    audit.record(request.user, "retention.certificate", found.number, request=request)  # type: ignore[arg-type]
    lines = [(selectors.title_of(line.kind), line) for line in selectors.lines(found)]
    return render(request, "keeping/certificate.html", {"certificate": found, "lines": lines})


@rule("retention.view")
@require_GET
def certificate_pdf(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same as PDF."""
    found = get_object_or_404(Certificate.objects.select_related("run"), pk=key)
    audit.record(request.user, "retention.certificate", found.number, request=request)  # type: ignore[arg-type]
    return as_pdf(document.certificate(found), f"{_('certificate')}-{found.number}")


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """A document to save, which no cache keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@rule("retention.hold")
@personal("administration", "holds")
def new_hold(request: HttpRequest, about: str) -> HttpResponse:
    """Set a hold on a record or on a person."""
    kinds: dict[str, type[RecordHoldForm | PersonHoldForm]] = {"gegeven": RecordHoldForm, "persoon": PersonHoldForm}
    made_of = kinds.get(about, RecordHoldForm)
    form = made_of(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        target: dict[str, Any] = (
            {"person": form.person()} if isinstance(form, PersonHoldForm) else {"kind": told["kind"], "key": told["key"]}
        )
        try:
            services.hold(
                request.user, reason=told["reason"], explanation=told["explanation"], until=told["until"], **target,  # type: ignore[arg-type]
            )
            return redirect("retention")
        except services.UnfitError as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
    context = {"form": form, "person": isinstance(form, PersonHoldForm)}
    return render(request, "keeping/hold_form.html", context, status=422 if form.errors else 200)


@rule("retention.view")
@personal("administration", "hold", "key")
@require_GET
def hold(request: HttpRequest, key: UUID) -> HttpResponse:
    """One hold: on what, why, until when, by whom."""
    found = get_object_or_404(Hold.objects.select_related("set_by", "ended_by", "user"), pk=key)
    audit.record(request.user, "retention.hold_view", str(found.pk), request=request)  # type: ignore[arg-type]
    context = {"hold": found, "title": selectors.title_of(found.kind) if found.kind else "", "person": None}
    if found.person is not None:
        context["person"] = holding.person_of(found)
    return render(request, "keeping/hold.html", context)


@rule("retention.hold")
@require_POST
def end_hold(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a hold now."""
    found = get_object_or_404(Hold, pk=key)
    services.end_hold(request.user, found.pk)  # type: ignore[arg-type]
    messages.success(request, _("The hold has ended; the term counts again."))
    return redirect("retention")
