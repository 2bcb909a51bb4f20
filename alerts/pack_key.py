"""The key that signs evidence packs: Ed25519 (RFC 8032). It shows which installation a pack is from, not when.

The library is loaded at the first signature: it takes 6 MB, and most processes never sign.
"""

import base64
import binascii
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PREFIX = "ed25519:"
_SEED_BYTES = 32


class PackKey:
    """A private key from its secret: 32 bytes as URL-safe base64 without padding. Any thread."""

    def __init__(self, secret: str) -> None:
        """Raises ValueError for a secret of another length; the message does not contain it."""
        try:
            self._seed = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
        except (ValueError, binascii.Error):
            self._seed = b""
        if len(self._seed) != _SEED_BYTES:
            raise ValueError("the key of evidence packs is 32 bytes in URL-safe base64")

    @property
    def public(self) -> str:
        """`ed25519:` and 64 hexadecimal digits."""
        return PREFIX + self._key().public_key().public_bytes_raw().hex()

    def sign(self, content: bytes) -> str:
        """128 hexadecimal digits; the same content always gets the same signature."""
        return self._key().sign(content).hex()

    def _key(self) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._seed)


def is_signed(content: bytes, signature: str, public: str) -> bool:
    """Tell whether the signature is the public key's. What is no key or no signature signs nothing."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public.removeprefix(PREFIX)))
        key.verify(bytes.fromhex(signature), content)
    except (ValueError, InvalidSignature):
        return False
    return public.startswith(PREFIX)
