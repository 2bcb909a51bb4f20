"""The alert feed as server-sent events: replay from any place, then live, without a gap between the two.

There is no gap because there are no two halves: a client is always at one feed id, and all it ever gets is the page of
entries after that id. The bell only tells when to look again. Nothing is queued per client: while a client does not
read, its connection takes no further page, so a slow one costs one page of memory.
"""

import json
from collections.abc import AsyncIterator
from functools import partial

import anyio
import structlog
from anyio import CapacityLimiter, to_thread
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.types import Receive, Scope, Send

from alerts.ports import FeedEntry
from api.callers import Authenticator, Caller
from api.errors import TooManyFeedsError
from api.metrics import FEED_CLIENTS, FEED_ENTRIES
from api.services import ApiServices

log = structlog.get_logger(__name__)

RETRY_MILLISECONDS = 2000


class Feeds:
    """All clients that follow the feed. Event loop only; `stop` ends them all, so that a shutdown need not wait."""

    def __init__(self, services: ApiServices, authenticator: Authenticator) -> None:
        self._services = services
        self._authenticator = authenticator
        self._limiter = CapacityLimiter(services.settings.database_threads)
        self._clients = 0
        self._stopping = anyio.Event()

    @property
    def clients(self) -> int:
        return self._clients

    def stop(self) -> None:
        self._stopping.set()

    def enter(self) -> None:
        """Raises TooManyFeedsError."""
        if self._clients >= self._services.settings.feed_clients:
            raise TooManyFeedsError(self._services.settings.feed_clients)
        self._clients += 1
        FEED_CLIENTS.inc()

    def leave(self) -> None:
        self._clients -= 1
        FEED_CLIENTS.dec()

    async def newest(self) -> int:
        return await to_thread.run_sync(self._services.journal.newest_feed_id, limiter=self._limiter)

    async def entries(self, caller: Caller, after: int) -> AsyncIterator[bytes]:
        """What one client is sent: its place first, then entries and signs of life until something ends it."""
        settings, bell = self._services.settings, self._services.bell
        place = after
        checked = self._services.clock()
        # The place at once: a client that is cut off before its first entry comes back to where it began.
        yield format_sse_event(comment="feed", id=str(place), retry=RETRY_MILLISECONDS)
        while not self._stopping.is_set():
            if self._services.clock() - checked >= settings.feed_recheck_seconds:
                if not await self._authenticator.is_still_good(caller):
                    log.info("feed_ended", cause="credential_ended")
                    return
                checked = self._services.clock()
            rings = bell.count  # before the look: a ring during it ends the wait below at once
            newest = await self.newest()
            page = await self._page(caller, place)
            for entry in page:
                place = entry.feed_id
                yield formatted(entry)
            FEED_ENTRIES.inc(len(page))
            if len(page) == settings.feed_page:
                continue
            # None of ours lies up to `newest`: what others got need not be looked through again after a reconnect.
            place = max(place, newest)
            if not await self._rung(rings):
                yield format_sse_event(comment="alive", id=str(place))

    async def _page(self, caller: Caller, after: int) -> list[FeedEntry]:
        ask = partial(self._services.journal.feed, after, caller.scope, self._services.settings.feed_page)
        return await to_thread.run_sync(ask, limiter=self._limiter)

    async def _rung(self, rings: int) -> bool:
        """Wait for a ring, a sign of life that is due, a check that is due, or the end of it all."""
        settings = self._services.settings
        longest = min(settings.feed_heartbeat_seconds, settings.feed_recheck_seconds)
        rung = False
        async with anyio.create_task_group() as group:

            async def end_when_stopping() -> None:
                await self._stopping.wait()
                group.cancel_scope.cancel()

            group.start_soon(end_when_stopping)
            rung = bool(await self._services.bell.wait(longest, after=rings))
            group.cancel_scope.cancel()
        return rung


class FeedResponse(EventSourceResponse):
    """One client's feed. Made after `Feeds.enter`; leaves when the client does."""

    def __init__(self, feeds: Feeds, caller: Caller, after: int) -> None:
        super().__init__(feeds.entries(caller, after), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._feeds = feeds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._feeds.leave()


def formatted(entry: FeedEntry) -> bytes:
    """An entry as it goes over the wire: the step's name, its place in the feed, the payload that MQTT carries too.

    The name is a word of version 1: a client listens to the words it knows, and would miss a later one.
    """
    step = entry.step
    data = json.dumps(step.payload, ensure_ascii=False, separators=(",", ":"))
    return format_sse_event(data_str=data, event=step.step.told.value, id=str(entry.feed_id))
