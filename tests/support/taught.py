"""A head that tells an open lid from a closed one, taught on drawn bins, and what it is shown."""

from detector.head_desk import HeadDesk, NewHead
from detector.head_record import HeadScope, Origin, OriginKind
from domain.detection import Observation
from domain.frame import Frame
from domain.ids import CameraId
from tests.alerts.samples import MODEL
from tests.support.bins import REGION, draw_bin


def taught_lid(desk: HeadDesk, camera_id: CameraId) -> str:
    """Its id; version 1 is live."""
    scope = HeadScope(camera_id=camera_id, region=REGION)
    new = NewHead(name="bin", states=("open", "closed"), scope=scope, code="bin.uncovered", breach_state="open")
    head = desk.create(new, actor="user-1")
    for seed in range(8):
        for state in ("open", "closed"):
            pixels = draw_bin(is_open=state == "open", seed=100 + seed)[22:180, 166:282]
            desk.add_picture(head.head_id, state, pixels, origin=Origin(kind=OriginKind.UPLOADED), actor="user-1")
    desk.teach(head.head_id, actor="user-1")
    desk.go_live(head.head_id, actor="user-1")
    return head.head_id


def observation_of(frame: Frame) -> Observation:
    """Of a frame in which the network saw nothing."""
    return Observation(
        camera_id=frame.camera_id,
        sequence=frame.sequence,
        captured_at=frame.captured_at,
        clock=frame.clock,
        detections=(),
        tracks=(),
        model=MODEL,
        width_px=frame.picture.width,
        height_px=frame.picture.height,
    )
