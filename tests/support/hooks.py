"""A web server that takes webhooks and the messages of chat robots, and writes down what it was sent.

It checks signatures as the receivers' documents say, with its own arithmetic.
"""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.support.certificates import Certificate


@dataclass(frozen=True)
class Taken:
    """A request as it came; header names in small letters."""

    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.content)
        return told

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}


@dataclass(frozen=True)
class Reply:
    status: int
    content: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


Answer = Callable[[Taken], Reply]


def well(_taken: Taken) -> Reply:
    return Reply(204)


class HookServer:
    """On 127.0.0.1, with HTTPS where a certificate is given. `answer` can be replaced while it runs."""

    def __init__(self, answer: Answer = well, certificate: Certificate | None = None) -> None:
        self.answer = answer
        self.taken: list[Taken] = []
        self.drips_seconds = 0.0
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
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def url(self, path: str = "/hook", host: str = "localhost") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Nothing to say."""

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                taken = Taken(self.path, {name.lower(): value for name, value in self.headers.items()}, content)
                server.taken.append(taken)
                reply = server.answer(taken)
                with suppress(OSError):
                    self.send_response(reply.status)
                    for name, value in reply.headers:
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(reply.content)))
                    self.end_headers()
                    for place in range(len(reply.content)):
                        self.wfile.write(reply.content[place : place + 1])
                        self.wfile.flush()
                        time.sleep(server.drips_seconds)

        return Handler


def _hmac_base64(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


def _told(code_field: str, text_field: str, code: int, text: str) -> Reply:
    return Reply(200, json.dumps({code_field: code, text_field: text}).encode())


def wecom(key: str) -> Answer:
    """A robot of WeCom: the key in the address opens it; a text has at most 2048 bytes."""

    def answer(taken: Taken) -> Reply:
        if taken.query.get("key") != key:
            return _told("errcode", "errmsg", 93000, "invalid webhook url")
        body = taken.json
        if body.get("msgtype") != "text" or len(body["text"]["content"].encode()) > 2048:
            return _told("errcode", "errmsg", 40058, "invalid Request Parameter")
        return _told("errcode", "errmsg", 0, "ok")

    return answer


def dingtalk(token: str, secret: str) -> Answer:
    """A signed robot of DingTalk: within an hour, over milliseconds, line feed and secret, with the secret as key."""

    def answer(taken: Taken) -> Reply:
        query = taken.query
        if query.get("access_token") != token:
            return _told("errcode", "errmsg", 300001, "token is not exist")
        stamp = query.get("timestamp", "0")
        is_fresh = abs(time.time() * 1000 - int(stamp)) < 3_600_000
        if not is_fresh or query.get("sign") != _hmac_base64(secret.encode(), f"{stamp}\n{secret}".encode()):
            return _told("errcode", "errmsg", 310000, "sign not match")
        if taken.json["msgtype"] != "text" or not taken.json["text"]["content"]:
            return _told("errcode", "errmsg", 40035, "missing parameter")
        return _told("errcode", "errmsg", 0, "ok")

    return answer


def feishu(secret: str) -> Answer:
    """A signed robot of Feishu: within an hour, over nothing, with seconds, line feed and secret as key."""

    def answer(taken: Taken) -> Reply:
        body = taken.json
        stamp = body.get("timestamp", "0")
        is_fresh = abs(time.time() - int(stamp)) < 3600
        if not is_fresh or body.get("sign") != _hmac_base64(f"{stamp}\n{secret}".encode(), b""):
            return _told("code", "msg", 19021, "sign match fail or timestamp is not within one hour from current time")
        if body["msg_type"] != "text" or not body["content"]["text"]:
            return _told("code", "msg", 9499, "Bad Request")
        return _told("code", "msg", 0, "success")

    return answer


def standard_webhook_problem(taken: Taken, secret: str, tolerance_seconds: float = 300.0) -> str | None:
    """What a receiver after the Standard Webhooks specification would object to; None: nothing."""
    headers = taken.headers
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        if name not in headers:
            return f"{name} is missing"
    if abs(time.time() - int(headers["webhook-timestamp"])) > tolerance_seconds:
        return "too old"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), taken.content])
    wanted = "v1," + _hmac_base64(key, signed)
    offered = headers["webhook-signature"].split(" ")
    return None if any(hmac.compare_digest(wanted, one) for one in offered) else "the signature is another one"
