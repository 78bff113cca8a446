"""Reads of intake: deliveries, rejected rows with their reasons, sources."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from defusedcsv import csv
from django.utils.translation import gettext as _

from openvis.web.access import sealing
from openvis.web.ui.downloads import disarmed

from .columns import mapped
from .loading import rejected_context
from .models import Batch, Rejected, Source
from .words import row_text


@dataclass(frozen=True, slots=True)
class RejectedView:
    """A rejected row, opened: reasons as sentences, and what the row held."""

    row: int
    columns: list[str]
    values: list[str]
    reasons: list[str]
    sentences: list[str]
    held: dict[str, str | None]

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Column, value and sentence of each reason."""
        return list(zip(self.columns, self.values, self.sentences, strict=True))


def opened(row: Rejected) -> RejectedView:
    """Unseal a rejected row; the sentences are in the language of now."""
    held = json.loads(sealing.unseal(row.sealed, rejected_context(row.batch_id, row.row)))
    told = held["told"]
    sentences = [
        row_text(problem["reason"], {**item["facts"], "value": item["value"]})
        for problem, item in zip(row.problems, told, strict=True)
    ]
    columns = [problem["column"] for problem in row.problems]
    names = [problem["reason"] for problem in row.problems]
    return RejectedView(row.row, columns, [item["value"] for item in told], names, sentences, held["values"])


def first_rejected(batch: Batch, number: int, start: int = 0) -> list[RejectedView]:
    """Some rejected rows of a delivery, in the order of the file."""
    return [opened(row) for row in batch.rejected_rows.order_by("row", "id")[start : start + number]]


def rejected_csv(batch: Batch) -> str:
    """The rejected rows as CSV: the columns the source needs, then row and reason. Formulas are made harmless.

    Corrected in place, this very file can be offered again.
    """
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    names = mapped(batch.source.described)
    writer.writerow([*names, _("row in the file"), _("reason")])
    for view in _once(batch.rejected_rows.order_by("row", "id").iterator()):
        held = [disarmed(view.held.get(name) or "") for name in names]
        writer.writerow([*held, view.row, " ".join(view.sentences)])
    return target.getvalue()


def _once(rows: Iterator[Rejected]) -> Iterator[RejectedView]:
    """A row of a wide table is rejected cell by cell; in the file it stands once."""
    for _row, cells in groupby(map(opened, rows), key=lambda view: view.row):
        views = list(cells)
        first = views[0]
        sentences = list(dict.fromkeys(sentence for view in views for sentence in view.sentences))
        yield replace(first, sentences=sentences)


def reasons(batch: Batch) -> list[tuple[str, str, int]]:
    """How often each reason occurs, per column, the most frequent first."""
    counted: dict[tuple[str, str], int] = {}
    for problems in batch.rejected_rows.values_list("problems", flat=True):
        for problem in problems:
            key = (problem["reason"], problem["column"])
            counted[key] = counted.get(key, 0) + 1
    return [(reason, column, number) for (reason, column), number in sorted(counted.items(), key=lambda item: -item[1])]


def sources_in_use() -> list[Source]:
    """The sources that may take in something."""
    return list(Source.objects.filter(in_use=True))
