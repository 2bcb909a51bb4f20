"""The line to the centre: which addresses it takes, whom it trusts, and what it says when that fails."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from alerts.nodes.errors import CentreRefusalError, LineError
from alerts.nodes.line import HttpsLine, read_token
from alerts.nodes.settings import CentreSettings
from domain.ids import EvidenceId

TOKEN = SecretStr("bkn_token")


@pytest.mark.parametrize(
    "url",
    [
        "http://centre.example",  # the token would travel in the clear
        "ftp://centre.example",
        "centre.example",
        "https://name:password@centre.example",
        "https://centre.example?x=1",
        "https://centre.example:port",
    ],
)
def test_an_unsafe_or_wrong_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="url must") as caught:
        CentreSettings(url=url)
    assert "password@" not in str(caught.value.errors()[0]["msg"])


@pytest.mark.parametrize("url", ["https://centre.example", "http://127.0.0.1:8080", "http://[::1]:8080/path"])
def test_a_safe_address_is_taken(url: str) -> None:
    assert CentreSettings(url=url).url == url


def test_plain_http_elsewhere_needs_a_word_of_its_own() -> None:
    assert CentreSettings(url="http://10.8.0.1", allows_plain_http=True).url == "http://10.8.0.1"


def test_the_token_comes_from_the_setting_or_its_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("bkn_from_file\n")
    assert read_token(CentreSettings(token=TOKEN)) == TOKEN
    assert read_token(CentreSettings(token_file=file)) == SecretStr("bkn_from_file")
    assert read_token(CentreSettings()) is None
    file.write_text("\n")
    with pytest.raises(LineError, match="is empty"):
        read_token(CentreSettings(token_file=file))
    with pytest.raises(LineError, match="cannot be read"):
        read_token(CentreSettings(token_file=tmp_path / "none"))


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: dict[str, tuple[int, bytes]] = {}  # noqa: RUF012 - filled by the tests
    seen: list[str | None] = []  # noqa: RUF012
    closes_quietly = False

    def do_GET(self) -> None:
        status, content = self.answers[self.path]
        self.seen.append(self.headers["Authorization"])
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if status == 302:
            self.send_header("Location", "http://elsewhere.example/")
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = self.closes_quietly

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody knows, with its key."""
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def port(certificate: tuple[Path, Path]) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join(10)


def line_to(port: int, host: str = "localhost", **settings: Any) -> HttpsLine:
    return HttpsLine(CentreSettings(url=f"https://{host}:{port}", timeout_seconds=10, **settings), TOKEN)


ASKED = "/api/v1/ingest/evidence/e-1"


def test_a_certificate_that_is_not_trusted_never_sees_the_token(port: int, certificate: tuple[Path, Path]) -> None:
    _Answering.answers = {ASKED: (200, b'{"received_bytes": 7, "is_complete": false}')}
    _Answering.seen = []
    with pytest.raises(LineError, match="certificate is not trusted"):
        line_to(port).standing(EvidenceId("e-1"))
    with pytest.raises(LineError, match="certificate is not trusted"):  # it is made for another name
        line_to(port, host="127.0.0.1", ca_file=certificate[0]).standing(EvidenceId("e-1"))
    assert _Answering.seen == []

    line = line_to(port, ca_file=certificate[0])
    assert line.standing(EvidenceId("e-1")).received_bytes == 7
    assert _Answering.seen == ["Bearer bkn_token"]
    line.close()


@pytest.mark.parametrize(
    ("status", "content", "error", "words"),
    [
        (503, b'{"detail": "the database is away"}', LineError, "503: the database is away"),
        (429, b"", LineError, "429"),
        (200, b"<html>", LineError, "not one of a centre"),
        (401, b'{"detail": "log in"}', CentreRefusalError, "log in"),
        (409, b"", CentreRefusalError, "no reason given"),
        (302, b"", CentreRefusalError, "302"),  # not followed: the token stays with the centre
    ],
)
def test_answers_are_told_apart(
    port: int, certificate: tuple[Path, Path], status: int, content: bytes, error: type[Exception], words: str
) -> None:
    _Answering.answers = {ASKED: (status, content)}
    line = line_to(port, ca_file=certificate[0])
    with pytest.raises(error, match=words):
        line.standing(EvidenceId("e-1"))
    line.close()


def test_a_connection_that_the_centre_closed_while_it_was_quiet_is_made_again(
    port: int, certificate: tuple[Path, Path]
) -> None:
    _Answering.answers = {ASKED: (200, b'{"received_bytes": 7, "is_complete": false}')}
    _Answering.closes_quietly = True
    line = line_to(port, ca_file=certificate[0])
    try:
        for _ in range(3):
            assert line.standing(EvidenceId("e-1")).received_bytes == 7
    finally:
        _Answering.closes_quietly = False
        line.close()


def test_a_centre_that_is_away_is_no_line() -> None:
    with pytest.raises(LineError, match="no line to the centre"):
        HttpsLine(CentreSettings(url="http://127.0.0.1:9"), TOKEN).standing(EvidenceId("e-1"))
