"""`openvis analyse effect`: whether a measure worked, and whether crime moved, beside a comparison."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from openvis.analysis.effect import (
    Change,
    Displacement,
    EventStudy,
    Placebo,
    Power,
    event_study,
    period_counts,
    placebo,
    power,
    wdd,
)
from openvis.cli.analyse import effect_input, effect_plan, outcome, reading, wording
from openvis.cli.analyse.effect_input import Periods, Places
from openvis.cli.analyse.options import reading as reading_options
from openvis.cli.analyse.wrong import answered

Floats = npt.NDArray[np.float64]

FIELDS = ("where", "before", "after", "expected", "difference", "low", "high", "p", "clear")
DOUBT = 0.05
"""p of the trend before the start below which treated and comparison are said to have run apart."""
ODD = 0.05
"""p of the check up to which a change counts as out of the ordinary."""
ALIKE = 1.5
"""How many times as many events one may have as the other, before a difference by as many is doubtful."""


@dataclass(frozen=True)
class Found:
    """Counts (zones, steps), and what follows from them."""

    places: Places
    periods: Periods
    counts: Floats
    proportional: bool
    study: EventStudy
    whole: Displacement
    rings: list[Change]
    power: Power
    placebo: Placebo | None

    def sums(self, zones: list[int]) -> tuple[float, float]:
        """Events before and after in these zones together."""
        return _sums(self.counts, self.periods, zones)


@click.command()
@reading_options(place=True, hours=False)
@click.option(
    "--treated", metavar="FILE|NAMES", required=True, help="Where the measure was: GeoJSON, or names of areas."
)
@click.option("--control", metavar="FILE|NAMES", help="What it is compared with [default: all else, as a factor].")
@click.option("--area-column", metavar="COLUMN", help="Column with areas, when places are given as names (a, b).")
@click.option(
    "--ring", type=click.FloatRange(1, 5000), multiple=True, metavar="METRES",
    help="How far around it crime may have moved; more than one for more rings.",
)  # fmt: skip
@click.option("--nearby", metavar="NAMES", help="As --ring, with --area-column: where crime may have moved.")
@click.option("--nearby-control", metavar="NAMES", help="What --nearby is compared with.")
@click.option("--from", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day of the measure.")
@click.option("--before", type=click.IntRange(2, 520), help="Steps before it [default: as many as there are, a year].")
@click.option("--after", type=click.IntRange(1, 520), help="Steps after it [default: as many as there are, a year].")
@click.option(
    "--step", type=click.Choice(["month", "week"]), default="month", show_default=True, help="What a step is."
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Last day that is known [default: that of the last event]."
)
@click.option(
    "--proportional", is_flag=True, help="The comparison says by which factor counts change, not by how many."
)
@click.option("--power", is_flag=True, help="Beforehand: only how large an effect these numbers can show.")
@click.option("--confidence", type=click.FloatRange(0.5, 0.9999), default=0.95, show_default=True, help="Of intervals.")
@answered
def effect(**options: Any) -> None:
    """Whether a measure worked, and whether crime moved: before and after, beside a comparison.

    Counts events in the treated place, in rings around it and in a comparison place, before and after the start; the
    weighted displacement difference with its interval, the ratio, and the course per month.
    """
    steps = outcome.Steps(("read", "effect", "write"), options["quiet"])
    if options["out"] is not None and not options["power"]:
        outcome.prepare_pictures()
    with steps.step("read"):
        by_name = options["area_column"] is not None
        incidents = reading.read(
            options["events"], options, options["crs"], options["where"], place=not by_name, time=True, area=by_name
        )
        places = effect_input.places(incidents, options)
    wording.tell(incidents.account(), options["quiet"])
    if options["power"]:
        effect_plan.tell(incidents, places, options, steps)
        return
    with steps.step("effect"):
        found = _found(incidents, places, options)
    wording.tell(_remarks(found), options["quiet"])
    told = _sentences(found, options)
    click.echo(told[0])
    click.echo("\n" + wording.table(*_rows(found, options), left=(0,)) + "\n")
    for line in told[1:]:
        click.echo(line)
    if options["out"] is not None:
        with steps.step("write"):
            files = _write(options["out"], told[0], found, incidents, options)
        edges = [str(edge)[:10] for edge in found.periods.edges[[0, found.periods.before, -1]]]
        outcome.write_run(
            options["out"], "effect", {**options, "from": edges[1], "as_of": str(options["as_of"] or "")[:10]},
            incidents.described(), steps,
            {"finding": told[0], "more": told[1:], "from_start_to": edges, "proportional": found.proportional,
             "spread": round(found.study.effect.spread, 4), "ratio": round(found.study.effect.ratio, 4),
             "trend_before_p": round(found.study.trend_p, 4),
             "placebo": None if found.placebo is None else vars(found.placebo)},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])


def _found(incidents: reading.Incidents, places: Places, options: dict[str, Any]) -> Found:
    periods = effect_input.periods(incidents, options)
    events = incidents.events
    counts = period_counts(events.begin, events.end, places.zone, len(places.names), periods.edges)
    after = np.arange(periods.edges.size - 1) >= periods.before
    study = event_study(counts[0], counts[places.control], after, confidence=options["confidence"])
    proportional = options["proportional"] or options["control"] is None
    same: dict[str, Any] = {
        "periods": periods.days,
        "spread": study.effect.spread,
        "confidence": options["confidence"],
    }
    treated, control, near, near_control = (
        _sums(counts, periods, zones) for zones in ([0], [places.control], places.near, places.near_control)
    )
    return Found(
        places=places,
        periods=periods,
        counts=counts,
        proportional=proportional,
        study=study,
        whole=wdd(
            treated, control, near if places.near else None, near_control if places.near_control else None,
            proportional=proportional, **same,
        ),
        rings=_rings(counts, places, periods, proportional, same),
        power=power(treated[0], control[0], near[0], near_control[0], proportional=proportional, **same),
        placebo=_placebo(incidents, places, periods),
    )  # fmt: skip


def _sums(counts: Floats, periods: Periods, zones: list[int]) -> tuple[float, float]:
    """Events before and after in these zones together."""
    part = counts[zones].sum(axis=0)
    return float(part[: periods.before].sum()), float(part[periods.before :].sum())


def _rings(counts: Floats, places: Places, periods: Periods, proportional: bool, same: dict[str, Any]) -> list[Change]:
    """The change in each ring: beside the same ring of the comparison, else beside the comparison as a factor, else bare."""
    changes = []
    for i, ring in enumerate(places.near):
        beside = places.near_control[i : i + 1] or ([places.control] if proportional else [])
        factor = proportional and bool(beside)
        around, other = _sums(counts, periods, [ring]), _sums(counts, periods, beside)
        changes.append(wdd(around, other, proportional=factor, **same).local)
    return changes


def _placebo(incidents: reading.Incidents, places: Places, periods: Periods) -> Placebo | None:
    """The other areas, or rectangles of the size of the treated place, as if they were treated; nearby takes no part."""
    unit = effect_input.units(incidents, places)
    events = incidents.events
    counts = period_counts(events.begin, events.end, unit, int(unit.max()) + 1, periods.edges[[0, periods.before, -1]])
    return placebo(counts[:, 0], counts[:, 1], 0, periods=periods.days)


def _remarks(found: Found) -> list[str]:
    treated, control = (found.sums([zone])[0] for zone in (0, found.places.control))
    told = [f"Events in places and periods: {found.counts.sum():,.0f}."]
    if not found.proportional and not 1 / ALIKE <= control / treated <= ALIKE:
        told.append(
            f"Before the start the comparison had {control / treated:.1f} × as many events as the treated place; the "
            "difference supposes that both change by as many. See --proportional."
        )
    if found.places.near and not found.places.near_control and not found.proportional:
        told.append("Nearby is compared with nothing: give --nearby-control, or --proportional.")
    return told


def _sentences(found: Found, options: dict[str, Any]) -> list[str]:
    """The effect first; then the check, whether it moved, the ratio, the course before, and what could have been shown."""
    near, total = found.whole.displaced, found.whole.total
    wide = wording.percent(options["confidence"], 0)
    told = [_finding(found, options, wide)]
    if found.placebo is not None:
        told.append(
            f"Check: {found.placebo.places} other places were taken as if treated; {found.placebo.as_far} changed as far "
            f"(p {found.placebo.p:.3f})."
        )
    if near is not None:
        moved = {-1: "it went down there as well", 1: "part of it moved there"}.get(
            _side(near), "no clear displacement"
        )
        both = "clear" if _side(total) else "not clear"
        told.append(
            f"Nearby {_amount(near.value, 'event')} than expected ({_span(near)}): {moved}. Both together "
            f"{_amount(total.value)} ({_span(total)}): {both}."
        )
    return [*told, *_course(found, wide), _missed(found.power)]


def _finding(found: Found, options: dict[str, Any], wide: str) -> str:
    """Clear only when the interval leaves out zero and places where nothing was done did not change as far."""
    local = found.whole.local
    expected = found.sums([0])[1] - local.value
    share = f"; {wording.percent(abs(local.value) / expected, 0)} of what was expected" if expected > 0 else ""
    when = f"in the {effect_input.length(found.periods.after, found.periods.step)} from {options['from']:%Y-%m-%d}"
    sure = f"{wide} interval {_span(local)}{share}"
    amount = f"{_amount(local.value, 'event')} than expected in the treated place {when} ({sure})"
    if not _side(local):
        return f"Not clear: {amount}; chance can make this difference."
    if found.placebo is not None and found.placebo.p > ODD:
        return (
            f"Not clear: {amount}; beyond chance, but {found.placebo.as_far} of {found.placebo.places} places where nothing "
            "was done changed as far."
        )
    return f"Clear: {amount}." if _side(local) < 0 else f"Clear, but the wrong way: {amount}."


def _course(found: Found, wide: str) -> list[str]:
    """The ratio, whether it says the same, and whether both ran alike before."""
    ratio, study, step = found.study.effect, found.study, found.periods.step
    told = [
        f"Relative to the comparison {ratio.ratio:.2f} times as many as before ({wide} interval {ratio.low:.2f} to "
        f"{ratio.high:.2f}; {step}s vary {ratio.spread:.1f} × as much as chance)."
    ]
    by_ratio = 1 if ratio.low > 1 else -1 if ratio.high < 1 else 0
    if by_ratio != _side(found.whole.local):
        told.append("The ratio and the difference do not agree: read both, and call it not clear.")
    if study.trend_p < DOUBT:
        told.append(
            f"Doubt: before the start the two already ran apart ({study.trend:+.1%} per {step}, p {study.trend_p:.3f}); the "
            "difference may have gone on by itself."
        )
    else:
        told.append(f"Before the start the two did not run apart clearly (p {study.trend_p:.2f}).")
    return told


def _missed(found: Power) -> str:
    if found.share > 1:
        return "With these numbers even the end of all events would probably be missed."
    return f"With these numbers an effect of less than {wording.percent(found.share, 0)} would probably be missed."


def _side(change: Change) -> int:
    """-1 clearly fewer, 1 clearly more, 0 neither."""
    return -1 if change.high < 0 else 1 if change.low > 0 else 0


def _amount(value: float, unit: str = "") -> str:
    """How many fewer or more, of the unit where one is given."""
    told = f"{abs(value):,.0f} {'fewer' if value < 0 else 'more'}"
    return f"{told} {unit}{'' if round(abs(value)) == 1 else 's'}" if unit else told


def _span(change: Change) -> str:
    """Both limits in words: "35 to 87 fewer", "12 fewer to 28 more"; the smaller amount first when on one side."""
    if change.high < 0:
        return f"{-change.high:,.0f} to {-change.low:,.0f} fewer"
    if change.low > 0:
        return f"{change.low:,.0f} to {change.high:,.0f} more"
    return f"{_amount(change.low)} to {_amount(change.high)}"


def _changes(found: Found) -> list[tuple[str, tuple[float, float], Change | None]]:
    """Name, events before and after, and the change; the comparison has none."""
    places, names = found.places, found.places.names
    rows: list[tuple[str, tuple[float, float], Change | None]] = [("treated", found.sums([0]), found.whole.local)]
    rows += [(names[zone], found.sums([zone]), it) for zone, it in zip(places.near, found.rings, strict=True)]
    if places.near:
        rows.append(("together", found.sums([0, *places.near]), found.whole.total))
    rows += [(names[zone], found.sums([zone]), None) for zone in (places.control, *places.near_control)]
    return rows


def _rows(found: Found, options: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    step = found.periods.step
    before, after = effect_input.length(found.periods.before, step), effect_input.length(found.periods.after, step)
    wide = wording.percent(options["confidence"], 0)
    heading = ["where", f"{before} before", f"{after} after", "expected", "difference", f"{wide} interval", "clear"]
    rows = []
    for name, (earlier, later), it in _changes(found):
        row = [name, f"{earlier:,.0f}", f"{later:,.0f}"]
        told = ["", "", "", ""]
        if it is not None:
            told = [f"{later - it.value:,.0f}", f"{it.value:+,.0f}", f"{it.low:+,.0f} to {it.high:+,.0f}"]
            told.append("yes" if _side(it) else "no")
        rows.append(row + told)
    return heading, rows


def _write(folder: Path, told: str, found: Found, incidents: reading.Incidents, options: dict[str, Any]) -> list[str]:
    from openvis.cli.analyse.drawing.effect import draw_effect

    folder.mkdir(parents=True, exist_ok=True)
    changes = _changes(found)
    outcome.write_csv(
        folder / "effect.csv",
        FIELDS,
        [
            [name, round(before, 3), round(after, 3)]
            + (["", "", "", "", "", ""] if it is None else
               [round(after - it.value, 3), round(it.value, 3), round(it.low, 3), round(it.high, 3), round(it.p, 6),
                bool(_side(it))])
            for name, (before, after), it in changes
        ],
    )  # fmt: skip
    study, edges = found.study, found.periods.edges.astype("datetime64[D]")
    outcome.write_csv(
        folder / "periods.csv",
        ("begin", "until", *found.places.names, "ratio", "ratio_low", "ratio_high"),
        [
            [str(edges[i]), str(edges[i + 1]), *(round(float(v), 3) for v in found.counts[:, i]),
             *(round(float(v[i]), 5) for v in (study.ratio, study.low, study.high))]
            for i in range(edges.size - 1)
        ],
    )  # fmt: skip
    files = ["effect.csv", "periods.csv"]
    if found.places.surfaces:
        outcome.write_geojson(folder / "zones.geojson", effect_input.shapes_on_globe(found.places, incidents))
        files.append("zones.geojson")
    step, wide = found.periods.step, wording.percent(options["confidence"], 0)
    subtitle = (
        f"{options['events'].name} · treated beside the comparison per {step}, 1 as before the start; {wide} intervals · "
        "below: events after (dot) and what was expected with its interval"
    )
    shown = [(name, after, it) for name, (_, after), it in changes if it is not None]
    draw_effect(folder / "effect.png", told, subtitle, study, edges, found.periods.before, shown)
    return [*files, "effect.png"]
