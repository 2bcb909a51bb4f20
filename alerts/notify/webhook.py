"""Signed webhooks after the Standard Webhooks specification, version 1 (symmetric signatures)."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlsplit

from alerts.notify.errors import RecipientRefusedError
from alerts.notify.ports import Destination, Letter
from alerts.notify.posting import SafePoster
from alerts.notify.wording import step_of

PREFIX = "whsec_"
_LEAST_KEY_BYTES, _MOST_KEY_BYTES = 24, 64


def key_of(secret: str) -> bytes:
    """The key in a secret: base64 of 24 to 64 bytes, with or without `whsec_`. Raises RecipientRefusedError."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not _LEAST_KEY_BYTES <= len(key) <= _MOST_KEY_BYTES:
        expected = f"{PREFIX} and base64 of {_LEAST_KEY_BYTES} to {_MOST_KEY_BYTES} bytes"
        raise RecipientRefusedError("secret", expected, f"a text of {len(secret)} characters")
    return key


def signature(key: bytes, message_id: str, timestamp: int, content: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, timestamp (Unix seconds) and body, joined by dots."""
    signed = f"{message_id}.{timestamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class WebhookSender:
    """Implements alerts.notify.ports.Sender. The body names what happened as `type` and says the rest in `data`.

    Any thread.
    """

    def __init__(self, poster: SafePoster) -> None:
        self._poster = poster

    def check(self, destination: Destination) -> None:
        self._poster.check(destination.address)
        if destination.secret is None:
            raise RecipientRefusedError("secret", "one to sign with", "none")
        key_of(destination.secret)

    def shown(self, address: str) -> str:
        return shown_url(address)

    def send(self, destination: Destination, letter: Letter) -> None:
        kind, data = _told(letter)
        body = {"type": kind, "timestamp": letter.at.isoformat(), "data": data}
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = int(letter.at.timestamp())
        headers = {
            "webhook-id": letter.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(key_of(destination.secret or ""), letter.message_id, timestamp, content),
        }
        self._poster.post(destination.address, content, headers)


def _told(letter: Letter) -> tuple[str, dict[str, Any]]:
    """What happened, and about what. A system gets one thing in a message."""
    if letter.is_test:
        return "test", {"text": letter.text}
    if letter.dates:
        [date] = letter.dates
        return "credit.reminder", date
    [step] = letter.steps
    return f"alert.{step_of(step).value}", step


def shown_url(url: str) -> str:
    """Scheme, host and the first part of the path; the rest opens chats and systems."""
    parts = urlsplit(url)
    first = "/".join(parts.path.split("/")[:2])
    is_more = first != parts.path or bool(parts.query)
    return f"{parts.scheme}://{parts.netloc}{first}{'…' if is_more else ''}"
