"""Set-up compiles every kernel, with the types that the commands use: no page and no command waits for a compiler."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
WARMED = """
import importlib, json, pkgutil
import openvis.analysis
from openvis.analysis import compiled

for module in pkgutil.walk_packages(openvis.analysis.__path__, "openvis.analysis."):
    importlib.import_module(module.name)
openvis.analysis.warm()

def signatures():
    return {name: [str(it) for it in made[0].signatures] if made else [] for name, made in compiled.KERNELS.items()}

before = signatures()
"""
COMMANDS = """
import shlex, sys
from pathlib import Path
from click.testing import CliRunner
from openvis.cli.analyse import analyse

for page in sorted(Path("docs/methods").glob("*.md")):
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("    openvis analyse "):
            words = [sys.argv[1] if word == "result" else word for word in shlex.split(line)[2:]]
            assert CliRunner().invoke(analyse, words).exit_code == 0, line
"""


def run(script: str, *arguments: str) -> Any:
    """The last line that a new process prints, in which nothing was compiled before."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_kernel_is_compiled_by_set_up() -> None:
    found = run(WARMED + "print(json.dumps(before))")
    assert len(found) > 30
    assert [name for name, compiled in found.items() if not compiled] == []


@pytest.mark.slow
def test_no_command_compiles_anything_more(tmp_path: Path) -> None:
    before, after = run(WARMED + COMMANDS + "print(json.dumps([before, signatures()]))", str(tmp_path))
    assert {name: made for name, made in after.items() if made != before.get(name)} == {}
