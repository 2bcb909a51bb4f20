"""What people teach at the head of a cluster judges wherever the camera is watched, also after it moved.

Nodes are driven by hand: each has leases, a keeper of cameras, a desk of heads and a watch over regions of its own,
over one database.
"""

import time
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import pytest

from alerts.ports import CameraPlace, PlaceNames
from detector.head_desk import HeadDesk
from detector.head_settings import HeadSettings
from detector.head_store import Turn
from detector.head_testing import make_desk_over, make_embedder
from detector.region_watch import RegionWatch
from detector.testing import InMemoryObservationSink
from domain.ids import CameraId
from domain.organisation import Camera
from domain.region import RegionState
from domain.schedule import Schedule
from domain.zone import Zone
from service.cameras import CameraKeeper
from service.cluster.fleet import ClusterFleet
from service.head_watch import HeadWatch
from service.storage.cluster import SqlCluster
from service.storage.database import Database
from service.storage.heads import SqlHeadStore
from service.storage.registry import SqlRegistry
from service.watch import utc_now
from streams.testing import InMemoryFleet
from tests.service.cluster.kit import Process, add_cameras, fall_silent, run_out
from tests.support.bins import draw_bin
from tests.support.pictures import ArrayPicture, make_frame
from tests.support.taught import observation_of, taught_lid

pytestmark = pytest.mark.integration

_ids = count(1)


def desk_of(database: Database, folder: Path) -> HeadDesk:
    return make_desk_over(SqlHeadStore(database, Turn(folder)), new_id=lambda: f"head-{next(_ids)}")


class TaughtCodes:
    """A judge that remembers by which taught codes each camera was configured."""

    def __init__(self, desk: HeadDesk) -> None:
        self._desk = desk
        self.codes: dict[CameraId, frozenset[str]] = {}

    def configure(
        self,
        camera: Camera,
        zones: Iterable[Zone],
        place: CameraPlace,
        schedule: Schedule,
        names: PlaceNames | None = None,
    ) -> None:
        self.codes[camera.camera_id] = self._desk.live_codes(camera.camera_id)

    def remove(self, camera_id: CameraId) -> None:
        self.codes.pop(camera_id, None)

    def let_go(self, camera_id: CameraId, wait_seconds: float) -> None:
        self.remove(camera_id)

    def end_unwatched(self) -> None: ...


class Node:
    """A group's process as far as it concerns heads."""

    def __init__(self, database: Database, name: str, folder: Path) -> None:
        self.desk = desk_of(database, folder / name)
        self.judge = TaughtCodes(self.desk)
        self.fleet = InMemoryFleet()
        self.keeper = CameraKeeper(
            registry=SqlRegistry(database), fleet=self.fleet, judge=self.judge, forget_tracks=lambda _: None
        )
        self.heads = HeadWatch(self.desk, self.keeper.heads_changed)
        self.process = Process(
            database, name, keeper=self.keeper, fleet=self.fleet, heads_on=self.desk.live_versions_on
        )
        self._sink = InMemoryObservationSink()
        self._regions = RegionWatch(
            self._sink,
            live_on=self.desk.live_on,
            embedders=make_embedder,
            settings=HeadSettings(interval_seconds=1.0, equal_looks=1),
        )
        self._seconds = 0.0

    def turn(self) -> None:
        self.heads.look()
        self.process.owner.turn()

    def sees(self, camera_id: CameraId, *, is_open: bool) -> tuple[RegionState, ...]:
        """What this node's network says of one more frame."""
        self._seconds += 2.0
        picture = ArrayPicture(draw_bin(is_open=is_open, seed=int(self._seconds)))
        frame = make_frame(camera_id, sequence=int(self._seconds), seconds=self._seconds, picture=picture)
        self._regions.observe(observation_of(frame), frame)
        return self._sink.observations[-1].region_states


class NoPictures:
    def pixels(self, group_id: str, camera_id: CameraId, width: int, height: int) -> None:
        return None


def test_a_head_judges_at_the_node_that_watches_its_camera_and_at_the_next_one_after_a_move(
    database: Database, tmp_path: Path
) -> None:
    [camera_id] = add_cameras(database, 1)
    one, two = Node(database, "one-0", tmp_path), Node(database, "two-0", tmp_path)
    cluster, head = SqlCluster(database), desk_of(database, tmp_path / "head")
    shown = ClusterFleet(cluster, NoPictures(), silent_seconds=60.0, clock=time.monotonic, now=utc_now)
    cluster.place({camera_id: "one-0"})
    one.turn()
    assert one.judge.codes == {camera_id: frozenset()}

    head_id = taught_lid(head, camera_id)
    one.turn()

    assert one.judge.codes == {camera_id: {"bin.uncovered"}}
    [state] = one.sees(camera_id, is_open=True)
    assert (state.is_breach, state.head_version) == (True, 1)
    used = shown.used_on(camera_id)
    assert used is not None
    assert (used.watched_by, used.versions) == ("one-0", {head_id: 1})

    cluster.place({camera_id: "two-0"})
    for node in (one, two):
        node.turn()
    assert one.judge.codes == {}
    assert two.judge.codes == {camera_id: {"bin.uncovered"}}
    [state] = two.sees(camera_id, is_open=True)
    assert (state.is_breach, state.head_version) == (True, 1)

    head.teach(head_id, actor="user-1")
    head.go_live(head_id, actor="user-1")
    for node in (one, two):
        node.turn()
    assert one.judge.codes == {}  # it must not watch a camera that is another node's
    assert one.fleet.statuses() == []
    [state] = two.sees(camera_id, is_open=False)
    assert (state.is_breach, state.head_version) == (False, 2)
    told = [row.status["heads"] for row in cluster.statuses()]
    assert told == [{head_id: 2}]


def test_a_head_judges_on_when_the_node_that_used_it_died(database: Database, tmp_path: Path) -> None:
    [camera_id] = add_cameras(database, 1)
    one, two = Node(database, "one-0", tmp_path), Node(database, "two-0", tmp_path)
    cluster = SqlCluster(database)
    cluster.place({camera_id: "one-0"})
    one.turn()
    taught_lid(desk_of(database, tmp_path / "head"), camera_id)
    one.turn()
    assert one.judge.codes == {camera_id: {"bin.uncovered"}}

    fall_silent(database, "one-0")
    run_out(database, one.process.holder)
    cluster.place({camera_id: "two-0"})
    two.turn()

    assert two.judge.codes == {camera_id: {"bin.uncovered"}}
    [state] = two.sees(camera_id, is_open=True)
    assert state.is_breach
