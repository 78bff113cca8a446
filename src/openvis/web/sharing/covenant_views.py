"""The pages of the register of covenants."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from openvis.profile import PartnerCovenant
from openvis.web import city
from openvis.web.access import audit
from openvis.web.guard import rule

from . import covenants, flows, forms, rules, texts
from .models import CovenantText


def _row(item: PartnerCovenant) -> dict[str, Any]:
    """A covenant in the language of the page, with how it stands today."""
    language, standing = get_language(), covenants.standing(item, timezone.localdate())
    kinds = {"ended": "error", "ends": "warning", "review": "warning", "ahead": "info", "in_force": "ok"}
    return {
        "item": item, "name": item.name.get(language), "standing": standing.label, "kind": kinds[standing],
        "parties": ", ".join(flows.organisation_name(key) for key in item.parties),
        "controller": ", ".join(flows.organisation_name(key) for key in item.controller),
        "compartments": ", ".join(flows.name_of(key) for key in item.compartments),
        "purpose": item.purpose.get(language), "data": item.data.get(language), "ground": item.ground.get(language),
    }


@rule("covenants.view")
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """All covenants of the profile."""
    user: Any = request.user
    found = sorted(city.profile().covenants, key=lambda item: item.ends)
    audit.record(user, "covenants.list", number=len(found))
    signed = set(CovenantText.objects.values_list("covenant", flat=True))
    return render(request, "sharing/covenants.html", {"rows": [_row(item) for item in found], "signed": signed})


@rule("covenants.view")
@require_http_methods(["GET", "POST"])
def covenant(request: HttpRequest, slug: str) -> HttpResponse:
    """One covenant: what was agreed, what rests on it, and its signed text."""
    user: Any = request.user
    item = covenants.find(slug)
    keeps = rules.keeps_covenants(user)
    if item is None or (request.method == "POST" and not keeps):
        raise Http404
    form = forms.TextForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            texts.add(user, slug, form.cleaned_data["file"])
        except texts.UnfitError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("The signed text is kept."))
            return redirect("covenant", slug=slug)
    audit.record(user, "covenant.view", f"covenant:{slug}")
    signed = CovenantText.objects.filter(covenant=slug).select_related("added_by")
    context = {
        "row": _row(item), "depending": covenants.depending(item), "signed": signed,
        "form": form if keeps else None, "remark": _remark(item),
    }
    return render(request, "sharing/covenant.html", context, status=422 if form.errors else 200)


def _remark(item: PartnerCovenant) -> str:
    remark = getattr(item, "remark", None)
    return str(remark.get(get_language())) if remark is not None else ""


@rule("covenants.view")
@require_GET
def signed_text(request: HttpRequest, key: UUID) -> HttpResponse:
    """The signed text as a file to keep: never shown inside a page of ours."""
    user: Any = request.user
    text, data = texts.fetch(user, key)
    response = HttpResponse(data, content_type=texts.PDF)
    response["Content-Disposition"] = f'attachment; filename="convenant-{text.covenant}-{text.sha256[:8]}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
