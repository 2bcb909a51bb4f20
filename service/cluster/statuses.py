"""A camera's status as a document in the database, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.ids import CameraId
from streams.ports import CameraCondition, StreamProperties, StreamState, StreamStatus
from streams.redaction import redact_url

NOT_PLACED = "not_placed"
NODE_LOST = "node_lost"


def document_of(
    status: StreamStatus,
    frame_age_seconds: float | None,
    heads: Mapping[str, int] | None = None,
    *,
    is_judged: bool,
) -> dict[str, Any]:
    """JSON-ready; a login in the detail is hidden. `heads` are the versions by which the camera is judged.

    `is_judged`: whether its pictures are, now.
    """
    known = status.properties
    return {
        "state": status.state.value,
        "condition": status.condition.value,
        "since": status.since.isoformat(),
        "cause": status.cause,
        "detail": redact_url(status.detail) if status.detail else None,
        "properties": None
        if known is None
        else {
            "codec": known.codec,
            "width_px": known.width_px,
            "height_px": known.height_px,
            "declared_fps": known.declared_fps,
        },
        "last_frame_at": status.last_frame_at.isoformat() if status.last_frame_at else None,
        "frame_age_seconds": frame_age_seconds,
        "frames_decoded": status.frames_decoded,
        "frames_analysed": status.frames_analysed,
        "frames_dropped": status.frames_dropped,
        "reconnects": status.reconnects,
        "heads": dict(heads or {}),
        "is_judged": is_judged,
    }


def status_of(camera_id: CameraId, document: Mapping[str, Any]) -> StreamStatus:
    known = document["properties"]
    return StreamStatus(
        camera_id=camera_id,
        state=StreamState(document["state"]),
        condition=CameraCondition(document["condition"]),
        since=datetime.fromisoformat(document["since"]),
        cause=document["cause"],
        detail=document["detail"],
        properties=None if known is None else StreamProperties(**known),
        last_frame_at=datetime.fromisoformat(document["last_frame_at"]) if document["last_frame_at"] else None,
        frames_decoded=document["frames_decoded"],
        frames_analysed=document["frames_analysed"],
        frames_dropped=document["frames_dropped"],
        reconnects=document["reconnects"],
    )


def unwatched(camera_id: CameraId, cause: str, since: datetime) -> StreamStatus:
    """Of a camera that nobody looks through: nothing is known of the place."""
    return StreamStatus(
        camera_id=camera_id,
        state=StreamState.STOPPED,
        condition=CameraCondition.OFFLINE,
        since=since,
        cause=cause,
        detail=None,
        properties=None,
        last_frame_at=None,
        frames_decoded=0,
        frames_analysed=0,
        frames_dropped=0,
        reconnects=0,
    )
