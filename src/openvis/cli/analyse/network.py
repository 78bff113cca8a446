"""`openvis analyse network`: how a group is held together, in pseudonyms, with how well each finding stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt

from openvis.analysis import network as method
from openvis.analysis.network.key_players import chosen_again
from openvis.analysis.network.roles import CENTRE, CONNECTS
from openvis.cli.analyse import moments, outcome, persons, tables, wording
from openvis.cli.analyse.columns import plain
from openvis.cli.analyse.wrong import WrongInput, answered

STEPS = ("read", "groups", "roles", "write")
NAMES = {
    "from": "from source van code_a persoon_a node_a a code1 id1 ego",
    "to": "to target naar code_b persoon_b node_b b code2 id2 alter",
    "weight": "weight gewicht times aantal count strength sterkte",
    "date": "date datum day dag at moment begin",
    "kind": "kind soort type source_kind bron contact",
    "reliability": "reliability betrouwbaarheid certainty zekerheid",
}
PURPOSE = "Expected pseudonyms in --from and --to and nothing about persons besides."
SURE = 0.9
STABLE, DOUBTFUL = 0.75, 0.6
MANY = 1_000
MOST_DRAWN = 2_000
GROUPS = ("#", "codes", "ties inside", "ties outside", "comes back", "reading")
ROLES = ("code", "group", "role", "in resamples", "tied to groups")


@dataclass(frozen=True)
class Found:
    """What was found, for the terminal and the files."""

    records: method.Records
    ties: method.Ties
    groups: method.Communities
    stability: method.Stability
    roles: method.Roles


@click.command()
@click.argument("ties", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", metavar="COLUMN", help="Column with one pseudonym.")
@click.option("--to", metavar="COLUMN", help="Column with the other.")
@click.option("--weight", metavar="COLUMN", help="Column with how much a record says [default: each 1].")
@click.option("--date", metavar="COLUMN", help="Column with the date of a record.")
@click.option("--kind", metavar="COLUMN", help="Column with the kind of contact or source.")
@click.option("--reliability", metavar="COLUMN", help="Column with the chance that a record is right, up to 1.")
@click.option("--where", metavar="SQL", help="Only rows for which this holds: \"kind = 'call'\".")
@click.option("--half-life", type=click.FloatRange(1), help="Days after which a record counts half [default: never].")
@click.option(
    "--resolution", type=click.FloatRange(0.05, 20), default=1.0, show_default=True, help="Higher: smaller groups."
)
@click.option(
    "--resamples", type=click.IntRange(20, 10_000), default=200, show_default=True, help="Draws of the records."
)
@click.option(
    "--keep",
    type=click.FloatRange(0.5, 1.0),
    default=0.9,
    show_default=True,
    help="Share of the records that a draw keeps, besides their reliability.",
)
@click.option("--key-set", type=click.IntRange(1, 5), help="Also the set of so many codes that holds it together.")
@click.option("--window", type=click.FloatRange(1), help="Days of a window: also how the groups change.")
@click.option("--step", type=click.FloatRange(1), help="Days between windows [default: half a window].")
@click.option(
    "--rename", is_flag=True, help="Write other codes, drawn anew for this run, instead of those of the file."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For the draws.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for files and picture.")
@click.option("--quiet", is_flag=True, help="No remarks, only the result.")
@answered
def network(**options: Any) -> None:
    """How a group is held together: its groups, what connects them, and how surely.

    For pseudonyms inside one lawful group file. It describes structure; it ranks nobody, and no score is kept. Each row
    of TIES is a record of contact between two codes; a pair may have many.
    """
    steps = outcome.Steps(STEPS, options["quiet"])
    if options["out"] is not None:
        outcome.prepare_pictures()
    with steps.step("read"):
        records, remarks, source = _read(options)
    wording.tell(remarks, options["quiet"])
    draws = {"half_life": options["half_life"], "keep": options["keep"], "seed": options["seed"]}
    with steps.step("groups"):
        ties = method.tie_strength(records, half_life=options["half_life"])
        starts = 50 if len(ties.codes) <= MANY else 5
        groups = method.communities(ties, resolution=options["resolution"], seed=options["seed"], starts=starts)
        stands = method.stability(
            records, groups, resolution=options["resolution"], resamples=options["resamples"], **draws
        )
    with steps.step("roles"):
        roles = method.roles(records, groups, resamples=options["resamples"], **draws)
        found = Found(records, ties, groups, stands, roles)
        more = _more(found, options, draws)
    finding = _finding(found)
    click.echo(finding)
    click.echo("\n" + wording.table(GROUPS, _group_rows(found), left=(5,)))
    told = np.flatnonzero((roles.role == CONNECTS) | (roles.role == CENTRE))
    if told.size:
        click.echo("\n" + wording.table(ROLES, [_role_row(found, int(i)) for i in told], left=(0, 2, 3)))
    for line in more:
        click.echo("\n" + line)
    if options["out"] is not None:
        with steps.step("write"):
            files = _write(options["out"], finding, found, options)
        outcome.write_run(
            options["out"], "network", options, source, steps,
            {"finding": finding, "codes": len(records.codes), "ties": len(ties), "groups": groups.number,
             "modularity": round(groups.modularity, 4), "modularity_5_95": [round(v, 4) for v in stands.modularity],
             "more": more},
        )  # fmt: skip
        wording.tell([f"\nWritten to {options['out']}: {', '.join(files)}, run.json."], options["quiet"])


def _read(options: dict[str, Any]) -> tuple[method.Records, list[str], dict[str, Any]]:
    path = options["ties"]
    frame, rows = tables.read(path, options["where"])
    persons.refuse_persons(frame, path.name, PURPOSE)
    columns = _columns([name for name in frame.columns if name != tables.ROW], options)
    first, second = (tables.texts(frame, columns[side], f"--{side}") for side in ("from", "to"))
    own = np.array([a == b for a, b in zip(first, second, strict=True)])
    kept = np.flatnonzero(~own)
    if kept.size == 0:
        raise WrongInput(f"{path.name}: all {frame.height:,} rows tie a code with itself; expected two codes in a row")
    extra: dict[str, Any] = {}
    for role in ("weight", "reliability"):
        if role in columns:
            extra[role] = tables.numbers(frame, columns[role], f"--{role}", least=0.0)[kept]
    if "date" in columns:
        extra["date"] = moments.read(frame[columns["date"]]).at[kept]
    if "kind" in columns:
        extra["kind"] = np.array(tables.texts(frame, columns["kind"], "--kind"))[kept]
    records = method.Records.of([first[i] for i in kept], [second[i] for i in kept], **extra)
    if options["rename"]:
        records = _renamed(records, options["seed"])
    remarks = [f"Columns taken: {', '.join(f'{role} = {name}' for role, name in columns.items())}."]
    remarks.append(f"{rows:,} rows, {len(records):,} used, {rows - len(records):,} not.")
    if own.any():
        remarks.append(f"  {int(own.sum()):,} not used: a code tied with itself")
    return records, remarks, {**tables.described(path, rows, len(records)), "columns": columns}


def _columns(present: list[str], options: dict[str, Any]) -> dict[str, str]:
    """The column of each role, as given or by its name; refuses when --from or --to is not found."""
    taken: dict[str, str] = {}
    for role, names in NAMES.items():
        given = options[role]
        if given is not None and given not in present:
            raise WrongInput(f"--{role} is {given!r}; expected one of the columns {', '.join(present)}")
        likely = [
            name for word in names.split() for name in present if plain(name) == word and name not in taken.values()
        ]
        if given or likely:
            taken[role] = given or likely[0]
        elif role in ("from", "to"):
            raise WrongInput(f"no column found for {role!r}; expected --{role} with one of {', '.join(present)}")
    return taken


def _renamed(records: method.Records, seed: int) -> method.Records:
    """The same records under other codes, in an order that does not tell which is which."""
    n = len(records.codes)
    order = np.random.default_rng([seed, n]).permutation(n)
    width = len(str(n))
    codes = [f"N{number + 1:0{width}d}" for number in order]
    return method.Records.of(
        [codes[i] for i in records.a], [codes[i] for i in records.b], weight=records.weight,
        reliability=records.reliability, date=records.date, kind=records.kind,
    )  # fmt: skip


def _more(found: Found, options: dict[str, Any], draws: dict[str, Any]) -> list[str]:
    """Sentences on the key set and on change, where asked."""
    told = []
    if options["key_set"]:
        told.append(_key_set(found, options["key_set"], draws))
    if options["window"]:
        told += _change(found, options)
    return told


def _key_set(found: Found, size: int, draws: dict[str, Any]) -> str:
    held = method.key_players(found.ties, size, goal="components", seed=draws["seed"])
    again = chosen_again(found.records, size, goal="components", resamples=100, **draws)
    codes = ", ".join(f"{found.ties.codes[i]} ({again[i]:.0%})" for i in held.nodes)
    how = "every set was tried" if held.proven else "found by exchange, not proven the most"
    equal = f", {held.equal} other sets do as much" if held.equal else ""
    return (
        f"Without {codes} {wording.percent(held.value, 0)} of the pairs of others cannot reach each other, "
        f"with them {wording.percent(held.before, 0)} ({how}{equal}; between brackets in how many of 100 resamples chosen)."
    )


def _change(found: Found, options: dict[str, Any]) -> list[str]:
    changes = _dynamics(found.records, options)
    words = [change.happening for change in changes.changes]
    numbers = [("births", "birth"), ("deaths", "death"), ("merges", "merge"), ("splits", "split")]
    counted = ", ".join(f"{words.count(it)} {name}" for name, it in numbers)
    with np.errstate(invalid="ignore"):
        stays = changes.staying()
    known = stays[np.isfinite(stays)]
    share = (
        f"; from one window to the next {wording.percent(float(known.mean()), 0)} stay in their group"
        if known.size
        else ""
    )
    return [f"Over {changes.begin.size} windows of {options['window']:g} days: {counted}{share}."]


def _dynamics(records: method.Records, options: dict[str, Any]) -> method.Dynamics:
    return method.dynamics(
        records, options["window"], options["step"] or options["window"] / 2,
        resolution=options["resolution"], seed=options["seed"],
    )  # fmt: skip


def _finding(found: Found) -> str:
    low, high = found.stability.modularity
    number, links = len(_shown(found)), found.roles.role == CONNECTS
    stable = int((found.stability.group[_shown(found)] >= STABLE).sum())
    many, sure = int(links.sum()), int((links & (found.roles.own >= SURE)).sum())
    return (
        f"{len(found.ties.codes):,} codes with {len(found.ties):,} ties form {number} {_plural(number, 'group')}, "
        f"{stable} stable (modularity {found.groups.modularity:.2f}; {low:.2f} to {high:.2f} in 90 % of "
        f"{found.stability.resamples} resamples). {many} {_plural(many, 'code')} connect{'s' * (many == 1)} groups, "
        f"{sure} in at least {SURE:.0%} of the resamples."
    )


def _plural(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"


def _shown(found: Found) -> list[int]:
    """Groups of more than one code."""
    return [int(group) for group in np.flatnonzero(found.groups.sizes > 1)]


def _reading(stays: float) -> str:
    return "stable" if stays >= STABLE else "uncertain" if stays >= DOUBTFUL else "not to be trusted"


def _group_rows(found: Found) -> list[list[str]]:
    rows = []
    for group in _shown(found):
        inside, outside = _ties_of(found, group)
        stays = float(found.stability.group[group])
        size = int(found.groups.sizes[group])
        rows.append([str(group + 1), str(size), str(inside), str(outside), f"{stays:.0%}", _reading(stays)])
    return rows


def _ties_of(found: Found, group: int) -> tuple[int, int]:
    a, b = found.groups.member[found.ties.a] == group, found.groups.member[found.ties.b] == group
    return int((a & b).sum()), int((a ^ b).sum())


def _reached(found: Found) -> npt.NDArray[np.int64]:
    from openvis.analysis.network.brokers import ties_to_groups

    return ties_to_groups(found.ties.graph, found.groups.member)


def _role_row(found: Found, i: int) -> list[str]:
    return [
        found.ties.codes[i], str(found.groups.member[i] + 1), method.WORDS[found.roles.role[i]],
        f"{found.roles.own[i]:.0%}{_otherwise(found, i)}", str(_reached(found)[i]),
    ]  # fmt: skip


def _otherwise(found: Found, i: int) -> str:
    """The other role that comes back most, where it does in a tenth of the draws or more."""
    shares = found.roles.survival[i].copy()
    shares[found.roles.role[i]] = 0.0
    other = int(np.argmax(shares))
    return f", {method.WORDS[other]} in {shares[other]:.0%}" if shares[other] >= 0.1 else ""


def _write(folder: Path, finding: str, found: Found, options: dict[str, Any]) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    member, ties, roles = found.groups.member, found.ties, found.roles
    outcome.write_csv(
        folder / "roles.csv",
        ("code", "group", "stays_with_group", "role", "role_in_resamples", "in_words"),
        [
            [code, member[i] + 1, round(float(found.stability.node[i]), 3), method.WORDS[roles.role[i]],
             round(float(roles.own[i]), 3), f"{method.WORDS[roles.role[i]]} in {roles.own[i]:.0%} of resamples"]
            for i, code in enumerate(ties.codes)
        ],
    )  # fmt: skip
    outcome.write_csv(
        folder / "communities.csv",
        ("group", "codes", "ties_inside", "ties_outside", "comes_back", "reading", "members"),
        [
            [group + 1, found.groups.sizes[group], *_ties_of(found, group), round(float(found.stability.group[group]), 3),
             _reading(float(found.stability.group[group])),
             "; ".join(code for i, code in enumerate(ties.codes) if member[i] == group)]
            for group in _shown(found)
        ],
    )  # fmt: skip
    days = [np.datetime_as_string(times.astype("datetime64[D]")) for times in (ties.first, ties.last)]
    outcome.write_csv(
        folder / "ties.csv",
        ("from", "to", "strength", "records", "kinds", "certainty", "first", "last"),
        [
            [ties.codes[a], ties.codes[b], round(float(s), 4), r, k, round(float(c), 4), "" if f == "NaT" else f,
             "" if t == "NaT" else t]
            for a, b, s, r, k, c, f, t in zip(ties.a, ties.b, ties.strength, ties.records, ties.kinds, ties.certainty, *days,
                                              strict=True)
        ],
    )  # fmt: skip
    files = ["roles.csv", "communities.csv", "ties.csv"]
    if options["window"]:
        _write_changes(folder / "changes.csv", found.records, options)
        files.append("changes.csv")
    if len(ties.codes) <= MOST_DRAWN:
        _draw(folder / "network.png", finding, found)
        files.append("network.png")
    return files


def _write_changes(path: Path, records: method.Records, options: dict[str, Any]) -> None:
    changes = _dynamics(records, options)
    outcome.write_csv(
        path,
        ("window_begin", "window_end", "happening", "before", "after", "overlap"),
        [
            [str(changes.begin[it.window].astype("datetime64[D]")), str(changes.end[it.window].astype("datetime64[D]")),
             it.happening, "; ".join(str(g + 1) for g in it.before), "; ".join(str(g + 1) for g in it.after),
             round(it.overlap, 3)]
            for it in changes.changes
        ],
    )  # fmt: skip


def _draw(path: Path, finding: str, found: Found) -> None:
    from openvis.analysis.network.layout import layout
    from openvis.cli.analyse.drawing.network import draw_network

    places = layout(found.ties.graph, found.groups.member)
    links = [int(i) for i in np.flatnonzero(found.roles.role == CONNECTS)]
    subtitle = [
        "Colour: group. Ring: connects groups, the darker the more often so in resamples. Thick: strong tie.",
        "Describes the recorded ties; places on paper and size mean nothing else, and nobody is ranked.",
    ]
    draw_network(path, finding, subtitle, found.ties, places, found.groups.member, links, found.roles.own)
