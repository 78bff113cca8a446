"""The forms of retention: a list, its approval, a hold."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web.access.registry import Person

from . import terms
from .models import Hold

MONTHS = 183
"""Days after which a hold ends by itself, when nothing else is said."""


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day, chosen from a calendar where the browser has one."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class DecideForm(forms.Form):
    """What the second person says of a list for destruction."""

    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=500, help_text=_("needed when the list is refused"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PersonFields(forms.Form):
    """Who somebody is, as far as is known: what their data are looked for with."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    born = day_field(_("Date of birth"), required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone number"), max_length=40, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=200, required=False, help_text=_("street and number, or postcode and number")
    )

    def person(self) -> Person:
        """The person, once the form is valid."""
        told = self.cleaned_data
        return Person(told["name"], told["born"], told["email"], told["phone"], told["address"])


class RecordHoldForm(forms.Form):
    """A hold on one record."""

    kind = forms.ChoiceField(label=_("Kind of data"))
    key = forms.CharField(label=_("Key"), max_length=200)
    reason = forms.ChoiceField(label=_("Reason"), choices=Hold.Reason.choices)
    explanation = forms.CharField(label=_("Explanation"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    until = day_field(_("Until"), help_text=_("after this day the term counts again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = terms.rules()
        self.fields["kind"].choices = [(rule.kind, rule.title) for rule in rules]  # type: ignore[attr-defined]
        self.fields["key"].help_text = "; ".join(f"{rule.title}: {rule.key_help}" for rule in rules if rule.key_help)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=MONTHS)


class PersonHoldForm(PersonFields):
    """A hold on everything about a person."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Hold.Reason.choices)
    explanation = forms.CharField(label=_("Explanation"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    until = day_field(_("Until"), help_text=_("after this day the term counts again"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=MONTHS)
