"""A security key in software: makes the answers a real one makes, with a real signature."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData


class SoftwareKey:
    """One key pair; `origin` is the site the browser says it is on."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.credential = os.urandom(32)
        self.uses = 0

    def create(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer to a request to register."""
        public = ES256.from_cryptography_key(self.private.public_key())
        data = AttestedCredentialData.create(Aaguid.NONE, self.credential, public)
        made = AuthenticatorData.create(
            self._site(asked["rp"]["id"]), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0, data
        )
        answer = {
            "clientDataJSON": websafe_encode(self._client("webauthn.create", asked["challenge"])),
            "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
        }
        return self._credential(answer)

    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer to a request to prove that the key is here."""
        self.uses += 1
        made = AuthenticatorData.create(self._site(asked["rpId"]), AuthenticatorData.FLAG.UP, self.uses)
        client = self._client("webauthn.get", asked["challenge"])
        signature = self.private.sign(made + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {
            "clientDataJSON": websafe_encode(client), "authenticatorData": websafe_encode(made),
            "signature": websafe_encode(signature), "userHandle": None,
        }
        return self._credential(answer)

    def _credential(self, answer: dict[str, Any]) -> dict[str, Any]:
        key = websafe_encode(self.credential)
        return {"id": key, "rawId": key, "type": "public-key", "response": answer, "clientExtensionResults": {}}

    def _client(self, kind: str, challenge: str) -> bytes:
        assert websafe_decode(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _site(self, name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()
