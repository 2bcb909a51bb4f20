"""Requests to the centre over one HTTPS connection that is kept open. Implements alerts.nodes.ports.CentreLine."""

import http.client
import json
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from alerts.nodes.errors import CentreRefusalError, LineError
from alerts.nodes.parcels import (
    EvidenceStanding,
    Heartbeat,
    HeartbeatAnswer,
    Inventory,
    Outcomes,
    Parcel,
    StepAnswer,
    StepAnswers,
    StepParcel,
    StepsParcel,
)
from alerts.nodes.settings import CentreSettings
from domain.ids import EvidenceId

_BASE = "/api/v1/ingest"
_LONGEST_ANSWER = 4 * 1024 * 1024
# The centre is there but cannot do it now; everything else from 400 on is its last word on this request.
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})

T = TypeVar("T", bound=Parcel)


class HttpsLine:
    """One thread at a time. Redirections are not followed: the token goes to the address in the settings only."""

    def __init__(self, settings: CentreSettings, token: SecretStr) -> None:
        """Raises ValueError without an address, LineError if a file of the certificate cannot be used."""
        if settings.url is None:
            raise ValueError("an edge needs the address of its centre")
        parts = urlsplit(settings.url)
        self._host, self._port = parts.hostname or "", parts.port
        self._base = parts.path.rstrip("/") + _BASE
        self._timeout = settings.timeout_seconds
        self._token = token
        self._context = _tls_context(settings) if parts.scheme == "https" else None
        self._connection: http.client.HTTPConnection | None = None

    def heartbeat(self, report: Heartbeat) -> HeartbeatAnswer:
        return self._ask("POST", "/heartbeat", HeartbeatAnswer, _json(report))

    def inventory(self, inventory: Inventory) -> None:
        self._send("PUT", "/inventory", _json(inventory), "application/json")

    def steps(self, parcels: Sequence[StepParcel]) -> list[StepAnswer]:
        answers = self._ask("POST", "/steps", StepAnswers, _json(StepsParcel(steps=list(parcels)))).answers
        if [(one.alert_id, one.sequence) for one in answers] != [(one.alert_id, one.sequence) for one in parcels]:
            raise LineError("the answer is about other steps than were sent")
        return answers

    def standing(self, evidence_id: EvidenceId) -> EvidenceStanding:
        return self._ask("GET", f"/evidence/{evidence_id}", EvidenceStanding)

    def send_part(self, evidence_id: EvidenceId, offset: int, content: bytes) -> EvidenceStanding:
        path = f"/evidence/{evidence_id}?offset={offset}"
        return self._ask("PUT", path, EvidenceStanding, content, "application/octet-stream")

    def outcomes(self, after: int) -> Outcomes:
        return self._ask("GET", f"/outcomes?after={after}", Outcomes)

    def close(self) -> None:
        """Idempotent; the next request opens a new connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(
        self, method: str, path: str, answer: type[T], body: bytes | None = None, media_type: str = "application/json"
    ) -> T:
        try:
            return answer.model_validate_json(self._send(method, path, body, media_type))
        except ValidationError as error:
            raise LineError("the answer is not one of a centre") from error

    def _send(self, method: str, path: str, body: bytes | None, media_type: str) -> bytes:
        """One request. Every one may be sent twice: to do so changes nothing at the centre."""
        is_kept_open = self._connection is not None
        try:
            return self._send_once(method, path, body, media_type)
        except _ClosedError as error:
            if not is_kept_open:
                raise LineError(error.reason) from error
        # The centre closes connections that are quiet for a while; that is no fault of the line.
        try:
            return self._send_once(method, path, body, media_type)
        except _ClosedError as error:
            raise LineError(error.reason) from error

    def _send_once(self, method: str, path: str, body: bytes | None, media_type: str) -> bytes:
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = media_type
        try:
            connection = self._opened()
            connection.request(method, self._base + path, body, headers)
            answer = connection.getresponse()
            content = answer.read(_LONGEST_ANSWER)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            self.close()
            raise _ClosedError(_words(error)) from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise LineError(_words(error)) from error
        if answer.will_close or not answer.isclosed():
            self.close()
        if answer.status < 300:
            return content
        if answer.status in _TEMPORARY:
            raise LineError(f"it answers {answer.status}: {_detail(content)}")
        raise CentreRefusalError(answer.status, _detail(content))

    def _opened(self) -> http.client.HTTPConnection:
        if self._connection is None:
            if self._context is None:
                self._connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
            else:
                self._connection = http.client.HTTPSConnection(
                    self._host, self._port, timeout=self._timeout, context=self._context
                )
        return self._connection


class _ClosedError(LineError):
    """The connection broke under the request."""


def _json(parcel: Parcel) -> bytes:
    return parcel.model_dump_json().encode()


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return type(error).__name__


def _detail(content: bytes) -> str:
    """The problem's own words (RFC 9457), whoever answered."""
    try:
        told: Any = json.loads(content)
        detail = str(told["detail"])
    except (ValueError, KeyError, TypeError):
        return "no reason given"
    return "".join(character for character in detail if character.isprintable())[:300]


def _tls_context(settings: CentreSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.certificate_file is not None:
            context.load_cert_chain(settings.certificate_file, settings.key_file)
    except OSError as error:
        raise LineError(f"a TLS file cannot be used: {error}") from error
    return context


def read_token(settings: CentreSettings) -> SecretStr | None:
    """The token, from the setting or its file; None where neither is set. Raises LineError for a file that fails."""
    if settings.token is not None:
        return settings.token
    if settings.token_file is None:
        return None
    return SecretStr(_file_text(settings.token_file))


def _file_text(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LineError(f"the token's file {path} cannot be read: {type(error).__name__}") from error
    if not text:
        raise LineError(f"the token's file {path} is empty")
    return text
