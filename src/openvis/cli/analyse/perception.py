"""`openvis analyse perception`: where people feel less safe than the figures say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from openvis.analysis.perception import Gap, gap
from openvis.cli.analyse import area_table, outcome, wording
from openvis.cli.analyse.area_table import AreaTable
from openvis.cli.analyse.options import output
from openvis.cli.analyse.wrong import answered

Floats = npt.NDArray[np.float64]

FIELDS = (
    "area", "count", "population", "respondents", "rate", "share", "expected", "gap", "low", "high", "z", "reading",
)  # fmt: skip
READING = {-1: "safer", 0: "as expected", 1: "less safe"}
MOST_NAMED = 5


@dataclass(frozen=True)
class Found:
    """Areas with what is registered, what people say (0 to 1), the gap, and which are clear over all areas (-1, 0, 1)."""

    area: list[str]
    count: Floats
    base: Floats
    share: Floats
    asked: Floats
    gap: Gap
    clear: npt.NDArray[np.int64]
    per: float

    @property
    def rate(self) -> Floats:
        return self.per * self.count / self.base

    @property
    def order(self) -> list[int]:
        """Areas that take part, the clear ones first, then by how far out."""
        used = np.flatnonzero(self.gap.used)
        return [int(i) for i in used[np.lexsort((-np.abs(self.gap.z[used]), self.clear[used] == 0))]]


@click.command()
@click.argument("areas", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", metavar="COLUMN", help="Column with the name or code of the area.")
@click.option("--count", metavar="COLUMN", help="Column with the number of registered events.")
@click.option("--rate", metavar="COLUMN", help="Column with the registered rate, instead of --count.")
@click.option("--population", metavar="COLUMN", help="Column with inhabitants.")
@click.option("--share", metavar="COLUMN", help="Column with the share (or percentage) that feels unsafe.")
@click.option("--respondents", metavar="COLUMN", help="Column with how many people answered.")
@click.option(
    "--per", type=click.FloatRange(0, min_open=True), default=1000.0, show_default=True, help="Rates are per so many."
)
@click.option(
    "--least", type=click.IntRange(2), default=30, show_default=True,
    help="Respondents from which an area takes part.",
)  # fmt: skip
@click.option(
    "--design", type=click.FloatRange(0.1, 20), default=1.0, show_default=True,
    help="Variance of the survey relative to a simple random sample (design effect).",
)  # fmt: skip
@click.option("--confidence", type=click.FloatRange(0.5, 0.9999), default=0.95, show_default=True, help="Of intervals.")
@click.option("--where", metavar="SQL", help='Only rows for which this holds: "year = 2024".')
@click.option("--most", type=click.IntRange(1, 1000), default=12, show_default=True, help="Areas to show at most.")
@output
@answered
def perception(**options: Any) -> None:
    """Where people feel less safe, or safer, than registered crime lets expect.

    AREAS has a row for each area: registered events and inhabitants, and from a survey the share that feels unsafe and how
    many answered. Never the answers of single persons.
    """
    steps = outcome.Steps(("read", "gap", "write"), options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    figure = "count" if options["rate"] is None else "rate"
    with steps.step("read"):
        table = area_table.read(options["areas"], options, (figure, "population", "share", "respondents"))
    wording.tell(table.account(), options["quiet"])
    with steps.step("gap"):
        found = _found(table, figure, options)
    wording.tell(_remarks(table, found, options), options["quiet"])
    told = _sentences(found)
    click.echo(told[0])
    click.echo("\n" + wording.table(*_rows(found, options), left=(0, 7)) + "\n")
    for line in [*told[1:], _rule(found, options)]:
        click.echo(line)
    if options["out"] is not None:
        with steps.step("write"):
            _write(options["out"], told[0], found, options)
        outcome.write_run(
            options["out"], "perception", options, table.described(), steps,
            {"finding": told[0], "more": told[1:], "areas": int(found.gap.used.sum()),
             "less_safe": _named(found, 1), "safer": _named(found, -1), "points_when_doubled": 100 * found.gap.slope},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: areas.csv, perception.png, run.json."], options["quiet"])


def _found(table: AreaTable, figure: str, options: dict[str, Any]) -> Found:
    base, share, asked = (table.values[role] for role in ("population", "share", "respondents"))
    count = table.values["count"] if figure == "count" else table.values["rate"] * base / options["per"]
    if _percentages(share):
        share = share / 100.0
    same = {"design": options["design"], "least": options["least"]}
    shown = gap(count, base, share, asked, confidence=options["confidence"], **same)
    over_all = options["confidence"] ** (1.0 / int(shown.used.sum()))
    strict = gap(count, base, share, asked, confidence=over_all, **same)
    clear = (strict.low > 0).astype(np.int64) - (strict.high < 0)
    return Found(table.area, count, base, share, asked, shown, clear, options["per"])


def _percentages(share: Floats) -> bool:
    return bool(share.size and 1.0 < share.max() <= 100.0)


def _remarks(table: AreaTable, found: Found, options: dict[str, Any]) -> list[str]:
    told = []
    if _percentages(table.values["share"]):
        told.append(f"{table.columns['share']!r} runs to {table.values['share'].max():g}: taken as percentages.")
    few = int((~found.gap.used).sum())
    if few:
        told.append(f"{few:,} areas with fewer than {options['least']} respondents: not judged.")
    return told


def _named(found: Found, side: int) -> list[str]:
    return [found.area[i] for i in found.order if found.clear[i] == side]


def _sentences(found: Found) -> list[str]:
    """Where the gap is clear; then how feeling goes with figures at all."""
    many = int(found.gap.used.sum())
    parts: list[str] = []
    for side, word in ((1, "less safe"), (-1, "safer")):
        places = [i for i in found.order if found.clear[i] == side]
        if places:
            named = ", ".join(f"{found.area[i]} ({_points(found.gap.value[i])} points)" for i in places[:MOST_NAMED])
            more = f" and {len(places) - MOST_NAMED:,} more" if len(places) > MOST_NAMED else ""
            than = "" if parts else " than the figures let expect"
            parts.append(f"clearly {word}{than} in {len(places):,}: {named}{more}")
    first = f"Nowhere in {many:,} areas do people feel clearly less safe, or safer, than the figures let expect."
    if parts:
        first = f"Of {many:,} areas people feel {'; '.join(parts)}."
    slope = found.gap.slope
    goes = f"{abs(100 * slope):.1f} points {'more' if slope >= 0 else 'fewer'} of the people feel unsafe"
    return [
        first,
        f"Where registered crime is twice as high, {goes}; besides, areas differ by {100 * found.gap.scatter:.1f} points "
        f"(standard deviation). Of how the rates differ {wording.percent(found.gap.reliability, 0)} is real, not chance.",
    ]


def _points(value: float) -> str:
    return f"{100 * value:+.1f}"


def _rule(found: Found, options: dict[str, Any]) -> str:
    return (
        f"Less safe or safer: the gap is clear with all {int(found.gap.used.sum()):,} areas looked at "
        f"({wording.percent(options['confidence'], 0)} over all together)."
    )


def _rows(found: Found, options: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    interval = f"{wording.percent(options['confidence'], 0)} interval"
    heading = ["area", f"per {found.per:,g}", "respondents", "unsafe", "goes with it", "gap", interval, "people feel"]
    rows = [
        [
            found.area[i],
            f"{found.rate[i]:,.1f}",
            f"{found.asked[i]:,.0f}",
            wording.percent(found.share[i]),
            wording.percent(found.gap.expected[i]),
            _points(found.gap.value[i]),
            f"{_points(found.gap.low[i])} to {_points(found.gap.high[i])}",
            READING[int(found.clear[i])],
        ]
        for i in found.order[: options["most"]]
    ]
    return heading, rows


def _write(folder: Path, told: str, found: Found, options: dict[str, Any]) -> None:
    from openvis.cli.analyse.drawing.perception import draw_gap

    folder.mkdir(parents=True, exist_ok=True)
    values = (found.rate, found.share, found.gap.expected, found.gap.value, found.gap.low, found.gap.high, found.gap.z)
    rows = [
        [found.area[i], found.count[i], found.base[i], found.asked[i], *(round(float(it[i]), 6) for it in values),
         READING[int(found.clear[i])]]
        for i in found.order
    ]  # fmt: skip
    outcome.write_csv(folder / "areas.csv", FIELDS, rows)
    subtitle = (
        f"{options['areas'].name} · dot: share that feels unsafe; line: what goes with the registered rate; bar: where the "
        f"area itself lies ({wording.percent(options['confidence'], 0)}), shrunk by what is not known"
    )
    draw_gap(
        folder / "perception.png",
        told,
        subtitle,
        found.area,
        found.rate,
        found.share,
        found.gap,
        found.clear,
        found.per,
    )
