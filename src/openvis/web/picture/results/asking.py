"""Who asks for a result, under which selection; and what goes along with every one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.register.loading import entries
from openvis.web.access.models import User
from openvis.web.ui.takeaway import Parcel

from .. import answer as picture_answer
from .. import pages, selectors
from ..filter import Filter
from ..frame import Frame
from ..panels import Asked


@dataclass(frozen=True)
class Asking:
    """One request for one result."""

    user: User
    query: QueryDict
    filter: Filter

    @cached_property
    def frame(self) -> Frame:
        """The city."""
        return selectors.frame()

    @cached_property
    def answer(self) -> dict[str, Any]:
        """What the page shows under the same selection."""
        return picture_answer.answer(self.user, self.filter).as_json()

    @cached_property
    def asked(self) -> Asked:
        """The selection, put to the store."""
        return selectors.asked(self.frame, self.filter)

    def parcel(
        self, key: str, sentence: str, method: str, more: Sequence[tuple[str, Any]] = (), **parts: Any
    ) -> Parcel:
        """A parcel with the notes that everybody needs who opens it later, and some of its own."""
        return Parcel(
            name=f"openvis-{key}-{self.filter.first}-{self.filter.last}",
            notes=[*notes(self.frame, self.filter, self.answer, sentence, method), *more],
            crs=self.frame.crs,
            to_earth=self.frame.to_earth.transform,
            **parts,
        )

    @property
    def footing(self) -> Sequence[str]:
        """Lines under the title of a drawing: selection, source and day."""
        return [selection_text(self.frame, self.filter), source_text(self.answer["sources"])]


def selection_text(frame: Frame, filter_: Filter) -> str:
    """Kinds, period and area in a line."""
    parts = [pages.kinds_text(frame, filter_), pages.period_text(filter_)]
    if filter_.area is not None:
        parts.append(frame.areas[filter_.area].name)
    return " · ".join(parts)


def source_text(sources: Sequence[dict[str, Any]]) -> str:
    """`Source: police (made up), data until 2026-11-22`."""
    texts = []
    for source in sources:
        made_up = f" ({_('made up')})" if source["demo"] else ""
        texts.append(f"{source['name']}{made_up}, {_('data until')} {source['until']}")
    return f"{_('Source:')} {'; '.join(texts)}" if texts else ""


def notes(frame: Frame, filter_: Filter, answer: dict[str, Any], sentence: str, method: str) -> list[tuple[str, Any]]:
    """What a result needs beside it to be understood later."""
    found: list[tuple[str, Any]] = [
        (_("Finding"), sentence),
        (_("Kinds"), pages.kinds_text(frame, filter_)),
        (_("From"), filter_.first),
        (_("Up to and including"), filter_.last),
        (_("Selection"), filter_.query),
        (_("Incidents in all"), answer["totals"]["count"]),
        (_("Without a place on the map"), answer["totals"]["unplaced"]),
    ]
    for source in answer["sources"]:
        made_up = f" ({_('made up')})" if source["demo"] else ""
        found.append((_("Source"), f"{source['name']}{made_up}, {_('data until')} {source['until']}"))
    found.append((_("Made"), timezone.localtime().strftime("%Y-%m-%d %H:%M")))
    found.append((_("Method"), method_text(method)))
    return found


def method_text(key: str) -> str:
    """Name and summary of a method as the algorithm register tells it."""
    entry = entries().get(key)
    if entry is None:
        return key
    language = get_language()
    return f"{entry.name.get(language)}: {entry.summary.get(language)}"
