from datetime import UTC, datetime

import numpy as np
import pytest

from api.errors import NoFreshPictureError
from domain.frame import Pixels
from domain.ids import CameraId
from service.cluster.fleet import ClusterFleet
from service.cluster.statuses import NODE_LOST, NOT_PLACED, document_of, status_of
from service.storage.cluster import SqlCluster
from service.storage.database import Database
from streams.ports import CameraCondition
from tests.service.cluster.kit import HandClock, add_cameras, online

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)


class OneScreen:
    """Gives a grey picture for a group that answers."""

    def __init__(self) -> None:
        self.answers = True

    def pixels(self, group_id: str, camera_id: CameraId, width: int, height: int) -> Pixels | None:
        return np.full((height, width, 3), 90, dtype=np.uint8) if self.answers else None


def fleet_of(database: Database, clock: HandClock, screen: OneScreen) -> ClusterFleet:
    return ClusterFleet(SqlCluster(database), screen, silent_seconds=6.0, clock=clock, now=lambda: NOW)


def test_a_status_survives_the_way_through_the_database() -> None:
    status = online(CameraId("c"))
    again = status_of(CameraId("c"), document_of(status, 0.5, is_judged=True))
    assert (again.properties, again.last_frame_at, again.state) == (
        status.properties,
        status.last_frame_at,
        status.state,
    )
    assert again.detail is not None
    assert "word" not in again.detail


def test_a_camera_is_judged_where_its_group_says_so_and_still_reports(database: Database) -> None:
    judged, unjudged, unplaced = add_cameras(database, 3)
    cluster, clock = SqlCluster(database), HandClock()
    fleet = fleet_of(database, clock, OneScreen())
    cluster.place({judged: "one-0", unjudged: "one-0", unplaced: None})
    documents = {
        judged: document_of(online(judged), 0.2, is_judged=True),
        unjudged: document_of(online(unjudged), 0.2, is_judged=False),
    }
    cluster.write_statuses("one-0", documents)

    assert [fleet.is_judged(each) for each in (judged, unjudged, unplaced)] == [True, False, False]
    cluster.write_statuses("one-0", {judged: {**documents[judged], "is_judged": None}})
    clock.now += 1.0
    assert not fleet.is_judged(judged)


def test_a_camera_without_a_place_or_with_a_dead_process_is_offline_and_shows_nothing(database: Database) -> None:
    placed, unplaced = add_cameras(database, 2)
    cluster, clock = SqlCluster(database), HandClock()
    fleet = fleet_of(database, clock, OneScreen())
    cluster.place({placed: "one-0", unplaced: None})
    cluster.write_statuses("one-0", {placed: document_of(online(placed), 0.2, is_judged=True)})
    found = {status.camera_id: status for status in fleet.statuses()}
    assert found[placed].condition is CameraCondition.ONLINE
    assert (found[unplaced].condition, found[unplaced].cause) == (CameraCondition.OFFLINE, NOT_PLACED)
    assert fleet.latest_frame(unplaced) is None
    assert fleet.latest_frame(placed) is not None

    def is_lost() -> bool:
        status = fleet.status(placed)
        return status is not None and (status.condition, status.cause) == (CameraCondition.OFFLINE, NODE_LOST)

    assert not is_lost()
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE camera_statuses SET written_at = written_at - interval '1 minute'")
    clock.now += 1.0
    assert is_lost()
    assert fleet.latest_frame(placed) is None


def test_a_picture_travels_when_somebody_looks_and_its_absence_is_no_picture(database: Database) -> None:
    [camera_id] = add_cameras(database, 1)
    cluster, clock, screen = SqlCluster(database), HandClock(), OneScreen()
    fleet = fleet_of(database, clock, screen)
    cluster.place({camera_id: "one-0"})
    cluster.write_statuses("one-0", {camera_id: document_of(online(camera_id), 0.2, is_judged=True)})
    frame = fleet.latest_frame(camera_id)
    assert frame is not None
    assert 0.2 <= clock.now - frame.clock < 6.0
    assert frame.picture.bgr(32, 18).shape == (18, 32, 3)
    screen.answers = False
    with pytest.raises(NoFreshPictureError):
        frame.picture.bgr(32, 18)
