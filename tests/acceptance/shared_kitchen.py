"""What the processes of a cluster share in tests: database, broker, object store, cameras that show an animal."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from alerts.ports import AlertFilter
from alerts.s3 import S3EvidenceStore
from domain.alert import Alert, EvidenceState
from domain.scope import Scope
from service.bootstrap import ensure_local_cameras
from service.identity import new_id
from service.storage.cluster import SqlCluster
from service.storage.database import Database
from service.storage.journal import SqlAlertJournal
from service.storage.leases import SqlLeases
from service.storage.migrate import upgrade
from service.storage.registry import SqlRegistry
from tests.support.alarms import alarm_in, seen_by
from tests.support.mqtt import Mosquitto, Subscriber
from tests.support.rtsp import RtspServer
from tests.support.s3 import S3Server

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
    store: S3EvidenceStore

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

    def require_sound_evidence(self) -> None:
        """Every still that is said to be stored lies in the object store with its checksum."""
        stored = [piece for alert in self.alerts() for piece in alert.evidence if piece.state is EvidenceState.STORED]
        assert stored
        for piece in stored[:6]:
            with self.store.open(piece.name) as file:
                assert hashlib.sha256(file.read()).hexdigest() == piece.sha256


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
    clip = alarm_in(folder / "alarm").path
    locations = [rtsp.add(f"pantry-{number}", clip) for number in range(cameras)]
    added = ensure_local_cameras(SqlRegistry(database), locations, new_id=new_id)
    return SharedKitchen(
        cameras=frozenset(camera.camera_id for camera in added),
        environment={
            "BRIGHTKITCHEN_DATABASE_URL": postgres_url,
            "BRIGHTKITCHEN_ALERTS__MQTT__HOST": "127.0.0.1",
            "BRIGHTKITCHEN_ALERTS__MQTT__PORT": str(broker.port),
            **server.environment(),
            **seen_by(),
        },
        cluster=SqlCluster(database),
        leases=SqlLeases(database),
        journal=SqlAlertJournal(database),
        subscriber=subscriber,
        store=S3EvidenceStore(server.settings(), folder / "s3-scratch"),
    )
