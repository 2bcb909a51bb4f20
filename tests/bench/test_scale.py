import dataclasses

import pytest

from bench.scale import SIZES, Costs, Machines, Prices, death_of_a_node, need, tables, year

COSTS, PRICES, MACHINES = Costs(), Prices(), Machines()


@pytest.mark.parametrize("cameras", SIZES)
def test_there_is_room_for_all_cameras_without_the_spares(cameras: int) -> None:
    found = need(cameras, COSTS, PRICES, MACHINES)
    per_group = MACHINES.group_ms // COSTS.camera_cpu_ms
    assert found.nodes * MACHINES.groups * per_group >= cameras
    assert (found.nodes - 1) * MACHINES.groups * per_group < cameras
    assert found.spares >= 1


def test_dearer_cameras_need_more_machines_and_money() -> None:
    dear = need(1000, dataclasses.replace(COSTS, camera_cpu_ms=240), PRICES, MACHINES)
    usual = need(1000, COSTS, PRICES, MACHINES)
    assert dear.nodes >= 1.9 * usual.nodes
    assert dear.euro_month > usual.euro_month


def test_a_camera_stands_still_for_no_longer_than_half_a_minute_when_a_machine_dies() -> None:
    found = year(1000, COSTS, MACHINES, seed=1)
    assert COSTS.lease_seconds - COSTS.turn_seconds <= found.seconds_each <= found.longest_seconds < 30.0


def test_the_same_seed_gives_the_same_tables_and_another_one_others() -> None:
    assert tables(1, COSTS, PRICES, MACHINES) == tables(1, COSTS, PRICES, MACHINES)
    assert tables(1, COSTS, PRICES, MACHINES) != tables(2, COSTS, PRICES, MACHINES)


def test_the_placement_moves_only_the_cameras_of_the_machine_that_died() -> None:
    before, after = death_of_a_node(300, COSTS, MACHINES, seed=1)
    orphans = {camera for camera, room in before.rooms.items() if room.startswith("00000-")}
    assert not before.unplaced
    assert not after.unplaced
    assert set(after.moved) >= orphans
    assert len(after.moved) - len(orphans) <= len(orphans)
