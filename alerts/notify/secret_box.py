"""Addresses and secrets of recipients, sealed for the database."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr

from alerts.notify.errors import SecretBoxError
from alerts.notify.ports import Destination

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

NAMED = "secret:"


class SecretBox:
    """Seals with Fernet (AES-128-CBC and HMAC-SHA256) under a key derived from the given text. Any thread.

    An address or secret of the form `secret:NAME` stands for one of `named`, and is looked up when it is opened.
    """

    def __init__(self, key: str, named: Mapping[str, SecretStr] | None = None) -> None:
        digest = hashlib.sha256(b"brightkitchen/notify/" + key.encode()).digest()
        self._key = base64.urlsafe_b64encode(digest)
        self._named = dict(named or {})

    def _fernet(self) -> "Fernet":
        """The library is loaded when the first recipient is there: 10 MB that most installations never need."""
        from cryptography.fernet import Fernet

        return Fernet(self._key)

    def seal(self, destination: Destination) -> str:
        content = json.dumps({"address": destination.address, "secret": destination.secret})
        return self._fernet().encrypt(content.encode()).decode()

    def sealed_as(self, sealed: str) -> Destination:
        """What was sealed, names as they were given. Raises SecretBoxError."""
        from cryptography.fernet import InvalidToken

        try:
            content = json.loads(self._fernet().decrypt(sealed.encode()))
        except InvalidToken:
            raise SecretBoxError("it was sealed with another key") from None
        return Destination(address=content["address"], secret=content["secret"])

    def open(self, sealed: str) -> Destination:
        """The destination with named secrets filled in. Raises SecretBoxError."""
        return self.resolved(self.sealed_as(sealed))

    def resolved(self, destination: Destination) -> Destination:
        secret = destination.secret
        return Destination(
            address=self._looked_up(destination.address), secret=None if secret is None else self._looked_up(secret)
        )

    def _looked_up(self, text: str) -> str:
        if not text.startswith(NAMED):
            return text
        name = text.removeprefix(NAMED)
        if name not in self._named:
            raise SecretBoxError(f"there is no secret named {name[:64]!r} in the settings")
        return self._named[name].get_secret_value()
