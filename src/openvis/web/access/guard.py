"""The declaration of rules, under the name the apps know: see `openvis.web.guard`, which `ui` uses as well."""

from openvis.web.guard import OPEN, SIGNED_IN, Refused, declared, rule

__all__ = ["OPEN", "SIGNED_IN", "Refused", "declared", "rule"]
