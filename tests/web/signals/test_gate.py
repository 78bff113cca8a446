"""Nothing of signals reaches the analyses, the event store, the picture, the search box or a report."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access import registry as told
from openvis.web.access.models import User
from openvis.web.signals.models import Signal
from openvis.web.ui import registry
from web.conftest import ROOT
from web.signals.conftest import SECRET

SOURCE = ROOT / "src" / "openvis"
CLOSED_TO = (
    "analysis", "store", "register", "web/picture", "web/deployment", "web/intake", "web/places", "web/plan", "web/ui",
    "web/register", "web/sharing",
)  # fmt: skip


def names(file: Path) -> set[str]:
    """What a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{item.name}" for item in node.names}
    return found


@pytest.mark.parametrize("part", CLOSED_TO)
def test_no_part_that_counts_or_publishes_reads_signals(part: str) -> None:
    files = list((SOURCE / part).rglob("*.py"))
    assert files
    wrong = [
        f"{file.relative_to(SOURCE)}: {name}" for file in files for name in names(file)
        if name.startswith("openvis.web.signals") or "signals_signal" in file.read_text(encoding="utf-8")
    ]
    assert wrong == []


def test_nothing_of_it_is_offered_to_search_or_to_another_part() -> None:
    assert [item for item in registry.searches if "signals" in item.find.__module__] == []
    assert [item for item in registry.selection_actions if "signal" in item.template] == []
    assert [item for item in told.offers if item.compartment == "signals"] == []


def test_not_even_who_weighs_finds_it_by_the_search_box(
    city: Profile, signal: Signal, weigher: User, client_for: Callable[[Any], Client]
) -> None:
    client = client_for(weigher)
    for words in (SECRET, signal.number):
        assert list(client.get(reverse("search"), {"q": words}).context["found"]) == []
