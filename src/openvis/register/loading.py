"""Reads the entries, checked, in the order of their names."""

from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from openvis.register.entry import Entry


@cache
def entries() -> dict[str, Entry]:
    """All entries by key. Raises ValueError (pydantic) for a file that is not as `Entry` asks."""
    found = {}
    for file in sorted(files("openvis.register").joinpath("entries").iterdir(), key=lambda it: it.name):
        if file.name.endswith(".yaml"):
            entry = Entry.model_validate(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))
            if f"{entry.key}.yaml" != file.name:
                raise ValueError(f"{file.name} has the key {entry.key!r}; expected the name of the file")
            found[entry.key] = entry
    return found
