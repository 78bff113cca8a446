"""The secrets of second factors, for a change of keys: allauth keeps them in its own table, sealed by our adapter."""

import base64
from collections import Counter
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db import transaction

from . import rotation, sealing
from .adapter import SECRETS
from .keyring import SEAL
from .rotation import Moved

PARTS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
"""Where the secret stands in an authenticator's data; a security key's secret never leaves the key."""


class Factors:
    """Secrets of apps for codes, and of recovery codes."""

    name, use = "mfa_authenticator.data", SEAL

    def under(self) -> Counter[bytes]:
        rows = Authenticator.objects.filter(type__in=PARTS)
        return Counter(_sealed(row)[: sealing.KEY_ID] for row in rows.iterator())

    def move(self, current: bytes) -> Iterator[Moved]:
        for key in Authenticator.objects.filter(type__in=PARTS).order_by("pk").values_list("pk", flat=True):
            with transaction.atomic():
                row = Authenticator.objects.select_for_update().filter(pk=key).first()
                if row is None or _sealed(row)[: sealing.KEY_ID] == current:
                    continue
                try:
                    fresh = sealing.reseal(_sealed(row), SECRETS)
                except sealing.SealError:
                    moved = Moved(0, (f"{self.name} {key}",))
                else:
                    row.data[PARTS[Authenticator.Type(row.type)]] = base64.b64encode(fresh).decode()
                    row.save(update_fields=["data"])
                    moved = Moved(1)
            yield moved


def _sealed(row: Authenticator) -> bytes:
    return base64.b64decode(row.data[PARTS[Authenticator.Type(row.type)]])


rotation.more.append(Factors())
