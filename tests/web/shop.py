"""A kitchen as a console is looked at: a rendered picture, alerts of every class, cameras that are away."""

import json
from datetime import timedelta
from typing import Any

import cv2
import numpy as np

from domain.alert import Alert, Evidence, EvidenceKind, EvidenceState
from domain.geometry import Box, Polygon
from domain.ids import CameraId, ZoneId
from domain.risk import RiskClass
from domain.violation import Sighting
from domain.zone import Zone, ZoneType
from tests.alerts.samples import sample_evidence
from tests.api.kitchen import CAMERA, SECOND_CAMERA, SECOND_SITE, SITE, Kitchen
from tests.support.checkout import REPOSITORY
from tests.support.pictures import ArrayPicture

SILENT_CAMERA = CameraId("camera-silent")
# A clip of the demonstration: rendered by this project, nobody was filmed.
RENDERED = REPOSITORY / "service" / "demo" / "clips" / "hot_kitchen_day.mp4"
KINDS: tuple[tuple[str, RiskClass, str, Box], ...] = (
    ("pest.rodent", RiskClass.I, "rodent", Box(0.42, 0.7, 0.5, 0.78)),
    ("bin.overflow", RiskClass.II, "bin_overflowing", Box(0.7, 0.55, 0.85, 0.9)),
    ("mask.general", RiskClass.III, "face_unmasked", Box(0.3, 0.2, 0.36, 0.3)),
    ("floor.litter", RiskClass.III, "garbage", Box(0.1, 0.8, 0.25, 0.92)),
    ("phone.use", RiskClass.II, "phone", Box(0.55, 0.4, 0.58, 0.46)),
)


def kitchen_picture() -> ArrayPicture:
    """A rendered kitchen, 16:9."""
    clip = cv2.VideoCapture(str(RENDERED))
    clip.set(cv2.CAP_PROP_POS_FRAMES, 60)
    is_read, picture = clip.read()
    clip.release()
    assert is_read
    return ArrayPicture(np.asarray(cv2.resize(picture, (1280, 720)), dtype=np.uint8))


def jpeg(picture: ArrayPicture) -> bytes:
    encoded, content = cv2.imencode(".jpg", picture.bgr(640, 360), [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert encoded
    return content.tobytes()


class Shop:
    """Raises alerts with evidence in a kitchen."""

    def __init__(self, kitchen: Kitchen) -> None:
        self.kitchen = kitchen
        self._pieces = 0
        self._still = jpeg(kitchen_picture())

    def open(self) -> None:
        """A camera with a picture and a zone, one that is away, one that never gave a picture."""
        kitchen = self.kitchen
        kitchen.add_camera(SILENT_CAMERA, SITE, "库房")
        corners = [(0.5, 0.3), (0.95, 0.3), (0.95, 0.95), (0.5, 0.95)]
        kitchen.twins.registry.add_zone(
            Zone(
                zone_id=ZoneId("zone-1"),
                camera_id=CAMERA,
                name="专间",
                type=ZoneType.SPECIAL_ROOM,
                polygon=Polygon.of(corners),
            )
        )
        kitchen.show_picture(CAMERA, kitchen_picture())

    def piece(self, kind: EvidenceKind, media_type: str, content: bytes) -> Evidence:
        self._pieces += 1
        number = self._pieces
        file = self.kitchen.twins.evidence_store.save(f"2026/01/05/{number}", content)
        return sample_evidence(
            number, kind=kind, name=file.name, size_bytes=file.size_bytes, sha256=file.sha256, media_type=media_type
        )

    def alert(self, number: int = 0, *, clip: bytes | None = None, **changes: Any) -> Alert:
        """An alert of one of the kinds, with still and boxes, and with the clip or why there is none."""
        code, risk_class, label, box = KINDS[number % len(KINDS)]
        self.kitchen.twins.clock.advance(7.0)
        now = self.kitchen.twins.clock.now()
        seen = {"label": label, "confidence": 0.82, **_edges(box)}
        other = {"label": "person", "confidence": 0.9, "left": 0.1, "top": 0.15, "right": 0.28, "bottom": 0.95}
        boxes = json.dumps({"sightings": [seen], "detections": [seen, other]}).encode()
        self._pieces += 1
        missing = sample_evidence(
            self._pieces,
            kind=EvidenceKind.CLIP,
            state=EvidenceState.MISSING,
            cause="disk_full",
            sha256=None,
            size_bytes=None,
        )
        evidence = (
            self.piece(EvidenceKind.STILL, "image/jpeg", self._still),
            self.piece(EvidenceKind.BOXES, "application/json", boxes),
            missing if clip is None else self.piece(EvidenceKind.CLIP, "video/mp4", clip),
        )
        facts = {
            "code": code,
            "risk_class": risk_class,
            "sightings": (Sighting(label=label, box=box, confidence=0.82),),
            "clause_ids": ("fsl-33-1-1", "practice-12"),
            "started_at": now - timedelta(seconds=4),
            "confirmed_at": now,
            "last_seen_at": now,
            "site": SITE if number % 3 else SECOND_SITE,
            "camera": CAMERA if number % 3 else SECOND_CAMERA,
        }
        return self.kitchen.raise_alert(evidence=evidence, **{**facts, **changes})


def _edges(box: Box) -> dict[str, float]:
    return {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom}
