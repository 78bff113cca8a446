"""The forms of a transfer: each field to hand over is ticked with its value in sight."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.profile import Compartment

from . import covenants, flows, services
from .states import Law

USUAL = timedelta(days=14)
CHOICE = '<span class="sha-name">{}</span><span class="sha-value">{}</span>'
"""A field that can be ticked: what it is called, and what would be handed over."""


def mark(values: dict[str, str]) -> str:
    """Stands for the values that somebody had in sight: what they tick must still be that."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _sentences(label: Any, help_text: Any, most: int) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, widget=forms.Textarea(attrs={"rows": 3})
    )


class ProposeForm(forms.Form):
    """Propose fields of one object to one compartment."""

    seen = forms.CharField(widget=forms.HiddenInput)
    fields_chosen = forms.MultipleChoiceField(
        label=gettext_lazy("What is handed over"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tick only what the receiver needs. What is not ticked does not leave."),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), help_text=gettext_lazy("What the receiver may use it for, and nothing else.")
    )
    law = forms.ChoiceField(
        label=gettext_lazy("Law"), choices=Law.choices, initial=Law.AVG,
        help_text=gettext_lazy("Police data keep the label of their own law."),
    )
    article = forms.CharField(
        label=gettext_lazy("Article"), max_length=120,
        help_text=gettext_lazy("The article that allows this, such as: art. 6(1)(e), or art. 20."),
    )
    covenant = forms.ChoiceField(label=gettext_lazy("Covenant"), required=False)
    motivation = _sentences(
        gettext_lazy("Why does the receiver need this?"), gettext_lazy("One or two sentences. No names."), 2000
    )
    proportionality = _sentences(
        gettext_lazy("Why not more than is needed? (proportionality)"),
        gettext_lazy("Why these fields, weighed against what it means for the people it is about."), 1000,
    )
    subsidiarity = _sentences(
        gettext_lazy("Why can it not be done with less? (subsidiarity)"),
        gettext_lazy("For example with a telephone call, with figures, or without this object."), 1000,
    )
    answer_by = forms.DateField(
        label=gettext_lazy("Answer before the end of"), input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        help_text=gettext_lazy("Without an answer the proposal ends on this day, and its values are removed."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, thing: flows.Thing, to: Compartment, data: Any = None) -> None:
        initial = {"seen": mark(thing.values), "answer_by": timezone.localdate() + USUAL}
        super().__init__(data, initial=initial)
        self.thing, self.to = thing, to
        language = get_language()
        lines = [(name, format_html(CHOICE, title, text)) for name, title, text in thing.lines]
        self.fields["fields_chosen"].choices = lines  # type: ignore[attr-defined]
        self.fields["purpose"].choices = [  # type: ignore[attr-defined]
            (item.id, f"{item.name.get(language)} ({item.ground.get(language)})") for item in flows.purposes_of(to.id)
        ]
        agreed = covenants.naming(to.id)
        self.fields["covenant"].choices = [  # type: ignore[attr-defined]
            ("", _("None: the law alone")), *((item.id, item.name.get(language)) for item in agreed)
        ]
        if not agreed:
            del self.fields["covenant"]

    def clean_seen(self) -> str:
        """Refuse what somebody chose while the object was changed by somebody else."""
        now, then = mark(self.thing.values), str(self.cleaned_data["seen"])
        if then != now:
            self.data = self.data.copy()
            self.data["seen"] = now
            self.data.setlist("fields_chosen", [])
            raise forms.ValidationError(_("What can be handed over has changed meanwhile. Look again, and tick anew."))
        return then

    @property
    def proposal(self) -> services.Proposal:
        """What was filled in."""
        filled = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "fields_chosen")}
        return services.Proposal(to=str(self.to.id), fields=tuple(self.cleaned_data["fields_chosen"]), **filled)

    def refuse(self, error: services.WrongError) -> None:
        """Show at its field what the service did not accept."""
        name = "fields_chosen" if error.field == "fields" else error.field
        self.add_error(name if name in self.fields else None, str(error))


class RefuseForm(forms.Form):
    """Refuse a proposal, with the reason that the proposing side reads."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it refused?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The proposing side reads this. Tell nothing of what is in your own compartment."),
    )


class TextForm(forms.Form):
    """Add the signed text of a covenant."""

    file = forms.FileField(
        label=gettext_lazy("Signed text"), help_text=gettext_lazy("One PDF of at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
