"""Why somebody may or may not: for a kind of object, and for the privacy officer for one object."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from openvis.web.guard import personal, rule

from .. import audit, explaining
from ..models import User


class ExplainForm(forms.Form):
    """For whom, and of what kind of object."""

    wie = forms.ModelChoiceField(
        queryset=User.objects.none(), label=gettext_lazy("Person"), empty_label=gettext_lazy("Choose a person")
    )
    soort = forms.ChoiceField(label=gettext_lazy("Kind of object"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["wie"].queryset = User.objects.order_by("name")  # type: ignore[attr-defined]
        every = [(kind.kind, kind.title) for kind in explaining.kinds()]
        self.fields["soort"].choices = [("", _("Choose a kind")), *every]  # type: ignore[attr-defined]


@rule("access.explain")
@require_GET
def explain(request: HttpRequest) -> HttpResponse:
    """What a person may do with a kind of object, and why."""
    form = ExplainForm(request.GET or None)
    context: dict[str, object] = {"form": form, "objects": request.may("access.explain_object")}  # type: ignore[attr-defined]
    if form.is_bound and form.is_valid():
        subject, kind = form.cleaned_data["wie"], explaining.kind_of(form.cleaned_data["soort"])
        assert kind is not None  # noqa: S101 -- one of the choices
        key = request.GET.get("id", "").strip()
        if key and context["objects"] and kind.find is not None:
            return redirect("explain_object", pk=subject.pk, kind=kind.kind, key=key)
        audit.record(request.user, "access.explain", str(subject.pk), request=request, kind=kind.kind)  # type: ignore[arg-type]
        context |= {"subject": subject, "told": explaining.of_kind(subject, kind)}
    return render(request, "access/explain.html", context)


@rule("access.explain_object")
@personal("administration", "user", "pk")
@require_GET
def explain_object(request: HttpRequest, pk: UUID, kind: str, key: str) -> HttpResponse:
    """Why a person sees or does not see one object; nothing of what is in it."""
    subject, found = get_object_or_404(User, pk=pk), explaining.kind_of(kind)
    if found is None or found.find is None:
        raise Http404
    audit.record(
        request.user, "access.explain_object", f"{kind}:{key}", request=request, subject=str(subject.pk)  # type: ignore[arg-type]
    )
    context = {
        "form": ExplainForm(initial={"wie": subject, "soort": kind}), "objects": True, "subject": subject, "key": key,
        "told": explaining.of_object(subject, found, key),
    }
    return render(request, "access/explain.html", context)
