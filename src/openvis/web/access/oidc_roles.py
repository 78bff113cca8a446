"""Which group of the municipality's provider gives which role (`OPENVIS_OIDC_ROLES`), checked whole."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from pydantic import BaseModel, ConfigDict, ValidationError

from . import services


class RolesError(ValueError):
    """The file does not fit: `problems` tells all that is wrong, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, order=True)
class Given:
    """A role, and the areas it is for."""

    role: str
    areas: tuple[str, ...] = ()


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    role: str
    areas: list[str] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    groups: dict[str, list[_Entry]]


def load(path: Path) -> dict[str, list[Given]]:
    """Group → roles. Raises RolesError with everything that is wrong."""
    try:
        return _load(path, path.stat().st_mtime_ns)
    except OSError as wrong:
        raise RolesError([f"{path}: cannot be read ({wrong.strerror})"]) from wrong


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int) -> dict[str, list[Given]]:
    try:
        told = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as wrong:
        raise RolesError([f"{path}: not YAML: {wrong}"]) from wrong
    except ValidationError as wrong:
        raise RolesError(
            [f"{path}: {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in wrong.errors()]
        ) from wrong
    problems = []
    for group, entries in told.groups.items():
        for number, entry in enumerate(entries):
            try:
                services.check_role(entry.role, entry.areas)
            except services.UnfitError as wrong:
                problems.append(f"{path}: groups.{group}.{number}: {wrong}")
    if problems:
        raise RolesError(problems)
    return {
        group: [Given(entry.role, tuple(sorted(set(entry.areas)))) for entry in entries]
        for group, entries in told.groups.items()
    }


def wanted(claims: dict[str, Any]) -> dict[Given, str]:
    """The roles that the groups in these claims give, each with the group it comes from."""
    said = claims.get(settings.OPENVIS_OIDC["groups"]) or []
    groups = [said] if isinstance(said, str) else [item for item in said if isinstance(item, str)]
    known = load(settings.OPENVIS_OIDC["roles"])
    return {given: group for group in groups for given in known.get(group, [])}


@register()
def check(**_options: Any) -> list[CheckMessage]:
    """For `openvis check`."""
    if not settings.OPENVIS_OIDC:
        return []
    try:
        load(settings.OPENVIS_OIDC["roles"])
    except RolesError as wrong:
        return [Error(problem, id="openvis.E100") for problem in wrong.problems]
    return []
