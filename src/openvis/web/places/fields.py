"""A form field whose value is an address of the register: suggests while somebody types, and works without scripts as well.

    address = AddressField(label=_("Address"))

Without scripts the line is read when the form comes in. When it leaves no doubt, that is the address; else the page
comes back with the addresses it may mean, to choose from. Its value is an `Address`, or None where none is required.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from . import register
from .models import Address
from .searching import LONGEST


@dataclass(frozen=True, slots=True)
class Written:
    """What a form brings: the line, the address chosen with it, and for which line it was chosen."""

    text: str = ""
    key: str = ""
    chosen_for: str = ""

    def address(self) -> Address | None:
        """The address that was chosen for this very line, else the one that the line names beyond doubt."""
        if self.key.isdecimal() and len(self.key) < 19 and self.chosen_for == self.text:
            return Address.objects.filter(pk=int(self.key)).first()
        return register.the_one(self.text) if self.text else None


class AddressWidget(forms.Widget):
    """A line of text that suggests; below it, when there is doubt, the addresses that it may mean."""

    template_name = "places/address.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, ended: bool = False) -> None:
        super().__init__(attrs)
        self.ended = ended

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Written:
        """The line with what was chosen; a choice among the addresses below goes before one from the suggestions."""
        text = " ".join(data.get(name, "").split())[:LONGEST]
        if picked := data.get(f"{name}-pick", ""):
            return Written(text, picked, " ".join(data.get(f"{name}-pick-for", "").split()))
        return Written(text, data.get(f"{name}-key", ""), " ".join(data.get(f"{name}-for", "").split()))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the form did not have this field at all."""
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The line, what is chosen, and what it may mean when that is in doubt."""
        written = value if isinstance(value, Written) else Written()
        address = written.address()
        context = super().get_context(name, None, attrs)
        context["widget"] |= {
            "text": address.in_full() if address else written.text,
            "key": address.pk if address else "",
            "choices": [] if address or not written.text else register.find(written.text, ended=self.ended),
            "line": written.text,
            "ended": self.ended,
        }
        return context

    def id_for_label(self, id_: str) -> str:
        """The line is what the label belongs to."""
        return id_


class AddressField(forms.Field):
    """An address of the register. With `ended=True` also one that the register no longer has."""

    widget = AddressWidget
    default_error_messages = {
        "unknown": gettext_lazy(
            "No address is found for this. Check the street and the number, or give the postcode and number."
        ),
        "choose": gettext_lazy("This may be more than one address. Choose which one below."),
        "ended": gettext_lazy("This address has ended in the register. Choose one that is in use."),
    }

    def __init__(self, *, ended: bool = False, **options: Any) -> None:
        options.setdefault(
            "help_text", gettext_lazy("Street and number, or postcode and number. Such as: stationsstr 12b, or 1315 NT 4.")
        )
        super().__init__(**options)
        self.ended = ended
        self.begun: int | None = None
        if isinstance(self.widget, AddressWidget):
            self.widget.ended = ended

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Remember what the form began with: an address that has ended since may stay where it was."""
        begun = form.get_initial_for_field(self, field_name)
        self.begun = begun.pk if isinstance(begun, Address) else begun
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value: Any) -> Any:
        """An address, or its number, as the line that names it."""
        if isinstance(value, int):
            value = Address.objects.filter(pk=value).first()
        if isinstance(value, Address):
            return Written(value.in_full(), str(value.pk), value.in_full())
        return value

    def to_python(self, value: Any) -> Address | None:
        """The address that is meant; raises ValidationError where that is in doubt."""
        if value is None or isinstance(value, Address):
            return value
        if not value.text:
            return None
        address: Address | None = value.address()
        if address is None:
            some = register.find(value.text, most=1, ended=self.ended)
            raise ValidationError(self.error_messages["choose" if some else "unknown"], code="choose" if some else "unknown")
        if address.ended and not self.ended and address.pk != self.begun:
            raise ValidationError(self.error_messages["ended"], code="ended")
        return address

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the form names another address than it began with."""
        if not isinstance(data, Written):
            return super().has_changed(initial, data)
        address = data.address()
        if address is None and data.text:
            return True
        return (initial.pk if isinstance(initial, Address) else initial) != (address.pk if address else None)
