"""docs/security.md names tests that exist, and leaves no requirement of levels 1 and 2 out."""

import re
from pathlib import Path

import pytest

from web.conftest import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
SECTIONS = {
    1: {1: 2, 2: 9, 3: 11, 4: 3, 5: 2}, 2: {1: 3, 2: 3, 3: 4, 4: 1}, 3: {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    4: {1: 3, 2: 1, 3: 2, 4: 4}, 5: {1: 1, 2: 3, 3: 2, 4: 3}, 6: {1: 3, 2: 11, 3: 3, 4: 4, 5: 5, 6: 3, 8: 3},
    7: {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2}, 8: {1: 2, 2: 3, 3: 1, 4: 1}, 9: {1: 3, 2: 4},
    10: {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3}, 11: {1: 2, 2: 3, 3: 3, 4: 3, 5: 1, 6: 1}, 12: {1: 3, 2: 2, 3: 4},
    13: {1: 1, 2: 5, 3: 2, 4: 5}, 14: {1: 2, 2: 4, 3: 3}, 15: {1: 3, 2: 3, 3: 7}, 16: {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
    17: {1: 1, 2: 4, 3: 2},
}
"""Chapter → section → the last requirement of levels 1 and 2 in ASVS 5.0; each section begins at 1."""
STATES = {"met", "design", "yours", "part", "no", "–"}


def named(text: str) -> list[str]:
    """The tests that a text names."""
    return re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", text)


def missing(names: list[str]) -> list[str]:
    """Those of them that are not there."""
    found = []
    for name in names:
        file, _colons, test = name.partition("::")
        path = ROOT / file
        if not path.is_file() or (test and not re.search(rf"def {test}\(", path.read_text(encoding="utf-8"))):
            found.append(name)
    return found


def rows() -> list[tuple[str, str, str]]:
    """(number or range, state, how) of every requirement on the page."""
    return re.findall(r"^\| (\d+\.\d+\.\d+[^|]*?) \| [^|]* \| ([^|]*?) \| (.*?) ?\|$", PAGE, re.MULTILINE)


def covered(numbers: str) -> set[tuple[int, ...]]:
    """The requirements that `1.4.1–1.4.3` or `10.5.3, 10.5.4` stand for."""
    whole: set[tuple[int, ...]] = set()
    for part in numbers.split(", "):
        first, _dash, last = part.partition("–")
        begin, end = (tuple(map(int, item.split("."))) for item in (first, last or first))
        whole |= {
            (chapter, section, number)
            for chapter, sections in SECTIONS.items()
            for section, most in sections.items()
            for number in range(1, most + 1)
            if begin <= (chapter, section, number) <= end
        }
    return whole


def test_every_test_that_the_page_names_exists():
    assert len(named(PAGE)) > 100
    assert missing(named(PAGE)) == []


def test_a_test_that_is_gone_would_be_found():
    assert missing(["tests/web/sealing/test_security_page.py::test_gone", "tests/gone.py"]) == [
        "tests/web/sealing/test_security_page.py::test_gone", "tests/gone.py",
    ]


def test_no_requirement_of_levels_one_and_two_is_left_out():
    wanted = covered("1.1.1–17.9.9")
    told = set().union(*(covered(numbers) for numbers, _state, _how in rows()))
    assert sorted(wanted - told) == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_has_a_state_and_says_how(row: tuple[str, str, str]):
    _numbers, state, how = row
    assert state in STATES
    assert how or state == "yours"


def test_the_page_is_in_the_navigation():
    assert "security.md" in Path(ROOT / "mkdocs.yml").read_text(encoding="utf-8")
