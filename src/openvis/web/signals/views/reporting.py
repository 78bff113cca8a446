"""Reporting, and what a reporter sees of it afterwards: number and state in words."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web import guard
from openvis.web.guard import rule

from .. import forms, rules, selectors, services
from ..models import Draft


@rule(rules.REPORT)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a signal; or keep it as a draft."""
    user: Any = request.user
    draft = _draft(user, request.GET.get("concept", ""))
    initial = forms.typed(draft.values) if draft else None
    form = forms.ReportForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and "keep" in request.POST:
        return _keep(request, form, draft)
    if request.method == "POST" and form.is_valid():
        anonymous = form.cleaned_data["identity"] == "unknown"
        answer = _sent(request, form, anonymous=anonymous, draft=draft.pk if draft else None)
        if answer is not None:
            return answer
    context = {"form": form, "draft": draft, "behalf": False}
    return render(request, "signals/report.html", context, status=422 if form.errors else 200)


@rule(rules.WEIGH)
@require_http_methods(["GET", "POST"])
def on_behalf(request: HttpRequest) -> HttpResponse:
    """Enter what came in by mail, telephone, Meld Misdaad Anoniem or a report of the police."""
    form = forms.OnBehalfForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("channel", "source_note")}
        answer = _sent(request, form, **told)
        if answer is not None:
            return answer
    context = {"form": form, "behalf": True}
    return render(request, "signals/report.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest, form: forms.ReportForm, **told: Any) -> HttpResponse | None:
    """The confirmation, in this very answer: its number stands in no address that a log would hold."""
    user: Any = request.user
    data = form.cleaned_data
    try:
        number = services.report(user, form.reported, data["attachments"], key=data["token"], **told)
    except services.WrongError as error:
        form.refuse(error)
        return None
    except services.TwiceError:
        number = ""
    context = {"number": number, "anonymous": told.get("anonymous", False), "behalf": form.__class__ is forms.OnBehalfForm}
    return render(request, "signals/thanks.html", context)


def _draft(user: Any, text: str) -> Draft | None:
    """The draft of one's own that an address names."""
    if not re.fullmatch(r"[0-9a-f-]{36}", text):
        return None
    found = selectors.drafts(user).filter(pk=UUID(text)).first()
    if found is None:
        raise guard.Refused(rules.REPORT, f"signal_draft:{text}")
    return found


def _keep(request: HttpRequest, form: forms.ReportForm, draft: Draft | None) -> HttpResponse:
    user: Any = request.user
    if request.POST.get("identity") == "unknown":
        form.add_error(
            "identity", _("A draft is kept with your account. Who wants to stay unknown sends the report at once.")
        )
        return render(request, "signals/report.html", {"form": form, "draft": draft, "behalf": False}, status=422)
    services.keep_draft(user, form.as_typed(), draft.pk if draft else None)
    messages.success(request, _("The draft is kept, for you alone. Files are not: add them when you send it in."))
    return redirect("signal_reports")


@rule(rules.REPORT)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My reports and drafts."""
    user: Any = request.user
    context = {"reports": selectors.reports(user)[:200], "drafts": selectors.drafts(user).defer("values")}
    return render(request, "signals/mine.html", context)


@rule(rules.REPORT)
@require_POST
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw a draft away."""
    user: Any = request.user
    try:
        services.drop_draft(user, key)
    except services.NotYoursError as error:
        raise guard.Refused(rules.REPORT, f"signal_draft:{key}") from error
    messages.success(request, _("The draft is gone."))
    return redirect("signal_reports")


@rule(rules.REPORT)
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """One report of mine; and the answer, where the reporting point has a question."""
    user: Any = request.user
    found = selectors.reports(user).filter(pk=key).first()
    if found is None:
        raise guard.Refused(rules.REPORT, f"report:{key}")
    asked = found.told == "asked"
    form = forms.AnswerForm(request.POST or None) if asked else None
    if request.method == "POST":
        if form is None:
            messages.warning(request, _("This was answered already, or is no longer asked."))
            return redirect("signal_own_report", key=key)
        if form.is_valid():
            services.add_answer(user, key, form.cleaned_data["text"])
            messages.success(request, _("Thank you. Your answer is with the reporting point."))
            return redirect("signal_reports")
    context = {"report": found, "form": form}
    return render(request, "signals/own.html", context, status=422 if form is not None and form.errors else 200)
