"""A kitchen whose alerts were raised, put on record and reviewed by the project's own parts, on disk."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from alerts.evidence import LocalEvidenceStore
from alerts.messages import AlertMessages
from alerts.review import ReviewDesk
from alerts.testing import FixedFaces
from domain.alert import Alert, AlertStep, EvidenceKind
from domain.ids import CameraId, UserId
from domain.scope import Scope
from service.folder import DataFolder
from service.settings import load_settings
from service.store import Store, open_store
from tests.alerts.kit import Kit, camera
from tests.alerts.scenes import CAMERA, Thing, rat
from tests.support.pictures import ArrayPicture

REVIEWER = UserId("user-wang")
_DAY_SECONDS = 24 * 3600.0


@dataclass
class ReviewedKitchen:
    """Alerts of one data folder. Each has a picture of its own, a day after the one before."""

    data: Path
    store: Store
    kit: Kit
    count: int = 0
    looks_alike: bool = False

    def alert(
        self, *things: Thing, camera_id: CameraId = CAMERA, code: str = "pest.rodent", seconds: float = 10
    ) -> Alert:
        """Something is seen and put on record; it is gone when this returns."""
        self.count += 1
        self.kit.seconds += _DAY_SECONDS
        self.kit.picture = picture(0, self.count) if self.looks_alike else picture(self.count)
        self.kit.watch(camera(camera_id, codes=frozenset({code})))
        before = {alert.alert_id for alert in self.kit.alerts()}
        self.kit.see(*(things or (rat(track_id=self.count),)), seconds=seconds, camera_id=camera_id)
        self.kit.recorder.work()
        self.kit.see(seconds=130, camera_id=camera_id)
        self.kit.pass_time(60)
        (new,) = [alert for alert in self.kit.alerts() if alert.alert_id not in before]
        return new

    def review(self, alert: Alert, verdict: AlertStep, reviewer: UserId = REVIEWER) -> Alert:
        desk = ReviewDesk(
            self.store.journal, AlertMessages(self.kit.catalogue, self.kit.places), self.kit.bell, self.kit.now
        )
        reviewed = desk.review(
            alert.alert_id,
            verdict,
            actor=reviewer,
            scope=Scope.everything(),
            expected_sequence=alert.sequence,
            reason="looked at it",
        )
        assert reviewed is not None
        return reviewed

    def confirmed(self, *things: Thing, **options: object) -> Alert:
        return self.review(self.alert(*things, **options), AlertStep.CONFIRMED)  # type: ignore[arg-type]

    def dismissed(self, *things: Thing, **options: object) -> Alert:
        return self.review(self.alert(*things, **options), AlertStep.DISMISSED)  # type: ignore[arg-type]

    def file(self, alert: Alert, kind: EvidenceKind) -> Path:
        (piece,) = [piece for piece in alert.evidence if piece.kind is kind]
        return self.data / "evidence" / piece.name


def picture(number: int, level: int = 0) -> ArrayPicture:
    """A picture that no other number has; pictures of one number and other levels differ in a corner."""
    noise = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    pixels = cv2.resize(noise, (320, 180), interpolation=cv2.INTER_CUBIC)
    pixels[:8, :8] = 20 * level
    return ArrayPicture(np.asarray(pixels, dtype=np.uint8))


@contextmanager
def reviewed_kitchen(data: Path, faces: FixedFaces | None = None) -> Iterator[ReviewedKitchen]:
    with DataFolder(data) as folder:
        store = open_store(load_settings(data=data), folder)
        try:
            kit = Kit(
                data.parent,
                real_journal=store.journal,
                store=LocalEvidenceStore(folder.evidence, 0),
                faces=faces or FixedFaces(),
            )
            yield ReviewedKitchen(data=data, store=store, kit=kit)
        finally:
            store.database.close()


def stored_name(source: str, still: Path) -> str:
    """What a still is called in an export."""
    return f"{source}__{hashlib.sha256(still.read_bytes()).hexdigest()[:10]}"
