"""Words and tables that the pages made from a profile share."""

from collections.abc import Iterable, Sequence

from openvis.profile.text import Text

MOMENTS = {
    "happened": Text(nl="na het voorval", en="after it happened"),
    "recorded": Text(nl="na het vastleggen", en="after recording"),
    "delivered": Text(nl="na de levering", en="after delivery"),
    "last_change": Text(nl="na de laatste wijziging", en="after the last change"),
    "decided": Text(nl="na het besluit", en="after the decision"),
    "closed": Text(nl="na het sluiten", en="after closing"),
    "ended": Text(nl="na het einde", en="after the end"),
    "published": Text(nl="na het publiceren", en="after publication"),
}
"""From when a term counts."""

_UNITS = {
    "year": (Text(nl="jaar", en="year"), Text(nl="jaar", en="years")),
    "month": (Text(nl="maand", en="month"), Text(nl="maanden", en="months")),
    "day": (Text(nl="dag", en="day"), Text(nl="dagen", en="days")),
}


def unit(key: str, count: int, lang: str) -> str:
    """A number with its unit: `2 years`."""
    one, more = _UNITS[key]
    return f"{count} {(one if count == 1 else more).get(lang)}"


def joined(items: Iterable[str], between: str) -> str:
    """What has something in it, in one text."""
    return between.join(item for item in items if item)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown; a bar inside a text stays text."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(text.replace("|", "\\|") for text in line) + " |" for line in lines)
