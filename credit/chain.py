"""The hash chain of a ledger: what was written cannot be changed, left out or put between without being found. Pure.

A digest is SHA-256 over a fixed word, the digest before it and the SHA-256 of the entry's canonical JSON. Entries hold
texts, whole numbers, booleans, lists and mappings only: a float would be spelt differently elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ORIGIN = "0" * 64
_WORD = b"brightkitchen ledger 1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The place of an entry in its ledger's chain. `number` counts from 1 without gaps."""

    number: int
    previous: str
    digest: str


FIRST = Link(number=0, previous="", digest=ORIGIN)
"""What the first entry follows."""


def canonical(content: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed. Raises TypeError for a value that has no one spelling."""
    _require_plain(content)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _require_plain(value: Any) -> None:
    if isinstance(value, Mapping):
        for item in value.values():
            _require_plain(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _require_plain(item)
    elif not (value is None or isinstance(value, str | int | bool)):
        raise TypeError(f"an entry holds texts and whole numbers, got {type(value).__name__}")


def link(ledger: str, last: Link, content: Mapping[str, Any]) -> Link:
    """The place of the entry that follows `last` in a ledger."""
    entry = hashlib.sha256(canonical(content)).digest()
    digest = hashlib.sha256(_WORD + ledger.encode() + b"\n" + bytes.fromhex(last.digest) + entry).hexdigest()
    return Link(number=last.number + 1, previous=last.digest, digest=digest)


def first_broken(ledger: str, entries: Iterable[tuple[Link, Mapping[str, Any]]]) -> int | None:
    """The number at which a ledger, read from its beginning, is not what was written; None where all is well."""
    last = FIRST
    for place, content in entries:
        expected = link(ledger, last, content)
        if place != expected:
            return expected.number
        last = place
    return None
