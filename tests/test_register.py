"""The algorithm register: complete, true to the code, in both languages, and its pages up to date."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from openvis.cli.analyse import COMMANDS
from openvis.register import Entry, Text, entries
from openvis.register.pages import documented, pages

ROOT = Path(__file__).resolve().parents[1]
ALL = list(entries().values())
METHODS = {
    "density": "kde",
    "hotspots": "getis_ord hotspots emerging",
    "times": "week_matrix",
    "windows": "hot_windows",
    "trend": "weekly decompose expected alerts",
    "scan": "space_time_permutation",
    "near_repeat": "knox risk",
    "forecast": "fit predict backtest",
    "effect": "wdd did event_study placebo power",
    "perception": "gap",
    "rates": "rate compare funnel empirical_bayes goal_state",
    "disclosure": "protect audit",
    "network": "tie_strength communities brokers key_players dynamics",
    "cover": "travel_times coverage locate",
    "allocate": "patrols",
    "risk": "area_branch_profile",
    "route": "shortest_round visits timetable",
}
"""The methods of the design, by module: what people call, apart from helpers."""


def texts(entry: Entry) -> dict[str, Text]:
    return {name: value for name in Entry.model_fields if isinstance(value := getattr(entry, name), Text)}


@pytest.mark.parametrize("module", METHODS)
def test_each_method_is_there_and_in_the_register(module: str) -> None:
    there = importlib.import_module(f"openvis.analysis.{module}")
    registered = {inspect.unwrap(_function(name)) for entry in ALL for name in entry.functions}
    for name in METHODS[module].split():
        assert inspect.unwrap(getattr(there, name)) in registered, name


def _function(name: str) -> object:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize("entry", ALL, ids=lambda it: it.key)
def test_an_entry_names_what_exists(entry: Entry) -> None:
    for name in entry.functions:
        assert name.startswith("openvis.analysis.")
        assert documented(name)
    for test in entry.tests:
        assert (ROOT / test).is_file(), test
    assert (ROOT / "docs" / entry.page).is_file()
    assert entry.command is None or entry.command in COMMANDS


@pytest.mark.parametrize("entry", ALL, ids=lambda it: it.key)
def test_an_entry_is_told_in_both_languages(entry: Entry) -> None:
    for name, text in texts(entry).items():
        assert name == "name" or text.nl != text.en, name
        assert not re.search(r"\b(the|and)\b", text.nl), name
        assert not re.search(r"\b(het|een|wordt)\b", text.en), name


def test_each_command_has_an_entry_and_a_page() -> None:
    assert {entry.command for entry in ALL} >= set(COMMANDS) - {"backtest"}
    assert all((ROOT / "docs" / "methods" / f"{command}.md").is_file() for command in COMMANDS)


def test_the_pages_are_what_the_entries_make() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "algorithms").glob("*.md")}
    assert kept == pages(), "run: python -m openvis.register"


def test_each_test_named_imports_the_method() -> None:
    for entry in ALL:
        modules = {name.split(".")[2] for name in entry.functions}
        imported = {
            part
            for test in entry.tests
            for node in ast.walk(ast.parse((ROOT / test).read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
            for part in [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        }
        assert modules & imported, entry.key


def test_nothing_on_the_site_uses_the_network_method() -> None:
    for path in (ROOT / "src" / "openvis" / "web").rglob("*.py"):
        assert "analysis.network" not in path.read_text(encoding="utf-8"), path
