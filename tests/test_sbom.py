"""What a release consists of: every locked package of the run time, with its hash, valid against the schema."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import sbom  # noqa: E402 -- a script, not of the package


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with both files, made as `make sbom` makes them."""
    folder = tmp_path_factory.mktemp("sbom")
    subprocess.run([sys.executable, ROOT / "scripts" / "sbom.py", folder], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", ["python", "front-end"])
def test_it_is_valid_and_always_the_same(made: Path, name: str, tmp_path: Path) -> None:
    file = made / f"{name}.cdx.json"
    assert sbom.problem(file) == ""
    again = tmp_path / "again.json"
    sbom.write(sbom.python() if name == "python" else sbom.front_end(), again)
    assert again.read_bytes() == file.read_bytes()


def test_an_invalid_one_is_found(made: Path, tmp_path: Path) -> None:
    told = json.loads((made / "python.cdx.json").read_text())
    told["components"][0]["type"] = "cheese"
    spoilt = tmp_path / "spoilt.json"
    spoilt.write_text(json.dumps(told))
    assert "cheese" in sbom.problem(spoilt)


def test_every_package_of_the_locks_is_there_with_its_hashes(made: Path) -> None:
    told = json.loads((made / "python.cdx.json").read_text())["components"]
    lock = (ROOT / "requirements" / "base.txt").read_text()
    pinned = set(re.findall(r"^([a-z0-9][\w.-]*)(?:\[[\w,]+\])?==([^\s;\\]+)", lock, re.MULTILINE))
    assert {(item["name"], item["version"]) for item in told} == pinned
    assert sum(len(item["hashes"]) for item in told) == lock.count("--hash=sha256:")
    told = json.loads((made / "front-end.cdx.json").read_text())["components"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    served = {path for path, entry in packages.items() if path and not entry.get("dev")}
    assert {item["bom-ref"] for item in told} == served
    assert all(len(item["hashes"]) == 1 for item in told)


def test_it_names_no_registry_and_no_machine(made: Path) -> None:
    for file in made.iterdir():
        found = set(re.findall(r"https?://[^\"\s]+", file.read_text()))
        assert found <= {"http://cyclonedx.org/schema/bom-1.6.schema.json"}, found
