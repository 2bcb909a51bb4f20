"""Nodes, what they report and what an edge has not sent yet, on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.catalogue import load_catalogue
from alerts.messages import AlertMessages
from alerts.nodes.errors import InventoryRefusedError, NodeNameTakenError
from alerts.nodes.merging import merge
from alerts.nodes.packing import parcel_of
from alerts.nodes.parcels import (
    CameraPart,
    EnterprisePart,
    Heartbeat,
    Inventory,
    SchedulePart,
    SitePart,
    StepAnswer,
    StepParcel,
    ZonePart,
)
from alerts.nodes.ports import Node, NodePlace, Settlement
from domain.alert import Alert, AlertState, AlertStep, EvidenceKind, EvidenceState, Review
from domain.credit_code import CreditCode
from domain.ids import CameraId, EnterpriseId, NodeId, UserId
from domain.organisation import EnterpriseType, Source
from domain.schedule import Schedule
from domain.scope import Scope
from domain.zone import ZoneType
from service.identity import new_id
from service.storage.arrivals import SqlArrivals
from service.storage.database import Database
from service.storage.forward_queue import SqlForwardQueue
from service.storage.journal import SqlAlertJournal
from service.storage.nodes import SqlNodes
from service.storage.registry import SqlRegistry
from tests.alerts.samples import (
    EPOCH,
    alert_id,
    ended_alert,
    next_alert,
    sample_alert,
    sample_evidence,
)
from tests.credit.samples import camera, enterprise, site

EVERYTHING = Scope.everything()
SHOP = NodeId("shop-1")
MESSAGES = AlertMessages(load_catalogue())


def node(name: str = "shop-1", codes: frozenset[str] | None = None) -> Node:
    return Node(
        node_id=NodeId(name), token_sha256=f"{name}-token", credit_codes=codes, is_active=True, created_at=EPOCH
    )


def inventory(*cameras: str, firm: int = 1, zones: Sequence[str] = ()) -> Inventory:
    parts = [
        ZonePart(zone_id=zone, name=zone, type=ZoneType.SPECIAL_ROOM, corners=[(0, 0), (1, 0), (1, 1)])
        for zone in zones
    ]
    return Inventory(
        digest="ab" * 32,
        enterprises=[
            EnterprisePart(
                enterprise_id="enterprise-1",
                name="好味来",
                credit_code=CreditCode.generated(firm).value,
                type=EnterpriseType.RESTAURANT,
            )
        ],
        sites=[
            SitePart(
                site_id="site-1", enterprise_id="enterprise-1", name="后厨 1", schedule=SchedulePart.of(Schedule())
            )
        ],
        cameras=[
            CameraPart(
                camera_id=one, site_id="site-1", name=one, analysed_fps=5.0, is_enabled=True, codes=None, zones=parts
            )
            for one in cameras
        ],
    )


def step(alert: Alert, kind: AlertStep, actor: str | None = None) -> StepParcel:
    record, _ = MESSAGES.step(alert, kind, actor_id=UserId(actor) if actor else None)
    return parcel_of(alert, record, sends_clips=True)


CLOCK = Heartbeat(version="1", sent_at=EPOCH, clock_offset_seconds=1.5, clock_uncertainty_seconds=0.25)


def settle(parcel: StepParcel, place: NodePlace, stored: Alert | None) -> Settlement:
    merged = merge(parcel, place, stored, node_id=SHOP, report=CLOCK)
    if merged.alert is None or merged.step is None:
        return Settlement(answer=merged.answer, alert=merged.alert)
    record, message = MESSAGES.step(merged.alert, merged.step, actor_id=merged.actor_id, note=merged.note)
    return Settlement(answer=merged.answer, alert=merged.alert, step=record, messages=(message,))


class Centre:
    def __init__(self, database: Database) -> None:
        self.journal = SqlAlertJournal(database)
        self.registry = SqlRegistry(database)
        self.nodes = SqlNodes(database, new_id)
        self.arrivals = SqlArrivals(database, self.journal, new_id)
        self.nodes.add(node())

    def take(self, *parcels: StepParcel) -> list[StepAnswer]:
        return self.arrivals.take(SHOP, parcels, settle)

    def outcomes_of(self, *parcels: StepParcel) -> list[str]:
        return [answer.outcome for answer in self.take(*parcels)]


@pytest.fixture
def centre(database: Database) -> Centre:
    return Centre(database)


# The centre


def test_a_node_is_found_by_its_token_until_it_is_shut_out(centre: Centre) -> None:
    assert centre.nodes.find_by_token("shop-1-token") == node()
    report = Heartbeat(version="1", sent_at=EPOCH, clock_offset_seconds=0.25)
    centre.nodes.note_report(SHOP, report, EPOCH + timedelta(seconds=1))
    assert centre.nodes.get(SHOP) == replace(node(), report=report, last_seen_at=EPOCH + timedelta(seconds=1))

    assert centre.nodes.shut_out(SHOP)
    assert centre.nodes.find_by_token("shop-1-token") is None
    assert centre.nodes.change_token(SHOP, "another")
    assert centre.nodes.find_by_token("another") is not None
    with pytest.raises(NodeNameTakenError):
        centre.nodes.add(replace(node(), token_sha256="x"))
    assert not centre.nodes.shut_out(NodeId("nobody"))


def test_steps_are_taken_once_in_order_and_across_one_transaction(centre: Centre) -> None:
    centre.nodes.take_inventory(node(), inventory("camera-1", zones=("zone-1",)))
    raised = sample_alert(1, evidence=(sample_evidence(1),))
    ended = ended_alert(raised)

    assert centre.outcomes_of(step(ended, AlertStep.ENDED)) == ["early"]
    assert centre.outcomes_of(step(raised, AlertStep.RAISED), step(ended, AlertStep.ENDED)) == ["taken", "taken"]
    assert centre.outcomes_of(step(raised, AlertStep.RAISED), step(ended, AlertStep.ENDED)) == ["known", "known"]
    there = centre.journal.get(raised.alert_id, EVERYTHING)
    assert there is not None
    assert there.violation == ended.violation
    assert there.sequence == 2
    assert there.origin is not None
    assert (there.origin.clock_offset_seconds, there.origin.clock_uncertainty_seconds) == (1.5, 0.25)
    assert [piece.state for piece in there.evidence] == [EvidenceState.PENDING]
    assert centre.arrivals.awaited(SHOP, sample_evidence(1).evidence_id) == (there, there.evidence[0])
    assert centre.arrivals.awaited(NodeId("shop-2"), sample_evidence(1).evidence_id) is None


def test_a_step_of_an_unknown_site_waits_and_its_neighbours_do_not(centre: Centre) -> None:
    parcel = step(sample_alert(1), AlertStep.RAISED)
    assert centre.outcomes_of(parcel) == ["later"]

    centre.nodes.take_inventory(node(), inventory("camera-1"))
    strange = step(sample_alert(2, site="site-9"), AlertStep.RAISED)
    assert centre.outcomes_of(strange, parcel) == ["later", "taken"]


def test_a_second_open_alert_of_one_subject_waits_for_the_end_of_the_first(centre: Centre) -> None:
    centre.nodes.take_inventory(node(), inventory("camera-1"))
    first, second = sample_alert(1, subject="zone-1"), sample_alert(2, subject="zone-1")

    assert centre.outcomes_of(step(first, AlertStep.RAISED), step(second, AlertStep.RAISED)) == ["taken", "later"]
    assert centre.outcomes_of(step(ended_alert(first), AlertStep.ENDED), step(second, AlertStep.RAISED)) == [
        "taken",
        "taken",
    ]


def test_ids_that_are_somebody_else_s_are_refused(centre: Centre) -> None:
    centre.nodes.take_inventory(node(), inventory("camera-1"))
    own = sample_alert(7, evidence=(sample_evidence(1),))
    record, message = MESSAGES.step(own, AlertStep.RAISED)
    centre.journal.record(own, record, [message], 0)

    same_alert = step(next_alert(own), AlertStep.UPDATED)
    same_file = step(sample_alert(8, subject="other", evidence=(sample_evidence(1),)), AlertStep.RAISED)
    assert centre.outcomes_of(same_alert, same_file) == ["refused", "refused"]
    assert centre.journal.get(own.alert_id, EVERYTHING) == own


def test_only_what_people_decided_at_the_centre_is_an_outcome(centre: Centre) -> None:
    centre.nodes.take_inventory(node(), inventory("camera-1"))
    raised = sample_alert(1)
    centre.take(step(raised, AlertStep.RAISED))
    stored = centre.journal.get(raised.alert_id, EVERYTHING)
    assert stored is not None
    mark = centre.arrivals.outcomes(SHOP, 0, 10).next
    assert centre.arrivals.outcomes(SHOP, 0, 10).outcomes == []

    review = Review(reviewer_id=UserId("li"), reviewed_at=EPOCH, state=AlertState.CONFIRMED, reason="seen")
    judged = next_alert(stored, state=AlertState.CONFIRMED, review=review)
    record, message = MESSAGES.step(judged, AlertStep.CONFIRMED, actor_id=UserId("li"))
    centre.journal.record(judged, record, [message], stored.sequence)
    [outcome] = centre.arrivals.outcomes(SHOP, mark, 10).outcomes

    assert (outcome.alert_id, outcome.state, outcome.reviewer_id) == (raised.alert_id, AlertState.CONFIRMED, "li")
    assert centre.arrivals.outcomes(NodeId("shop-2"), mark, 10).outcomes == []
    assert centre.arrivals.outcomes(SHOP, outcome.outcome_id, 10).outcomes == []


def test_a_node_does_not_take_the_ids_or_the_cameras_of_the_centre(centre: Centre) -> None:
    centre.registry.add_enterprise(enterprise(1))
    centre.registry.add_site(site(1))
    legacy = camera(1, is_enabled=True)
    centre.registry.add_camera(legacy)
    centre.nodes.take_inventory(node(), inventory("camera-1", zones=("zone-1",)))

    assert centre.registry.get_camera(CameraId("camera-1"), EVERYTHING) == legacy
    [mirrored] = [one for one in centre.registry.list_cameras(EVERYTHING) if one.node_id == SHOP]
    assert (mirrored.site_id, mirrored.source) == ("site-1", Source(location="node:shop-1"))  # the site of that name
    assert centre.nodes.camera_ids(SHOP) == {"camera-1": mirrored.camera_id}
    assert centre.nodes.place_of(SHOP, CameraId("camera-1")) is None

    centre.nodes.take_inventory(node(), inventory())
    assert centre.registry.list_cameras(EVERYTHING) == [legacy]


def test_an_inventory_for_a_foreign_enterprise_changes_nothing(centre: Centre) -> None:
    bound = node(codes=frozenset({CreditCode.generated(2).value}))
    with pytest.raises(InventoryRefusedError, match="credit_code"):
        centre.nodes.take_inventory(bound, inventory("camera-1", firm=1))
    assert centre.registry.list_enterprises(EVERYTHING, None, 10) == []

    centre.nodes.take_inventory(bound, inventory("camera-1", firm=2))
    with pytest.raises(InventoryRefusedError):  # the same enterprise, now by another code
        centre.nodes.take_inventory(node(), inventory("camera-1", firm=3))
    assert [one.enterprise_id for one in centre.registry.list_enterprises(EVERYTHING, None, 10)] == [
        EnterpriseId("enterprise-1")
    ]


# The edge


def test_the_queue_takes_in_the_feed_once_and_keeps_what_is_not_sent(database: Database) -> None:
    journal, queue = SqlAlertJournal(database), SqlForwardQueue(database)
    raised = sample_alert(1, evidence=(sample_evidence(1),))
    record(journal, raised, AlertStep.RAISED)
    record(journal, ended_alert(raised), AlertStep.ENDED)
    record(journal, sample_alert(2), AlertStep.RAISED)

    assert [queue.take_in(2), queue.take_in(2), queue.take_in(2)] == [2, 1, 0]
    waiting = queue.oldest(10, EPOCH)
    assert [(one.alert.alert_id, one.step.sequence) for one in waiting] == [
        (alert_id(1), 1),
        (alert_id(1), 2),
        (alert_id(2), 1),
    ]
    assert [one.step.sequence for one in queue.newest(1, EPOCH)] == [1]
    assert queue.next_file(EPOCH) is None  # its alert's steps go first
    queue.sent([one.queue_id for one in waiting[:2]])
    file = queue.next_file(EPOCH)
    assert file is not None
    assert (file.evidence_id, file.size_bytes) == (sample_evidence(1).evidence_id, 3)
    queue.put_off_file(file.evidence_id, EPOCH + timedelta(minutes=5), "no", is_refused=True)
    assert queue.next_file(EPOCH) is None
    assert (queue.depth().steps, queue.depth().refused, queue.depth().file_bytes) == (1, 1, 3)
    queue.file_sent(file.evidence_id, EPOCH)
    assert (queue.depth().files, queue.depth().refused) == (0, 0)


def test_later_steps_wait_behind_one_that_is_put_off(database: Database) -> None:
    journal, queue = SqlAlertJournal(database), SqlForwardQueue(database)
    raised = sample_alert(1)
    record(journal, raised, AlertStep.RAISED)
    record(journal, ended_alert(raised), AlertStep.ENDED)
    record(journal, sample_alert(2), AlertStep.RAISED)
    queue.take_in(10)
    first = queue.oldest(1, EPOCH)[0]
    queue.put_off([first.queue_id], EPOCH + timedelta(minutes=5), "not now", is_refused=False)

    assert [one.alert.alert_id for one in queue.oldest(10, EPOCH)] == [alert_id(2)]
    assert len(queue.oldest(10, EPOCH + timedelta(minutes=6))) == 3
    assert queue.queue_again(alert_id(1), 1) == 2
    assert [one.step.sequence for one in queue.oldest(10, EPOCH) if one.alert.alert_id == alert_id(1)] == [1, 2]


def test_clips_that_stay_are_not_queued_and_marks_are_kept(database: Database) -> None:
    journal, queue = SqlAlertJournal(database), SqlForwardQueue(database, sends_clips=False)
    pieces = (sample_evidence(1), sample_evidence(2, kind=EvidenceKind.CLIP))
    record(journal, sample_alert(1, evidence=pieces), AlertStep.RAISED)
    queue.take_in(10)

    assert queue.depth().files == 1
    assert queue.outcome_mark() == 0
    queue.move_outcome_mark(12)
    queue.move_outcome_mark(15)
    assert SqlForwardQueue(database).outcome_mark() == 15


def record(journal: SqlAlertJournal, alert: Alert, kind: AlertStep) -> None:
    row, message = MESSAGES.step(alert, kind)
    journal.record(alert, row, [message], alert.sequence - 1)
