"""uvicorn as this service runs it: quiet, bounded, and able to stop while feeds are open."""

import socket

import uvicorn
from fastapi import FastAPI

from api.dependencies import Parts
from api.settings import ApiSettings


class ApiServer(uvicorn.Server):
    """Serves the application until `should_exit` is set.

    Feeds never end by themselves; they are ended first when the server stops, or it would wait for them.
    """

    def __init__(self, app: FastAPI, settings: ApiSettings) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=settings.trusted_proxies,
                timeout_graceful_shutdown=settings.shutdown_grace_seconds,
                lifespan="off",
            )
        )
        parts = app.state.parts
        assert isinstance(parts, Parts)
        self._feeds = parts.feeds
        self._live = parts.live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._feeds.stop()
        self._live.stop()
        await super().shutdown(sockets)

    @property
    def bound_port(self) -> int:
        """The port that the system chose, once the server has started."""
        return int(self.servers[0].sockets[0].getsockname()[1])
