"""Live pictures of many cameras as server-sent events, and of one as MJPEG.

Nothing is queued for anybody: a client is sent the newest picture, and while it does not read it is sent nothing. When
it reads again it gets what is the newest then. One that reads nothing for long is let go.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

import anyio
import structlog
from anyio import CapacityLimiter, to_thread
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.callers import Authenticator, Caller
from api.conditions import cause_of, condition_of
from api.errors import TooManyFeedsError
from api.live_pictures import LivePicture, LivePictures
from api.metrics import LIVE_CLIENTS, LIVE_CLIENTS_DROPPED, LIVE_PICTURES
from api.no_picture import no_picture
from api.permissions import Permission
from api.schemas.live import LiveCamera, LiveState, state_of
from api.services import ApiServices
from api.zone_standing import asleep
from domain.ids import CameraId
from domain.organisation import Camera

log = structlog.get_logger(__name__)

BOUNDARY = "picture"
STATE_SECONDS = 5.0  # a camera's state is said again, so that its silence means that the connection is broken
_CAMERAS_SECONDS = 5.0  # cameras and zones are read again


@dataclass(slots=True)
class _Told:
    """What one client knows of one camera."""

    camera: LiveCamera | None = None
    state: LiveState | None = None
    state_at: float = 0.0
    version: int = 0


class LiveFeeds:
    """All clients that look at live pictures. Event loop only; `stop` ends them all."""

    def __init__(self, services: ApiServices, authenticator: Authenticator) -> None:
        settings = services.settings
        self._services = services
        self._authenticator = authenticator
        self._limiter = CapacityLimiter(4)
        self._clients = 0
        self._stopping = anyio.Event()
        self.pictures = LivePictures(
            services.fleet,
            services.looks,
            clock=services.clock,
            interval_seconds=1.0 / settings.live_fps,
            longest_px=settings.live_longest_px,
            quality=settings.live_quality,
            fresh_seconds=settings.still_fresh_seconds,
        )

    @property
    def clients(self) -> int:
        return self._clients

    def stop(self) -> None:
        self._stopping.set()
        self.pictures.stop()

    def enter(self) -> None:
        """Raises TooManyFeedsError."""
        if self._clients >= self._services.settings.live_clients:
            raise TooManyFeedsError(self._services.settings.live_clients)
        self._clients += 1
        LIVE_CLIENTS.inc()

    def leave(self) -> None:
        self._clients -= 1
        LIVE_CLIENTS.dec()

    async def events(self, caller: Caller, wanted: Sequence[CameraId], fps: float) -> AsyncIterator[bytes]:
        """What one client of many cameras is sent, until its login or the service ends."""
        told: dict[CameraId, _Told] = {}
        cameras: list[LiveCamera] = []
        checked = read = -float("inf")
        yield b"retry: 2000\n\n"
        while not self._stopping.is_set():
            began = anyio.current_time()
            if began - checked >= self._services.settings.feed_recheck_seconds:
                if not await self._authenticator.is_still_good(caller):
                    return
                checked = began
            if began - read >= _CAMERAS_SECONDS:
                cameras = await to_thread.run_sync(partial(self._cameras, caller, wanted), limiter=self._limiter)
                read = began
                for gone in set(told) - {each.camera.camera_id for each in cameras}:
                    del told[gone]
                    yield _event("gone", {"camera_id": gone})
            for camera in cameras:
                async for event in self._news(camera, told.setdefault(camera.camera.camera_id, _Told()), caller):
                    yield event
            await self._pause(1.0 / fps - (anyio.current_time() - began))

    async def _news(self, live: LiveCamera, told: _Told, caller: Caller) -> AsyncIterator[bytes]:
        """What this client does not know yet of one camera."""
        if told.camera != live:
            told.camera = live
            yield _event("camera", live.shown())
        picture = await self.pictures.current(live.camera)
        state, now = self._state(live.camera, picture), anyio.current_time()
        if state != told.state or now - told.state_at >= STATE_SECONDS:
            told.state, told.state_at = state, now
            yield _event("state", {**state.model_dump(mode="json"), "last_picture_age_seconds": self._silence(state)})
        if picture is not None and picture.version != told.version:
            told.version = picture.version
            LIVE_PICTURES.inc()
            is_masked = Permission.SEE_UNMASKED not in caller.permissions
            yield picture.event(self._services.clock(), is_masked=is_masked)

    async def parts(self, caller: Caller, camera: Camera, fps: float) -> AsyncIterator[bytes]:
        """What one client of one camera is sent: JPEG after JPEG; in words where there is no picture."""
        last: object = None
        checked = shown_at = anyio.current_time()
        yield f"--{BOUNDARY}\r\n".encode()
        while not self._stopping.is_set():
            began = anyio.current_time()
            if began - checked >= min(_CAMERAS_SECONDS, self._services.settings.feed_recheck_seconds):
                again = await self._still_there(caller, camera)
                if again is None:
                    return
                camera, checked = again, began
            picture = await self.pictures.current(camera)
            state = self._state(camera, picture)
            now = picture.version if picture else state
            if now != last or (picture is None and began - shown_at >= STATE_SECONDS):
                last, shown_at = now, began
                yield _part(picture, state)
            await self._pause(1.0 / fps - (anyio.current_time() - began))

    async def _still_there(self, caller: Caller, camera: Camera) -> Camera | None:
        if not await self._authenticator.is_still_good(caller):
            return None
        ask = partial(self._services.registry.get_camera, camera.camera_id, caller.scope)
        return await to_thread.run_sync(ask, limiter=self._limiter)

    def _state(self, camera: Camera, picture: LivePicture | None) -> LiveState:
        status = self._services.fleet.status(camera.camera_id)
        return state_of(
            camera, status, condition_of(camera, status), cause_of(camera, status), has_picture=picture is not None
        )

    def _silence(self, state: LiveState) -> float | None:
        """Seconds since the last picture of a camera that has none now, by the service's clock."""
        if state.last_picture_at is None:
            return None
        return max(0.0, (self._services.now() - state.last_picture_at).total_seconds())

    def _cameras(self, caller: Caller, wanted: Sequence[CameraId]) -> list[LiveCamera]:
        registry = self._services.registry
        found = [registry.get_camera(camera_id, caller.scope) for camera_id in wanted]
        return [self._with_zones(camera) for camera in found if camera is not None]

    def _with_zones(self, camera: Camera) -> LiveCamera:
        zones = self._services.registry.list_zones(camera.camera_id)
        return LiveCamera.of(camera, zones, asleep(self._services, camera.site_id, zones))

    async def _pause(self, seconds: float) -> None:
        """Wait, or until the service stops; at least once round the loop."""
        with anyio.move_on_after(max(0.01, seconds)):
            await self._stopping.wait()


class LiveResponse(StreamingResponse):
    """One client. Made after `LiveFeeds.enter`; leaves when the client does, or when it takes nothing for so long."""

    def __init__(
        self, feeds: LiveFeeds, content: AsyncIterator[bytes], media_type: str, *, stuck_seconds: float
    ) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(content, media_type=media_type, headers=headers)
        self._feeds = feeds
        self._stuck_seconds = stuck_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._feeds.leave()

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            with anyio.fail_after(self._stuck_seconds):
                await send(message)

        try:
            await super().stream_response(send_in_time)
        except TimeoutError:
            LIVE_CLIENTS_DROPPED.inc()
            log.info("live_client_dropped", seconds=self._stuck_seconds)


def _event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def _part(picture: LivePicture | None, state: LiveState) -> bytes:
    content = picture.content if picture else no_picture(state.condition, state.cause, state.since)
    captured = f"X-Captured-At: {picture.captured_at.isoformat()}\r\n" if picture else ""
    head = (
        f"Content-Type: image/jpeg\r\nContent-Length: {len(content)}\r\n"
        f"X-Has-Picture: {'yes' if picture else 'no'}\r\nX-Condition: {state.condition}\r\n{captured}\r\n"
    )
    return head.encode() + content + f"\r\n--{BOUNDARY}\r\n".encode()
