"""A real RTSP server in a process of its own; see `rtsp_server.py`."""

import json
import select
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self
from urllib.parse import quote

import av
import pytest

SYSTEM_PYTHON = Path("/usr/bin/python3")
_PROGRAM = Path(__file__).with_name("rtsp_server.py")
_ANSWER_SECONDS = 20.0

Protocols = Literal["any", "tcp", "udp"]


class RtspServer:
    """Plays clips under paths: `add("kitchen", clip)`, then `url("kitchen")`.

    `stop` and `start` keep the port and the paths, for outages; `kill` is a power cut, `freeze` a camera that
    hangs with its connections open. One thread uses it.
    """

    def __init__(
        self, *, user: str | None = None, password: str | None = None, auth: Literal["basic", "digest"] = "basic"
    ) -> None:
        self.user = user
        self.password = password
        self.auth = auth
        self.port = 0
        self._process: subprocess.Popen[str] | None = None
        self._mounts: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        if not SYSTEM_PYTHON.exists() or not _has_gst_rtsp_server():
            pytest.skip("no gst-rtsp-server for the system's Python: install gir1.2-gst-rtsp-server-1.0")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start, on the port it had before if it ran before, with all paths that were added."""
        login = ["--user", self.user, "--password", self.password or "", "--auth", self.auth] if self.user else []
        self._process = subprocess.Popen(
            [str(SYSTEM_PYTHON), str(_PROGRAM), "--port", str(self.port), *login],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._answer())
        for command in self._mounts.values():
            self._tell(command)

    def add(self, name: str, file: Path, *, protocols: Protocols = "any", has_sound: bool = False) -> str:
        """Play an MP4 of H.264 or H.265 for ever under this path, beside a tone if wanted; its address."""
        command = {"add": f"/{name}", "file": str(file), "codec": _codec_of(file), "protocols": protocols}
        if has_sound:
            command["sound"] = "yes"
        self._mounts[name] = command
        self._tell(command)
        return self.url(name)

    def url(self, name: str, *, user: str | None = None, password: str | None = None) -> str:
        """The address of a path, with the right login unless another is given."""
        name_in_url, word = user or self.user, password or self.password or ""
        login = f"{quote(name_in_url, safe='')}:{quote(word, safe='')}@" if name_in_url else ""
        return f"rtsp://{login}127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """End in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Answer nothing any more; connections stay open, and new ones are accepted by the kernel."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        process.wait(timeout=_ANSWER_SECONDS)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _tell(self, command: dict[str, str]) -> None:
        self._pipe("stdin").write(json.dumps(command) + "\n")
        self._pipe("stdin").flush()
        answer = self._answer()
        if answer != "ok":
            raise RuntimeError(f"the RTSP server refused {command}: {answer}")

    def _answer(self) -> str:
        stdout = self._pipe("stdout")
        readable, _, _ = select.select([stdout], [], [], _ANSWER_SECONDS)
        answer = stdout.readline().strip() if readable else ""
        if not answer:
            raise RuntimeError("the RTSP server gave no answer")
        return answer

    def _pipe(self, name: Literal["stdin", "stdout"]) -> IO[str]:
        pipe = getattr(self._process, name)
        assert pipe is not None
        return pipe  # type: ignore[no-any-return]  # getattr knows no type


def _codec_of(file: Path) -> str:
    with av.open(str(file)) as container:
        return {"h264": "h264", "hevc": "h265"}[container.streams.video[0].codec_context.name]


def _has_gst_rtsp_server() -> bool:
    check = "import gi; gi.require_version('GstRtspServer', '1.0')"
    return subprocess.run([str(SYSTEM_PYTHON), "-c", check], capture_output=True, check=False).returncode == 0
