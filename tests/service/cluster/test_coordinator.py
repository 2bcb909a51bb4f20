import pytest

from service.cluster.coordinator import living_groups
from service.cluster.report import report
from service.cluster.settings import ClusterSettings
from service.storage.cluster import SqlCluster
from service.storage.database import Database
from service.storage.leases import SqlLeases
from tests.service.cluster.kit import Head, Process, add_cameras, fall_silent, run_out

pytestmark = pytest.mark.integration


def test_cameras_without_room_are_named_and_placed_when_there_is(database: Database) -> None:
    ids = add_cameras(database, 3)
    cost_ms = ClusterSettings().camera_cpu_ms
    one, head = Process(database, "one-0", capacity_ms=2 * cost_ms), Head(database)
    one.owner.turn()
    found = head.coordinator.turn()
    assert found is not None
    assert len(found.rooms) == 2
    [left] = found.unplaced
    assert SqlCluster(database).placements()[left] is None
    lines = report(SqlCluster(database), SqlLeases(database), ClusterSettings())
    assert f"not placed  {left}" in lines
    assert "cameras   3 enabled, 1 not placed" in lines
    Process(database, "two-0", capacity_ms=cost_ms).owner.turn()
    found = head.coordinator.turn()
    assert found is not None
    assert set(found.rooms) == set(ids)


def test_a_second_head_waits_until_the_first_is_gone(database: Database) -> None:
    first, second = Head(database, "first"), Head(database, "second")
    assert first.coordinator.turn() is not None
    assert second.coordinator.turn() is None
    assert second.machines.ensured == 0
    run_out(database, "first")
    assert second.coordinator.turn() is not None
    assert first.coordinator.turn() is None


def test_a_head_that_stops_lets_another_begin_at_once(database: Database) -> None:
    first, second = Head(database, "first"), Head(database, "second")
    first.coordinator.turn()
    first.coordinator.stop()
    assert second.coordinator.turn() is not None


def test_without_a_living_group_the_cluster_is_not_ready(database: Database) -> None:
    fault = living_groups(SqlCluster(database), 6.0)
    assert fault() == "no process watches cameras"
    Process(database, "one-0").owner.turn()
    assert fault() is None
    fall_silent(database, "one-0")
    assert fault() == "no process watches cameras"
