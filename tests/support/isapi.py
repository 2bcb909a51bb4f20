"""A device's side of ISAPI's alertStream over real sockets, with digest authentication (RFC 7616, MD5, qop=auth).

Written to the maker's interface document, not to our client: it counts nonces and their use, answers in parts that a
test hands it, and breaks off where it is told to.
"""

import hashlib
import queue
import secrets
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.request import parse_http_list, parse_keqv_list

from tests.support.certificates import Certificate

PATH = "/ISAPI/Event/notification/alertStream"
REALM = "DS-2CD"
BOUNDARY = "boundary"


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def event(
    kind: str = "shelteralarm",
    *,
    state: str = "active",
    channel: int = 1,
    at: str = "2026-01-05T16:00:00+08:00",
    extra: str = "",
) -> bytes:
    """As a camera writes it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\n'
        f"<ipAddress>192.0.2.64</ipAddress><portNo>80</portNo><protocol>HTTP</protocol>"
        f"<macAddress>44:19:b6:00:00:00</macAddress><channelID>{channel}</channelID><dateTime>{at}</dateTime>"
        f"<activePostCount>1</activePostCount><eventType>{kind}</eventType><eventState>{state}</eventState>"
        f"<eventDescription>{kind} alarm</eventDescription><channelName>Camera 01</channelName>{extra}\n"
        "</EventNotificationAlert>\n"
    ).encode()


def heartbeat() -> bytes:
    return event("videoloss", state="inactive")


def part(content: bytes, media_type: str = 'application/xml; charset="UTF-8"', *, has_length: bool = True) -> bytes:
    length = f"Content-Length: {len(content)}\r\n" if has_length else ""
    return f"--{BOUNDARY}\r\nContent-Type: {media_type}\r\n{length}\r\n".encode() + content + b"\r\n"


class IsapiDevice:
    """`say` puts bytes on the stream of whoever listens; `break_off` cuts it there.

    `asked` counts requests, `refused` those without a right proof; `joined` those who listen.
    """

    def __init__(
        self, username: str = "brightkitchen", password: str = "geh:eim", certificate: Certificate | None = None
    ) -> None:
        self.username = username
        self.password = password
        self.content_type = f"multipart/mixed; boundary={BOUNDARY}"
        self.status = 200
        self.asked = 0
        self.refused = 0
        self.joined = 0
        self._nonces: dict[str, int] = {}
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.file, certificate.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.put(None)
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"{self._scheme}://localhost:{self._server.server_port}"

    def say(self, content: bytes) -> None:
        self._lines.put(content)

    def break_off(self) -> None:
        self._lines.put(None)

    def is_right(self, header: str | None) -> bool:
        """A proof that fits the request, with a nonce of ours that was not used so before."""
        if header is None or not header.startswith("Digest "):
            return False
        told = parse_keqv_list(parse_http_list(header.removeprefix("Digest ")))
        nonce, count = told.get("nonce", ""), int(told.get("nc", "0"), 16)
        with self._lock:
            if self._nonces.get(nonce, 1 << 30) >= count:
                return False
            self._nonces[nonce] = count
        secret = md5(f"{self.username}:{REALM}:{self.password}")
        asked = md5(f"GET:{told.get('uri')}")
        wanted = md5(f"{secret}:{nonce}:{told['nc']}:{told['cnonce']}:{told['qop']}:{asked}")
        return told.get("response") == wanted and told.get("username") == self.username and told.get("uri") == PATH

    def challenge(self) -> str:
        nonce = secrets.token_hex(16)
        with self._lock:
            self._nonces[nonce] = 0
        return f'Digest qop="auth", realm="{REALM}", nonce="{nonce}", stale="FALSE"'

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        device = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Nothing to say."""

            def do_GET(self) -> None:
                device.asked += 1
                with suppress(OSError):
                    self._answer()

            def _answer(self) -> None:
                if self.path != PATH:
                    self.send_error(404)
                    return
                if not device.is_right(self.headers.get("Authorization")):
                    device.refused += 1
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", device.challenge())
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(device.status)
                self.send_header("Content-Type", device.content_type)
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                device.joined += 1
                while (line := device._lines.get()) is not None:
                    self.wfile.write(line)
                    self.wfile.flush()

        return Handler
