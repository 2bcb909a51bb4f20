"""What the processes of a cluster share in tests: database, broker, object store, cameras.

The violation is a camera that is offline, told within seconds here: it needs no network, so that what these tests
promise does not hang on how busy the machine is.
"""

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from alerts.ports import AlertFilter
from domain.alert import Alert
from domain.scope import Scope
from service.bootstrap import ensure_local_cameras
from service.identity import new_id
from service.storage.cluster import SqlCluster
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.leases import SqlLeases
from service.storage.migrate import upgrade
from service.storage.registry import SqlRegistry
from tests.acceptance.service_process import wait_for
from tests.support.clips import make_clip
from tests.support.mqtt import Mosquitto, Subscriber
from tests.support.rtsp import RtspServer
from tests.support.s3 import S3Server
from tests.support.shared import REPOSITORY

ALERT_SECONDS = 180.0
FRESH_SECONDS = 6.0  # written once a second, on a machine that may be busy


@dataclass(frozen=True, kw_only=True)
class SharedKitchen:
    """The parts, and questions to them."""

    cameras: frozenset[str]
    environment: dict[str, str]
    cluster: SqlCluster
    leases: SqlLeases
    journal: SqlAlertJournal
    subscriber: Subscriber
    rtsp: RtspServer

    def holders(self) -> dict[str, str]:
        """Who has the right to each camera now: camera id to group id."""
        return {lease.name.partition("/")[2]: lease.holder.rpartition(".")[0] for lease in self.leases.held("camera/")}

    def fresh(self) -> set[str]:
        """Cameras with new pictures, wherever."""
        return {
            row.camera_id
            for row in self.cluster.statuses()
            if row.status["frame_age_seconds"] is not None
            and row.status["frame_age_seconds"] + row.age_seconds < FRESH_SECONDS
        }

    def alerts(self) -> list[Alert]:
        return self.journal.search(AlertFilter(), Scope.everything(), None, 1000)

    def raised(self) -> list[str]:
        """Ids of alerts as they were raised by MQTT, in order."""
        return [heard.json["alert_id"] for heard in self.subscriber.on("/alerts/") if heard.json["step"] == "raised"]

    def told_cameras(self) -> set[str]:
        return {alert.violation.camera_id for alert in self.alerts()}

    def seen_twice(self) -> list[tuple[str, str]]:
        """Pairs of alerts of one camera and code whose violations ran at the same time."""
        return [
            (one.alert_id, other.alert_id)
            for one in self.alerts()
            for other in self.alerts()
            if one.alert_id != other.alert_id and _run_at_once(one, other)
        ]

    def require_one_alert_each(self) -> None:
        """What is in the database was told by MQTT, and nothing was told or recorded twice."""
        wait_for(lambda: self.told_cameras() == self.cameras, ALERT_SECONDS, "an alert of each camera")
        wait_for(lambda: set(self.raised()) == {each.alert_id for each in self.alerts()}, 30.0, "all alerts by MQTT")
        assert self.seen_twice() == []


def _run_at_once(one: Alert, other: Alert) -> bool:
    first, second = one.violation, other.violation
    if (first.camera_id, first.code) != (second.camera_id, second.code) or first.started_at > second.started_at:
        return False
    return first.ended_at is None or second.started_at < first.ended_at


def shared_kitchen(stack: ExitStack, folder: Path, postgres_url: str, cameras: int) -> SharedKitchen:
    """Everything but the processes; ended by the stack."""
    broker = stack.enter_context(Mosquitto())
    server = stack.enter_context(S3Server())
    rtsp = stack.enter_context(RtspServer())
    subscriber = stack.enter_context(Subscriber(broker.port))
    database = Database(postgres_url)
    stack.callback(database.close)
    upgrade(database)
    clip = make_clip(folder / "kitchen.mp4", seconds=4.0)
    locations = [rtsp.add(f"pantry-{number}", clip) for number in range(cameras)]
    added = ensure_local_cameras(SqlRegistry(database), locations, new_id=new_id)
    return SharedKitchen(
        cameras=frozenset(camera.camera_id for camera in added),
        environment={
            "BRIGHTKITCHEN_DATABASE_URL": postgres_url,
            "BRIGHTKITCHEN_ALERTS__MQTT__HOST": "127.0.0.1",
            "BRIGHTKITCHEN_ALERTS__MQTT__PORT": str(broker.port),
            **server.environment(),
            "BRIGHTKITCHEN_ALERTS__CATALOGUE": str(_hasty_catalogue(folder / "catalogue")),
        },
        cluster=SqlCluster(database),
        leases=SqlLeases(database),
        journal=SqlAlertJournal(database),
        subscriber=subscriber,
        rtsp=rtsp,
    )


def _hasty_catalogue(folder: Path) -> Path:
    """The shipped catalogue, but a camera is offline after five seconds, at any hour."""
    shutil.copytree(REPOSITORY / "alerts" / "catalogue", folder)
    devices = folder / "devices.yaml"
    text = devices.read_text(encoding="utf-8")
    for usual, hasty in (
        ("minimum_seconds: 900", "minimum_seconds: 5"),
        ("end_after_seconds: 60", "end_after_seconds: 2"),
        ("cool_down_seconds: 3600", "cool_down_seconds: 0"),
        ("active: business_hours", "active: always"),
    ):
        assert usual in text
        text = text.replace(usual, hasty)
    devices.write_text(text, encoding="utf-8")
    return folder
