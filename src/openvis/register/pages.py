"""Makes the pages of docs/algorithms from the entries and from the code they name."""

import importlib
import inspect

from openvis.register.entry import Entry, Text
from openvis.register.loading import entries

FIELDS = (
    ("purpose", "Purpose and impact", "Doel en impact"),
    ("considerations", "Considerations", "Afwegingen"),
    ("human_decision", "Human decision", "Menselijke tussenkomst"),
    ("risks", "Known bias and risks", "Risicobeheer"),
    ("legal_basis", "Legal basis", "Wettelijke basis"),
    ("data", "Data", "Gegevens"),
    ("working", "How it works", "Technische werking"),
)
"""Field, its heading here, its name in the Dutch publication standard; the order of the standard."""
STATES = {
    "in use": "in use on the site",
    "in development": "in development",
    "command line only": "on the command line only; the site does not use it",
}
MADE = "<!-- Made from src/openvis/register by `python -m openvis.register`; change it there. -->\n\n"

INTRODUCTION = (
    "What each method is for, on which data, who decides, and how it can mislead, in the fields of the Dutch algorithm\n"
    "register (algoritmeregister). The site shows the same, in Dutch and English. No method scores persons."
)


def pages() -> dict[str, str]:
    """Text of each page by file name, the list included."""
    found = {f"{entry.key}.md": _page(entry) for entry in entries().values()}
    return {"index.md": _index(list(entries().values())), **found}


def documented(name: str) -> tuple[str, str]:
    """Signature and first paragraph of the docstring of a function named in full.

    Raises ValueError where it does not exist or says nothing.
    """
    module, _, attribute = name.rpartition(".")
    try:
        function = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as missing:
        raise ValueError(f"{name} does not exist") from missing
    told = inspect.getdoc(function)
    if not told:
        raise ValueError(f"{name} has no docstring")
    parameters = ", ".join(_parameter(it) for it in inspect.signature(function).parameters.values())
    return f"{attribute}({parameters})", " ".join(told.split("\n\n")[0].split())


def _parameter(it: inspect.Parameter) -> str:
    if it.default is inspect.Parameter.empty:
        return it.name
    return f"{it.name}={it.default!r}"


def _index(all_of_them: list[Entry]) -> str:
    rows = "\n".join(
        f"| [{entry.name.en}]({entry.key}.md) | {entry.summary.en} | {entry.status} |" for entry in all_of_them
    )
    return (
        f"{MADE}# Algorithm register\n\n{INTRODUCTION}\n\n"
        f"| method | in short | status |\n|---|---|---|\n{rows}\n"
    )


def _page(entry: Entry) -> str:
    parts = [f"{MADE}# {entry.name.en}\n\n*{entry.name.nl}* · {STATES[entry.status]}\n\n{entry.summary.en}\n"]
    for field, heading, dutch in FIELDS:
        text: Text = getattr(entry, field)
        parts.append(f"## {heading}\n\n*{dutch}*\n\n{text.en}\n")
    parts.append(f"## Code and proof\n\n{_code(entry)}\n")
    return "\n".join(parts)


def _code(entry: Entry) -> str:
    lines = []
    for name in entry.functions:
        signature, told = documented(name)
        lines.append(f"- `{name.rpartition('.')[0]}.{signature}`: {told}")
    if entry.command:
        lines.append(f"- Command: `openvis analyse {entry.command}`")
    lines.append(f"- Explained with an example: [{entry.page}](../{entry.page})")
    lines.append("- Tests: " + ", ".join(f"`{path}`" for path in entry.tests))
    return "\n".join(lines)
