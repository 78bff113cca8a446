"""What was passed to a department: their list, and one, with the result they tell."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web.access import audit
from openvis.web.guard import Refused, personal, rule
from openvis.web.refindex import rules as index_rules
from openvis.web.trail import processing

from .. import forms, own_files, rules, selectors, services


@rule(rules.REPORT)
@require_GET
def passed(request: HttpRequest) -> HttpResponse:
    """What the reporting point passed to my department."""
    user: Any = request.user
    context = {"found": selectors.passed_to(user)[:200]}
    return render(request, "signals/passed.html", context)


@rule(rules.REPORT)
@personal("signals", "hand_over", "key")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """The number and the facts that were passed, and the result."""
    user: Any = request.user
    try:
        found = selectors.hand_over(user, key)
    except Http404 as error:
        raise Refused(rules.REPORT, f"hand_over:{key}") from error
    ours = rules.handles(user, found) and found.result_at is None
    form = forms.ResultForm(request.POST or None) if ours else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.give_result(user, key, form.cleaned_data["result"])
        except services.NotNowError:
            messages.warning(request, _("A colleague gave the result already."))
        else:
            messages.success(request, _("The result is with the reporting point. Thank you."))
        return redirect("signals_passed")
    audit.record(user, "signal.hand_over_open", f"hand_over:{key}")
    processing.shown([found], activity="signals", name="signal.hand_over_open")
    context = {
        "handed": found, "form": form, "mine": found.handler_id == user.pk,
        "kind": own_files.KIND, "registers": ours and index_rules.contributes(user) and index_rules.inside(request),
    }
    return render(request, "signals/hand_over.html", context, status=422 if form is not None and form.errors else 200)


@rule(rules.REPORT)
@personal("signals", "hand_over", "key")
@require_POST
def take_up(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody of the department handles it."""
    user: Any = request.user
    try:
        services.take_up(user, key)
    except services.NotYoursError as error:
        raise Refused(rules.REPORT, f"hand_over:{key}") from error
    except services.NotNowError:
        messages.warning(request, _("A colleague gave the result already."))
    else:
        messages.success(request, _("You handle this for your department."))
    return redirect("signal_hand_over", key=key)
