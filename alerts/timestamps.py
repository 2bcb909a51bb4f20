"""Time stamps by a foreign authority (RFC 3161) over seals, with the library rfc3161-client (extra `timestamps`).

The stamped bytes are the digest as 64 hexadecimal digits in ASCII, so that `openssl ts -verify` can check them too.
"""

import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alerts.clock_offset import measured
from alerts.errors import AnchorError
from alerts.ports import SealBook
from alerts.seals import Seal, Timestamp

_LARGEST_ANSWER_BYTES = 1 << 20
_EXTRA = "the library is missing: install brightkitchen[timestamps]"


class Authority:
    """The authorities whose stamps are believed, from a PEM file of certificates. Any thread.

    Raises AnchorError where the file holds no certificate or the library is missing.
    """

    def __init__(self, ca_file: Path) -> None:
        _library(str(ca_file))
        from cryptography import x509

        try:
            self._roots: Sequence[Any] = x509.load_pem_x509_certificates(ca_file.read_bytes())
        except (OSError, ValueError) as error:
            raise AnchorError(str(ca_file), f"expected certificates in PEM: {error}") from error

    def fault(self, stamp: Timestamp) -> str | None:
        """What is wrong with a stamp; None: an authority says that the digest was there at `stamped_at`."""
        rfc3161 = _library("timestamp")
        try:
            answer = rfc3161.decode_timestamp_response(stamp.token)
        except (ValueError, rfc3161.VerificationError) as error:
            return f"it cannot be read: {error}"
        try:
            self._verifier(answer).verify_message(answer, stamp.digest.encode())
        except (ValueError, rfc3161.VerificationError) as error:
            return str(error)
        told = _told_at(answer)
        return None if told == stamp.stamped_at else f"it says {told.isoformat()}"

    def _verifier(self, answer: Any) -> Any:
        builder = _library("timestamp").VerifierBuilder()
        for root in self._roots:
            builder = builder.add_root_certificate(root)
        # Of the certificates that come along, the one that may stamp is the leaf; the others lead to the root.
        from cryptography import x509

        leaves = [
            certificate
            for certificate in map(x509.load_der_x509_certificate, answer.signed_data.certificates)
            if _may_stamp(certificate)
        ]
        if len(leaves) != 1:
            raise ValueError(f"expected one certificate for time stamping inside, found {len(leaves)}")
        return builder.tsa_certificate(leaves[0]).build()


class TimestampAnchor:
    """Has the newest seal stamped by an authority and keeps the stamp in the database.

    What the stamp says of this machine's clock is kept with it. `now` is that clock, `clock` counts seconds steadily.
    """

    name = "timestamp"

    def __init__(
        self,
        seals: SealBook,
        url: str,
        authority: Authority,
        timeout_seconds: float,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("the address of a time stamp authority begins with http:// or https://")
        self._seals = seals
        self._url = url
        self._authority = authority
        self._timeout_seconds = timeout_seconds
        self._now = now
        self._clock = clock

    def keep(self, seal: Seal) -> None:
        rfc3161 = _library(self._url)
        request = rfc3161.TimestampRequestBuilder().data(seal.digest.encode()).build()
        question = request.as_bytes()
        asked_at, began = self._now(), self._clock()
        token = self._ask(question)
        waited, answered_at = timedelta(seconds=self._clock() - began), self._now()
        try:
            answer = rfc3161.decode_timestamp_response(token)
            if answer.tst_info.nonce != request.nonce:
                raise AnchorError(self._url, "the stamp answers another question")
            stamped_at = _told_at(answer)
            offset = measured(
                stamped_at, asked_at=asked_at, answered_at=answered_at, waited=waited, accuracy=_accuracy(answer)
            )
        except (ValueError, rfc3161.VerificationError) as error:
            raise AnchorError(self._url, f"the answer is no stamp: {error}") from error
        stamp = Timestamp(
            number=seal.number,
            digest=seal.digest,
            stamped_at=stamped_at,
            authority=self._url,
            token=token,
            clock_offset=offset,
        )
        if (reason := self._authority.fault(stamp)) is not None:
            raise AnchorError(self._url, f"the stamp is not valid: {reason}")
        self._seals.add_timestamp(stamp)

    def _ask(self, question: bytes) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the constructor takes http and https only
            self._url, data=question, headers={"Content-Type": "application/timestamp-query"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_seconds) as answer:  # noqa: S310 - as above
                token: bytes = answer.read(_LARGEST_ANSWER_BYTES)
        except (urllib.error.URLError, OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise AnchorError(self._url, f"it did not answer: {reason}") from error
        return token


def stamp_from(token: bytes, *, number: int, digest: str, authority: str) -> Timestamp | str:
    """The stamp that a token is, unchecked; a text where it is none. Raises AnchorError without the library."""
    rfc3161 = _library(authority)
    try:
        stamped_at = _told_at(rfc3161.decode_timestamp_response(token))
    except (ValueError, rfc3161.VerificationError) as error:
        return f"it cannot be read: {error}"
    return Timestamp(number=number, digest=digest, stamped_at=stamped_at, authority=authority, token=token)


def _told_at(answer: Any) -> datetime:
    told: datetime = answer.tst_info.gen_time
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _accuracy(answer: Any) -> timedelta | None:
    """What the authority says of its own clock; a part that is missing counts as zero (RFC 3161, 2.4.2)."""
    named = answer.tst_info.accuracy
    if named is None:
        return None
    return timedelta(seconds=named.seconds or 0, milliseconds=named.millis or 0, microseconds=named.micros or 0)


def _may_stamp(certificate: Any) -> bool:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usages


def _library(place: str) -> Any:
    try:
        import rfc3161_client
    except ImportError as error:
        raise AnchorError(place, _EXTRA) from error
    return rfc3161_client
