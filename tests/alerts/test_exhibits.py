import errno
import hashlib
import json
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from alerts.errors import EvidenceCause
from alerts.settings import EvidenceSettings
from alerts.testing import FixedFaces, InMemoryClips, InMemoryEvidenceStore
from domain.alert import EvidenceKind
from domain.frame import Pixels
from domain.geometry import Box, Polygon
from domain.ids import CameraId
from domain.zone import ZoneType
from tests.alerts.kit import BrokenPicture, Kit
from tests.alerts.samples import EPOCH
from tests.alerts.scenes import CAMERA, Thing, rat

FACE = Box(0.1, 0.2, 0.4, 0.7)


def watching(folder: Path, **parts: Any) -> Kit:
    kit = Kit(folder, **parts)
    kit.watch()
    return kit


def still(kit: Kit) -> Pixels:
    decoded = cv2.imdecode(np.frombuffer(kit.file(EvidenceKind.STILL), np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, dtype=np.uint8)


def roughness(pixels: Pixels) -> float:
    """How much neighbouring pixels differ: high where there is detail, low in a mosaic."""
    return float(np.abs(np.diff(pixels.astype(np.int16), axis=1)).mean())


def test_the_still_is_the_whole_picture(tmp_path: Path) -> None:
    kit = watching(tmp_path)
    kit.rat_alert()
    assert still(kit).shape == (180, 320, 3)
    assert roughness(still(kit)) > 40


def test_a_found_face_is_coarse_in_the_still_that_is_stored(tmp_path: Path) -> None:
    kit = watching(tmp_path, faces=FixedFaces((FACE,)))
    kit.rat_alert()
    picture = still(kit)
    assert roughness(picture[36:126, 32:128]) < 10
    assert roughness(picture[:, 200:]) > 40


def test_what_the_network_took_for_a_face_is_coarse_too(tmp_path: Path) -> None:
    kit = watching(tmp_path)
    kit.see(rat(0.8, 0.9), Thing("face_masked", FACE, 9), seconds=2)
    kit.recorder.work()
    assert roughness(still(kit)[36:126, 32:128]) < 10


def test_without_the_face_finders_answer_no_picture_is_stored(tmp_path: Path) -> None:
    kit = watching(tmp_path, faces=FixedFaces(error=RuntimeError("no network")))
    kit.rat_alert()
    assert kit.evidence(EvidenceKind.STILL) == ("missing", "not_masked")
    assert kit.evidence(EvidenceKind.BOXES) == ("stored", None)
    assert isinstance(kit.store, InMemoryEvidenceStore)
    assert [name.rsplit(".")[-1] for name in kit.store.files] == ["json"]


def test_a_picture_that_cannot_be_decoded_is_missing(tmp_path: Path) -> None:
    kit = watching(tmp_path, picture=BrokenPicture(np.zeros((4, 4, 3), np.uint8)))
    kit.rat_alert()
    assert kit.evidence(EvidenceKind.STILL) == ("missing", "no_pictures")


def test_boxes_are_json_in_fractions(tmp_path: Path) -> None:
    kit = watching(tmp_path)
    kit.see(rat(), Thing("person", Box(0.2, 0.1, 0.3, 0.9), 2), seconds=2)
    kit.recorder.work()
    boxes = json.loads(kit.file(EvidenceKind.BOXES))
    assert [box["label"] for box in boxes["sightings"]] == ["rodent"]
    assert [box["label"] for box in boxes["detections"]] == ["rodent", "person"]
    assert boxes["detections"][1]["right"] == 0.3
    assert (boxes["width_px"], boxes["height_px"], boxes["code"]) == (1280, 720, "pest.rodent")


def test_evidence_lies_by_day_and_alert_with_its_checksum(tmp_path: Path) -> None:
    kit = watching(tmp_path)
    alert = kit.rat_alert()
    for piece in alert.evidence[:2]:
        assert piece.name.startswith(f"2026/01/05/{alert.alert_id}/{piece.evidence_id}.")
        assert piece.sha256 == hashlib.sha256(kit.file(piece.kind)).hexdigest()


@pytest.mark.parametrize("cause", [EvidenceCause.DISK_FULL, EvidenceCause.WRITE_FAILED])
def test_a_store_that_refuses_is_named_piece_by_piece(tmp_path: Path, cause: EvidenceCause) -> None:
    store = InMemoryEvidenceStore(tmp_path)
    store.fail_next = [cause]
    kit = watching(tmp_path, store=store)
    kit.rat_alert()
    assert kit.evidence(EvidenceKind.STILL) == ("missing", cause.value)
    assert kit.evidence(EvidenceKind.BOXES) == ("stored", None)


def test_the_clip_is_pending_at_first_and_made_when_its_time_has_passed(tmp_path: Path) -> None:
    kit = watching(tmp_path)
    alert = kit.rat_alert()
    assert kit.evidence(EvidenceKind.CLIP) == ("pending", None)
    confirmed = 1000.0 + (alert.violation.confirmed_at - EPOCH).total_seconds()
    kit.pass_time(3.0)
    assert kit.clips.asked == []
    kit.pass_time(3.0)
    assert kit.evidence(EvidenceKind.CLIP) == ("stored", None)
    assert kit.clips.asked == [(alert.violation.camera_id, confirmed - 5.0, confirmed + 5.0)]
    assert kit.file(EvidenceKind.CLIP) == b"clip"
    assert kit.steps(alert.alert_id) == ["raised", "updated"]
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("clips", "cause"),
    [
        (InMemoryClips(content=None), "no_pictures"),
        (InMemoryClips(error=OSError(errno.ENOSPC, "No space left on device")), "disk_full"),
        (InMemoryClips(error=OSError(errno.EIO, "Input/output error")), "write_failed"),
    ],
    ids=["no keyframe", "disk full", "broken disk"],
)
def test_a_clip_that_cannot_be_made_is_missing_with_its_cause(tmp_path: Path, clips: InMemoryClips, cause: str) -> None:
    kit = watching(tmp_path, clips=clips)
    alert = kit.rat_alert()
    kit.pass_time(10)
    assert kit.evidence(EvidenceKind.CLIP) == ("missing", cause)
    assert kit.steps(alert.alert_id) == ["raised", "updated"]


def test_a_full_disk_keeps_the_clip_out_and_the_scratch_folder_clean(tmp_path: Path) -> None:
    store = InMemoryEvidenceStore(tmp_path)
    kit = watching(tmp_path, store=store)
    kit.rat_alert()
    store.fail_next = [EvidenceCause.DISK_FULL]
    kit.pass_time(10)
    assert kit.evidence(EvidenceKind.CLIP) == ("missing", "disk_full")
    assert list(tmp_path.iterdir()) == []


def test_clips_can_be_switched_off(tmp_path: Path) -> None:
    kit = watching(tmp_path, settings=EvidenceSettings(has_clips=False))
    alert = kit.rat_alert()
    assert [piece.kind for piece in alert.evidence] == [EvidenceKind.STILL, EvidenceKind.BOXES]
    kit.pass_time(10)
    assert kit.steps(alert.alert_id) == ["raised"]


def test_the_clip_of_one_alert_does_not_hold_up_the_next(tmp_path: Path) -> None:
    kit = watching(tmp_path)
    kit.see(rat(0.1, track_id=1), seconds=2)
    kit.recorder.work()
    kit.see(rat(0.9, track_id=2), seconds=2)
    kit.recorder.work()
    assert len(kit.alerts()) == 2
    assert kit.clips.asked == []
    kit.pass_time(5)
    assert [end - 5.0 for _, _, end in kit.clips.asked] == sorted(
        1000.0 + (alert.violation.confirmed_at - EPOCH) / timedelta(seconds=1) for alert in kit.alerts()
    )


@dataclass
class LeftHalf:
    """GuardedParts in which the left half of every picture is of that kind."""

    kind: ZoneType

    def has_private(self, camera_id: CameraId) -> bool:
        return camera_id == CAMERA and self.kind is ZoneType.PRIVATE

    def screens(self, camera_id: CameraId) -> tuple[Polygon, ...]:
        half = Polygon.of([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)])
        return (half,) if camera_id == CAMERA and self.kind is ZoneType.SCREEN else ()


def test_a_screen_that_people_drew_cannot_be_read_in_the_still(tmp_path: Path) -> None:
    kit = watching(tmp_path, guarded=LeftHalf(ZoneType.SCREEN))
    kit.rat_alert()
    picture = still(kit)
    assert roughness(picture[:, :155]) < 10
    assert roughness(picture[:, 200:]) > 40


def test_a_screen_stays_unreadable_where_the_camera_is_gone_before_the_still_is_made(tmp_path: Path) -> None:
    looking, may_go_on = threading.Event(), threading.Event()

    class SlowFaces(FixedFaces):
        def find(self, pixels: Pixels) -> list[Box]:
            looking.set()
            assert may_go_on.wait(30)
            return []

    guarded = LeftHalf(ZoneType.SCREEN)
    kit = watching(tmp_path, guarded=guarded, still_follows=True, faces=SlowFaces())
    kit.pipeline.start()
    kit.see(rat(), seconds=2)
    assert looking.wait(30)
    kit.pipeline.remove(CAMERA)
    guarded.kind = ZoneType.STORAGE  # as the service forgets the parts of a camera that is gone
    may_go_on.set()
    kit.pipeline.stop(30)

    picture = still(kit)
    assert roughness(picture[:, :155]) < 10
    assert roughness(picture[:, 200:]) > 40


def test_a_camera_with_a_private_part_keeps_no_clip_and_says_why(tmp_path: Path) -> None:
    kit = watching(tmp_path, guarded=LeftHalf(ZoneType.PRIVATE))
    kit.rat_alert()
    kit.pass_time(20)
    assert kit.evidence(EvidenceKind.CLIP) == ("missing", "private_zone")
    assert kit.clips.asked == []


def test_a_screen_alone_keeps_the_clip(tmp_path: Path) -> None:
    kit = watching(tmp_path, guarded=LeftHalf(ZoneType.SCREEN))
    kit.rat_alert()
    kit.pass_time(20)
    assert kit.evidence(EvidenceKind.CLIP) == ("stored", None)
