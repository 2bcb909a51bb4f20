#!/usr/bin/env python3
"""Start the service on a free port, wait until it is healthy and ready, stop it, and see that it ends well.

`scripts/probe_service.py COMMAND...`: the command and its arguments; host and port are added.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

START_SECONDS = 60
STOP_SECONDS = 30


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def status(url: str) -> int | None:
    """The HTTP status, or None while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while (found := status(url)) != 200:
        if process.poll() is not None:
            sys.exit(f"the service ended with {process.returncode} before {url} answered")
        if time.monotonic() > deadline:
            sys.exit(f"{url} did not answer 200 within {START_SECONDS} s, last: {found}")
        time.sleep(0.2)
    print(f"{url.rsplit('/', 1)[-1]}: 200")


def main() -> None:
    port = free_port()
    # Whatever else listens on this machine must not matter: the embedded broker takes a free port, too.
    environment = os.environ | {"BRIGHTKITCHEN_ALERTS__EMBEDDED_BROKER__PORT": "0"}
    process = subprocess.Popen([*sys.argv[1:], "--host", "127.0.0.1", "--port", str(port)], env=environment)
    try:
        for path in ("healthz", "readyz"):
            wait_for(f"http://127.0.0.1:{port}/{path}", process)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=STOP_SECONDS)
    finally:
        process.kill()
        process.wait()
    if code != 0:
        sys.exit(f"the service ended with {code} after SIGTERM, expected 0")
    print("stopped: 0")


if __name__ == "__main__":
    main()
