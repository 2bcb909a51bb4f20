"""The hash chain over every step of every alert: canonical bytes, links, proofs. Pure.

A seal's digest is SHA-256 over a fixed word, the digest of the seal before it and the SHA-256 of its entry. The entry
is what a step says, with the checksums of the alert's row and of its evidence rows where the step was the alert's
latest when it was sealed. Links carry only the entries' checksums, so a proof about one alert tells nothing of others.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from alerts.clock_offset import ClockOffset

FORM = 1
ORIGIN = "0" * 64
"""The digest before the first seal."""

_LINK = b"brightkitchen seal 1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One link of the chain. `number` counts from 1 without gaps; digests are 64 lower-case hexadecimal digits.

    `alert_sha256` and `evidence_sha256` are None where the alert had moved on before the step was sealed.
    """

    number: int
    form: int
    feed_id: int
    alert_id: str
    sealed_at: datetime
    alert_sha256: str | None
    evidence_sha256: str | None
    entry_sha256: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealDraft:
    """A step that is to be sealed, with what its alert looks like if it is the alert's latest."""

    feed_id: int
    alert_id: str
    step: Mapping[str, Any]
    alert: Mapping[str, Any] | None
    evidence: Sequence[Mapping[str, Any]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """A foreign authority's word (RFC 3161, DER) that a digest was there at a time.

    `clock_offset` is of the machine that asked for it, at that time; None: it was not measured.
    """

    number: int
    digest: str
    stamped_at: datetime
    authority: str
    token: bytes
    clock_offset: ClockOffset | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What ties an alert's steps into the chain: its entries, and an unbroken run of links from the first of them on.

    `before` is the digest before link `first`; `links` are the entries' checksums from `first` on.
    """

    first: int
    before: str
    links: tuple[str, ...]
    entries: Mapping[int, Mapping[str, Any]]
    timestamps: tuple[Timestamp, ...] = ()
    unsealed: int = 0
    is_cut: bool = False

    def digests(self) -> dict[int, str]:
        """The digest of each seal of the run."""
        found, digest = {}, self.before
        for number, entry_sha256 in enumerate(self.links, self.first):
            digest = link(digest, entry_sha256)
            found[number] = digest
        return found


def canonical(value: Any) -> bytes:
    """JSON in the one form of RFC 8785: UTF-8, sorted keys, no spaces, numbers as ECMAScript writes them.

    Instants become text in UTC with microseconds, days ISO 8601. Raises ValueError for what JSON cannot hold.
    """
    return _text(value).encode()


def _text(value: Any) -> str:  # noqa: PLR0911 - one answer for each kind of value
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(str(value), ensure_ascii=False)
        case int():
            return str(int(value))
        case float():
            return _number(value)
        case datetime():
            return f'"{instant_text(value)}"'
        case date():
            return f'"{value.isoformat()}"'
        case Mapping():
            pairs = sorted(value.items(), key=lambda pair: str(pair[0]).encode("utf-16-be"))
            return "{" + ",".join(f"{_text(str(key))}:{_text(item)}" for key, item in pairs) + "}"
        case list() | tuple():
            return "[" + ",".join(_text(item) for item in value) + "]"
    raise ValueError(f"canonical JSON holds texts, numbers, lists and mappings, got {type(value).__name__}")


def instant_text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _number(value: float) -> str:
    """ECMAScript's Number::toString: the shortest digits that give the same double back."""
    if not math.isfinite(value):
        raise ValueError(f"canonical JSON holds finite numbers, got {value}")
    if value == 0:
        return "0"
    sign, numerals, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits, minus = "".join(map(str, numerals)), "-" if sign else ""
    point = len(digits) + int(exponent)  # the decimal point stands after so many digits
    if len(digits) <= point <= 21:
        return minus + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{minus}{mantissa}e{point - 1:+d}"


def sha256_of(value: Any) -> str:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()


def link(previous: str, entry_sha256: str) -> str:
    """The digest of the seal that follows `previous`."""
    return hashlib.sha256(_LINK + bytes.fromhex(previous) + bytes.fromhex(entry_sha256)).hexdigest()


def entry(
    number: int, sealed_at: datetime, step: Mapping[str, Any], alert_sha256: str | None, evidence_sha256: str | None
) -> dict[str, Any]:
    """What a seal is over; form 1."""
    return {
        "form": FORM,
        "seal": number,
        "sealed_at": sealed_at,
        "step": step,
        "alert_sha256": alert_sha256,
        "evidence_sha256": evidence_sha256,
    }


def extend(last: Seal | None, drafts: Iterable[SealDraft], sealed_at: datetime) -> list[Seal]:
    """The seals of the drafts, in their order, after the last one of the chain."""
    number, digest = (last.number, last.digest) if last else (0, ORIGIN)
    made = []
    for draft in drafts:
        number += 1
        alert_sha256 = None if draft.alert is None else sha256_of(draft.alert)
        evidence_sha256 = None if draft.evidence is None else sha256_of(draft.evidence)
        entry_sha256 = sha256_of(entry(number, sealed_at, draft.step, alert_sha256, evidence_sha256))
        digest = link(digest, entry_sha256)
        made.append(
            Seal(
                number=number,
                form=FORM,
                feed_id=draft.feed_id,
                alert_id=draft.alert_id,
                sealed_at=sealed_at,
                alert_sha256=alert_sha256,
                evidence_sha256=evidence_sha256,
                entry_sha256=entry_sha256,
                digest=digest,
            )
        )
    return made
