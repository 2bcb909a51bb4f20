"""The service as its users run it: a process of its own, driven through its command line and its port."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from tests.support.shared import REPOSITORY

ADMIN_PASSWORD = "an-admin-of-the-tests"
START_SECONDS = 300.0

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found | None], seconds: float, what: str) -> Found:
    """The first value that is neither None nor false; an AssertionError that names what never came."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


class ServiceProcess:
    """`brightkitchen run` on a port chosen by the kernel, with its log lines kept."""

    start_seconds = START_SECONDS

    def __init__(
        self,
        data: Path,
        *,
        verb: Sequence[str] = ("run",),
        cameras: Sequence[str] = (),
        arguments: Sequence[str] = (),
        program: Sequence[str] = ("-m", "service.cli"),
        **environment: str,
    ) -> None:
        self.data = data
        self.lines: list[dict[str, Any]] = []
        self.text: list[str] = []
        self._clients = ExitStack()
        command = [sys.executable, *program, *verb, "--data", str(data), "--port", "0", *arguments]
        for camera in cameras:
            command += ["--camera", camera]
        settings = {
            "BRIGHTKITCHEN_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "BRIGHTKITCHEN_LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
        }
        self._process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={**os.environ, **settings, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.text.append(line)
            if line.startswith("{"):
                try:
                    self.lines.append(json.loads(line))
                except ValueError:
                    continue

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clients.close()
        self.kill()
        if error is not None:
            sys.stdout.write("".join(self.text[-200:]))

    @property
    def pid(self) -> int:
        return self._process.pid

    def logged(self, name: str) -> dict[str, Any] | None:
        return next((line for line in self.lines if line.get("event") == name), None)

    def started(self) -> dict[str, Any]:
        """The `service_started` line: url, mqtt host and port."""

        def look() -> dict[str, Any] | None:
            if self._process.poll() is not None:
                raise AssertionError(f"the service stopped with {self._process.returncode}: {''.join(self.text)}")
            return self.logged("service_started")

        return wait_for(look, self.start_seconds, "the service to start")

    @property
    def url(self) -> str:
        return str(self.started()["url"])

    def client(self, name: str = "admin", password: str = ADMIN_PASSWORD) -> httpx2.Client:
        """A logged-in client, closed with the service."""
        client = self._clients.enter_context(
            httpx2.Client(base_url=self.url, headers={"X-Requested-With": "brightkitchen"}, timeout=30.0)
        )
        answer = client.post("/api/v1/login", json={"name": name, "password": password})
        assert answer.status_code < 300, answer.text
        return client

    def stop(self, seconds: float = 30.0) -> int:
        """Ask it to stop, as systemd does."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)

    def kill(self) -> None:
        """`kill -9`."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(10)
        self._reader.join(5)
        if self._process.stdout is not None:
            self._process.stdout.close()


def next_feed_entry(client: httpx2.Client, after: int = 0) -> tuple[int, dict[str, Any]]:
    """The first entry of the SSE feed after the given id: (id, message)."""
    with client.stream("GET", "/api/v1/alerts/feed", headers={"Last-Event-ID": str(after)}, timeout=60.0) as answer:
        assert answer.status_code == 200
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(":")
            if line and name:
                fields[name] = value.strip()
            elif not line and "data" in fields:
                return int(fields["id"]), json.loads(fields["data"])
    raise AssertionError("the feed ended without an entry")


def confirm_place(client: httpx2.Client, camera_id: str) -> None:
    """Look at what the camera shows and say that it may be watched, as a person does after a change of its source."""
    picture = client.get(f"/api/v1/cameras/{camera_id}/first-picture.jpg")
    assert picture.status_code == 200, picture.text
    body = {"verdict": "confirmed", "picture_sha256": picture.headers["etag"].strip('"')}
    answer = client.post(f"/api/v1/cameras/{camera_id}/place", json=body)
    assert answer.status_code == 200, answer.text
