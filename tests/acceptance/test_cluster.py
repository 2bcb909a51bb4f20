"""A machine of a cluster dies: its cameras are watched elsewhere, and no alert is lost or doubled.

Two machines of Ray on this one, a real database, broker, object store and cameras.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service.bootstrap import ensure_local_cameras
from service.identity import new_id
from service.storage.cluster import SqlCluster
from service.storage.database import Database
from service.storage.leases import SqlLeases
from service.storage.migrate import upgrade
from service.storage.registry import SqlRegistry
from tests.acceptance.cluster_process import ClusterAddress, HeadProcess, MemberProcess
from tests.acceptance.service_process import wait_for
from tests.support.alarms import alarm_in, seen_by
from tests.support.mqtt import Mosquitto, Subscriber
from tests.support.postgres import postgres_url
from tests.support.rtsp import RtspServer
from tests.support.s3 import S3Server

__all__ = ["postgres_url"]

pytestmark = pytest.mark.acceptance

CAMERAS = 3
TAKE_OVER_SECONDS = 30.0
PLACED_SECONDS = 240.0
ALERT_SECONDS = 90.0


@dataclass(frozen=True, kw_only=True)
class Kitchen:
    """A cluster of two machines with a few cameras, all of them watched."""

    client: httpx2.Client
    member: MemberProcess
    cluster: SqlCluster
    leases: SqlLeases
    subscriber: Subscriber

    def groups_of_cameras(self) -> dict[str, str]:
        """Which group holds the right to each camera now: camera id to group id."""
        return {lease.name.partition("/")[2]: lease.holder.rpartition(".")[0] for lease in self.leases.held("camera/")}

    def fresh(self) -> set[str]:
        """Cameras whose pictures are new, as the page says."""
        answer = self.client.get("/api/v1/cameras/status")
        assert answer.status_code == 200, answer.text
        return {item["camera_id"] for item in answer.json()["items"] if item["has_fresh_picture"]}

    def alerts(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.client.get("/api/v1/alerts", params={"limit": 200}).json()["items"]
        return items

    def raised(self) -> list[str]:
        """Ids of alerts as they were raised by MQTT, in order."""
        return [heard.json["alert_id"] for heard in self.subscriber.on("/alerts/") if heard.json["step"] == "raised"]


@pytest.fixture
def kitchen(tmp_path: Path, postgres_url: str) -> Iterator[Kitchen]:
    with ExitStack() as stack:
        broker = stack.enter_context(Mosquitto())
        store = stack.enter_context(S3Server())
        cameras = stack.enter_context(RtspServer())
        subscriber = stack.enter_context(Subscriber(broker.port))
        database = Database(postgres_url)
        stack.callback(database.close)
        upgrade(database)
        clip = alarm_in(tmp_path / "alarm").path
        locations = [cameras.add(f"pantry-{number}", clip) for number in range(CAMERAS)]
        ensure_local_cameras(SqlRegistry(database), locations, new_id=new_id)
        address = ClusterAddress(
            BRIGHTKITCHEN_DATABASE_URL=postgres_url,
            BRIGHTKITCHEN_ALERTS__MQTT__HOST="127.0.0.1",
            BRIGHTKITCHEN_ALERTS__MQTT__PORT=str(broker.port),
            **store.environment(),
            **seen_by(),
        )
        head = stack.enter_context(HeadProcess(tmp_path / "head", address))
        client = head.client()
        member = stack.enter_context(MemberProcess(tmp_path / "member", address))
        kitchen = Kitchen(
            client=client,
            member=member,
            cluster=SqlCluster(database),
            leases=SqlLeases(database),
            subscriber=subscriber,
        )
        wait_for(lambda: len(set(kitchen.groups_of_cameras().values())) == 2, PLACED_SECONDS, "both machines to watch")
        wait_for(lambda: len(kitchen.fresh()) == CAMERAS, PLACED_SECONDS, "pictures of all cameras")
        yield kitchen


def test_a_machine_that_is_killed_costs_half_a_minute_and_no_alert(kitchen: Kitchen, postgres_url: str) -> None:
    before = kitchen.groups_of_cameras()
    head_group, member_group = sorted(set(before.values()), key=lambda group: group != _groups_of_head(kitchen))
    orphans = {camera for camera, group in before.items() if group == member_group}
    [still] = [kitchen.client.get(f"/api/v1/cameras/{camera}/still.jpg") for camera in sorted(orphans)[:1]]
    assert still.status_code == 200, still.text
    assert still.headers["content-type"] == "image/jpeg"

    kitchen.member.kill()
    killed = time.monotonic()

    wait_for(lambda: set(kitchen.groups_of_cameras().values()) == {head_group}, TAKE_OVER_SECONDS, "another holder")
    wait_for(lambda: kitchen.fresh() >= orphans, TAKE_OVER_SECONDS, "pictures elsewhere")
    print(f"pictures elsewhere after {time.monotonic() - killed:.1f} s")
    assert time.monotonic() - killed < TAKE_OVER_SECONDS

    def everyone_told() -> bool:
        return {alert["camera_id"] for alert in kitchen.alerts()} == set(before)

    wait_for(everyone_told, ALERT_SECONDS, "an alert of each camera")
    wait_for(lambda: set(kitchen.raised()) == _ids(kitchen.alerts()), 30.0, "all alerts by MQTT")
    alerts = kitchen.alerts()
    assert _overlapping(alerts) == []
    assert len(kitchen.raised()) == len(set(kitchen.raised()))

    stored = [piece for alert in alerts for piece in alert["evidence"] if piece["state"] == "stored"]
    assert {piece["kind"] for piece in stored} >= {"still", "boxes"}
    for piece in stored[:4]:
        content = kitchen.client.get(f"/api/v1/evidence/{piece['evidence_id']}").content
        assert hashlib.sha256(content).hexdigest() == piece["sha256"]


def _groups_of_head(kitchen: Kitchen) -> str:
    return kitchen.cluster.groups()[0].group_id


def _ids(alerts: list[dict[str, Any]]) -> set[str]:
    return {alert["alert_id"] for alert in alerts}


def _overlapping(alerts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of alerts of one camera and code whose violations ran at the same time: one seen twice."""
    pairs = []
    for one in alerts:
        for other in alerts:
            if one["alert_id"] < other["alert_id"] and (one["camera_id"], one["code"]) == (
                other["camera_id"],
                other["code"],
            ):
                ended = one["ended_at"] or "9999"
                if one["started_at"] <= other["started_at"] < ended:
                    pairs.append((one["alert_id"], other["alert_id"]))
    return pairs
