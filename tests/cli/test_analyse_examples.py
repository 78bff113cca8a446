"""The worked examples of docs/methods print what the pages say, on a file that its script makes anew."""

import runpy
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from openvis.cli.analyse import analyse

ROOT = Path(__file__).resolve().parents[2]
METHODS = ROOT / "docs" / "methods"


def indented(page: str) -> list[str]:
    """The lines of code and output of a page, without their indent."""
    lines = (METHODS / page).read_text(encoding="utf-8").splitlines()
    return [line[4:] for line in lines if line.startswith("    ")]


WITH_COMMANDS = sorted(path.name for path in METHODS.glob("*.md") if any("analyse" in line for line in indented(path.name)))
EXAMPLES = sorted(path.stem.removeprefix("make_") for path in (ROOT / "docs" / "examples").glob("make_*.py"))


def test_every_method_page_has_an_example() -> None:
    assert set(WITH_COMMANDS) == {path.name for path in METHODS.glob("*.md")} - {"index.md"}


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_commands_print_what_the_page_says(page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    said = ""
    told = indented(page)
    for line in told:
        if line.startswith("openvis analyse "):
            arguments = [str(tmp_path) if word == "result" else word for word in shlex.split(line)[2:]]
            result = CliRunner().invoke(analyse, arguments)
            assert result.exit_code == 0, result.output
            said += result.output
    for line in told:
        if line.strip() and not line.startswith("openvis analyse "):
            assert line.rstrip() in said


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_file_is_what_its_script_makes(name: str, tmp_path: Path) -> None:
    script = tmp_path / f"make_{name}.py"
    script.write_text((ROOT / "docs" / "examples" / script.name).read_text(encoding="utf-8"), encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")
    kept = (ROOT / "docs" / "examples" / f"{name}.csv").read_bytes()
    assert (tmp_path / f"{name}.csv").read_bytes() == kept
    assert len(kept) < 200_000
