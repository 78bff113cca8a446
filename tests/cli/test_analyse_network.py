"""`openvis analyse network`: the planted groups and links, files that rank nobody, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
import pytest
from click.testing import Result

TIES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "ties.csv"
PLANTED = (range(1, 10), range(11, 19), range(21, 28))
Run = Callable[..., Result]
COMMAND = "network"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """A CSV with this content."""

    def write(content: str) -> Path:
        path = tmp_path / "file.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_the_planted_groups_and_links_are_told_with_how_sure(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(TIES, "--out", out)
    assert result.exit_code == 0, result.output
    first = result.stdout.splitlines()[0]
    assert first == (
        "24 codes with 51 ties fall into 3 groups, 3 of them stable when records are left out 200 times; "
        "4 codes connect groups, 1 in at least 90 % of those times."
    )
    groups = pl.read_csv(out / "communities.csv")
    assert groups["members"].to_list() == ["; ".join(f"P{i:02d}" for i in group) for group in PLANTED]
    assert (groups["reading"] == "stable").all()
    roles = pl.read_csv(out / "roles.csv")
    share = dict(roles.filter(role="connects groups").select("code", "in_resamples").iter_rows())
    assert set(share) == {"P05", "P14", "P16", "P22"}
    assert share["P05"] > 0.95
    assert max(share["P16"], share["P22"]) < 0.5
    assert roles.filter(code="P22")["ties_in_groups"].to_list() == ["2; 3"]
    ties = pl.read_csv(out / "ties.csv")
    single = ties.filter((pl.col("from") == "P16") & (pl.col("to") == "P22"))
    assert single.select("strength", "records", "certainty").row(0) == (0.3, 1, 0.3)
    assert ties["records"].sum() == 113
    assert (out / "network.png").read_bytes()[:4] == b"\x89PNG"
    assert json.loads((out / "run.json").read_text())["outcome"]["groups"] == 3


def test_nobody_is_ranked_and_no_score_is_kept(run: Run, tmp_path: Path) -> None:
    result = run(TIES, "--out", tmp_path, "--key-set", 2, "--quiet")
    roles = pl.read_csv(tmp_path / "roles.csv")
    assert roles["code"].to_list() == sorted(roles["code"])
    certainties = {"stays_with_group", "in_resamples", "otherwise_in"}
    assert {it for it in roles.columns if roles[it].dtype.is_numeric()} == {"group", *certainties}
    told = [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  P")]
    assert told == sorted(told)
    outcome = json.loads((tmp_path / "run.json").read_text())["outcome"]
    assert set(outcome) == {"finding", "more", "codes", "ties", "groups", "modularity", "modularity_5_95"}
    assert outcome["more"][0].startswith("Without P05 (")


def test_same_seed_same_outcome(run: Run) -> None:
    first, again, other = (run(TIES, "--seed", seed, "--key-set", 1, "--quiet").stdout for seed in (4, 4, 5))
    assert first == again
    assert first != other


def test_the_group_that_is_there_later_appears(run: Run, tmp_path: Path) -> None:
    result = run(TIES, "--window", 122, "--step", 122, "--out", tmp_path, "--quiet")
    assert result.stdout.splitlines()[-1].startswith("Over 3 windows of 122 days, of the groups 2 appeared, ")
    windows = pl.read_csv(tmp_path / "windows.csv")
    third = windows.filter(pl.col("members").str.starts_with("P2"))
    assert third["group"].n_unique() == 1
    assert third["window_begin"].min() > windows["window_begin"].min()
    changes = pl.read_csv(tmp_path / "changes.csv").filter(happening="birth")
    assert third["group"][0] in changes["after"].to_list()


def test_other_codes_are_written_and_the_seed_does_not_bring_them_back(run: Run, tmp_path: Path) -> None:
    texts = set()
    for name in "abc":
        result = run(TIES, "--rename", "--out", tmp_path / name, "--quiet")
        files = [path.read_text() for path in (tmp_path / name).iterdir() if path.suffix in (".csv", ".json")]
        assert not any("P05" in text for text in [result.stdout, *files])
        assert result.stdout.startswith("24 codes with 51 ties fall into 3 groups")
        texts.add((tmp_path / name / "ties.csv").read_text())
    assert len(texts) == 3


def test_a_known_network_with_columns_in_dutch(run: Run, written: Callable[[str], Path]) -> None:
    club = nx.karate_club_graph()
    rows = "".join(f"{a};{b};1\n" for a, b in club.edges())
    result = run(written("van;naar;aantal\n" + rows), "--resamples", 50)
    assert result.stdout.startswith("34 codes with 78 ties fall into 4 groups")
    assert "Columns taken: from = van, to = naar, weight = aantal." in result.stderr


def test_rows_that_tie_a_code_with_itself_and_dates_that_cannot_be_read_are_told(
    run: Run, written: Callable[[str], Path]
) -> None:
    lines = "".join(f"P{a},P{b},2024-01-{day:02d}\n" for day, (a, b) in enumerate(nx.path_graph(9).edges(), 1))
    result = run(written("from,to,date\n" + lines + "P1,P1,2024-01-01\nP1,P2,unknown\n"), "--resamples", 20)
    assert result.exit_code == 0, result.output
    assert "10 rows, 9 used, 1 not." in result.stderr
    assert "1 not used: a code tied with itself" in result.stderr
    assert "1 without a date that can be read" in result.stderr


def test_choosing_rows_does_not_hide_that_the_file_is_about_persons(run: Run, written: Callable[[str], Path]) -> None:
    rows = "from,to,note\nP1,P2,none\nP2,P3,none\nP1,P3,x@example.org\n"
    result = run(written(rows), "--where", "note = 'none'")
    assert result.exit_code == 2
    assert "e-mail" in result.stderr


def test_many_codes_are_not_drawn(run: Run, written: Callable[[str], Path], tmp_path: Path) -> None:
    ends = np.arange(0, 2_100, 3)[:, None] + np.array([[0, 1], [1, 2], [0, 2]]).reshape(1, 6)
    rows = "".join(f"N{a},N{b}\n" for a, b in ends.reshape(-1, 2))
    result = run(written("from,to\n" + rows), "--resamples", 20, "--out", tmp_path / "out")
    assert "Not drawn: over 2,000 codes." in result.stderr
    assert not (tmp_path / "out" / "network.png").exists()
    assert result.stdout.startswith("2,100 codes with 2,100 ties fall into 700 groups, 700 of them stable")
    assert "no code connects groups." in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "x"), "--from is 'x'; expected one of the columns from, to, date, kind, reliability"),
        (("--step", 30), "--step is 30 without --window; expected both, or neither"),
        (("--window", 500), "window is 500.0 days for records over 356 days"),
        (("--weight", "kind"), "row 1: kind is 'seen together' (113 such rows); expected a number"),
        (("--where", "kind = 'x'"), "holds for none of the 113 rows"),
        (("--resamples", 3), "--resamples"),
        (("--key-set", 9), "--key-set"),
    ],
)
def test_wrong_use_is_answered_and_ends_with_two(run: Run, arguments: tuple, said: str) -> None:
    result = run(TIES, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("from,to\nJansen,Pietersen\n", "may be a name"),
        ("from,to\nMo,P2\n", "may be a name"),
        ("from,to\nP1,111222333\n", "citizen service numbers (BSN)"),
        ("from,to,bsn\nP1,P2,x\n", "column 'bsn' seems to hold citizen service numbers (BSN)"),
        ("from,to,naam\nP1,P2,x\n", "column 'naam' seems to hold names of persons"),
        ("from,to,note\nP1,P2,mevr. Vries\n", "column 'note' seems to hold names of persons"),
        ("from,to,geboortedatum\nP1,P2,2001-02-03\n", "dates of birth"),
        ("from,to\nP1,P1\n", "all 1 rows tie a code with itself"),
        ("from,to\nP1,\n", "row 1: to is empty"),
        ("from,to,reliability\nP1,P2,1.5\n", "expected numbers above 0 and at most 1"),
        ("x,y\nP1,P2\n", "no column found for 'from'; expected --from with one of x, y"),
    ],
)
def test_files_about_persons_and_other_wrong_files_are_refused(
    run: Run, written: Callable[[str], Path], tmp_path: Path, content: str, said: str
) -> None:
    out = tmp_path / "out"
    result = run(written(content), "--out", out)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")
    assert not out.exists()
    assert not any(word in result.stderr for word in ("Jansen", "111222333", "Vries", "2001-02-03"))
