"""The yearly review of all rights: beginning it, judging each role, signing, and the page for the file."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openvis.web.guard import rule

from .. import audit, reviewing
from ..models import ReviewedGrant, RightsReview

PAGE = 50


def _try(request: HttpRequest, act: Callable[[], object], said: str = "") -> bool:
    try:
        act()
    except reviewing.RefusedError as wrong:
        messages.warning(request, str(wrong))
        return False
    if said:
        messages.success(request, said)
    return True


@rule(reviewing.ABILITY)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """All reviews, and the button to begin one."""
    found = RightsReview.objects.annotate(
        number=Count("rows"), ended=Count("rows", filter=Q(rows__decision=ReviewedGrant.END)),
    )
    context = {"reviews": found, "current": reviewing.current(), "overdue": reviewing.overdue()}
    return render(request, "access/reviews.html", context)


@rule(reviewing.ABILITY)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a review with the roles as they are now."""
    _try(request, lambda: reviewing.begin(request.user))  # type: ignore[arg-type]
    current = reviewing.current()
    return redirect("review", pk=current.pk) if current is not None else redirect("reviews")


@rule(reviewing.ABILITY)
@require_GET
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One review: what is still to be judged first, in pages; a signed one whole, to print and file."""
    found = get_object_or_404(RightsReview, pk=pk)
    by: Any = request.user
    audit.record(by, "review.view", str(pk), request=request)
    rows = reviewing.rows(found, by)
    context: dict[str, Any] = {
        "review": found, "left": reviewing.left(found, by), "since": reviewing.since(found), "total": len(rows),
        "holds": found.signed is None or reviewing.fingerprint(found) == found.fingerprint,
        "unjudged": [row for row in rows if not row.row.decision],
    }
    if found.signed is not None:
        return render(request, "access/review_signed.html", context | {"rows": rows})
    rows.sort(key=lambda judged: bool(judged.row.decision))
    page = Paginator(rows, PAGE).get_page(request.GET.get("pagina"))
    return render(request, "access/review.html", context | {"rows": page, "page": page})


@rule(reviewing.ABILITY)
@require_POST
def judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what was judged on one page of the review."""
    found = get_object_or_404(RightsReview, pk=pk)
    chosen = {
        int(name.removeprefix("besluit-")): value for name, value in request.POST.items()
        if name.startswith("besluit-") and name.removeprefix("besluit-").isdecimal() and value
    }
    done = 0
    for row in found.rows.filter(pk__in=chosen):
        remark = request.POST.get(f"opmerking-{row.pk}", "")
        if (row.decision, row.remark) == (chosen[row.pk], remark.strip()):
            continue
        if not _try(request, lambda row=row, remark=remark: reviewing.decide(row, chosen[row.pk], remark, request.user)):  # type: ignore[misc, arg-type]
            break
        done += 1
    if done:
        audit.record(request.user, "review.decide", str(pk), request=request, roles=done)  # type: ignore[arg-type]
        messages.success(request, _("Kept: %(number)s judged.") % {"number": done})
    return redirect("review", pk=pk)


@rule(reviewing.ABILITY)
@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign for a review: what was judged to end, ends now."""
    found = get_object_or_404(RightsReview, pk=pk)
    _try(request, lambda: reviewing.sign(found, request.user), _("Signed. What was judged to end has ended."))  # type: ignore[arg-type]
    return redirect("review", pk=pk)
