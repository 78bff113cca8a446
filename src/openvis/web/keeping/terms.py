"""The terms of the profile in words, and the kinds of data they are for."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from openvis.profile import RetentionTerm
from openvis.web import city
from openvis.web.access import registry
from openvis.web.access.registry import RetentionRule

OWN = ""
"""The term of kinds whose records carry a day of their own, worked out when they came in."""


def rules(kinds: list[str] | None = None) -> list[RetentionRule]:
    """The kinds of data, in the order in which they end. Raises KeyError for a kind that is not there."""
    every = {rule.kind: rule for rule in sorted(registry.retention, key=lambda rule: rule.order)}
    return [every[kind] for kind in kinds] if kinds is not None else list(every.values())


def term_of(rule: RetentionRule) -> RetentionTerm | None:
    """The term of the profile; None where each record carries a day of its own. Raises KeyError for a term it has not."""
    return city.profile().retention_term(rule.term) if rule.term != OWN else None


def second_person(rule: RetentionRule) -> bool:
    """Whether a second person must approve a list first."""
    term = term_of(rule)
    return term is not None and term.second_person


def in_words(term: RetentionTerm | None) -> str:
    """A term in the language of the page: “5 years after it happened”."""
    if term is None:
        return _("the day that each record carries, by the term of its compartment")
    parts = []
    if term.years:
        parts.append(ngettext("%d year", "%d years", term.years) % term.years)
    if term.months:
        parts.append(ngettext("%d month", "%d months", term.months) % term.months)
    if term.days:
        parts.append(ngettext("%d day", "%d days", term.days) % term.days)
    return f"{' + '.join(parts)} {begins(term.begins)}"


def begins(moment: str) -> str:
    """The moment a term counts from, in words."""
    return {
        "happened": _("after it happened"),
        "recorded": _("after it was recorded"),
        "delivered": _("after it was delivered"),
        "last_change": _("after the last change"),
        "decided": _("after the decision"),
        "closed": _("after it was closed"),
        "ended": _("after it ended"),
        "published": _("after it was published"),
    }[moment]


def ground(term: RetentionTerm | None) -> str:
    """The ground of a term in the language of the page."""
    return term.ground.get(get_language()) if term is not None else _("the term of the compartment")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data as the page shows it."""

    rule: RetentionRule
    term: RetentionTerm | None

    @property
    def title(self) -> Any:
        """Its name."""
        return self.rule.title

    @property
    def words(self) -> str:
        """Its term."""
        return in_words(self.term)

    @property
    def ground(self) -> str:
        """On which ground."""
        return ground(self.term)

    @property
    def second_person(self) -> bool:
        """Whether a second person must approve."""
        return self.term is not None and self.term.second_person


def kinds() -> list[Kind]:
    """All kinds of data with their terms."""
    return [Kind(rule, term_of(rule)) for rule in rules()]
