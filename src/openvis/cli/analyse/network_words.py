"""What was found in a network, in sentences and tables. Codes stand in the order of their names, never of a number."""

from typing import Any

import numpy as np

from openvis.analysis.network import WORDS, Dynamics
from openvis.analysis.network.roles import CENTRE, CONNECTS
from openvis.cli.analyse.network_found import SET_RESAMPLES, Found, KeySet
from openvis.cli.analyse.wording import percent

SURE = 0.9
STABLE, DOUBTFUL = 0.75, 0.6
"""Hennig (2007): from 0.75 a group is there; below 0.6 it is not to be trusted."""
GROUPS = ("#", "codes", "ties inside", "ties outside", "comes back", "reading")
ROLES = ("code", "group", "role", "in resamples", "ties in groups")
HAPPENINGS = {"birth": "appeared", "death": "disappeared", "merge": "merged", "split": "split"}


def finding(found: Found) -> str:
    """The first line: groups and what connects them, each with how it stands."""
    shown, resamples = found.shown, found.stability.resamples
    stable = sum(reading(float(found.stability.group[group])) == "stable" for group in shown)
    links = found.roles.role == CONNECTS
    many, sure = int(links.sum()), int((links & (found.roles.own >= SURE)).sum())
    connect = (
        f"{many} {'code connects' if many == 1 else 'codes connect'} groups" if many else "no code connects groups"
    )
    return (
        f"{len(found.ties.codes):,} codes with {len(found.ties):,} ties fall into {len(shown)} "
        f"{'group' if len(shown) == 1 else 'groups'}, {stable} of them stable when records are left out {resamples:,} "
        f"times; {connect}{f', {sure} in at least {percent(SURE, 0)} of those times' if many else ''}."
    )


def figures(found: Found) -> dict[str, Any]:
    """Figures on the whole, for run.json: about the structure, none about a code."""
    return {
        "codes": len(found.ties.codes),
        "ties": len(found.ties),
        "groups": len(found.shown),
        "modularity": round(found.modularity, 4),
        "modularity_5_95": [round(value, 4) for value in found.stability.modularity],
    }


def reading(stays: float) -> str:
    """How far a group that comes back so often may be trusted; judged as it is told, in whole percents."""
    stays = round(stays, 2)
    return "stable" if stays >= STABLE else "uncertain" if stays >= DOUBTFUL else "not to be trusted"


def group_rows(found: Found) -> list[list[str]]:
    """One row for each group of more than one code, in the order of their first codes."""
    rows = []
    for group in found.shown:
        inside, outside = found.ties_of(group)
        stays = float(found.stability.group[group])
        rows.append(
            [str(group + 1), str(found.sizes[group]), str(inside), str(outside), percent(stays, 0), reading(stays)]
        )
    return rows


def role_rows(found: Found) -> list[list[str]]:
    """The codes that connect groups or stand in the centre of one, in the order of the codes."""
    told = np.flatnonzero((found.roles.role == CONNECTS) | (found.roles.role == CENTRE))
    return [
        [
            found.ties.codes[i], str(found.member[i] + 1), WORDS[found.roles.role[i]],
            f"{percent(float(found.roles.own[i]), 0)}{_otherwise(found, i)}", numbers(found.reached(i), ", "),
        ]
        for i in told.tolist()
    ]  # fmt: skip


def otherwise(found: Found, node: int) -> tuple[str, float]:
    """The other role that comes back most in the resamples, and in what share."""
    shares = found.roles.survival[node].copy()
    shares[found.roles.role[node]] = 0.0
    other = int(np.argmax(shares))
    return (WORDS[other] if shares[other] > 0 else ""), float(shares[other])


def numbers(groups: list[int], joint: str = "; ") -> str:
    """Numbers of groups as people count them."""
    return joint.join(str(group + 1) for group in groups)


def more(found: Found) -> list[str]:
    """Sentences on the key set, and on change, where asked."""
    told = [] if found.key_set is None else [_key_set(found, found.key_set)]
    return told if found.changes is None else [*told, _changes(found.changes)]


def _otherwise(found: Found, node: int) -> str:
    role, share = otherwise(found, node)
    return f", {role} in {percent(share, 0)}" if share >= 0.1 else ""


def _key_set(found: Found, it: KeySet) -> str:
    held = it.held
    chosen = ", ".join(f"{found.ties.codes[i]} ({percent(float(it.again[i]), 0)})" for i in held.nodes)
    how = "every set was tried" if held.proven else "found by exchange: others may do as much or more"
    equal = f"; {held.equal} other {'set does' if held.equal == 1 else 'sets do'} as much" if held.equal else ""
    return (
        f"Without {chosen} {percent(held.value, 0)} of the pairs of others cannot reach each other, with them "
        f"{percent(held.before, 0)} ({how}{equal}). Between brackets: in how many of {SET_RESAMPLES} resamples chosen."
    )


def _changes(changes: Dynamics) -> str:
    happened: list[str] = [change.happening for change in changes.changes]
    counted = ", ".join(f"{happened.count(it)} {word}" for it, word in HAPPENINGS.items())
    with np.errstate(invalid="ignore"):
        stays = changes.staying()
    known = stays[np.isfinite(stays)]
    share = f"; from one to the next {percent(float(known.mean()), 0)} stay in their group" if known.size else ""
    days = round(float((changes.end[0] - changes.begin[0]) / np.timedelta64(86_400, "s")))
    return f"Over {changes.begin.size} windows of {days} days, of the groups {counted}{share}."
