"""Pages on the monthly samples, for managers and the privacy officer; and own details, for everybody."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web.access import audit
from openvis.web.access.models import User
from openvis.web.guard import SIGNED_IN, Refused, personal, rule

from . import lookups, processing, sampling, selectors
from .forms import JudgementForm, OwnDetailForm
from .models import LookupSample, SampledLookup
from .views import COMPARTMENT, FILE

SAMPLES = "steekproef"
"""One purpose opens the samples in a session."""


@rule(sampling.ABILITY)
@personal(COMPARTMENT, SAMPLES)
@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """The samples of a manager's own organisation."""
    return _list(request, "trail_sample")


@rule(sampling.OFFICER)
@personal(COMPARTMENT, FILE)
@require_GET
def all_samples(request: HttpRequest) -> HttpResponse:
    """Every sample, for the privacy officer: which are open, and what was to be asked or reported."""
    return _list(request, "trail_sample_officer")


def _list(request: HttpRequest, page: str) -> HttpResponse:
    audit.record(request.user, "sample.list", request=request)  # type: ignore[arg-type]
    return render(request, "trail/samples.html", {"samples": selectors.samples(), "page": page})


@rule(sampling.ABILITY)
@personal(COMPARTMENT, SAMPLES)
@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One sample of a manager's own organisation: judge each look-up, then sign."""
    return _sample(request, pk, "trail_sample")


@rule(sampling.OFFICER)
@personal(COMPARTMENT, FILE)
@require_http_methods(["GET", "POST"])
def sample_officer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same for the privacy officer, who judges the look-ups of managers."""
    return _sample(request, pk, "trail_sample_officer")


def _sample(request: HttpRequest, pk: UUID, page: str) -> HttpResponse:
    user: Any = request.user
    found = LookupSample.objects.filter(pk=pk).first()
    if found is None or (page == "trail_sample" and not sampling.is_mine(user, found)):
        raise Refused(sampling.ABILITY, str(pk))
    wrong: dict[str, JudgementForm] = {}
    if request.method == "POST":
        lookup = get_object_or_404(SampledLookup, pk=request.POST.get("lookup") or None, sample=found)
        form = JudgementForm(request.POST, prefix=str(lookup.pk))
        if form.is_valid():
            sampling.judge(lookup, form.cleaned_data["oordeel"], form.cleaned_data["opmerking"], by=user)
            return redirect(page, pk)
        wrong[str(lookup.pk)] = form
    audit.record(user, "sample.view", str(pk), request=request)
    rows = [_row(user, found, lookup, line, wrong) for lookup, line in selectors.drawn(found)]
    shown = {number for row in rows if row["line"] is not None for number in row["line"].people}
    processing.shown((processing.Subject(processing.ACCOUNT, str(one)) for one in shown), COMPARTMENT, "sample.view")
    state = next(item for item in selectors.samples() if item.sample.pk == found.pk)
    context = {
        "state": state, "rows": rows, "page": page,
        "may_sign": sampling.is_mine(user, found) and not state.open and found.signed is None,
    }  # fmt: skip
    return render(request, "trail/sample.html", context, status=422 if wrong else 200)


def _row(
    user: User, found: LookupSample, lookup: SampledLookup, line: selectors.Line | None, wrong: dict[str, JudgementForm]
) -> dict[str, Any]:
    may = sampling.may_judge(user, found, line.entry.actor if line is not None else None)
    initial = {"oordeel": lookup.judgement, "opmerking": lookup.remark}
    form = wrong.get(str(lookup.pk)) or JudgementForm(initial=initial, prefix=str(lookup.pk))
    return {"lookup": lookup, "line": line, "form": form if may else None}


@rule(sampling.ABILITY)
@personal(COMPARTMENT, SAMPLES)
@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign for a sample."""
    found = get_object_or_404(LookupSample, pk=pk)
    try:
        sampling.sign(found, by=request.user)  # type: ignore[arg-type]
    except sampling.NotReadyError:
        messages.error(request, _("Not everything in it is judged yet."))
    else:
        messages.success(request, _("Signed."))
    return redirect("trail_sample", pk)


@rule(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def own_details(request: HttpRequest) -> HttpResponse:
    """My own names and addresses, by which a look-up of myself is noticed."""
    return _own(request, request.user, "")  # type: ignore[arg-type]


@rule("people.manage")
@personal(COMPARTMENT, "user", "pk")
@require_http_methods(["GET", "POST"])
def own_details_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same of somebody else, for the administrator, who may also take them away."""
    return _own(request, get_object_or_404(User, pk=pk), str(pk))


def _own(request: HttpRequest, user: User, pk: str) -> HttpResponse:
    by: Any = request.user
    form = OwnDetailForm(request.POST or None)
    if request.method == "POST" and pk and "vergeet" in request.POST:
        lookups.forget(user, by=by)
        messages.success(request, _("Taken away."))
        return redirect(request.path)
    if request.method == "POST" and form.is_valid():
        try:
            number = lookups.register(user, form.cleaned_data["soort"], form.cleaned_data["tekst"], by=by)
        except ValueError:
            form.add_error("tekst", _("Not recognised: give a name, or a street or postcode with the number."))
        else:
            messages.success(request, ngettext("%d part is registered.", "%d parts are registered.", number) % number)
            return redirect(request.path)
    if pk:
        audit.record(by, "own_detail.view", pk, request=request)
        processing.shown([user], COMPARTMENT, "own_detail.view")
    kept = user.own_details.all()
    context = {"shown": user, "of_other": bool(pk), "form": form, "kept": kept}
    return render(request, "trail/own_details.html", context, status=422 if form.errors else 200)
