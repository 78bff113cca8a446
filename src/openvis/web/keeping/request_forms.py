"""The forms of a request: who asks what, how the identity was checked, the answer."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.models import User
from openvis.web.access.registry import Person

from .forms import PersonFields, day_field
from .models import SubjectRequest


def _long(label: Any, *, required: bool = True, help_text: Any = "", most: int = 4000, rows: int = 5) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class ReceiveForm(PersonFields):
    """A request as it came in."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=SubjectRequest.Kind.choices)
    received = day_field(_("Received on"), help_text=_("the answer is due a month later"))
    account = forms.EmailField(
        label=_("E-mail address of the account"), required=False, max_length=254,
        help_text=_("where the person works, or worked, with this system"),
    )
    question = _long(_("What the person writes"), required=False)
    field_order = ("kind", "received", "name", "born", "email", "phone", "address", "account", "question")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["received"].initial = timezone.localdate()

    def clean_account(self) -> User | None:
        """The account with this address."""
        given = self.cleaned_data["account"]
        found = User.objects.filter(email__iexact=given).first() if given else None
        if given and found is None:
            raise forms.ValidationError(_("There is no account with this e-mail address."))
        return found

    def person(self) -> Person:
        """Who asks."""
        told = self.cleaned_data
        return Person(told["name"], told["born"], told["email"], told["phone"], told["address"], told["account"])


class IdentityForm(forms.Form):
    """How it was checked who asks."""

    identity = forms.ChoiceField(label=_("Identity checked"), choices=SubjectRequest.Identity.choices)


class ExtendForm(forms.Form):
    """Why the answer takes longer."""

    because = _long(_("Why it takes longer"), most=500, rows=2, help_text=_("two months more; the person is told this"))


class CloseForm(forms.Form):
    """The answer."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=SubjectRequest.Outcome.choices)
    restriction = forms.ChoiceField(
        label=_("Ground of a restriction"), required=False,
        choices=[("", _("no restriction")), *SubjectRequest.Ground.choices], help_text=_("UAVG article 41, first paragraph"),
    )
    restriction_text = _long(
        _("What is left out, and why"), required=False, most=2000, rows=3, help_text=_("the person is told this")
    )
    answer = _long(_("Answer to the person"))


class CorrectionForm(forms.Form):
    """What one column should be."""

    finding = forms.CharField(widget=forms.HiddenInput)
    column = forms.ChoiceField(label=_("What is wrong"))
    value = _long(_("What it should be"), rows=3)

    def __init__(self, *args: Any, columns: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["column"].choices = [(name, name) for name in columns or []]  # type: ignore[attr-defined]
