"""The form in which a person says what the columns of an unknown file mean; it becomes a source."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from openvis.profile import Source as Definition
from openvis.web import city

from .forms import named
from .models import Source

_MOMENTS = {
    "begin": (_("Begin: date, or date and time"), _("Begin: time, in its own column")),
    "end": (_("End: date, or date and time"), _("End: time, in its own column")),
    "reported": (_("Reported at: date, or date and time"), _("Reported at: time, in its own column")),
}


class MappingForm(forms.Form):
    """Which column is what. `columns` are those of the file, `kinds` the values of its kind column."""

    name = forms.CharField(label=_("Name of the source"), max_length=80)
    key = forms.SlugField(
        label=_("Key"), max_length=60, required=False, help_text=_("Short name for files and commands; from the name.")
    )
    provider = forms.ChoiceField(label=_("Who delivers?"))
    controller = forms.ChoiceField(label=_("Controller"), help_text=_("The organisation that answers for the data."))
    law = forms.ChoiceField(label=_("Law"), choices=[("AVG", _("AVG (GDPR)")), ("Wpg", _("Wpg (Police Data Act)"))])
    article = forms.CharField(label=_("Article"), max_length=80, help_text=_("For example: 6 lid 1 onder e"))
    covenant = forms.CharField(label=_("Covenant"), max_length=120, required=False)
    starts = forms.DateField(label=_("Covenant from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(label=_("Covenant until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    retention_days = forms.IntegerField(label=_("Rows are kept for (days)"), min_value=1, max_value=36500, initial=1825)
    originals_days = forms.IntegerField(label=_("The file is kept for (days)"), min_value=1, max_value=3650, initial=30)
    on_known_reference = forms.ChoiceField(
        label=_("When a reference comes again"),
        choices=[("update", _("take over the new values, keep the old in the history")), ("skip", _("skip the row"))],
    )
    header_row = forms.IntegerField(
        label=_("Row with the names of the columns"), min_value=1, max_value=1000, initial=1
    )

    reference = forms.ChoiceField(label=_("Reference"), required=False)
    kind = forms.ChoiceField(label=_("Kind of incident"), required=False)
    default_kind = forms.ChoiceField(label=_("Kind of everything else"), required=False)
    attempt = forms.ChoiceField(label=_("Attempt or completed"), required=False)
    attempt_true = forms.CharField(label=_("Values that mean an attempt"), required=False)
    attempt_false = forms.CharField(label=_("Values that mean completed"), required=False)
    x = forms.ChoiceField(label=_("x or longitude"), required=False)
    y = forms.ChoiceField(label=_("y or latitude"), required=False)
    crs = forms.ChoiceField(
        label=_("Coordinates are"),
        choices=[("28992", _("RD (metres)")), ("4326", _("WGS84 (degrees)"))],
        required=False,
    )
    precision = forms.ChoiceField(label=_("Precision in metres"), required=False)
    postcode = forms.ChoiceField(label=_("Postcode"), required=False)
    number = forms.ChoiceField(label=_("House number"), required=False)
    letter = forms.ChoiceField(label=_("House letter"), required=False)
    addition = forms.ChoiceField(label=_("Addition"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    area_level = forms.ChoiceField(label=_("Level of the area"), required=False)
    area_by = forms.ChoiceField(
        label=_("The area is written as"), choices=[("code", _("code")), ("name", _("name"))], required=False
    )

    COLUMNS = (
        "reference",
        "kind",
        "attempt",
        "x",
        "y",
        "precision",
        "postcode",
        "number",
        "letter",
        "addition",
        "area",
    )

    def __init__(self, columns: Sequence[str], kinds: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", str(_("not in this file")))]
        choices = none + [(name, name) for name in columns]
        for role, (label, clock) in _MOMENTS.items():
            self.fields[role] = forms.ChoiceField(label=label, choices=choices, required=role == "begin")
            self.fields[f"{role}_time"] = forms.ChoiceField(label=clock, choices=choices, required=False)
        for role in self.COLUMNS:
            self._choose(role, choices)
        profile = city.profile()
        of_kinds = [("", str(_("reject these rows"))), *((kind.id, named(kind.name)) for kind in profile.kinds)]
        self._choose("default_kind", of_kinds)
        self._choose("area_level", [(level.id, named(level.name)) for level in reversed(profile.levels)])
        organisations = [(item.id, named(item.name)) for item in profile.organisations]
        self._choose("provider", organisations)
        self._choose("controller", organisations)
        self.kind_values = list(kinds)
        for index, value in enumerate(self.kind_values):
            self.fields[f"kind_{index}"] = forms.ChoiceField(label=value, choices=of_kinds, required=False)
        self.definition: Definition | None = None

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    # For the page: the fields in groups

    def _group(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def about(self) -> list[forms.BoundField]:
        """Who delivers, and on which ground."""
        return self._group(
            "name", "key", "provider", "controller", "law", "article", "covenant", "starts", "ends", "retention_days",
            "originals_days", "on_known_reference",
        )  # fmt: skip

    def what(self) -> list[forms.BoundField]:
        """What happened."""
        return self._group("reference", "kind", "default_kind", "attempt", "attempt_true", "attempt_false")

    def when(self) -> list[forms.BoundField]:
        """When it happened."""
        return self._group(*(name for role in _MOMENTS for name in (role, f"{role}_time")))

    def where(self) -> list[forms.BoundField]:
        """Where it happened."""
        return self._group(
            "x", "y", "crs", "precision", "postcode", "number", "letter", "addition", "area", "area_level", "area_by"
        )

    def each_kind(self) -> list[forms.BoundField]:
        """The kind that each value of the kind column stands for."""
        return self._group(*(f"kind_{index}" for index in range(len(self.kind_values))))

    # The source it makes

    def clean_key(self) -> str:
        key = str(self.cleaned_data.get("key") or slugify(self.cleaned_data.get("name", ""))[:60])
        if Source.objects.filter(key=key).exists():
            raise forms.ValidationError(_("There is a source with this key already."))
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                self.definition = Definition.model_validate(self._as_source(data))
            except ValidationError as error:
                for item in error.errors(include_url=False):
                    field = ".".join(str(part) for part in item["loc"])
                    self.add_error(None, f"{field}: {item['msg'].removeprefix('Value error, ')}")
        return data

    def _as_source(self, data: dict[str, Any]) -> dict[str, Any]:
        covenant = (
            {"name": data["covenant"], "starts": data["starts"], "ends": data["ends"]} if data["covenant"] else None
        )
        return {
            "id": data["key"],
            "name": data["name"],
            "provider": data["provider"],
            "controller": data["controller"],
            "legal_ground": {"law": data["law"], "article": data["article"]},
            "covenant": covenant,
            "retention_days": data["retention_days"],
            "originals_days": data["originals_days"],
            "kind_of_data": "incidents",
            "on_known_reference": data["on_known_reference"],
            "format": {"header_row": data["header_row"]},
            "columns": {
                "reference": data["reference"] or None,
                "kind": self._kind(data),
                "attempt": self._attempt(data),
                **{role: self._moment(data, role) for role in _MOMENTS},
                "place": self._place(data),
            },
        }

    def _kind(self, data: dict[str, Any]) -> dict[str, Any]:
        table = {value: data[f"kind_{index}"] for index, value in enumerate(self.kind_values) if data[f"kind_{index}"]}
        return {"column": data["kind"] or None, "map": table, "default": data["default_kind"] or None}

    def _attempt(self, data: dict[str, Any]) -> dict[str, Any] | None:
        if not data["attempt"]:
            return None
        return {
            "column": data["attempt"],
            "true": _listed(data["attempt_true"]),
            "false": _listed(data["attempt_false"]),
        }

    def _moment(self, data: dict[str, Any], role: str) -> dict[str, Any] | None:
        if not data[role]:
            return None
        if data[f"{role}_time"]:
            return {"date_column": data[role], "time_column": data[f"{role}_time"]}
        return {"column": data[role]}

    def _place(self, data: dict[str, Any]) -> dict[str, Any]:
        place: dict[str, Any] = {"precision_column": data["precision"] or None}
        if data["x"] and data["y"]:
            place["xy"] = {"x": data["x"], "y": data["y"], "crs": int(data["crs"] or 28992)}
        if data["postcode"] and data["number"]:
            names = ("postcode", "number", "letter", "addition")
            place["address"] = {name: data[name] or None for name in names}
        if data["area"]:
            place["area"] = {"column": data["area"], "level": data["area_level"], "by": data["area_by"] or "code"}
        return place


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
