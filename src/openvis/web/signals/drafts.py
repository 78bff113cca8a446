"""A draft, for programs: what the form keeps under the names of its fields, read and written as parts of a report.

Page and program work on the same draft, so it is kept as the form has it, and sent through that very form.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from openvis.web.places.fields import Written
from openvis.web.places.models import Address

from .forms import ReportForm, typed

SAME = (
    "phenomenon", "facts", "area", "branch", "interpretation", "seen_from", "seen_to", "company", "telephone", "subjects",
    "acted",
)  # fmt: skip
"""What a report calls as the form does; the others are `place`, `address`, `urgent`, `indicators` and `answers`."""


def as_typed(told: Mapping[str, Any], address: Address | None) -> dict[str, Any]:
    """Parts of a report as the form would keep them; what is empty is left out."""
    about = told.get("phenomenon", "")
    line = address.in_full() if address else told.get("address_line", "")
    kept = {name: str(told.get(name) or "") for name in SAME} | {
        "place_text": told.get("place", ""), "urgent": "on" if told.get("urgent") else "",
        "address": line, "address-key": str(address.pk) if address else "", "address-for": line if address else "",
        f"indicators_{about}": list(told.get("indicators", ())),
    } | {f"q_{about}_{question}": text for question, text in told.get("answers", {}).items()}  # fmt: skip
    return {name: value for name, value in kept.items() if value}


def as_told(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A draft as parts of a report; of the phenomena only what belongs to the chosen one."""
    about = kept.get("phenomenon", "")
    start = f"q_{about}_"
    written: Written = typed(dict(kept))["address"]
    address = written.address()
    return {name: kept.get(name, "") for name in SAME} | {
        "place": kept.get("place_text", ""), "urgent": bool(kept.get("urgent")),
        "address": address.number_id if address else "", "address_line": written.text,
        "indicators": kept.get(f"indicators_{about}", []),
        "answers": {name.removeprefix(start): text for name, text in kept.items() if name.startswith(start)},
    }  # fmt: skip


def as_form(kept: Mapping[str, Any], *, may_name: bool) -> ReportForm:
    """The form with what a draft holds, to be looked at as one that was sent in from the page."""
    posted = QueryDict(mutable=True)
    for name, value in kept.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    posted["token"], posted["identity"] = str(uuid.uuid4()), "named" if may_name else "known"
    return ReportForm(posted)


def part(name: str) -> str:
    """What a report calls a field of the form."""
    if name.startswith(("indicators_", "q_")):
        return "indicators" if name.startswith("indicators_") else "answers"
    return "place" if name == "place_text" else name
