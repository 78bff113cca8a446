"""The tables and the picture of a network. No table has a figure by which codes could be put in order of importance."""

from pathlib import Path

import numpy as np

from openvis.analysis.network import WORDS, Dynamics
from openvis.analysis.network.layout import layout
from openvis.analysis.network.roles import CONNECTS
from openvis.cli.analyse import outcome
from openvis.cli.analyse.network_found import Found
from openvis.cli.analyse.network_words import numbers, otherwise, reading

PICTURE = "network.png"
MOST_DRAWN = 2_000
"""Codes, above which a drawing shows a ball of wool."""
ROLES = ("code", "group", "stays_with_group", "ties_in_groups", "role", "in_resamples", "otherwise", "otherwise_in")
GROUPS = ("group", "codes", "ties_inside", "ties_outside", "comes_back", "reading", "members")
TIES = ("from", "to", "strength", "records", "kinds", "certainty", "first", "last")
WINDOWS = ("window_begin", "window_end", "ties", "group", "codes", "members")
CHANGES = ("window_begin", "window_end", "happening", "before", "after", "overlap")
SUBTITLE = [
    "Colour: group. Ring: connects groups, the darker the more often so in resamples. Thick: strong tie.",
    "Describes the recorded ties; places on paper mean nothing, and nobody is ranked.",
]


def write(folder: Path, finding: str, found: Found) -> list[str]:
    """Write all, and return the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "roles.csv": (ROLES, _roles(found)),
        "communities.csv": (GROUPS, _groups(found)),
        "ties.csv": (TIES, _ties(found)),
    }
    if found.changes is not None:
        tables["windows.csv"] = WINDOWS, _windows(found.changes)
        tables["changes.csv"] = CHANGES, _changes(found.changes)
    for name, (heading, rows) in tables.items():
        outcome.write_csv(folder / name, heading, rows)
    if len(found.ties.codes) > MOST_DRAWN:
        return list(tables)
    _draw(folder / PICTURE, finding, found)
    return [*tables, PICTURE]


def _roles(found: Found) -> list[list[object]]:
    rows = []
    for i, code in enumerate(found.ties.codes):
        role, share = otherwise(found, i)
        rows.append(
            [code, found.member[i] + 1, _share(found.stability.node[i]), numbers(found.reached(i)),
             WORDS[found.roles.role[i]], _share(found.roles.own[i]), role, _share(share) if role else ""]
        )  # fmt: skip
    return rows


def _groups(found: Found) -> list[list[object]]:
    rows = []
    for group in found.shown:
        stays = float(found.stability.group[group])
        members = _listed(found.ties.codes, found.member == group)
        rows.append(
            [group + 1, found.sizes[group], *found.ties_of(group), _share(stays), reading(stays), members]
        )  # fmt: skip
    return rows


def _ties(found: Found) -> list[list[object]]:
    ties = found.ties
    return [
        [ties.codes[a], ties.codes[b], round(float(ties.strength[i]), 4), ties.records[i], ties.kinds[i],
         _share(ties.certainty[i]), _day(ties.first[i]), _day(ties.last[i])]
        for i, (a, b) in enumerate(zip(ties.a, ties.b, strict=True))
    ]  # fmt: skip


def _windows(changes: Dynamics) -> list[list[object]]:
    """Who is in which group in each window."""
    rows: list[list[object]] = []
    for i, group in enumerate(changes.group):
        for number in np.unique(group[group >= 0]).tolist():
            inside = group == number
            members = _listed(changes.codes, inside)
            rows.append([*_span(changes, i), changes.ties[i], _lasting((number,)), int(inside.sum()), members])
    return rows


def _changes(changes: Dynamics) -> list[list[object]]:
    return [
        [*_span(changes, it.window), it.happening, _lasting(it.before), _lasting(it.after), _share(it.overlap)]
        for it in changes.changes
    ]


def _draw(path: Path, finding: str, found: Found) -> None:
    from openvis.cli.analyse.drawing.network import draw_network

    places = layout(found.ties.graph, found.member)
    links = np.flatnonzero(found.roles.role == CONNECTS).tolist()
    draw_network(path, finding, SUBTITLE, found.ties, places, found.member, links, found.roles.own)


def _lasting(groups: tuple[int, ...]) -> str:
    """Groups over the windows are other ones than those over all records: W1, W2, …"""
    return "; ".join(f"W{group + 1}" for group in groups)


def _span(changes: Dynamics, window: int) -> tuple[str, str]:
    return _day(changes.begin[window]), _day(changes.end[window])


def _listed(codes: tuple[str, ...], chosen: np.ndarray) -> str:
    return "; ".join(codes[i] for i in np.flatnonzero(chosen))


def _share(value: float) -> float:
    return round(float(value), 3)


def _day(moment: np.datetime64) -> str:
    return "" if np.isnat(moment) else str(moment.astype("datetime64[D]"))
