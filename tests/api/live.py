"""The application behind a real server on a port that the system chooses."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from api.server import ApiServer
from api.settings import ApiSettings

DEADLINE_SECONDS = 60.0


@contextmanager
def served(app: FastAPI, settings: ApiSettings, port: int = 0) -> Iterator[str]:
    """Its address; the server stops at the end, open feeds or not. Port 0 lets the system choose."""
    server = ApiServer(app, settings.model_copy(update={"host": "127.0.0.1", "port": port}))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), name="api-server", daemon=True)
    thread.start()
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.bound_port}"
    finally:
        server.should_exit = True
        thread.join(DEADLINE_SECONDS)
        assert not thread.is_alive(), "the server did not stop"
