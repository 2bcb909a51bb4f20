"""A real S3 API server (moto) in a process of its own, and its address."""

import signal
import socket
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import Self

from alerts.settings import S3Settings
from tests.support.mqtt import HOST, free_port, wait_until

BUCKET = "kitchen-evidence"
KEY, SECRET = "testing-key", "testing-secret-of-the-server"
_START_SECONDS = 60.0


class S3Server:
    """Keeps its objects in memory. `pause` and `resume` freeze it; `stop` loses all."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self, *, with_bucket: bool = True) -> None:
        """Return once it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._listens, _START_SECONDS, "the S3 server to listen")
        if with_bucket:
            self.make_bucket(BUCKET)

    def make_bucket(self, name: str) -> None:
        with urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/{name}", method="PUT"), timeout=30):
            pass

    def overwrite(self, name: str, content: bytes, *, prefix: str = "", sha256: str = "") -> None:
        """Put an object there behind the service's back."""
        path = f"{prefix}/{name}" if prefix else name
        headers = {"x-amz-meta-sha256": sha256} if sha256 else {}
        request = urllib.request.Request(
            f"{self.endpoint}/{BUCKET}/{path}", data=content, headers=headers, method="PUT"
        )
        with urllib.request.urlopen(request, timeout=30):
            pass

    def pause(self) -> None:
        """It takes connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def settings(self, **wanted: object) -> S3Settings:
        return S3Settings.model_validate(
            {
                "bucket": BUCKET,
                "endpoint": self.endpoint,
                "access_key_id": KEY,
                "secret_access_key": SECRET,
                "timeout_seconds": 5.0,
                **wanted,
            }
        )

    def environment(self, prefix: str = "") -> dict[str, str]:
        """The same for a service process."""
        part = "BRIGHTKITCHEN_ALERTS__EVIDENCE__S3__"
        return {
            f"{part}BUCKET": BUCKET,
            f"{part}ENDPOINT": self.endpoint,
            f"{part}PREFIX": prefix,
            f"{part}ACCESS_KEY_ID": KEY,
            f"{part}SECRET_ACCESS_KEY": SECRET,
            f"{part}TIMEOUT_SECONDS": "5",
        }

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the S3 server ended at once"
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((HOST, self.port)) == 0
