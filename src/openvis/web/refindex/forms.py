"""The forms of the index: choices, ticks and days. The contact is the one line to fill in, and no text fits in it."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from openvis.web.access.models import User
from openvis.web.places.fields import AddressField
from openvis.web.places.models import Address

from . import selectors, services, terms
from .states import Ground, Reason, Result


class EntryForm(forms.Form):
    """Register that one's department holds a signal at an address."""

    address = AddressField(label=gettext_lazy("Address"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of signal"), widget=forms.RadioSelect,
        help_text=gettext_lazy("Only your own department sees this."),
    )
    contact = forms.CharField(
        label=gettext_lazy("Telephone number or e-mail address of the handler"), max_length=100,
        help_text=gettext_lazy("The other department gets this when there is a match. Nothing else fits here."),
    )
    silent = forms.BooleanField(
        label=gettext_lazy("Silent: tell nobody else that this entry is there"), required=False,
        help_text=gettext_lazy(
            "For an investigation that must not become known. You are told of a match, the other department is not. "
            "Your colleagues do not see the entry either."
        ),
    )

    def __init__(self, data: Any = None, *, contact: str = "", address: Address | None = None) -> None:
        super().__init__(data, initial={"contact": contact, "address": address})
        language = get_language()
        kinds = [(item.id, item.name.get(language)) for item in terms.index().kinds]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def refuse(self, error: services.WrongError) -> None:
        """Show at its field what the service did not accept."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class RenewForm(forms.Form):
    """Let an entry stand for a second term."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why is it still needed?"), choices=Reason.choices, widget=forms.RadioSelect
    )


class TakeOverForm(forms.Form):
    """Take an entry over: on what the other department calls you."""

    contact = forms.CharField(label=gettext_lazy("Your telephone number or e-mail address"), max_length=100)

    def __init__(self, data: Any = None, *, contact: str = "") -> None:
        super().__init__(data, initial={"contact": contact}, auto_id="id_over_%s")

    def refuse(self, error: services.WrongError) -> None:
        """Show at its field what the service did not accept."""
        self.add_error("contact", str(error))


class Colleague(forms.ModelChoiceField):
    """A colleague, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class OfferSilentForm(forms.Form):
    """Offer a silent entry to one colleague."""

    def __init__(self, by: User, data: Any = None) -> None:
        super().__init__(data, auto_id="id_offer_%s")
        found = User.objects.filter(pk__in=[one.pk for one in selectors.colleagues(by)]).order_by("name")
        self.fields["to"] = Colleague(found, label=gettext_lazy("Colleague"), empty_label=gettext_lazy("Choose a person"))

    def refuse(self, error: services.WrongError) -> None:
        """Show at its field what the service did not accept."""
        self.add_error("to", str(error))


class ReplyForm(forms.Form):
    """Note what came of a match."""

    spoke = forms.ChoiceField(
        label=gettext_lazy("Did you speak to the other department?"), widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("yes")), ("no", gettext_lazy("no, and we will not"))],
    )
    on = forms.DateField(
        label=gettext_lazy("On which day?"), required=False, input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    result = forms.ChoiceField(
        label=gettext_lazy("What came of it?"), required=False, choices=Result.choices, widget=forms.RadioSelect
    )
    grounds = forms.MultipleChoiceField(
        label=gettext_lazy("Before anything was told, this held"), required=False, choices=Ground.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Go through this before you tell each other anything. If one point does not hold, stop."),
    )

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"on": timezone.localdate()} | (initial or {}))

    def refuse(self, error: services.WrongError) -> None:
        """Show at its field what the service did not accept."""
        self.add_error(error.field if error.field in self.fields else None, str(error))
