"""What a backup says of the audit log: where the chain ended. A restored chain must hold, up to that very end."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from openvis.web.trail import chain, services, verifying

from .. import registry

ELSEWHERE = {"anchor", "cut_off", "unsealed"}
"""Findings about the moment and the place, not about the chain: in a restored database they are to be expected."""


def _head() -> dict[str, Any]:
    head = chain.head()
    return {"place": head.seq, "hash": head.hash.hex()}


def _holds(kept: Any) -> str | None:
    report = verifying.verify(keep=False)
    wrong = [finding for finding in report.findings if finding.kind not in ELSEWHERE]
    return wrong[0].text if wrong else None


def _anchor(manifest: dict[str, Any]) -> str:
    head = services.anchor_again(f"restored to {manifest['at']}")
    return f"audit chain: ends at place {head.seq:,}, written down outside the database"


def register() -> None:
    """Have the chain measured and verified, and its end written down anew after a restore."""
    registry.checks.append(registry.Check("audit chain", _head, _holds))
    registry.afterwards.append(registry.Afterwards("writing down the end of the audit chain", _anchor, order=95))
    registry.work |= {
        "trail.seal": registry.Work(_("Seal the audit log")),
        "trail.verify": registry.Work(_("Verify the audit log")),
        "access.end_accounts": registry.Work(_("End accounts and roles whose day has come")),
        "trail.expire": registry.Work(_("End what is past its term in the audit log")),
    }
