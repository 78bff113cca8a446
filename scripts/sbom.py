"""Write what a release consists of (SBOM, CycloneDX 1.6): `python.cdx.json` and `front-end.cdx.json`, from the locks alone.

    python scripts/sbom.py [FOLDER]      (dist/sbom when absent)

From the locks and not from what is installed here, so that it says what a release is; no address of a registry is in it.
"""

import base64
import json
import re
import sys
import tomllib
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from openvis import __version__

ROOT = Path(__file__).resolve().parent.parent


PIN = re.compile(r"^([a-z0-9][\w.-]*)(?:\[[\w,]+\])?==([^\s;]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def python() -> Bom:
    """The run-time packages of requirements/base.txt, with the hashes of their files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    found = [
        _component("pypi", "", name, version, [("SHA-256", digest) for digest in re.findall(r"sha256:(\w+)", rest)], None)
        for name, version, rest in PIN.findall(text)
    ]
    return _bom(project["name"], __version__, found)


def front_end() -> Bom:
    """What the pages load, of package-lock.json, with the hash and the licence of each package."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return _bom(
        packages[""]["name"], __version__,
        [_of_npm(path, entry) for path, entry in packages.items() if path and not entry.get("dev")],
    )


def _of_npm(path: str, entry: dict[str, str]) -> Component:
    group, _slash, name = path.rpartition("node_modules/")[2].rpartition("/")
    algorithm, _dash, digest = entry["integrity"].partition("-")
    hashes = [(f"SHA-{algorithm.removeprefix('sha')}", base64.b64decode(digest).hex())]
    return _component("npm", group, name, entry["version"], hashes, entry.get("license"), path)


def _component(
    kind: str, group: str, name: str, version: str, hashes: list[tuple[str, str]], licence: str | None, ref: str = ""
) -> Component:
    url = PackageURL(kind, group or None, name, version)
    return Component(
        group=group or None, name=name, version=version, type=ComponentType.LIBRARY, scope=ComponentScope.REQUIRED,
        bom_ref=ref or url.to_string(), purl=url,
        hashes=[HashType(alg=HashAlgorithm(way), content=content) for way, content in hashes],
        licenses=[LicenseExpression(licence)] if licence else None,
    )


def _bom(name: str, version: str, components: list[Component]) -> Bom:
    whole = Component(
        name=name, version=version, type=ComponentType.APPLICATION, licenses=[LicenseExpression("EUPL-1.2")], bom_ref=name
    )
    bom = Bom(components=components)
    bom.metadata.component = whole
    bom.register_dependency(whole, components)
    return bom


def write(bom: Bom, file: Path) -> None:
    """The same locks always give the same file: without its moment and its serial number."""
    told = json.loads(JsonV1Dot6(bom).output_as_string())
    del told["serialNumber"], told["metadata"]["timestamp"]
    file.write_text(json.dumps(told, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def problem(file: Path) -> str:
    """What is not as the schema of CycloneDX wants it; empty when all is well."""
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(file.read_text(encoding="utf-8"))
    return "" if found is None else str(found)[:1000]


def main() -> None:
    """Write both, and check them."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist" / "sbom")
    folder.mkdir(parents=True, exist_ok=True)
    for file, bom in {folder / "python.cdx.json": python(), folder / "front-end.cdx.json": front_end()}.items():
        write(bom, file)
        wrong = problem(file)
        if wrong:
            sys.exit(f"{file} is not valid CycloneDX: {wrong}")
        sys.stdout.write(f"{file}: {len(bom.components)} components\n")


if __name__ == "__main__":
    main()
