"""The design of a measure beforehand: how large an effect the numbers can show."""

from typing import Any

import click
import numpy as np
import numpy.typing as npt

from openvis.analysis.effect import Power, did, period_counts, power
from openvis.cli.analyse import effect_input, outcome, reading, wording
from openvis.cli.analyse.effect_input import MOST, Periods, Places
from openvis.cli.analyse.wrong import WrongInput

Floats = npt.NDArray[np.float64]
LEAST = 2
FIELDS = ("after", "expected", "detectable", "share")


def tell(incidents: reading.Incidents, places: Places, options: dict[str, Any], steps: outcome.Steps) -> None:
    """Print, and with --out write, what the design can show for several lengths of the measure."""
    with steps.step("effect"):
        periods = _periods(incidents, options)
        events = incidents.events
        counts = period_counts(events.begin, events.end, places.zone, len(places.names), periods.edges)
        lengths = [options["after"]] if options["after"] is not None else [periods.before // 2, periods.before]
        lengths = sorted({length for length in (*lengths, 2 * periods.before) if length})
        found = {length: _power(places, periods, counts, length, options) for length in lengths}
    asked = options["after"] or periods.before
    told = _finding(found[asked], asked, periods.step)
    click.echo(told)
    rows = [
        [
            effect_input.length(length, periods.step),
            f"{it.expected:,.0f}",
            f"{it.detectable:,.0f}",
            wording.percent(it.share, 0),
        ]
        for length, it in found.items()
    ]
    click.echo("\n" + wording.table(("after", "expected in the treated place", "must go", "share"), rows))
    if options["out"] is not None:
        with steps.step("write"):
            options["out"].mkdir(parents=True, exist_ok=True)
            table = [[n, round(it.expected, 3), round(it.detectable, 3), round(it.share, 5)] for n, it in found.items()]
            outcome.write_csv(options["out"] / "plan.csv", FIELDS, table)
        outcome.write_run(
            options["out"], "effect", {**options, "from": f"{options['from']:%Y-%m-%d}",
                                       "as_of": str(options["as_of"] or "")[:10]},
            incidents.described(), steps, {"finding": told, "share": round(found[asked].share, 4)},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: plan.csv, run.json."], options["quiet"])


def _periods(incidents: reading.Incidents, options: dict[str, Any]) -> Periods:
    """Steps before the start, or the last ones that are known when the start is still to come."""
    step = options["step"]
    first, until = effect_input.known(incidents, options)
    start = min(options["from"].date(), until)
    room = effect_input.room(start, first, step, -1)
    before = options["before"] or min(room, MOST[step])
    if not LEAST <= before <= room:
        raise WrongInput(
            f"--before is {before} {step}s up to {start}; expected {LEAST} to {room}: the file begins {first}"
        )
    return effect_input.steps(start, before, 0, step)


def _power(places: Places, periods: Periods, counts: Floats, after: int, options: dict[str, Any]) -> Power:
    expected = [float(counts[zones].sum()) for zones in ([0], [places.control], places.near, places.near_control)]
    return power(
        *expected,
        periods=(periods.before, after),
        proportional=options["proportional"] or options["control"] is None,
        spread=_spread(counts[0], counts[places.control]),
        confidence=options["confidence"],
    )


def _spread(treated: Floats, control: Floats) -> float:
    """How much more than chance the steps vary, halves of the time before taken as if something began between them."""
    half = treated.size // 2
    parts = treated[:half], treated[half:], control[:half], control[half:]
    return did(*parts).spread if all(part.sum() > 0 for part in parts) else 1.0


def _finding(found: Power, after: int, step: str) -> str:
    where = f"in {effect_input.length(after, step)}, with {found.expected:,.0f} events expected in the treated place"
    if found.share > 1:
        return f"These numbers are too small: {where}, even the end of all events would probably be missed."
    share = wording.percent(found.share, 0)
    return (
        f"An effect of less than {share} would probably be missed: {where}, {found.detectable:,.0f} must go before this "
        "design shows it with a chance of 80 %."
    )
