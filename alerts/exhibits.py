"""Makes the pieces of evidence of one alert: a still with masked faces, its boxes as JSON, a clip."""

import errno
import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import cv2
import structlog

from alerts import metrics
from alerts.errors import EvidenceCause, EvidenceNotFoundError, EvidenceStoreError
from alerts.masking import masked, unreadable
from alerts.messages import json_bytes
from alerts.ports import ClipSource, EvidenceStore, FaceFinder, GuardedParts
from alerts.region_evidence import regions_content
from alerts.settings import EvidenceSettings
from domain.alert import Evidence, EvidenceKind, EvidenceState
from domain.detection import Observation
from domain.frame import Frame
from domain.geometry import Box, Polygon
from domain.ids import AlertId, CameraId, EvidenceId
from domain.violation import Violation

log = structlog.get_logger(__name__)

# What the network itself took for a face is masked too, whatever the finder says.
FACE_LABELS = frozenset({"face_masked", "face_unmasked", "face_mask_misworn", "head_bare"})

_TYPES = {
    EvidenceKind.STILL: ("jpg", "image/jpeg"),
    EvidenceKind.BOXES: ("json", "application/json"),
    EvidenceKind.CLIP: ("mp4", "video/mp4"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipOrder:
    """A clip to be made once its last moment has passed; both ends on the monotonic clock."""

    camera_id: CameraId
    evidence: Evidence
    start_clock: float
    end_clock: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOrder:
    """A still and its boxes to be made, both still pending; `frame` is None where the picture was given up."""

    still: Evidence
    boxes: Evidence
    violation: Violation
    observation: Observation
    frame: Frame | None
    screens: Sequence[Polygon] = ()  # as they were when it was ordered: the camera may be gone when it is made


class ExhibitMaker:
    """Makes and stores evidence. It belongs to the recorder's thread; no failure of it leaves as an exception."""

    def __init__(
        self,
        *,
        store: EvidenceStore,
        clips: ClipSource | None,
        faces: FaceFinder,
        settings: EvidenceSettings,
        new_id: Callable[[], str],
        guarded: GuardedParts | None = None,
    ) -> None:
        self._store = store
        self._guarded = guarded
        self._clips = clips
        self._faces = faces
        self._looking = threading.Lock()
        self._settings = settings
        self._new_id = new_id
        # Several subjects may be confirmed by one picture, and to look for faces is what takes long.
        self._latest_still: tuple[Observation, bytes] | None = None

    def still_order(
        self, alert_id: AlertId, violation: Violation, observation: Observation, frame: Frame | None, now: datetime
    ) -> StillOrder:
        """The still and the boxes to be made. `frame` None: its picture had to be given up."""
        return StillOrder(
            still=self._piece(alert_id, EvidenceKind.STILL, now),
            boxes=self._piece(alert_id, EvidenceKind.BOXES, now),
            violation=violation,
            observation=observation,
            frame=frame,
            screens=tuple(self._guarded.screens(observation.camera_id)) if self._guarded is not None else (),
        )

    def still_and_boxes(self, order: StillOrder) -> tuple[Evidence, Evidence]:
        """Both pieces finished, or missing with their causes. Any thread; one at a time looks for faces."""
        with self._looking, metrics.EVIDENCE_SECONDS.time():
            still = self._made(order.still, lambda: self._still_of(order))
            boxes = self._made(order.boxes, lambda: json_bytes(boxes_content(order.violation, order.observation)))
        return still, boxes

    def clip_order(self, alert_id: AlertId, camera_id: CameraId, clock: float, now: datetime) -> ClipOrder | None:
        """The clip to be made of an alert that was confirmed at `clock`; None where there are no clips."""
        if self._clips is None or not self._settings.has_clips:
            return None
        return ClipOrder(
            camera_id=camera_id,
            evidence=self._piece(alert_id, EvidenceKind.CLIP, now),
            start_clock=clock - self._settings.before_seconds,
            end_clock=clock + self._settings.after_seconds,
        )

    def clip(self, order: ClipOrder, *, is_cut_short: bool = False) -> Evidence:
        """The finished clip, or the same piece as missing with its cause.

        `is_cut_short`: the service stops before the clip's last moment; what there is of it is kept.
        """
        piece = order.evidence
        assert self._clips is not None
        if self._guarded is not None and self._guarded.has_private(order.camera_id):
            return self._missing(piece, EvidenceCause.PRIVATE_ZONE)
        path = self._store.scratch() / f"{piece.evidence_id}.mp4"
        try:
            saved = self._clips.save_clip(order.camera_id, order.start_clock, order.end_clock, path)
            if saved is None:
                return self._missing(piece, EvidenceCause.INTERRUPTED if is_cut_short else EvidenceCause.NO_PICTURES)
            stored = self._store.adopt(piece.name, path)
        except EvidenceStoreError as error:
            return self._missing(piece, error.cause)
        except OSError as error:
            is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            return self._missing(piece, EvidenceCause.DISK_FULL if is_full else EvidenceCause.WRITE_FAILED, error)
        except Exception as error:  # noqa: BLE001 - a supervisor: whatever a camera's packets do, the alert stands
            return self._missing(piece, EvidenceCause.NO_PICTURES, error)
        finally:
            path.unlink(missing_ok=True)
        metrics.EVIDENCE.labels(piece.kind.value, "stored").inc()
        return replace(
            piece,
            state=EvidenceState.STORED,
            media_type=saved.media_type,
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
        )

    def interrupted(self, pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """What nobody is making any more: stored where its file was finished, else missing."""
        return tuple(
            self._found(piece) or self._missing(piece, EvidenceCause.INTERRUPTED)
            for piece in pieces
            if piece.state is EvidenceState.PENDING
        )

    def _found(self, piece: Evidence) -> Evidence | None:
        """The piece whose file is there: a file has its name only once it is whole (see EvidenceStore.save)."""
        try:
            with self._store.open(piece.name) as file:
                content = file.read()  # at most what a camera's ring of packets holds
        except EvidenceNotFoundError:
            return None
        except (OSError, EvidenceStoreError) as error:
            log.warning("evidence_not_readable", alert_id=piece.alert_id, error=type(error).__name__)
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        return replace(piece, state=EvidenceState.STORED, size_bytes=len(content), sha256=sha256)

    def _piece(self, alert_id: AlertId, kind: EvidenceKind, now: datetime) -> Evidence:
        evidence_id = EvidenceId(self._new_id())
        suffix, media_type = _TYPES[kind]
        return Evidence(
            evidence_id=evidence_id,
            alert_id=alert_id,
            kind=kind,
            state=EvidenceState.PENDING,
            name=f"{now:%Y/%m/%d}/{alert_id}/{evidence_id}.{suffix}",
            media_type=media_type,
            created_at=now,
        )

    def _made(self, piece: Evidence, make: Callable[[], bytes]) -> Evidence:
        try:
            stored = self._store.save(piece.name, make())
        except EvidenceStoreError as error:
            return self._missing(piece, error.cause)
        except _StillError as error:
            return self._missing(piece, error.cause, error.__cause__)
        except Exception as error:  # noqa: BLE001 - a supervisor: the alert stands without its evidence
            return self._missing(piece, EvidenceCause.WRITE_FAILED, error)
        metrics.EVIDENCE.labels(piece.kind.value, "stored").inc()
        return replace(piece, state=EvidenceState.STORED, size_bytes=stored.size_bytes, sha256=stored.sha256)

    def _still_of(self, order: StillOrder) -> bytes:
        observation = order.observation
        if self._latest_still is not None and self._latest_still[0] is observation:
            return self._latest_still[1]
        if order.frame is None:
            raise _StillError(EvidenceCause.OVERLOADED)
        content = self._still(observation, order.frame, order.screens)
        self._latest_still = (observation, content)
        return content

    def _still(self, observation: Observation, frame: Frame, screens: Sequence[Polygon]) -> bytes:
        """The picture as JPEG with every face masked. Without the finder's answer there is no picture at all."""
        try:
            pixels = frame.picture.bgr()
        except Exception as error:
            raise _StillError(EvidenceCause.NO_PICTURES) from error
        try:
            found: list[Box] = list(self._faces.find(pixels))
        except Exception as error:
            raise _StillError(EvidenceCause.NOT_MASKED) from error
        found += [detection.box for detection in observation.detections if detection.label in FACE_LABELS]
        is_encoded, content = cv2.imencode(
            ".jpg",
            unreadable(masked(pixels, found), screens),
            [cv2.IMWRITE_JPEG_QUALITY, self._settings.jpeg_quality],
        )
        if not is_encoded:
            raise _StillError(EvidenceCause.NO_PICTURES)
        return bytes(content)

    def _missing(self, piece: Evidence, cause: EvidenceCause, error: BaseException | None = None) -> Evidence:
        metrics.EVIDENCE.labels(piece.kind.value, cause.value).inc()
        log.warning(
            "evidence_missed",
            alert_id=piece.alert_id,
            kind=piece.kind.value,
            cause=cause.value,
            error=type(error).__name__ if error else None,
        )
        return replace(piece, state=EvidenceState.MISSING, cause=cause.value)


class _StillError(Exception):
    """The still cannot be made."""

    def __init__(self, cause: EvidenceCause) -> None:
        super().__init__(cause.value)
        self.cause = cause


def boxes_content(violation: Violation, observation: Observation) -> dict[str, Any]:
    """What was seen in the confirming frame, for drawing on demand; edges as fractions of the frame."""
    return {
        "schema_version": "1",
        "violation_id": violation.violation_id,
        "code": violation.code,
        "camera_id": observation.camera_id,
        "captured_at": observation.captured_at.isoformat(),
        "width_px": observation.width_px,
        "height_px": observation.height_px,
        "model": {
            "name": observation.model.name,
            "version": observation.model.version,
            "sha256": observation.model.sha256,
        },
        "sightings": [_box_content(s.label, s.confidence, s.box) for s in violation.sightings],
        "detections": [_box_content(d.label, d.confidence, d.box) for d in observation.detections],
        **regions_content(violation, observation),
    }


def _box_content(label: str, confidence: float, box: Box) -> dict[str, Any]:
    return {
        "label": label,
        "confidence": round(confidence, 4),
        "left": round(box.left, 5),
        "top": round(box.top, 5),
        "right": round(box.right, 5),
        "bottom": round(box.bottom, 5),
    }
