"""Hidden cells against all tables that an outsider could have in mind, by brute force; and what rounding promises."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis.disclosure import Margins, Protected, audit, protect
from openvis.analysis.disclosure.bounds import _Part
from openvis.analysis.disclosure.table import Axis


def hidden_by(table: Any, mask: Any, k: int = 5, groups: Any = None) -> Protected:
    """A table of which cells are hidden by hand."""
    table = np.asarray(table)
    margins = Margins.of(table.shape, groups)
    full = margins.extend(table)
    mask = np.asarray(mask, dtype=bool).reshape(full.shape)
    return Protected(margins, "suppress", k, np.where(mask, -1, full), mask, (full > 0) & (full < k), 0)


def brute_force(protected: Protected, least: int = 1) -> dict[tuple[int, ...], tuple[int, int]]:
    """Least and most of each hidden cell over all whole tables that agree with what is shown."""
    margins, hidden = protected.margins, protected.hidden
    leaves = [axis.leaves for axis in margins.axes]
    inside = margins.inner(hidden)
    at = np.argwhere(inside)
    total = int(protected.values[-1, -1, -1])
    assert total >= 0, "the grand total is shown"
    base = np.where(inside, 0, margins.inner(protected.values))
    reached: dict[tuple[int, ...], list[int]] = {tuple(cell): [] for cell in np.argwhere(hidden).tolist()}
    room = total - int(base.sum())

    def fill(place: int, table: Any, left: int) -> None:
        if place == len(at):
            full = margins.extend(table)
            if (full[~hidden] == protected.values[~hidden]).all() and (full[hidden] >= least).all():
                for cell, values in reached.items():
                    values.append(int(full[cell]))
            return
        for value in range(least, left - least * (len(at) - place - 1) + 1):
            table[tuple(at[place])] = value
            fill(place + 1, table, left - value)

    fill(0, base.reshape(leaves).copy(), room)
    return {cell: (min(values), max(values)) for cell, values in reached.items()}


def audited(table: Any, protected: Protected) -> dict[tuple[int, ...], tuple[int, int]]:
    found = audit(table, protected)
    return {tuple(c): (lo, hi) for c, lo, hi in zip(found.cells.tolist(), found.low, found.high, strict=True)}


# ── what naive hiding gives away


def test_one_hidden_cell_in_a_row_is_found_by_subtraction() -> None:
    table = [[20, 3, 40], [10, 12, 7], [30, 25, 9]]
    mask = np.zeros((4, 4), dtype=bool)
    mask[0, 1] = True
    found = audit(table, hidden_by(table, mask))
    assert not found.passed
    assert found.tightest == (3, 3)


def test_two_hidden_small_cells_are_known_too_well_by_their_sum() -> None:
    table = [[20, 1, 2], [10, 12, 7], [30, 25, 9]]
    mask = np.zeros((4, 4), dtype=bool)
    mask[0, 1] = mask[0, 2] = mask[1, 1] = mask[1, 2] = True
    found = audit(table, hidden_by(table, mask))
    assert found.tightest == (1, 2)
    assert not found.passed


def test_groups_of_rows_reveal_by_difference() -> None:
    """Hidden in two rows of different groups: within each group the row follows from the total of the group."""
    table = [[3, 9], [8, 9], [7, 9], [8, 8]]
    margins = Margins.of((4, 2), ["a", "a", "b", "b"])
    mask = np.zeros(margins.shape, dtype=bool)
    mask[[0, 2], :2] = True
    assert audit(table, hidden_by(table, mask, groups=["a", "a", "b", "b"])).tightest == (3, 3)
    plain = np.zeros((5, 3), dtype=bool)
    plain[[0, 2], :2] = True
    assert audit(table, hidden_by(table, plain)).passed


def test_a_small_cell_that_is_shown_fails() -> None:
    table = [[20, 3], [10, 12]]
    found = audit(table, hidden_by(table, np.zeros((3, 3), dtype=bool)))
    assert not found.passed
    assert found.cells[found.failed].tolist() == [[0, 1, 0]]


def test_a_hidden_total_lets_two_tables_of_it_differ() -> None:
    table = [[1, 0, 0], [9, 8, 7]]
    found = protect(table, 5)
    assert found.hidden[0, 3, 0]
    assert audit(table, found).passed


# ── the audit is exact


@pytest.mark.parametrize("seed", range(8))
def test_bounds_are_those_of_all_tables_two_sides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 6, (3, 3))
    margins = Margins.of(table.shape)
    mask = (rng.random(margins.shape) < 0.6) & (margins.extend(table) > 0)
    mask[-1, -1, -1] = False
    protected = hidden_by(table, mask)
    found = {cell: it for cell, it in audited(table, protected).items() if mask[cell]}
    assert found == brute_force(protected)


@pytest.mark.parametrize("seed", range(8))
def test_bounds_where_a_zero_is_hidden_too(seed: int) -> None:
    """As others hide it: an outsider cannot know that hidden cells are at least 1."""
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 3, (3, 3))
    table[0, 0] = 0
    mask = rng.random((4, 4, 1)) < 0.6
    mask[0, 0], mask[-1, -1, -1] = True, False
    protected = hidden_by(table, mask)
    found = {cell: it for cell, it in audited(table, protected).items() if mask[cell]}
    assert found == brute_force(protected, least=0)
    quick = audit(table, protected, exact=False)
    for cell, low, high in zip(quick.cells.tolist(), quick.low, quick.high, strict=True):
        least, most = found.get(tuple(cell), (low, high))
        assert least <= low <= high <= most


@pytest.mark.parametrize("seed", range(5))
def test_bounds_are_those_of_all_tables_three_sides_and_groups(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for shape, groups in (((2, 2, 3), None), ((4, 2), ["a", "b", "a", "b"]), ((2, 2, 2), ["a", "b"])):
        table = rng.integers(0, 4, shape)
        margins = Margins.of(shape, groups)
        mask = (rng.random(margins.shape) < 0.75) & (margins.extend(table) > 0)
        mask[-1, -1, -1] = False
        protected = hidden_by(table, mask, k=2, groups=groups)
        found = {cell: it for cell, it in audited(table, protected).items() if mask[cell]}
        assert found == brute_force(protected)


@pytest.mark.parametrize("branch", [False, True])
def test_all_leaves_hidden_and_all_totals_shown(branch: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 3 × 3 × 3 eight cells are free; solved by linear programmes, and by branch and bound as where these give halves."""
    if branch:
        monkeypatch.setattr(_Part, "_extreme", lambda part, cell, sign, _: part._whole(cell, sign))
    free = np.array(list(itertools.product(range(1, 5), repeat=8))).reshape(-1, 2, 2, 2)
    for seed in range(8):
        table = np.random.default_rng(seed).integers(1, 3, (3, 3, 3))
        margins = Margins.of(table.shape)
        full = margins.extend(table)
        mask = np.zeros(margins.shape, dtype=bool)
        mask[:3, :3, :3] = True
        possible = free
        for side in range(3):
            ranges = [slice(0, size) for size in possible.shape[1:]]
            ranges[side] = slice(3, 4)
            last = full[tuple(ranges)] - possible.sum(axis=side + 1, keepdims=True)
            possible = np.concatenate([possible, last], axis=side + 1)
        possible = possible[(possible >= 1).all(axis=(1, 2, 3))]
        found = audit(table, hidden_by(table, mask))
        inside = (found.cells < 3).all(axis=1)
        assert found.low[inside].tolist() == possible.min(axis=0).ravel().tolist()
        assert found.high[inside].tolist() == possible.max(axis=0).ravel().tolist()


def test_proven_intervals_are_inside_the_exact_ones() -> None:
    rng = np.random.default_rng(4)
    table = rng.poisson(4, (12, 6, 3))
    protected = protect(table, 5)
    exact, quick = audit(table, protected), audit(table, protected, exact=False)
    assert (exact.low <= quick.low).all()
    assert (quick.high <= exact.high).all()
    assert quick.passed
    assert exact.passed
    assert not quick.exact


@pytest.mark.parametrize("seed", range(12))
def test_without_solving_all_the_same_passes_and_fails(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.poisson(5, (5, 4, 2))
    margins = Margins.of(table.shape)
    full = margins.extend(table)
    mask = ((full > 0) & (full < 5)) | (rng.random(margins.shape) < 0.35)
    protected = hidden_by(table, mask & (full > 0))
    exact, quick = audit(table, protected), audit(table, protected, exact=False)
    assert exact.failed.tolist() == quick.failed.tolist()
    assert (exact.low[exact.failed] == quick.low[exact.failed]).all()
    assert (exact.high[exact.failed] == quick.high[exact.failed]).all()


# ── protect always passes its audit


@given(
    st.integers(0, 10_000),
    st.sampled_from([(6,), (4, 5), (9, 3), (3, 4, 3), (1, 4), (5, 1, 2)]),
    st.floats(0.3, 12),
    st.integers(2, 10),
    st.booleans(),
)
@settings(max_examples=60)
def test_protected_tables_pass_and_tell_the_truth(
    seed: int, shape: tuple[int, ...], mean: float, k: int, grouped: bool
) -> None:
    rng = np.random.default_rng(seed)
    table = rng.poisson(rng.gamma(0.7, mean, shape))
    groups = [f"g{i % 2}" for i in range(shape[0])] if grouped else None
    found = protect(table, k, groups=groups)
    full = found.margins.extend(table)
    assert (found.values[~found.hidden] == full[~found.hidden]).all()
    assert not found.hidden[full == 0].any()
    assert found.hidden[(full > 0) & (full < k)].all()
    assert audit(table, found).passed


def test_nothing_small_nothing_hidden_and_the_same_every_time() -> None:
    assert not protect([[10, 20], [0, 40]], 5).hidden.any()
    table = np.random.default_rng(0).poisson(5, (15, 8, 3))
    assert np.array_equal(protect(table, 5).values, protect(table, 5).values)


def test_few_others_are_hidden_where_little_is_needed() -> None:
    """Two small cells in different rows and columns, large others: their own rectangle is the least."""
    table = np.full((5, 5), 30)
    table[0, 0] = table[3, 3] = 2
    found = protect(table, 5)
    assert found.hidden.sum() == 4
    assert found.hidden[0, 3, 0]
    assert found.hidden[3, 0, 0]


def test_fixed_totals_stay_or_are_refused() -> None:
    table = np.random.default_rng(1).poisson(6, (6, 5))
    fixed = np.zeros(Margins.of((6, 5)).shape, dtype=bool)
    fixed[-1] = fixed[:, -1] = True
    found = protect(table, 5, fixed=fixed)
    assert not found.hidden[fixed].any()
    assert audit(table, found).passed
    with pytest.raises(ValueError, match="leaves no way to protect cell"):
        protect([[1, 0], [0, 9]], 5, fixed=[[[0], [1], [0]], [[1], [1], [0]], [[0], [0], [1]]])
    with pytest.raises(ValueError, match="fixed keeps cell"):
        protect([[1, 9], [9, 9]], 5, fixed=np.ones((3, 3, 1)))


def test_a_dominated_cell_is_hidden_and_kept_wide() -> None:
    table = np.array([[100, 40, 60], [50, 70, 30], [60, 60, 60]])
    largest = np.array([[95, 4, 6], [5, 7, 3], [6, 6, 6]])
    found = protect(table, 5, largest=largest)
    assert found.small[0, 0, 0]
    assert found.small.sum() == 1
    checked = audit(table, found, largest=largest)
    assert checked.passed
    assert checked.values[checked.small][0] >= 16
    assert not audit(table, hidden_by(table, np.zeros((4, 4))), largest=largest).passed


# ── rounding


@given(st.integers(0, 10_000), st.sampled_from([(5,), (4, 5), (3, 4, 3)]), st.integers(2, 9))
@settings(max_examples=40)
def test_rounded_tables_add_up_and_stay_near(seed: int, shape: tuple[int, ...], base: int) -> None:
    table = np.random.default_rng(seed).poisson(4, shape)
    found = protect(table, base, method="round", seed=seed)
    full = found.margins.extend(table)
    assert (found.values % base == 0).all()
    assert (found.values >= 0).all()
    assert np.array_equal(found.margins.extend(found.inner), found.values)
    multiples = table % base == 0
    assert np.array_equal(found.inner[multiples], table[multiples])
    assert (np.abs(found.inner - table) < base).all()
    off = np.abs(found.values - full)
    assert off[-1, -1, -1] < base
    flat = np.abs(found.inner.reshape(shape[0], -1) - table.reshape(shape[0], -1))
    assert flat.max() < base
    assert off[:, -1, -1].max() < base
    assert audit(table, found).passed


def test_rounding_is_unbiased() -> None:
    table = np.random.default_rng(3).poisson(5, (6, 4))
    draws = np.array([protect(table, 5, method="round", seed=seed).values for seed in range(4000)])
    error = draws.mean(axis=0) - Margins.of(table.shape).extend(table)
    assert np.abs(error).max() < 5 * 2.5 / np.sqrt(4000)


def test_rounded_bounds_are_those_of_all_tables() -> None:
    table = np.array([[1, 4], [2, 3]])
    found = protect(table, 3, method="round", seed=1)
    checked = audit(table, found)
    shown = found.values[:, :, 0]
    possible = []
    for values in itertools.product(range(9), repeat=4):
        other = Margins.of((2, 2)).extend(np.array(values).reshape(2, 2))[:, :, 0]
        if (np.abs(other - shown) < 3).all():
            possible.append(values)
    assert checked.low.tolist() == np.min(possible, axis=0).tolist()
    assert checked.high.tolist() == np.max(possible, axis=0).tolist()


# ── parts and refusals


def test_moves_keep_every_sum() -> None:
    for axis in (Axis.of(4), Axis.of(5, ["a", "a", "b", "b", "c"]), Axis.of(1)):
        for node in range(axis.nodes):
            for move in axis.moves(node):
                change = np.zeros(axis.nodes)
                for at, sign in move:
                    change[at] += sign
                assert (axis.equations @ change == 0).all()
                assert move[0] == (node, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"k": 1}, "k is 1"),
        ({"table": [[1.5]]}, r"table\[0, 0\] is 1.5"),
        ({"table": [[-1]]}, "whole numbers of at least 0"),
        ({"table": np.zeros((0, 2))}, "at least one cell"),
        ({"table": np.ones((2, 2, 2, 2))}, "one, two or three sides"),
        ({"method": "swap"}, "method is 'swap'"),
        ({"method": "round", "base": 3}, "base is 3 with k = 5"),
        ({"groups": ["a"]}, "groups has 1 values; expected 2"),
        ({"fixed": np.zeros((2, 2))}, "fixed has shape"),
        ({"largest": [[99, 0], [0, 0]]}, "exceeds a count"),
    ],
)
def test_wrong_input_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        protect(**{"table": [[1, 20], [30, 40]], "k": 5, **arguments})


def test_the_audit_refuses_what_is_not_the_table() -> None:
    table = np.array([[10, 20], [30, 40]])
    found = protect(table, 5)
    with pytest.raises(ValueError, match="another figure"):
        audit(table + 1, found)
    with pytest.raises(ValueError, match="expected that of the protected one"):
        audit(table[:1], found)
    with pytest.raises(ValueError, match="more off"):
        audit(table + 30, protect(table, 5, method="round"))
