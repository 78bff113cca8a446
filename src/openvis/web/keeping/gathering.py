"""Everything the system holds about a person: asked of every table, with purpose, ground, term and recipients.

It runs in the background as the owner, for no page may see all tables at once. What it finds is kept sealed on the
request, for whoever handles it, and emptied when the request is closed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from openvis.profile import Compartment
from openvis.web import city
from openvis.web.access import registry
from openvis.web.access.registry import About, Person, PersonalTable

from . import holding, replay, terms


@dataclass(frozen=True, slots=True)
class Finding:
    """One record about a person, as it is kept on the request."""

    table: str
    kind: str
    key: str
    title: str
    purpose: str
    until: str
    """ISO day, or empty."""
    values: list[list[str]]
    sure: bool
    staff: bool
    """Whether the person is in it as a user of the system."""
    erasable: bool
    kept: str
    """Why it stays; empty when it may go."""
    correctable: list[str]

    @property
    def mark(self) -> str:
        """What names it among the findings of a request."""
        return f"{self.table}|{self.kind}|{self.key}"

    @property
    def last_day(self) -> date | None:
        """When it ends by itself."""
        return date.fromisoformat(self.until) if self.until else None


def find(person: Person, leave_out: Iterable[str] = ()) -> list[Finding]:
    """Everything about a person, in the language of the municipality. `leave_out` are keys of the request itself."""
    skipped = set(leave_out)
    with translation.override(city.profile().municipality.language):
        return list(_all(person, skipped))


def _all(person: Person, skipped: set[str]) -> Iterator[Finding]:
    for table in registry.personal:
        if table.find is not None:
            yield from (_finding(table, about) for about in table.find(person) if about.key not in skipped)


def _finding(table: PersonalTable, about: About) -> Finding:
    kept = "" if table.erase is not None else table.kept_because or _("the law keeps it")
    if not kept and about.key in registry.held(about.kind):
        kept = _("it is on hold")
    return Finding(
        replay.name_of(table), about.kind, about.key, str(about.title), str(about.purpose),
        about.until.isoformat() if about.until else "", [[str(name), str(value)] for name, value in about.values],
        about.sure, table.subject == "staff", not kept, str(kept), list(table.correctable),
    )


def table_of(name: str) -> PersonalTable:
    """The registered table with this name. Raises KeyError."""
    for table in registry.personal:
        if replay.name_of(table) == name:
            return table
    raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Group:
    """What one table holds, with what article 15 asks to tell of it."""

    title: str
    purpose: str
    ground: str
    controller: str
    recipients: str
    term: str
    findings: list[Finding]


def groups(findings: list[Finding]) -> list[Group]:
    """The findings by table and kind."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for item in findings:
        found.setdefault((item.table, item.kind), []).append(item)
    return [_group(table_of(table), kind, items) for (table, kind), items in found.items()]


def _group(table: PersonalTable, kind: str, items: list[Finding]) -> Group:
    rule, compartment = holding.rule_of(kind), _compartment(table.compartment)
    title = str(rule.title) if rule is not None else str(table.model._meta.verbose_name)
    term = terms.in_words(terms.term_of(rule)) if rule is not None else _("with the record that it belongs to")
    language = translation.get_language()
    names = {item.id: item.name.get(language) for item in city.profile().organisations}
    partners = compartment.partners if compartment else []
    return Group(
        title, items[0].purpose, compartment.ground.get(language) if compartment else "–",
        names.get(compartment.controller, compartment.controller) if compartment else "–",
        ", ".join(names.get(key, key) for key in partners) or _("nobody"),
        term, items,
    )


def _compartment(key: str) -> Compartment | None:
    try:
        return city.profile().compartment(key)
    except KeyError:
        return None


def packed(findings: list[Finding]) -> list[dict[str, Any]]:
    """As the request keeps them."""
    return [{name: getattr(item, name) for name in Finding.__dataclass_fields__} for item in findings]


def unpacked(kept: list[dict[str, Any]] | None) -> list[Finding]:
    """As they were found."""
    return [Finding(**item) for item in kept or []]
