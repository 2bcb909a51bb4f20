"""One SOAP request over HTTP, bounded in time and size; no redirect is followed."""

import http.client
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from streams.onvif.errors import OnvifCause, OnvifError
from streams.onvif.http_digest import authorization
from streams.onvif.soap import LARGEST_ANSWER, Login


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    content: bytes
    challenges: tuple[str, ...] = ()


class SoapPost:
    """Posts to one host. `seconds` bound each request as a whole, however slowly its bytes come. One thread."""

    def __init__(self, host: str, *, seconds: float) -> None:
        self._host = host
        self._seconds = seconds

    def send(self, port: int, path: str, message: str, login: Login | None) -> Answer:
        """The answer, after a challenge for HTTP digest has been met. Raises OnvifError."""
        answer = self._once(port, path, message, None)
        if answer.status != 401 or login is None:
            return answer
        for challenge in answer.challenges:
            proof = authorization(challenge, login, method="POST", path=path)
            if proof is not None:
                return self._once(port, path, message, proof)
        return answer

    def _once(self, port: int, path: str, message: str, proof: str | None) -> Answer:
        address = f"{self._host}:{port}"
        began = time.monotonic()
        connection = http.client.HTTPConnection(self._host, port, timeout=self._seconds)
        guard: threading.Timer | None = None
        try:
            connection.connect()
            guard = _guard(connection.sock, self._seconds - (time.monotonic() - began))
            answer = _exchange(connection, path, message, proof)
        except TimeoutError as error:
            raise OnvifError(address, OnvifCause.TIMEOUT, "no answer in time") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() - began >= self._seconds:
                raise OnvifError(address, OnvifCause.TIMEOUT, "no whole answer in time") from error
            cause = OnvifCause.UNREACHABLE if isinstance(error, OSError) else OnvifCause.BAD_DATA
            raise OnvifError(address, cause, type(error).__name__) from error
        finally:
            if guard is not None:
                guard.cancel()
            connection.close()
        if time.monotonic() - began >= self._seconds:  # an answer that is cut off there looks like a whole one
            raise OnvifError(address, OnvifCause.TIMEOUT, "no whole answer in time")
        return answer


def _guard(sock: socket.socket, seconds: float) -> threading.Timer:
    """Ends the connection at the deadline: the library's time-out begins anew with every byte."""

    def end() -> None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    guard = threading.Timer(max(0.0, seconds), end)
    guard.daemon = True
    guard.start()
    return guard


def _exchange(connection: http.client.HTTPConnection, path: str, message: str, proof: str | None) -> Answer:
    headers = {"Content-Type": "application/soap+xml; charset=utf-8", "Connection": "close"}
    if proof is not None:
        headers["Authorization"] = proof
    connection.request("POST", path, body=message.encode(), headers=headers)
    response = connection.getresponse()
    content = response.read(LARGEST_ANSWER + 1)
    return Answer(
        status=response.status,
        content=content,
        challenges=tuple(value for name, value in response.getheaders() if name.lower() == "www-authenticate"),
    )
