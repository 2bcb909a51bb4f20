"""Real HTTP and TCP servers that are good, slow, lost or spiteful; on ports that the kernel chooses."""

import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, Self

import av

Conversation = Callable[[socket.socket], None]


@contextmanager
def tcp_server(talk: Conversation) -> Iterator[int]:
    """Accepts every connection and talks to it on a thread of its own; the port."""
    listening = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connections.append(connection)
                threading.Thread(target=_talk, args=(talk, connection), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        for connection in [listening, *connections]:
            connection.close()


def _talk(talk: Conversation, connection: socket.socket) -> None:
    with suppress(OSError):
        talk(connection)


def silent(connection: socket.socket) -> None:
    """Accepts and never answers; the connection stays open until the server ends."""
    while connection.recv(4096):
        pass


def trickling(connection: socket.socket) -> None:
    while True:
        connection.sendall(os.urandom(3))
        time.sleep(0.1)


def trickling_headers(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: y\r\n")
        time.sleep(0.1)


def trickling_body(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n")
    trickling(connection)


def flooding(connection: socket.socket) -> None:
    """Endless noise as fast as it is read."""
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n")
    while True:
        connection.sendall(os.urandom(65536))


def closing(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.close()


class _Handler(BaseHTTPRequestHandler):
    """/loop redirects for ever, /status/N answers N, /mjpeg plays pictures, the rest are files."""

    protocol_version = "HTTP/1.1"
    folder: ClassVar[Path]
    pictures: ClassVar[list[bytes]]
    asked: ClassVar[list[str]]

    def log_message(self, *_: object) -> None:
        """Nothing to say."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.asked.append(path)
        if path.startswith("/loop"):
            self._answer(302, location=f"/loop{len(self.asked)}")
        elif path.startswith("/to-file"):
            self._answer(302, location=f"file://{self.folder}/clip.mp4")
        elif path.startswith("/hop"):
            left = int(path.removeprefix("/hop"))
            self._answer(302, location=f"/hop{left - 1}" if left > 1 else "/clip.mp4")
        elif path.startswith("/status/"):
            self._answer(int(path.removeprefix("/status/")))
        elif path == "/mjpeg":
            self._play()
        else:
            self._file(self.folder / path.lstrip("/"))

    def _answer(self, status: int, *, location: str | None = None) -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _file(self, path: Path) -> None:
        if not path.is_file():
            self._answer(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _play(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        with suppress(OSError):
            for index in range(10**6):
                picture = self.pictures[index % len(self.pictures)]
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                self.wfile.write(head.encode() + picture + b"\r\n")
                time.sleep(0.1)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A camera client that hangs up is no error."""


def self_signed(folder: Path) -> Path:
    """A certificate with its key, as most cameras have one: signed by themselves."""
    path = folder / "camera.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=camera"]
    subprocess.run(
        [*command, "-keyout", str(path), "-out", str(folder / "public.pem")], check=True, capture_output=True
    )
    path.write_text(path.read_text() + (folder / "public.pem").read_text())
    return path


class HttpServer:
    """Serves a folder; `url` of a path, `asked` for what was requested."""

    def __init__(self, folder: Path, *, certificate: Path | None = None) -> None:
        self.asked: list[str] = []
        self._pictures: list[bytes] = []
        attributes = {"folder": folder, "pictures": self._pictures, "asked": self.asked}
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), attributes))
        self._scheme = "http"
        if certificate is not None:
            self._scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str, *, login: str = "") -> str:
        return f"{self._scheme}://{login}127.0.0.1:{self._server.server_port}/{path}"

    def play_pictures(self, clip: Path) -> str:
        """Serve the JPEG pictures of a clip as a camera does, ten per second."""
        with av.open(str(clip)) as container:
            self._pictures += [bytes(packet) for packet in container.demux(video=0) if packet.size]
        return self.url("mjpeg")
