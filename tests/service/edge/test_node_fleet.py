"""How a centre shows cameras that nodes watch: as they say, and unknown as soon as they are not heard."""

from dataclasses import replace
from datetime import timedelta

from alerts.nodes.parcels import CameraReport, Heartbeat
from alerts.nodes.ports import Node
from api.testing import FakeClock, FakeFleet
from domain.ids import CameraId, NodeId
from service.edge.node_fleet import FINDINGS_ONLY_CAUSE, NOT_TOLD_CAUSE, SILENT_CAUSE, NodeFleet
from streams.ports import CameraCondition, StreamState
from tests.service.edge.sides import CAMERA, EVERYTHING, CentreSide, EdgeSide, send_all

SILENT_AFTER = 60.0


class Book:
    """The two questions that the fleet asks."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def list_nodes(self) -> list[Node]:
        return [self.node]

    def camera_ids(self, node_id: NodeId) -> dict[str, CameraId]:
        return {"theirs": CameraId(f"ours-of-{node_id}")}


def fleet_of(clock: FakeClock, condition: str = "online") -> tuple[NodeFleet, Book]:
    report = Heartbeat(
        version="1",
        sent_at=clock.now(),
        cameras=[CameraReport(camera_id="theirs", condition=condition, since=clock.now())],
    )
    node = Node(
        node_id=NodeId("shop-1"),
        token_sha256="",
        credit_codes=None,
        is_active=True,
        created_at=clock.now(),
        last_seen_at=clock.now(),
        report=report,
    )
    book = Book(node)
    fleet = NodeFleet(
        FakeFleet(),
        book,  # type: ignore[arg-type]
        silent_after_seconds=SILENT_AFTER,
        clock=clock.clock,
        now=clock.now,
    )
    return fleet, book


def test_a_node_s_camera_is_as_the_node_says_and_has_no_picture_here() -> None:
    clock = FakeClock()
    fleet, _ = fleet_of(clock, "tampered")

    [status] = fleet.statuses()
    assert (status.camera_id, status.condition, status.state) == (
        "ours-of-shop-1",
        CameraCondition.TAMPERED,
        StreamState.RUNNING,
    )
    assert fleet.status(CameraId("ours-of-shop-1")) == status
    assert fleet.latest_frame(status.camera_id) is None


def test_without_a_line_nothing_is_known_since_the_last_sign_of_life() -> None:
    clock = FakeClock()
    fleet, book = fleet_of(clock)
    heard = clock.now()
    clock.advance(SILENT_AFTER + 1)

    [status] = fleet.statuses()
    assert (status.condition, status.cause, status.since) == (CameraCondition.OFFLINE, SILENT_CAUSE, heard)

    book.node = replace(book.node, last_seen_at=clock.now())
    clock.advance(2)
    assert [one.condition for one in fleet.statuses()] == [CameraCondition.ONLINE]


def test_a_camera_of_which_the_node_says_nothing_is_not_taken_for_well() -> None:
    clock = FakeClock()
    fleet, book = fleet_of(clock)
    book.node = replace(book.node, report=Heartbeat(version="1", sent_at=clock.now()))

    [status] = fleet.statuses()
    assert (status.condition, status.cause) == (CameraCondition.OFFLINE, NOT_TOLD_CAUSE)


def test_a_camera_that_is_paused_at_its_node_is_none_that_is_offline(edge: EdgeSide, centre: CentreSide) -> None:
    send_all(edge.forwarder(), edge)
    [own] = centre.registry.list_cameras(EVERYTHING)
    camera = edge.registry.get_camera(CAMERA, EVERYTHING)
    assert camera is not None
    assert set(centre.book.camera_ids(NodeId("shop-1")).values()) == {own.camera_id}

    edge.registry.update_camera(replace(camera, is_enabled=False), camera.version)
    send_all(edge.forwarder(), edge)
    assert centre.book.camera_ids(NodeId("shop-1")) == {}


def test_an_ai_camera_that_only_sends_findings_is_unknown_all_the_time() -> None:
    clock = FakeClock()
    fleet, book = fleet_of(clock)
    book.node = replace(book.node, report=None, last_seen_at=None)

    assert [(one.condition, one.cause) for one in fleet.statuses()] == [(CameraCondition.OFFLINE, FINDINGS_ONLY_CAUSE)]


def test_while_the_database_is_away_what_was_known_is_shown(centre: CentreSide) -> None:
    clock = FakeClock()
    centre.add_node()
    fleet = NodeFleet(FakeFleet(), centre.book, silent_after_seconds=SILENT_AFTER, clock=clock.clock, now=clock.now)
    assert fleet.statuses() == []
    with centre.database.transaction() as connection:
        connection.exec_driver_sql("ALTER TABLE nodes RENAME TO elsewhere")
    clock.advance(timedelta(seconds=5).total_seconds())
    assert fleet.statuses() == []
