"""Access in an emergency: asking for it, answering, ending, and reviewing it afterwards."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openvis.web.guard import rule

from .. import audit, break_glass, selectors
from ..models import BreakGlass
from ..people_forms import area_choices


class AskForm(forms.Form):
    """What is going on, which role it needs, for how long."""

    role = forms.ChoiceField(label=gettext_lazy("Role that is needed"))
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Areas"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only for a role that counts in areas."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What is going on, and why can it not wait?"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("No names. It is read by who allows it and reviews it."),
    )
    hours = forms.IntegerField(label=gettext_lazy("For how many hours?"), min_value=1, initial=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(role.id, role.name.get(get_language())) for role in break_glass.roles()]
        self.fields["role"].choices = [("", _("Choose a role")), *sorted(named, key=lambda pair: pair[1])]  # type: ignore[attr-defined]
        self.fields["areas"].choices = area_choices()  # type: ignore[attr-defined]
        self.fields["hours"].help_text = _("At most %(hours)s.") % {"hours": settings.OPENVIS_BREAK_GLASS_HOURS}


@rule(break_glass.ASK)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for access in an emergency; and what became of one's own requests."""
    form = AskForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            break_glass.ask(request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except break_glass.RefusedError as wrong:
            form.add_error(wrong.field, str(wrong))
        else:
            messages.success(request, _("Asked. Somebody else has to allow it; call them, a message alone may be too late."))
            return redirect("break_glass")
    own = BreakGlass.objects.filter(asked_by=request.user.pk).select_related("grant", "answered_by")[:20]
    context = {"form": form, "rows": [_shown(item) for item in own], "shut": _shut()}
    return render(request, "access/break_glass.html", context)


def _shut() -> list[str]:
    """Names of what no emergency opens."""
    from openvis.web import city

    names = {item.id: item.name.get(get_language()) for item in city.profile().compartments}
    return sorted(names[key] for key in break_glass.never() if key in names)


def _shown(item: BreakGlass) -> dict[str, Any]:
    return {
        "item": item, "role": selectors.role_name(item.role), "where": selectors.where(item.role, item.areas),
        "state": item.state, "used": break_glass.used(item),
    }


@rule(break_glass.ALLOW)
@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, what runs, and what is to be reviewed."""
    audit.record(request.user, "break_glass.view", request=request)  # type: ignore[arg-type]
    every = BreakGlass.objects.select_related("asked_by", "answered_by", "reviewed_by", "grant")[:100]
    context = {
        "rows": [_shown(item) | {"own": item.asked_by_id == request.user.pk} for item in every],
        "reviews": request.may(break_glass.REVIEW),  # type: ignore[attr-defined]
    }
    return render(request, "access/break_glass_answers.html", context)


def _done(request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except break_glass.RefusedError as wrong:
        messages.warning(request, str(wrong))
    else:
        messages.success(request, said)
    return redirect("break_glass_answers")


@rule(break_glass.ALLOW)
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Allow it, or do not."""
    asked = get_object_or_404(BreakGlass, pk=pk)
    by: Any = request.user
    if request.POST.get("besluit") == "toestaan":
        return _done(request, lambda: break_glass.allow(asked, by), _("Allowed. It ends by itself."))
    return _done(request, lambda: break_glass.refuse(asked, by), _("Not allowed."))


@rule(break_glass.ALLOW)
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End it before its time."""
    asked = get_object_or_404(BreakGlass, pk=pk)
    return _done(request, lambda: break_glass.end(asked, request.user), _("Ended."))  # type: ignore[arg-type]


@rule(break_glass.REVIEW)
@require_POST
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down what was found afterwards."""
    asked = get_object_or_404(BreakGlass, pk=pk)
    finding = request.POST.get("bevinding", "")[:1000]
    return _done(request, lambda: break_glass.review(asked, request.user, finding), _("Reviewed."))  # type: ignore[arg-type]
