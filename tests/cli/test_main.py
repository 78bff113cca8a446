"""The command as a whole: it answers at once, knows every sub-command, and wrong use is a sentence."""

import importlib
import subprocess
import sys

import click
import pytest

from openvis import __version__
from openvis.cli.main import COMMANDS


def openvis(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openvis.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_help_names_every_command_and_imports_no_framework() -> None:
    code = (
        "import sys; from openvis.cli.main import cli\n"
        "try: cli.main(['--help'], standalone_mode=False)\n"
        "finally: print([name for name in ('django', 'numpy', 'polars') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    for name in COMMANDS:
        assert f"  {name} " in answer.stdout
    assert answer.stdout.rstrip().endswith("[]")


def test_version() -> None:
    assert __version__ in openvis("--version").stdout


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_can_be_imported_and_says_what_it_does(name: str) -> None:
    module, _, attribute = COMMANDS[name][0].partition(":")
    command = getattr(importlib.import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert command.help


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fly"], "No such command 'fly'"),
        (["demo", "--incidents", "many"], "'many' is not a valid"),
        (["serve", "--port", "0"], "0 is not in the range"),
    ],
)
def test_wrong_use_is_status_2_and_a_sentence(arguments: list[str], says: str) -> None:
    answer = openvis(*arguments)
    assert answer.returncode == 2
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr
