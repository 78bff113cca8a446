"""YAML files with the line of every key, and pydantic models checked against them.

A problem is reported where a person has to change something, so every value keeps the line it came from.
"""

from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarint import ScalarInt
from ruamel.yaml.scalarstring import ScalarString

from openvis.profile.errors import Problem, found

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]


class Problems:
    """Collects problems while a profile is read, so that one run shows them all."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.items: list[Problem] = []

    def add(self, file: Path | str, line: int, key: str, message: str) -> None:
        """Note one problem; the file is named relative to the profile."""
        name = file.relative_to(self.directory).as_posix() if isinstance(file, Path) else file
        self.items.append(Problem(name, max(line, 1), key, message))

    def lines(self) -> list[str]:
        """All problems in the order of the files, each once."""
        return [str(item) for item in sorted(set(self.items))]


class Document:
    """One YAML file: its plain `data`, and `line(location)` for any place in it."""

    def __init__(self, path: Path, data: Any, tree: Any) -> None:
        self.path = path
        self.data = data
        self._tree = tree

    @classmethod
    def read(cls, path: Path, problems: Problems) -> "Document | None":
        """Read a file; None, with the problem noted, when it is absent or is not YAML."""
        try:
            tree = YAML(typ="rt").load(StringIO(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            problems.add(path, 1, "file", "not found, expected a YAML file")
        except UnicodeDecodeError as error:
            problems.add(path, 1, "file", f"byte {error.start} is not UTF-8, expected a text file in UTF-8")
        except DuplicateKeyError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            problems.add(path, line, "key", str(error.problem).split("\n")[0] + ", expected every key once")
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            problems.add(path, line, "YAML", f"{error.problem}, expected valid YAML")
        except YAMLError as error:
            problems.add(path, 1, "YAML", f"{error}, expected valid YAML")
        else:
            return cls(path, plain(tree), tree)
        return None

    def line(self, location: Location = ()) -> int:
        """Line (from 1) of the deepest key of `location` that stands in the file."""
        node, line = self._tree, 1
        for step in location:
            try:
                if isinstance(node, CommentedMap) and step in node:
                    line = node.lc.key(step)[0] + 1
                elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                    line = node.lc.item(step)[0] + 1
                else:
                    return line
            except (KeyError, TypeError):
                return line
            node = node[step]
        return line

    def check(self, model: type[Model], problems: Problems, at: Location = ()) -> Model | None:
        """The part at `at` as a `model`; None, with every problem noted at its line, when it does not fit."""
        value = self.at(at)
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                location = at + tuple(step for step in item["loc"] if _is_key(step, item))
                problems.add(self.path, self.line(location), dotted(location), explain(dict(item)))
        return None

    def at(self, location: Location) -> Any:
        """The plain value at a place; None when it is absent."""
        value = self.data
        for step in location:
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, Sequence) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


def _is_key(step: int | str, item: Any) -> bool:
    """Pydantic names the branches of a union ("list[str]", "[key]") among the keys; those are not in the file."""
    return isinstance(step, int) or not (step == "[key]" or "[" in step or step in ("str", "literal['auto']"))


def plain(node: Any) -> Any:
    """ruamel's annotated tree as ordinary dicts, lists, texts and numbers."""
    if isinstance(node, Mapping):
        return {plain(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    if isinstance(node, ScalarString):
        return str(node)
    if isinstance(node, ScalarInt):
        return int(node)
    if isinstance(node, ScalarFloat):
        return float(node)
    return node


def dotted(location: Location) -> str:
    """A place as a person writes it: `columns.kind.map.Inbraak`."""
    return ".".join(str(step) for step in location) or "file"


_BOUNDS = {
    "greater_than": "greater than",
    "greater_than_equal": "of at least",
    "less_than": "less than",
    "less_than_equal": "of at most",
}
_EXPECTED = {
    "string_type": "a text (put it between quotes)",
    "string_too_short": "a text that is not empty",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "date_type": "a date such as 2026-01-31",
    "date_parsing": "a date such as 2026-01-31",
    "date_from_datetime_parsing": "a date such as 2026-01-31",
}


def explain(item: dict[str, Any]) -> str:
    """A pydantic error as `found …, expected …`."""
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    if kind == "missing":
        return "absent, expected a value"
    if kind == "extra_forbidden":
        return found(value, "no such key here (a spelling mistake?)")
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        return found(value, "one of " + str(context["expected"]).replace(" or ", ", ").replace("'", ""))
    if kind == "string_pattern_mismatch":
        return found(value, f"a text of the form {context['pattern']}")
    if kind in _BOUNDS:
        return found(value, f"a number {_BOUNDS[kind]} {next(iter(context.values())):g}")
    return found(value, _EXPECTED.get(kind, str(item["msg"])[0].lower() + str(item["msg"])[1:]))
