"""A finding desk of twins that devices' events go to, on a clock that the test turns."""

from datetime import datetime, timedelta
from pathlib import Path

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.hikvision.files import SHIPPED, read_meanings
from alerts.hikvision.watch import DeviceWatch
from alerts.messages import AlertMessages
from alerts.nodes.findings import FindingDesk
from alerts.ports import AlertFilter, CameraPlace
from alerts.testing import InMemoryJournal
from domain.alert import Alert
from domain.ids import CameraId, NodeId
from domain.scope import Scope
from tests.alerts.kit import PLACE
from tests.alerts.samples import EPOCH

NODE = NodeId("nvr-1")
CATALOGUE = load_catalogue()
CODES = {entry.risk.code for entry in CATALOGUE}
EVERYTHING = Scope.everything()


class Cameras:
    """NodeCameras: what the recorder may speak of."""

    def is_known(self, node_id: NodeId) -> bool:
        return node_id == NODE

    def place_of(self, node_id: NodeId, camera_id: CameraId) -> CameraPlace | None:
        return PLACE if camera_id in {"camera-1", "camera-2"} else None


class Kitchen:
    def __init__(self, mapping: Path = SHIPPED) -> None:
        self.seconds = 0.0
        self.journal = InMemoryJournal()
        self.desk = FindingDesk(
            cameras=Cameras(),
            catalogue=CATALOGUE,
            journal=self.journal,
            messages=AlertMessages(CATALOGUE),
            bell=FeedBell(),
            now=self.now,
        )
        self.mapping = mapping
        self.watch = self.restarted()

    def restarted(self) -> DeviceWatch:
        self.watch = DeviceWatch(
            node_id=NODE,
            cameras={1: CameraId("camera-1"), 2: CameraId("camera-2"), 9: CameraId("camera-9")},
            meanings=read_meanings(self.mapping, CODES),
            take=self.desk.take,
            clock=lambda: self.seconds,
            now=self.now,
        )
        self.watch.resume(
            [*self.journal.open_alerts(CameraId("camera-1")), *self.journal.open_alerts(CameraId("camera-2"))]
        )
        return self.watch

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds)

    def alerts(self) -> list[Alert]:
        return list(reversed(self.journal.search(AlertFilter(), EVERYTHING, None, 100)))

    def steps(self, alert: Alert) -> list[str]:
        return [one.step.value for one in self.journal.history(alert.alert_id)]
