"""Cameras that misbehave on command: one with RTSP behind a relay that spoils what it carries, one that sends JPEGs.

Both are real servers on ports that the kernel chooses. What happens is decided by `conduct`, which any thread may set
at any time; connections that are open follow within a fraction of a second.
"""

import os
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import cache
from types import TracebackType
from typing import Self

import cv2
import numpy as np

HOST = "127.0.0.1"
_LOOK_SECONDS = 0.2
_CHUNK_BYTES = 16 * 1024
BOMB_SIDE_PX = 8_000
_PART = b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n"
_SEQUENCE = re.compile(rb"^CSeq:[ \t]*(\d+)", re.IGNORECASE | re.MULTILINE)


class Conduct(StrEnum):
    """What a camera does. Those after `REFUSES` are for cameras that send JPEGs."""

    GOOD = "good"
    CLOSES = "closes"  # hangs up, and on everybody who comes
    HANGS = "hangs"  # keeps every connection open and says nothing more
    GARBAGE = "garbage"  # noise instead of what it should send
    TRUNCATED = "truncated"  # parts of its data are missing
    REFUSES = "refuses"  # the login, of whoever it is
    RESIZES = "resizes"  # another size of picture every second
    BOMB = "bomb"  # small files with pictures of 64 million pixels


RTSP_CONDUCTS = tuple(Conduct)[1:6]
JPEG_CONDUCTS = tuple(Conduct)[1:]


class WaywardCamera:
    """What both kinds share: a port, a conduct, a thread per connection."""

    def __init__(self, conduct: Conduct = Conduct.GOOD) -> None:
        self.conduct = conduct
        self._is_over = threading.Event()
        self._listening = socket.create_server((HOST, 0))
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    def conducted(self) -> Conduct:
        """Now; it may be another at the next look."""
        return self.conduct

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name=f"wayward-{self.port}", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
        try:
            with connection, suppress(OSError):
                try:
                    self._talk(connection)
                finally:  # while another thread still reads from it, closing alone tells the other end nothing
                    connection.shutdown(socket.SHUT_RDWR)
        finally:
            with self._lock:
                self._connections.discard(connection)

    @property
    def url(self) -> str:
        raise NotImplementedError

    def _talk(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def _hang(self) -> None:
        """Until it behaves otherwise."""
        while self.conduct is Conduct.HANGS and not self._is_over.wait(_LOOK_SECONDS):
            pass


class WaywardRtspCamera(WaywardCamera):
    """In front of one path of a good RTSP server, whose port is asked for at each connection."""

    def __init__(self, upstream: Callable[[], int], path: str, conduct: Conduct = Conduct.GOOD) -> None:
        super().__init__(conduct)
        self._upstream = upstream
        self._path = path

    @property
    def url(self) -> str:
        return f"rtsp://{HOST}:{self.port}/{self._path}"

    def _talk(self, connection: socket.socket) -> None:
        match self.conduct:
            case Conduct.CLOSES:
                return
            case Conduct.HANGS:
                self._hang()
            case Conduct.REFUSES:
                _refuse_rtsp(connection)
            case _:
                with socket.create_connection((HOST, self._upstream())) as upstream:
                    threading.Thread(target=_pump, args=(connection, upstream), daemon=True).start()
                    self._relay(upstream, connection)

    def _relay(self, upstream: socket.socket, connection: socket.socket) -> None:
        """Until one of the two hangs up, or the camera behaves again after it has spoilt the connection."""
        is_spoilt = False
        while content := upstream.recv(_CHUNK_BYTES):
            conduct = self.conduct
            if conduct in {Conduct.CLOSES, Conduct.REFUSES} or (is_spoilt and conduct is Conduct.GOOD):
                return
            if conduct is Conduct.HANGS:
                self._hang()
                return
            is_spoilt = conduct is not Conduct.GOOD
            connection.sendall(_spoilt(content, conduct))


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(_CHUNK_BYTES):
            target.sendall(content)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _spoilt(content: bytes, conduct: Conduct) -> bytes:
    if conduct is Conduct.GARBAGE:
        return os.urandom(len(content))
    if conduct is Conduct.TRUNCATED and len(content) > 1:
        cut = random.randrange(1, len(content))
        return content[:cut] if random.random() < 0.5 else content
    return content


def _refuse_rtsp(connection: socket.socket) -> None:
    while question := connection.recv(4096):
        found = _SEQUENCE.search(question)
        number = found[1] if found else b"1"
        connection.sendall(
            b"RTSP/1.0 401 Unauthorized\r\nCSeq: " + number + b'\r\nWWW-Authenticate: Basic realm="camera"\r\n\r\n'
        )


class WaywardJpegCamera(WaywardCamera):
    """Plays pictures in turn as cameras with MJPEG over HTTP do. `pictures` of one size each: good, then another."""

    def __init__(
        self,
        pictures: Sequence[bytes],
        other_size: Sequence[bytes],
        *,
        fps: float = 5.0,
        conduct: Conduct = Conduct.GOOD,
    ) -> None:
        super().__init__(conduct)
        self._pictures = pictures
        self._other_size = other_size
        self._step_seconds = 1.0 / fps

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/mjpeg"

    def _talk(self, connection: socket.socket) -> None:
        connection.recv(4096)
        if self.conduct is Conduct.REFUSES:
            connection.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if self.conduct is Conduct.HANGS:
            self._hang()
            return
        if self.conduct is Conduct.CLOSES:
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n")
        number = 0
        while not self._is_over.is_set():
            conduct = self.conducted()
            if conduct in {Conduct.CLOSES, Conduct.REFUSES, Conduct.HANGS}:
                self._hang()
                return
            connection.sendall(self._part(number))
            number += 1
            time.sleep(self._step_seconds)

    def _part(self, number: int) -> bytes:
        picture = self._pictures[number % len(self._pictures)]
        match self.conduct:
            case Conduct.GARBAGE:
                return os.urandom(len(picture))
            case Conduct.TRUNCATED:
                picture = picture[: len(picture) // 3]
            case Conduct.RESIZES:
                is_other = int(time.monotonic()) % 2
                picture = self._other_size[number % len(self._other_size)] if is_other else picture
            case Conduct.BOMB:
                picture = picture_bomb()
        return _PART % (len(picture), picture)


@cache
def picture_bomb(side_px: int = BOMB_SIDE_PX) -> bytes:
    """A sound JPEG of less than a megabyte whose picture takes a hundred."""
    is_encoded, content = cv2.imencode(".jpg", np.full((side_px, side_px), 128, np.uint8))
    assert is_encoded
    return content.tobytes()


def noise_picture(width: int, height: int, seed: int = 0) -> bytes:
    """A JPEG of which no two are alike."""
    pixels = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
    is_encoded, content = cv2.imencode(".jpg", cv2.resize(pixels, (width, height), interpolation=cv2.INTER_NEAREST))
    assert is_encoded
    return content.tobytes()
