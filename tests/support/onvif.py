"""A camera's side of ONVIF over real sockets: an HTTP server that speaks SOAP, and a UDP responder for probes.

Written to the specifications, not to our client: it checks the password digest with its own clock, wants HTTP digest
where it is told to, and answers with the namespaces and prefixes of real cameras. `script` makes it misbehave.
"""

import base64
import hashlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.request import parse_http_list, parse_keqv_list

USER, PASSWORD = "admin", "geheim<&>"
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" '
    'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"><env:Body>'
)
TAIL = "</env:Body></env:Envelope>"
NOT_AUTHORIZED = (
    "<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:NotAuthorized</env:Value>"
    "</env:Subcode></env:Code><env:Reason><env:Text>Sender not Authorized</env:Text></env:Reason></env:Fault>"
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><env:Envelope>&i;</env:Envelope>"
)

Raw = Callable[[BaseHTTPRequestHandler], None]


class OnvifCamera:
    """A camera with a main and a smaller stream. `script` of an operation's name replaces its answer.

    `login` says what it insists on: "token" (WS-UsernameToken), "digest" (HTTP) or "none". `clock_off` turns its
    clock. `asked` are the operations in their order.
    """

    def __init__(
        self, *, login: str = "token", clock_off: timedelta = timedelta(0), media_host: str | None = None
    ) -> None:
        self.login = login
        self.clock_off = clock_off
        self.media_host = media_host
        self.script: dict[str, str | bytes | Raw] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    @property
    def service(self) -> str:
        return f"http://127.0.0.1:{self.port}/onvif/device_service"

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_off

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        camera = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Nothing to say."""

            def do_POST(self) -> None:
                message = self.rfile.read(int(self.headers["Content-Length"])).decode()
                with suppress(OSError):
                    camera._answer(self, message)

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler, message: str) -> None:
        found = re.search(r"<(?:\w+:)?Body><(?:\w+:)?(\w+)", message)
        operation = found.group(1) if found else "?"
        self.asked.append(operation)
        scripted = self.script.get(operation)
        if callable(scripted):
            scripted(request)
        elif scripted is not None:
            send(request, 200, scripted if isinstance(scripted, bytes) else scripted.encode())
        elif operation == "GetSystemDateAndTime":
            send(request, 200, (HEAD + self._time() + TAIL).encode())
        elif self.login == "digest" and not self._knows_digest(request):
            send(
                request,
                401,
                b"",
                {"WWW-Authenticate": 'Digest realm="cam era", qop="auth", nonce="n0nce", opaque="op"'},
            )
        elif self.login == "token" and not self._knows_token(message):
            send(request, 400, (HEAD + NOT_AUTHORIZED + TAIL).encode())
        else:
            send(request, 200, (HEAD + self._body(operation, message) + TAIL).encode())

    def _time(self) -> str:
        at = self.now()
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>"
            f"<tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute><tt:Second>{at.second}</tt:Second></tt:Time>"
            f"<tt:Date><tt:Year>{at.year}</tt:Year><tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date>"
            "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )

    def _knows_token(self, message: str) -> bool:
        def part(name: str) -> str:
            found = re.search(rf"<\w+:{name}[^>]*>([^<]*)</", message)
            return found.group(1) if found else ""

        created = part("Created")
        if not created or abs((datetime.fromisoformat(created) - self.now()).total_seconds()) > 10:
            return False
        wanted = hashlib.sha1(base64.b64decode(part("Nonce")) + created.encode() + PASSWORD.encode()).digest()
        return part("Username") == USER and base64.b64decode(part("Password")) == wanted

    def _knows_digest(self, request: BaseHTTPRequestHandler) -> bool:
        header = request.headers.get("Authorization", "")
        if not header.startswith("Digest "):
            return False
        told = parse_keqv_list(parse_http_list(header.removeprefix("Digest ")))

        def digest(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        secret = digest(f"{USER}:cam era:{PASSWORD}")
        asked = digest(f"POST:{request.path}")
        wanted = digest(f"{secret}:n0nce:{told['nc']}:{told['cnonce']}:auth:{asked}")
        return told["response"] == wanted and told["uri"] == request.path and told["opaque"] == "op"

    def _body(self, operation: str, message: str) -> str:
        if operation == "GetCapabilities":
            host = self.media_host or f"127.0.0.1:{self.port}"
            return (
                "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>"
                f"http://{host}/onvif/media_service</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>"
            )
        if operation == "GetProfiles":
            return (
                "<trt:GetProfilesResponse>"
                + profile("MainProfile", "mainStream", 2560, 1440)
                + profile("SubProfile", "subStream", 704, 576)
                + "</trt:GetProfilesResponse>"
            )
        if operation == "GetStreamUri":
            channel = "102" if "SubProfile" in message else "101"
            return (
                "<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>"
                f"rtsp://192.0.2.99:554/Streaming/Channels/{channel}?transportmode=unicast&amp;profile=p</tt:Uri>"
                "</trt:MediaUri></trt:GetStreamUriResponse>"
            )
        return "<env:Fault><env:Code><env:Value>env:Receiver</env:Value></env:Code></env:Fault>"


def profile(token: str, name: str, width: int, height: int) -> str:
    return (
        f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{name}</tt:Name><tt:VideoEncoderConfiguration token="v">'
        f"<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
        "</tt:Resolution><tt:RateControl><tt:FrameRateLimit>25</tt:FrameRateLimit></tt:RateControl>"
        "</tt:VideoEncoderConfiguration></trt:Profiles>"
    )


def send(request: BaseHTTPRequestHandler, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
    request.send_response(status)
    for name, value in (headers or {}).items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def trickle(request: BaseHTTPRequestHandler) -> None:
    """An answer whose bytes come one by one, each in time, for ever."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"<")
        time.sleep(0.05)


def redirect(request: BaseHTTPRequestHandler) -> None:
    send(request, 302, b"", {"Location": "http://192.0.2.1/"})


def probe_match(
    message_id: str, *, host: str, port: int, endpoint: str = "urn:uuid:camera-1", scopes: str = ""
) -> bytes:
    """What a camera answers to a probe."""
    scopes = scopes or (
        "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/IPC%20Kitchen "
        "onvif://www.onvif.org/hardware/DS-2CD2143 onvif://www.onvif.org/location/city/hangzhou"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">'
        f"<SOAP-ENV:Header><wsa:RelatesTo>{message_id}</wsa:RelatesTo></SOAP-ENV:Header><SOAP-ENV:Body><d:ProbeMatches>"
        f"<d:ProbeMatch><wsa:EndpointReference><wsa:Address>{endpoint}</wsa:Address></wsa:EndpointReference>"
        f"<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>{scopes}</d:Scopes>"
        f"<d:XAddrs>http://[fe80::1]/onvif/device_service http://{host}:{port}/onvif/device_service</d:XAddrs>"
        "<d:MetadataVersion>10</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


@contextmanager
def responder(answers: Callable[[str], list[bytes]]) -> Iterator[tuple[str, int]]:
    """Answers each probe with these datagrams; given the probe's message id. Its address."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind(("127.0.0.1", 0))
    opened.settimeout(0.2)
    stopping = threading.Event()

    def listen() -> None:
        while not stopping.is_set():
            try:
                content, sender = opened.recvfrom(65_535)
            except TimeoutError:
                continue
            found = re.search(r"<\w+:MessageID[^>]*>([^<]+)<", content.decode())
            if found is not None and "NetworkVideoTransmitter" in content.decode():
                for answer in answers(found.group(1)):
                    opened.sendto(answer, sender)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        host, port = opened.getsockname()
        yield host, port
    finally:
        stopping.set()
        thread.join(5)
        opened.close()
