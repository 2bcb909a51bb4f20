"""Live pictures: of one camera as MJPEG, of many as one feed with boxes and zones."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.dependencies import PartsOf, Reader, Services, Unmasked
from api.errors import FieldError
from api.fields import PathId
from api.live_feed import BOUNDARY, LiveResponse
from api.permissions import Permission
from api.routers.cameras import camera_in_scope
from api.schemas.live import LiveSettings
from domain.ids import CameraId

router = APIRouter(tags=["live pictures"])

MJPEG = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
MJPEG_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"multipart/x-mixed-replace": {}}, "description": "JPEG after JPEG, until one of us ends it."}
}
SSE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Events camera, state, picture, gone."}
}
Fps = Annotated[float | None, Query(gt=0, le=30, description="Pictures per second, up to the service's setting.")]
CameraIds = Annotated[list[str], Query(min_length=1, max_length=64)]


@router.get("/live")
def read_live_settings(caller: Reader, services: Services) -> LiveSettings:
    """How live pictures are given. The media server's address is for those only who may see faces."""
    settings = services.settings
    return LiveSettings(
        fps=settings.live_fps,
        cameras=settings.live_cameras,
        whep_url=settings.live_whep_url if Permission.SEE_UNMASKED in caller.permissions else None,
    )


@router.get("/live/feed", response_class=StreamingResponse, responses=SSE_ANSWER)
async def follow_live_pictures(
    caller: Reader, parts: PartsOf, camera_id: CameraIds, fps: Fps = None
) -> StreamingResponse:
    """Pictures with boxes of several cameras as server-sent events; without pixels for those who may not see faces.

    `camera` tells name and zones, `state` how it is (also: that it has no picture, since when and why), `picture` the
    newest picture with what was seen in it, `gone` that it is not there any more. A client that reads slowly gets
    fewer pictures, never older ones.
    """
    settings = parts.services.settings
    wanted = list(dict.fromkeys(CameraId(each) for each in camera_id))
    if len(wanted) > settings.live_cameras:
        raise FieldError("query.camera_id", f"at most {settings.live_cameras} cameras", f"{len(wanted)}")
    parts.live.enter()
    events = parts.live.events(caller, wanted, min(fps or settings.live_fps, settings.live_fps))
    return LiveResponse(parts.live, events, "text/event-stream", stuck_seconds=settings.live_stuck_seconds)


@router.get("/cameras/{camera_id}/live.mjpg", response_class=StreamingResponse, responses=MJPEG_ANSWER)
async def follow_camera(camera_id: PathId, caller: Unmasked, parts: PartsOf, fps: Fps = None) -> StreamingResponse:
    """The camera's pictures as MJPEG. Where it has none a drawn one says so, with the state in the part's headers."""
    settings = parts.services.settings
    camera = await to_thread.run_sync(camera_in_scope, parts.services, camera_id, caller.scope)
    parts.live.enter()
    pictures = parts.live.parts(caller, camera, min(fps or settings.live_fps, settings.live_fps))
    return LiveResponse(parts.live, pictures, MJPEG, stuck_seconds=settings.live_stuck_seconds)
