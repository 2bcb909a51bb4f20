"""Exactly one process watches a camera, whatever dies or hangs. The database is real, processes are driven by hand."""

import pytest
from sqlalchemy import update

from domain.scope import Scope
from service.storage.cluster import SqlCluster
from service.storage.database import Database
from service.storage.registry import SqlRegistry
from service.storage.rows import cameras
from tests.service.cluster.kit import Head, Process, add_cameras, fall_silent, online, run_out

pytestmark = pytest.mark.integration


def test_cameras_are_shared_out_and_each_is_watched_once(database: Database) -> None:
    ids = add_cameras(database, 6)
    one, two, head = Process(database, "one-0"), Process(database, "two-0"), Head(database)
    one.owner.turn()
    two.owner.turn()
    assert head.coordinator.turn() is not None
    one.owner.turn()
    two.owner.turn()
    assert len(one.keeper.running) == len(two.keeper.running) == 3
    assert one.keeper.running | two.keeper.running == set(ids)
    assert one.evidence_taken_up == two.evidence_taken_up == 1


def test_the_cameras_of_a_process_that_died_run_elsewhere_once_its_leases_are_out(database: Database) -> None:
    ids = add_cameras(database, 4)
    one, two, head = Process(database, "one-0"), Process(database, "two-0"), Head(database)
    for process in (one, two):
        process.owner.turn()
    head.coordinator.turn()
    for process in (one, two):
        process.owner.turn()
    fall_silent(database, "two-0")
    head.coordinator.turn()
    one.owner.turn()
    assert one.keeper.running.isdisjoint(two.keeper.running)  # its leases still run
    run_out(database, two.holder)
    one.owner.turn()
    assert one.keeper.running == set(ids)
    two.owner.turn()  # it was not dead, only slow: it must stop at once
    assert two.keeper.running == set()
    assert two.keeper.ended == []  # open alerts stay open for the one that watches now


def test_a_process_that_cannot_renew_stops_before_others_may_take_over(database: Database) -> None:
    add_cameras(database, 2)
    one, head = Process(database, "one-0"), Head(database)
    one.owner.turn()
    head.coordinator.turn()
    one.owner.turn()
    one.clock.now += one.settings.stop_seconds - 0.1
    one.owner.stop_overdue()
    assert len(one.keeper.running) == 2
    one.clock.now += 0.2
    assert one.clock.now - 100.0 < one.settings.lease_seconds
    one.owner.stop_overdue()
    assert one.keeper.running == set()
    one.owner.turn()  # the database is back, nobody has taken them
    assert len(one.keeper.running) == 2


def test_a_camera_that_is_placed_elsewhere_is_handed_over_at_once(database: Database) -> None:
    [camera_id] = add_cameras(database, 1)
    one, two, cluster = Process(database, "one-0"), Process(database, "two-0"), SqlCluster(database)
    cluster.place({camera_id: "one-0"})
    one.owner.turn()
    cluster.place({camera_id: "two-0"})
    two.owner.turn()
    assert two.keeper.running == set()
    one.owner.turn()
    two.owner.turn()
    assert (one.keeper.let_go, two.keeper.running) == ([camera_id], {camera_id})


def test_what_is_switched_off_or_deleted_ends_and_what_is_changed_is_brought_up_again(database: Database) -> None:
    first, second, third = add_cameras(database, 3)
    one, cluster, registry = Process(database, "one-0"), SqlCluster(database), SqlRegistry(database)
    cluster.place({first: "one-0", second: "one-0", third: "one-0"})
    one.owner.turn()
    registry.delete_camera(first)
    with database.transaction() as connection:
        connection.execute(update(cameras).where(cameras.c.camera_id == second).values(is_enabled=False))
    stored = registry.get_camera(third, Scope.everything())
    assert stored is not None
    registry.update_camera(stored, stored.version)
    one.keeper.brought_up.clear()
    one.owner.turn()
    assert set(one.keeper.ended) == {first, second}
    assert one.keeper.brought_up == [third]
    one.keeper.brought_up.clear()
    one.owner.turn()
    assert one.keeper.brought_up == []


def test_a_process_that_leaves_in_order_frees_its_cameras_at_once(database: Database) -> None:
    ids = add_cameras(database, 2)
    one, two, head = Process(database, "one-0"), Process(database, "two-0", capacity_ms=100_000), Head(database)
    one.owner.turn()
    head.coordinator.turn()
    one.owner.turn()
    one.owner.stop()
    one.owner.leave()
    two.owner.turn()
    head.coordinator.turn()
    two.owner.turn()
    assert two.keeper.running == set(ids)


def test_one_process_sends_and_another_takes_its_turn_when_it_is_gone(database: Database) -> None:
    one, two = Process(database, "one-0"), Process(database, "two-0")
    one.owner.turn()
    two.owner.turn()
    assert (one.turn_to_send.may_send(), two.turn_to_send.may_send()) == (True, False)
    one.clock.now += one.settings.stop_seconds  # it hangs
    assert not one.turn_to_send.may_send()
    run_out(database, one.holder)
    two.owner.turn()
    assert two.turn_to_send.may_send()
    one.owner.turn()
    assert not one.turn_to_send.may_send()


def test_statuses_are_written_without_logins(database: Database) -> None:
    [camera_id] = add_cameras(database, 1)
    one, cluster = Process(database, "one-0"), SqlCluster(database)
    one.fleet.known[camera_id] = online(camera_id)
    one.owner.turn()
    [row] = cluster.statuses()
    assert (row.camera_id, row.group_id, row.status["condition"]) == (camera_id, "one-0", "online")
    assert "word" not in str(row.status)
