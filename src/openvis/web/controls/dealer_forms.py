"""The forms of dealers: particulars, a planned check, what it found, and the next step."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.places.fields import AddressField

from .forms import NO_NAMES, ActForm, day_field, named, text
from .models import Dealer, DealerCheck
from .services.dealers import ANSWERS, Finding, Particulars
from .states import OUTCOMES, CheckState, Listed

POINT = "point_"
"""With which the name of a field for a point of the checklist begins."""


class DealerForm(ActForm):
    """Who the dealer is, where, and in what trade."""

    name = text(gettext_lazy("Name of the business"), 200)
    branch = forms.ChoiceField(label=gettext_lazy("Branch"))
    address = AddressField(label=gettext_lazy("Address"))
    contact = text(
        gettext_lazy("Contact"), 500, rows=2, required=False,
        help_text=gettext_lazy("Who to ask for, and how to reach them. No purchases and no sellers: none is kept here."),
    )
    listed = forms.ChoiceField(label=gettext_lazy("Known by"), choices=Listed.choices)
    listed_on = day_field(gettext_lazy("In the register since"))

    def __init__(self, dealer: Dealer | None, data: Any = None) -> None:
        names = ("version", "name", "branch", "address", "contact", "listed", "listed_on")
        today = {"listed_on": timezone.localdate(), "listed": Listed.NOTIFICATION}
        super().__init__(data, initial={name: getattr(dealer, name) for name in names} if dealer is not None else today)
        self.fields["branch"].choices = named(city.profile().controls.dealers.branches)  # type: ignore[attr-defined]
        if dealer is not None:
            del self.fields["listed_on"]

    @property
    def particulars(self) -> Particulars:
        """What was filled in."""
        told = self.cleaned_data
        return Particulars(
            told["name"], told["address"], told["branch"], told["contact"], told["listed"], told.get("listed_on")
        )


class PlanForm(ActForm):
    """The day of a check."""

    planned_for = day_field(gettext_lazy("Planned for"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"planned_for": timezone.localdate() + timedelta(days=7)})


class StopForm(ActForm):
    """The day on which a dealer stopped."""

    stopped_on = day_field(gettext_lazy("Stopped on"))

    def __init__(self, dealer: Dealer, data: Any = None) -> None:
        super().__init__(data, initial={"stopped_on": timezone.localdate()})


class FindingForm(ActForm):
    """What a check found: the checklist of the profile first, then the outcome."""

    on = day_field(gettext_lazy("Visited on"))
    outcome = forms.ChoiceField(label=gettext_lazy("What came of it?"), widget=forms.RadioSelect)
    finding = text(gettext_lazy("What did you find?"), 2000, rows=4, required=False, help_text=NO_NAMES)

    def __init__(self, check: DealerCheck, data: Any = None) -> None:
        super().__init__(data, initial={"version": check.version, "on": timezone.localdate()})
        language = get_language()
        for question in city.profile().controls.dealers.checklist:
            self.fields[POINT + question.id] = forms.ChoiceField(
                label=question.name.get(language), widget=forms.RadioSelect, choices=answer_choices(),
                help_text=question.law.get(language) if question.law is not None else "",
            )
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (str(state.value), CheckState(state).label) for state in OUTCOMES
        ]
        self.order_fields(["on", *(name for name in self.fields if name.startswith(POINT)), "outcome", "finding"])

    @property
    def told(self) -> Finding:
        """What was filled in."""
        values = self.cleaned_data
        points = {name.removeprefix(POINT): value for name, value in values.items() if name.startswith(POINT)}
        return Finding(values["outcome"], values["on"], points, values["finding"])


def answer_choices() -> list[tuple[str, Any]]:
    """What a point of the checklist can be."""
    return list(zip(ANSWERS, (_("in order"), _("not in order"), _("not looked at")), strict=True))


class WarnForm(ActForm):
    """A warning, with the day before which it has to be mended."""

    measure = text(gettext_lazy("The warning"), 1000, rows=3, help_text=NO_NAMES)
    term = day_field(gettext_lazy("To be mended before the end of"))

    def __init__(self, check: DealerCheck, data: Any = None) -> None:
        days = city.profile().controls.dealers.recheck_days
        term = timezone.localdate() + timedelta(days=days)
        super().__init__(data, initial={"version": check.version, "term": term})


class MeasureForm(ActForm):
    """What was done, in words."""

    measure = text(gettext_lazy("What was done"), 1000, rows=3, help_text=NO_NAMES)

    def __init__(self, check: DealerCheck, data: Any = None) -> None:
        super().__init__(data, initial={"version": check.version})


class ListForm(forms.Form):
    """Which dealers the list shows. Its state is the address of the page."""

    toon = forms.ChoiceField(label=gettext_lazy("Show"), required=False)
    branche = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["toon"].choices = [  # type: ignore[attr-defined]
            ("", _("All dealers")), ("te-laat", _("Not checked in time")), ("vervolg", _("Waits for a next step")),
            ("gestopt", _("Stopped")),
        ]  # fmt: skip
        self.fields["branche"].choices = named(  # type: ignore[attr-defined]
            city.profile().controls.dealers.branches, _("All branches")
        )
