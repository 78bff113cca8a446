"""The house itself: licences, locks, sizes, words, texts, migrations. `make lint` holds the rest."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from io import StringIO
from pathlib import Path

import pghistory.models
import polib
import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.db import models

from openvis import __version__
from openvis.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "src" / "openvis" / "web"
LARGEST = 5 * 1024 * 1024
ADDRESS = re.compile(r"https?://|git\+|file:|^\s*(--index-url|--extra-index-url|--find-links|-i |-f )", re.MULTILINE)
OURS = [config for config in apps.get_app_configs() if config.name.startswith("openvis.web.")]


@pytest.fixture(scope="module")
def committed() -> list[Path]:
    """The files git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: no list of committed files")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_every_file_has_a_licence() -> None:
    command = [Path(sys.executable).with_name("reuse"), "--root", ROOT, "lint", "--quiet"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_two_files_of_tests_share_a_name(committed: list[Path]) -> None:
    """Of two with one name only the first is run: pytest goes by the name alone."""
    names = [path.name for path in committed if path.name.startswith("test_") and path.suffix == ".py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_file_is_larger_than_five_megabytes(committed: list[Path]) -> None:
    assert [(path.name, path.stat().st_size) for path in committed if path.stat().st_size > LARGEST] == []


@pytest.mark.parametrize("name", ["base", "dev", "node"])
def test_python_lock_holds_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert ADDRESS.search(text) is None
    pinned = re.findall(r"^([a-z0-9][\w.-]*(?:\[[\w,]+\])?)==\S+(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pinned
    assert [package for package, rest in pinned if "--hash=sha256:" not in rest] == []


def test_everything_in_the_run_time_lock_is_the_same_in_the_other() -> None:
    pin = re.compile(r"^([a-z0-9][\w.-]*)(?:\[[\w,]+\])?==(\S+)", re.MULTILINE)
    locks = ROOT / "requirements"
    versions = {name: dict(pin.findall((locks / f"{name}.txt").read_text())) for name in ("base", "dev")}
    assert versions["base"].items() <= versions["dev"].items()


def test_front_end_lock_holds_hashes_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert ADDRESS.search(text) is None
    packages = json.loads(text)["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


def test_no_path_of_a_machine_is_committed(committed: list[Path]) -> None:
    found = []
    for path in committed:
        if path.suffix in {".png", ".gz", ".gpkg", ".parquet", ".xlsx"} or path.parent.name == "LICENSES":
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if re.search(r"(?<![\w.])/(work|root|home)/\w", text):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def our_models() -> list[type[models.Model]]:
    """Every model of ours but the tables of history, which repeat them."""
    every = (model for config in OURS for model in config.get_models())
    return [model for model in every if not issubclass(model, pghistory.models.Event)]


def test_glossary_knows_every_model() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    told = set(re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", text, re.MULTILINE))
    kept = {model.__name__ for model in our_models()}
    assert kept - told == set(), "models that docs/glossary.md does not tell"
    assert told - kept == set(), "words of docs/glossary.md that no model has"
    assert {"User", "Incident", "Area"} <= kept


def test_glossary_knows_the_abbreviations_of_the_plan() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text().casefold()
    for short in ("apv", "boa", "g10", "hic", "jit", "kvo", "lva", "om", "pga", "pkvw", "pmm", "riec", "vis", "zpo"):
        assert f"\n| {short} |" in text, short


def test_every_model_says_what_it_is() -> None:
    assert [model.__name__ for model in our_models() if _silent(model)] == []


def _silent(model: type[models.Model]) -> bool:
    """Django writes the list of fields where there is no docstring."""
    return (model.__doc__ or "").startswith(f"{model.__name__}(")


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(f"the models changed without a migration:\n{said.getvalue()}")


def catalogues() -> list[Path]:
    """The Dutch texts of every app."""
    return sorted(WEB.glob("*/locale/nl/LC_MESSAGES/django.po"))


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.relative_to(WEB).parts[0])
def test_dutch_catalogue_is_whole(path: Path) -> None:
    catalogue = polib.pofile(str(path), check_for_duplicates=True)
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    for entry in catalogue:
        texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        wanted = set(re.findall(r"%\(\w+\)[sd]", entry.msgid + entry.msgid_plural))
        for text in texts:
            assert set(re.findall(r"%\(\w+\)[sd]", text)) <= wanted, entry.msgid
            assert set(re.findall(r"\{\w*\}", text)) == set(re.findall(r"\{\w*\}", entry.msgid)), entry.msgid


def test_one_text_has_one_dutch() -> None:
    """The catalogues of all apps become one: of two translations the first would win, on a page of another app."""
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            said = entry.msgstr or str(entry.msgstr_plural)
            found.setdefault((entry.msgctxt, entry.msgid), {})[path.relative_to(WEB).parts[0]] = said
    assert {text: told for text, told in found.items() if len(set(told.values())) > 1} == {}


def test_every_text_has_its_dutch(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext is not here (Debian's package gettext): texts cannot be collected")
    known = {(entry.msgctxt, entry.msgid) for path in catalogues() for entry in polib.pofile(str(path))}
    copy = tmp_path / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("locale", "__pycache__", "migrations", "static"))
    (copy / "locale" / "nl" / "LC_MESSAGES").mkdir(parents=True)
    made = subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "nl", "--no-obsolete", "-e", "html,py,txt"],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    collected = polib.pofile(str(copy / "locale" / "nl" / "LC_MESSAGES" / "django.po"))
    assert len(collected) > 100
    missing = [entry for entry in collected if (entry.msgctxt, entry.msgid) not in known]
    assert [f"{entry.occurrences[0][0]}: {entry.msgid}" for entry in missing] == []


def test_the_house_speaks_of_no_city(committed: list[Path]) -> None:
    """The city is data: no module, template or script of ours names the first one."""
    found = [
        str(path.relative_to(ROOT))
        for path in committed
        if ROOT / "src" in path.parents
        and path.suffix in {".html", ".js", ".css", ".typ", ".po"}
        and re.search(r"\bAlmere\b", path.read_text(encoding="utf-8"))
    ]
    found += [str(path.relative_to(ROOT)) for path in committed if _names_city(path)]
    assert found == []


def _names_city(path: Path) -> bool:
    """Whether the code says so; what a docstring gives as an example is free, and so is the default profile."""
    if path.suffix != ".py" or ROOT / "src" not in path.parents or path.parent.name == "settings":
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return any(id(node) not in bare and re.search(r"\balmere\b", node.value, re.IGNORECASE) for node in texts)


def test_publiccode_is_valid() -> None:
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    assert told["publiccodeYmlVersion"] == "0.4"
    assert told["softwareVersion"] == __version__
    assert told["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert told["softwareType"] == "standalone/web"
    assert {"url", "platforms", "categories", "localisation"} <= told.keys()
    assert told["legal"]["license"] == "EUPL-1.2"
    assert told["maintenance"]["type"] in {"internal", "contract", "community", "none"}
    assert told["maintenance"]["contacts"][0]["name"]
    for text in told["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]


def test_version_is_told_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


def test_documentation_knows_every_command() -> None:
    text = (ROOT / "docs" / "admin" / "index.md").read_text()
    hidden = {"manage"}
    assert [name for name in COMMANDS if name not in hidden and f"`openvis {name}" not in text] == []


def test_every_make_target_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text()
    for target in ("demo", "setup", "test", "test-all", "lint", "bench", "docs", "screenshots", "lock", "clean"):
        assert re.search(rf"^{target}:.* ## \S", text, re.MULTILINE), target


def test_documentation_builds_without_a_warning(tmp_path: Path) -> None:
    """Every page is in the order of mkdocs.yml, and every link leads somewhere."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "true"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")]
    elsewhere = re.compile(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)')
    fetched = [found for page in pages for found in elsewhere.findall(page)]
    assert fetched == []


def test_pictures_of_the_readme_are_there_and_small() -> None:
    told = re.findall(r"\]\((docs/img/[^)]+)\)", (ROOT / "README.md").read_text())
    assert len(told) >= 5
    assert [name for name in told if not (ROOT / name).is_file()] == []
    assert [path.name for path in (ROOT / "docs" / "img").iterdir() if path.stat().st_size > 400_000] == []
