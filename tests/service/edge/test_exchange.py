"""What an edge has on record stands at its centre, once and whole, whatever happens in between."""

import hashlib
from dataclasses import replace
from datetime import date, time, timedelta

import httpx2
import pytest

from alerts.nodes.errors import LineError
from alerts.nodes.packing import parcel_of
from alerts.nodes.parcels import StepsParcel
from domain.alert import AlertState, AlertStep, EvidenceKind, EvidenceState
from domain.credit_code import CreditCode
from domain.ids import NodeId
from domain.schedule import DailyHours, OpenHours, SpecialDay
from domain.scope import Scope
from domain.zone_hours import Holds, ZoneHours
from service.storage.forward_queue import SqlForwardQueue
from tests.credit.samples import camera, enterprise, site
from tests.service.edge.conftest import EdgeMaker
from tests.service.edge.sides import CAMERA, COOK, OFFICER, SITE, CentreSide, EdgeSide, send_all, wait_out

EVERYTHING = Scope.everything()


def test_an_alert_with_its_files_arrives_as_it_is(edge: EdgeSide, centre: CentreSide) -> None:
    clip = bytes(range(256)) * 1000
    raised = edge.raise_alert(clip=clip)
    ended = edge.end(raised)
    send_all(edge.forwarder(), edge)

    there = centre.alert(raised.alert_id)
    assert there.violation == ended.violation
    assert (there.origin and there.origin.node_id, there.origin and there.origin.sequence) == ("shop-1", 2)
    assert (there.local_day, there.raised_at, there.state) == (raised.local_day, raised.raised_at, AlertState.RAISED)
    assert centre.content(there) == {EvidenceKind.STILL: b"a still", EvidenceKind.CLIP: clip}
    assert [step.step for step in centre.journal.history(raised.alert_id)] == [
        AlertStep.RAISED,
        AlertStep.ENDED,
        AlertStep.UPDATED,
        AlertStep.UPDATED,
    ]
    depth = edge.queue.depth()
    assert (depth.steps, depth.files) == (0, 0)


def test_the_evidence_is_awaited_until_it_is_there(edge: EdgeSide, centre: CentreSide) -> None:
    alert = edge.raise_alert()
    forwarder = edge.forwarder()
    forwarder.work()

    [piece] = centre.alert(alert.alert_id).evidence
    assert (piece.state, piece.sha256) == (EvidenceState.PENDING, hashlib.sha256(b"a still").hexdigest())
    assert centre.journal.pending_evidence() == []  # nobody at the centre is making it
    send_all(forwarder, edge)
    [piece] = centre.alert(alert.alert_id).evidence
    assert piece.state is EvidenceState.STORED


def test_repetitions_change_nothing(edge: EdgeSide, centre: CentreSide) -> None:
    alert = edge.end(edge.raise_alert())
    send_all(edge.forwarder(), edge)
    before = centre.alert(alert.alert_id), centre.journal.newest_feed_id()

    assert edge.queue.queue_again(alert.alert_id, 1) == 2
    send_all(edge.forwarder(), edge)

    assert (centre.alert(alert.alert_id), centre.journal.newest_feed_id()) == before


def test_the_steps_of_a_dark_week_drain_in_order_and_the_latest_alert_does_not_wait(
    edge: EdgeSide, centre: CentreSide
) -> None:
    """Alerts of two steps each that were raised while the line was cut; then one more, which must not wait for them."""
    edge.raise_many(120)
    edge.clock.advance(timedelta(days=5).total_seconds())
    latest = edge.raise_alert()
    edge.settings = edge.settings.model_copy(update={"batch_steps": 30})
    forwarder = edge.forwarder()
    forwarder.work()
    assert centre.journal.get(latest.alert_id, EVERYTHING) is not None
    assert edge.queue.depth().steps > 200  # it went ahead of most of the others
    send_all(forwarder, edge)

    here, there = edge.alerts(), centre.alerts()
    assert len(here) == 121
    assert {one.alert_id: one.violation for one in here.values()} == {
        one.alert_id: one.violation for one in there.values()
    }
    assert edge.queue.depth().steps == 0


def test_a_new_process_goes_on_where_the_killed_one_was(edge: EdgeSide, centre: CentreSide) -> None:
    """The queue is in the database; a forwarder keeps nothing else."""
    alerts = [edge.raise_alert(clip=b"c" * 200_000) for _ in range(3)]
    first = edge.forwarder()
    for _ in range(4):
        first.work()
    edge.queue = SqlForwardQueue(edge.database)
    send_all(edge.forwarder(), edge)

    for alert in alerts:
        assert centre.content(centre.alert(alert.alert_id))[EvidenceKind.CLIP] == b"c" * 200_000


def test_a_centre_restored_from_a_backup_is_given_what_it_lacks(
    edge: EdgeSide, centre: CentreSide, make_edge: EdgeMaker
) -> None:
    alert = edge.raise_alert()
    forwarder = edge.forwarder()
    send_all(forwarder, edge)
    with centre.database.transaction() as connection:
        for table in ("evidence", "alert_steps", "alerts"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    ended = edge.end(alert)
    send_all(forwarder, edge)
    wait_out(edge)
    send_all(forwarder, edge)

    there = centre.alert(alert.alert_id)
    assert (there.violation, there.origin and there.origin.sequence) == (ended.violation, 2)


def test_the_verdict_of_the_centre_is_shown_at_the_edge_and_stands(edge: EdgeSide, centre: CentreSide) -> None:
    alert = edge.raise_alert()
    forwarder = edge.forwarder()
    send_all(forwarder, edge)
    centre.review(alert.alert_id, AlertStep.CONFIRMED, OFFICER, "rat on the shelf")
    edge.clock.advance(20)
    send_all(forwarder, edge)

    here = edge.alert(alert.alert_id)
    assert here.review is not None
    assert (here.state, here.review.reason, here.review.reviewer_id) == (
        AlertState.CONFIRMED,
        "rat on the shelf",
        "centre:officer",
    )

    edge.review(alert.alert_id, AlertStep.DISMISSED, COOK, "a toy")
    for _ in range(2):
        edge.clock.advance(20)
        send_all(forwarder, edge)

    assert centre.alert(alert.alert_id).state is AlertState.CONFIRMED
    assert edge.alert(alert.alert_id).state is AlertState.CONFIRMED
    notes = [step.note for step in centre.journal.history(alert.alert_id) if step.actor_id == "node:shop-1:cook"]
    assert notes == ["dismissed at the node changes nothing, confirmed stands: a toy"]
    # Both came to rest: no step echoes for ever.
    feeds = edge.journal.newest_feed_id(), centre.journal.newest_feed_id()
    edge.clock.advance(20)
    send_all(forwarder, edge)
    assert (edge.journal.newest_feed_id(), centre.journal.newest_feed_id()) == feeds


def test_a_verdict_of_the_edge_counts_until_the_centre_gives_one(edge: EdgeSide, centre: CentreSide) -> None:
    alert = edge.raise_alert()
    edge.review(alert.alert_id, AlertStep.DISMISSED, COOK, "a toy")
    forwarder = edge.forwarder()
    send_all(forwarder, edge)

    there = centre.alert(alert.alert_id)
    assert (there.state, there.review and there.review.reviewer_id) == (AlertState.DISMISSED, "node:shop-1:cook")

    centre.review(alert.alert_id, AlertStep.CONFIRMED, OFFICER, "no toy")
    edge.clock.advance(20)
    send_all(forwarder, edge)
    assert edge.alert(alert.alert_id).state is AlertState.CONFIRMED


def test_an_alert_that_ends_after_the_verdict_keeps_it(edge: EdgeSide, centre: CentreSide) -> None:
    alert = edge.raise_alert()
    forwarder = edge.forwarder()
    send_all(forwarder, edge)
    centre.review(alert.alert_id, AlertStep.CONFIRMED, OFFICER)
    edge.end(alert)
    edge.clock.advance(20)
    send_all(forwarder, edge)

    there = centre.alert(alert.alert_id)
    assert (there.state, there.is_open) == (AlertState.CONFIRMED, False)
    assert edge.alert(alert.alert_id).state is AlertState.CONFIRMED


# Who may report what


def test_a_wrong_token_opens_nothing_and_loses_nothing(make_edge: EdgeMaker, centre: CentreSide) -> None:
    edge = make_edge(token="bkn_wrong")
    edge.raise_alert()
    forwarder = edge.forwarder()
    send_all(forwarder, edge)

    assert "401" in (forwarder.cause or "")
    assert centre.alerts() == {}
    assert edge.queue.depth().steps == 1


def test_a_finding_by_rest_is_the_lead_that_it_would_be_by_mqtt(centre: CentreSide, url: str) -> None:
    token = centre.add_node("ai-1")
    centre.registry.add_enterprise(enterprise(7))
    centre.registry.add_site(site(7, of=7))
    centre.registry.add_camera(camera(7, of=7, node_id=NodeId("ai-1")))
    at = centre.clock.now()
    finding = {
        "finding_id": "f-1",
        "camera_id": "camera-7",
        "code": "smoke.person",
        "started_at": at.isoformat(),
        "captured_at": at.isoformat(),
        "lasts": True,
    }
    with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        answers = [client.post("/api/v1/ingest/findings", json=finding) for _ in range(2)]
        over = client.post("/api/v1/ingest/findings", json=finding | {"lasts": False, "ended_at": at.isoformat()})
        foreign = client.post("/api/v1/ingest/findings", json=finding | {"camera_id": "camera-1"})
        wrong = client.post("/api/v1/ingest/findings", json=finding | {"code": "no.such_code"})
        unread = client.post("/api/v1/ingest/findings", json=finding | {"captured_at": "yesterday"})

    [(alert_id, alert)] = centre.alerts().items()
    assert {one.json()["alert_id"] for one in [*answers, over]} == {alert_id}
    assert [one.step.value for one in centre.journal.history(alert_id)] == ["raised", "ended"]
    assert (alert.origin and alert.origin.node_id, alert.state.is_reviewed) == ("ai-1", False)
    assert [(one.status_code, one.json()["reason"]) for one in (foreign, wrong)] == [
        (422, "unknown_camera"),
        (422, "unknown_code"),
    ]
    assert unread.status_code == 422


def test_a_node_cannot_touch_the_alert_of_another(make_edge: EdgeMaker, centre: CentreSide, url: str) -> None:
    edge, thief = make_edge("shop-1"), make_edge("shop-2")
    alert = edge.raise_alert(clip=b"clip")
    forwarder = edge.forwarder()
    forwarder.work()
    send_all(thief.forwarder(), thief)
    [queued] = edge.journal.history(alert.alert_id)
    forged = parcel_of(alert, queued, sends_clips=True).model_copy(update={"sequence": 2, "step": AlertStep.ENDED})
    headers = {"Authorization": f"Bearer {thief.token}"}
    with httpx2.Client(base_url=url, headers=headers) as client:
        answer = client.post("/api/v1/ingest/steps", json=StepsParcel(steps=[forged]).model_dump(mode="json"))
        [piece, _] = centre.alert(alert.alert_id).evidence
        part = client.put(f"/api/v1/ingest/evidence/{piece.evidence_id}?offset=0", content=b"forged!")
        elsewhere = [client.get(path).status_code for path in ("/api/v1/alerts", "/api/v1/cameras", "/metrics")]

    assert answer.json()["answers"][0]["outcome"] == "refused"
    assert part.status_code == 409
    assert elsewhere == [403, 403, 403]
    assert centre.alert(alert.alert_id).is_open
    send_all(forwarder, edge)
    assert centre.content(centre.alert(alert.alert_id)) == edge.content(edge.alert(alert.alert_id))


def test_a_node_speaks_only_for_the_enterprises_it_was_given(make_edge: EdgeMaker, centre: CentreSide) -> None:
    edge = make_edge("shop-1", CreditCode.generated(7).value)
    alert = edge.raise_alert()
    send_all(edge.forwarder(), edge)

    assert centre.alerts() == {}
    assert edge.queue.depth().steps == 1
    assert alert.alert_id in edge.alerts()


def test_a_node_that_was_shut_out_keeps_its_alerts_until_it_has_a_new_token(edge: EdgeSide, centre: CentreSide) -> None:
    centre.book.shut_out(NodeId("shop-1"))
    alert = edge.raise_alert()
    forwarder = edge.forwarder()
    send_all(forwarder, edge)

    assert "401" in (forwarder.cause or "")
    with pytest.raises(AssertionError):
        centre.alert(alert.alert_id)


# One registry


def test_two_edges_that_were_set_up_alike_stay_apart(make_edge: EdgeMaker, centre: CentreSide) -> None:
    """Both name their enterprise, site and camera by the same ids, and the enterprise is one firm."""
    first, second = make_edge("shop-1"), make_edge("shop-2")
    alerts = [first.raise_alert(), second.raise_alert()]
    for edge in (first, second):
        send_all(edge.forwarder(), edge)

    cameras = centre.registry.list_cameras(EVERYTHING)
    assert sorted((one.name, one.node_id) for one in cameras) == [("camera 1", "shop-1"), ("camera 1", "shop-2")]
    assert len(centre.registry.list_enterprises(EVERYTHING, None, 10)) == 1
    assert sorted(one.name for one in centre.registry.list_sites(EVERYTHING)) == ["后厨 1", "后厨 1 (shop-2)"]
    places = {centre.alert(alert.alert_id).violation.camera_id for alert in alerts}
    assert places == {one.camera_id for one in cameras}


def test_cameras_come_without_addresses_and_go_with_the_node_s(edge: EdgeSide, centre: CentreSide) -> None:
    [zone] = edge.registry.list_zones(CAMERA)
    hours = ZoneHours(holds=Holds.OUTSIDE_HOURS, hours=(OpenHours(weekday=0, start=time(9), end=time(21)),))
    edge.registry.update_zone(replace(zone, hours=hours), zone.version)
    forwarder = edge.forwarder()
    send_all(forwarder, edge)
    [camera] = centre.registry.list_cameras(EVERYTHING)
    assert "geheim" not in camera.source.location
    assert [(zone.name, zone.hours) for zone in centre.registry.list_zones(camera.camera_id)] == [("专间 1", hours)]

    edge.registry.delete_camera(CAMERA)
    edge.clock.advance(20)
    send_all(forwarder, edge)
    edge.clock.advance(20)
    send_all(forwarder, edge)
    assert centre.registry.list_cameras(EVERYTHING) == []


def test_special_days_and_kept_holidays_of_a_site_count_at_the_centre_too(edge: EdgeSide, centre: CentreSide) -> None:
    here = edge.registry.get_site(SITE, EVERYTHING)
    assert here is not None
    short = SpecialDay(day=date(2026, 5, 3), hours=(DailyHours(start=time(9), end=time(12)),))
    hours = replace(here.schedule, special_days=(short, SpecialDay(day=date(2026, 2, 17))), keeps_holidays=True)
    send_all(edge.forwarder(), edge)
    edge.registry.update_site(replace(here, schedule=hours))
    send_all(edge.forwarder(), edge)

    [there] = centre.registry.list_sites(EVERYTHING)
    assert set(there.schedule.special_days) == set(hours.special_days)
    assert there.schedule.keeps_holidays


def test_a_clock_that_is_off_is_told_with_the_alerts(edge: EdgeSide, centre: CentreSide) -> None:
    edge.clock.advance(-90)
    alert = edge.raise_alert()
    send_all(edge.forwarder(), edge)

    origin = centre.alert(alert.alert_id).origin
    assert origin is not None
    assert abs((origin.clock_offset_seconds or 0.0) - 89) < 1
    assert origin.clock_uncertainty_seconds is not None


def test_without_a_line_the_cause_is_told_and_tries_grow_rare(edge: EdgeSide) -> None:
    class NoLine:
        tries = 0

        def heartbeat(self, report: object) -> object:
            self.tries += 1
            raise LineError("cut")

        def close(self) -> None:
            return

    line = NoLine()
    edge.line = line  # type: ignore[assignment]
    forwarder = edge.forwarder()
    for _ in range(600):
        forwarder.work()
        edge.clock.advance(1)

    assert forwarder.cause == "cut"
    assert 5 < line.tries < 25
