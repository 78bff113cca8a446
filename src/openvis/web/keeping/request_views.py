"""The pages of requests: the list, one request and what can be done with it, its report, and the look of the FG."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openvis.web.access import audit
from openvis.web.guard import personal, rule

from . import document, gathering, requests, tasks
from .models import ErasureProof, SubjectRequest
from .request_forms import CloseForm, CorrectionForm, ExtendForm, IdentityForm, ReceiveForm
from .services import UnfitError
from .views import as_pdf

State = SubjectRequest.State
HEAVY = ("findings", "chosen", "question", "answer")


@rule("subjects.handle")
@personal("administration", "subject_requests")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All requests, the latest first."""
    audit.record(request.user, "subjects.list", request=request)  # type: ignore[arg-type]
    return render(request, "keeping/requests.html", {"found": SubjectRequest.objects.defer(*HEAVY), "named": True})


@rule("access.explain_object")
@personal("administration", "subject_requests")
@require_GET
def oversight(request: HttpRequest) -> HttpResponse:
    """The same without names, for the data protection officer: what was asked, when, how it ended, what was erased."""
    audit.record(request.user, "subjects.oversee", request=request)  # type: ignore[arg-type]
    context = {"found": SubjectRequest.objects.defer(*HEAVY), "named": False, "proofs": ErasureProof.objects.all()[:100]}
    return render(request, "keeping/requests.html", context)


@rule("subjects.handle")
@personal("administration", "subject_requests")
def receive(request: HttpRequest) -> HttpResponse:
    """Enter a request."""
    form = ReceiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = requests.receive(
                request.user, told["kind"], form.person(), received=told["received"], question=told["question"],  # type: ignore[arg-type]
            )
            return redirect("subject_request", made.pk)
        except UnfitError as wrong:
            form.add_error(wrong.field or None, str(wrong))
    return render(request, "keeping/request_new.html", {"form": form}, status=422 if form.errors else 200)


def _found(key: UUID) -> SubjectRequest:
    people = ("user", "identity_by", "entered_by", "erasure_by", "approved_by", "closed_by")
    return get_object_or_404(SubjectRequest.objects.select_related(*people), pk=key)


@rule("subjects.handle")
@personal("administration", "subject_request", "key")
@require_GET
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """One request: who asks what, what was found, what can be done."""
    found = _found(key)
    requests.seen(request.user, found)  # type: ignore[arg-type]
    return _page(request, found)


def _page(request: HttpRequest, found: SubjectRequest, status: int = 200, **forms: Any) -> HttpResponse:
    findings = gathering.unpacked(found.findings)
    chosen = found.chosen or {"told": [], "erase": []}
    context = {
        "asked": found, "groups": gathering.groups(findings), "count": len(findings), "told": set(chosen["told"]),
        "erase": set(chosen["erase"]), "goes": [item for item in findings if item.mark in chosen["erase"]],
        "stays": [item for item in findings if not item.erasable],
        "proofs": ErasureProof.objects.filter(request=found.number), "corrections": found.corrections.select_related("by"),
        "identity_form": IdentityForm(), "extend_form": ExtendForm(), "close_form": CloseForm(),
        "may_approve": request.may("retention.approve") and found.erasure_by_id != request.user.pk,  # type: ignore[attr-defined]
        "own": found.user_id == request.user.pk, **forms,
    }
    return render(request, "keeping/request.html", context, status=status)


def _identify(request: HttpRequest, key: UUID) -> None:
    requests.identify(request.user, key, request.POST.get("identity", ""))  # type: ignore[arg-type]


def _extend(request: HttpRequest, key: UUID) -> None:
    requests.extend(request.user, key, request.POST.get("because", ""))  # type: ignore[arg-type]


def _gather(request: HttpRequest, key: UUID) -> None:
    requests.ask_gathering(request.user, key)  # type: ignore[arg-type]
    tasks.queue(tasks.gather, key=str(key))


def _choose(request: HttpRequest, key: UUID) -> None:
    requests.choose(request.user, key, request.POST.getlist("told"), request.POST.getlist("erase"))  # type: ignore[arg-type]
    messages.success(request, _("Saved."))


def _ask_erasure(request: HttpRequest, key: UUID) -> None:
    requests.ask_erasure(request.user, key)  # type: ignore[arg-type]


def _decide_erasure(request: HttpRequest, key: UUID) -> None:
    decided = requests.decide_erasure(request.user, key, approve="approve" in request.POST)  # type: ignore[arg-type]
    if decided.state == State.ERASING:
        tasks.queue(tasks.erase, key=str(key))


ACTS: dict[str, tuple[Callable[[HttpRequest, UUID], None], str, type[Any] | None]] = {
    "identiteit": (_identify, "identity_form", IdentityForm),
    "verlengen": (_extend, "extend_form", ExtendForm),
    "verzamelen": (_gather, "", None),
    "kiezen": (_choose, "", None),
    "verwijdering": (_ask_erasure, "", None),
    "goedkeuren": (_decide_erasure, "", None),
}


@rule("subjects.handle")
@personal("administration", "subject_request", "key")
@require_POST
def act(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """One act on a request; what does not fit is said on its page, with what was typed."""
    if name not in ACTS:
        raise Http404
    carry_out, shown, made_of = ACTS[name]
    try:
        carry_out(request, key)
    except UnfitError as wrong:
        if made_of is None or wrong.field not in made_of.base_fields:
            messages.error(request, str(wrong))
            return redirect("subject_request", key)
        form = made_of(request.POST)
        form.add_error(wrong.field, str(wrong))
        return _page(request, _found(key), 422, **{shown: form})
    return redirect("subject_request", key)


@rule("subjects.handle")
@personal("administration", "subject_request", "key")
@require_POST
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer the person."""
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            requests.close(request.user, key, **form.cleaned_data)  # type: ignore[arg-type]
            return redirect("subject_request", key)
        except UnfitError as wrong:
            form.add_error(wrong.field or None, str(wrong))
    return _page(request, _found(key), 422, close_form=form)


@rule("subjects.handle")
@personal("administration", "subject_request", "key")
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have one column of a finding set right."""
    found = _found(key)
    mark = request.POST.get("finding") or request.GET.get("finding", "")
    item = next((item for item in gathering.unpacked(found.findings) if item.mark == mark), None)
    if item is None or not item.correctable:
        raise Http404
    form = CorrectionForm(request.POST or None, columns=item.correctable, initial={"finding": mark})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            asked = requests.ask_correction(request.user, key, mark, told["column"], told["value"])  # type: ignore[arg-type]
            tasks.queue(tasks.correct, key=str(asked.pk))
            return redirect("subject_request", key)
        except UnfitError as wrong:
            form.add_error(wrong.field or None, str(wrong))
    context = {"asked": found, "item": item, "form": form}
    return render(request, "keeping/correction.html", context, status=422 if form.errors else 200)


@rule("subjects.handle")
@personal("administration", "subject_request", "key")
@require_GET
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the system holds about the person, as PDF, ready to be handed over."""
    found = _found(key)
    if found.findings is None or not found.identity:
        raise Http404
    requests.seen(request.user, found, "report")  # type: ignore[arg-type]
    return as_pdf(document.answer(found), f"{_('overview')}-{found.number}")
