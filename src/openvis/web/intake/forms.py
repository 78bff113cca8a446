"""The forms of intake: a file, a corrected file, an observation."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openvis.profile import Source as Definition
from openvis.web import city

from .placing import ground
from .selectors import sources_in_use

UNKNOWN = "?"
"""Choice for a file that belongs to no source yet."""


def named(text: Any) -> str:
    """A text of the profile in the language of the page."""
    return str(text.get(get_language()))


class FileField(forms.FileField):
    """A file that is no larger than intake takes."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if found and found.size > settings.OPENVIS_MAX_FILE:
            most = settings.OPENVIS_MAX_FILE // 1024**2
            raise forms.ValidationError(
                _("The file is %(size)s MB; at most %(most)s MB is taken in."),
                params={"size": found.size // 1024**2, "most": most},
            )
        return found


class UploadForm(forms.Form):
    """A file of a source, or one that is still unknown."""

    source = forms.ChoiceField(label=_("Source"), help_text=_("Who delivered this file, and what is in it?"))
    file = FileField(label=_("File"), help_text=_("CSV, XLSX, Parquet or GeoJSON, of at most 1 GB."))

    def __init__(self, *args: Any, unknown: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(source.key, named(source.described.name)) for source in sources_in_use()]
        if unknown:
            choices.append((UNKNOWN, str(_("An unknown file: work out what is in it"))))
        self.fields["source"].choices = [("", str(_("Choose a source"))), *choices]  # type: ignore[attr-defined]


class CorrectedForm(forms.Form):
    """The rejected rows of a delivery, corrected."""

    file = FileField(
        label=_("Corrected file"),
        help_text=_("The downloaded rejected rows, corrected in place. The columns with row and reason may stay."),
    )


class ObservationForm(forms.Form):
    """What was seen, when and where. There is no field for names or free text, on purpose."""

    NOW, EARLIER = "now", "earlier"

    kind = forms.ChoiceField(label=_("What did you see?"), widget=forms.RadioSelect)
    when = forms.ChoiceField(
        label=_("When?"),
        choices=[(NOW, _("Now")), (EARLIER, _("Earlier"))],
        initial=NOW,
        widget=forms.RadioSelect,
    )
    moment = forms.DateTimeField(
        label=_("When was that?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    precision = forms.FloatField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)
    area = forms.ChoiceField(label=_("Or choose an area"), required=False)

    def __init__(self, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.id, named(kind.short)) for kind in city.profile().kinds if kind.id in definition.kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", "–"), *_areas()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == self.EARLIER and not data.get("moment") and "moment" not in self.errors:
            self.add_error("moment", _("Say when it was."))
        point = data.get("lon") is not None and data.get("lat") is not None
        if not point and not data.get("area") and not self.errors:
            self.add_error("area", _("Say where it was: here, on the map, or in which area."))
        return data

    @property
    def begin(self) -> datetime:
        """The moment that was filled in."""
        if self.cleaned_data["when"] == self.NOW:
            return timezone.now() - timedelta(seconds=1)
        moment: datetime = self.cleaned_data["moment"]
        return moment


def _areas() -> list[tuple[str, list[tuple[str, str]]]]:
    """The finest areas, grouped by the level above."""
    from openvis.web.places.models import Area

    on = ground()
    found = Area.objects.filter(level=on.finest).valid_on(timezone.localdate()).select_related("parent")
    groups: dict[str, list[tuple[str, str]]] = {}
    for area in sorted(found, key=lambda item: (item.parent.name if item.parent else "", item.name)):
        groups.setdefault(area.parent.name if area.parent else "", []).append((area.code, area.name))
    return list(groups.items())
