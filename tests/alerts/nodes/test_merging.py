"""Who may change what of a node's alert at the centre."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.catalogue import load_catalogue
from alerts.life import advance, rise
from alerts.messages import AlertMessages
from alerts.nodes.merging import Merged, merge
from alerts.nodes.packing import KEPT_AT_NODE, parcel_of
from alerts.nodes.parcels import Heartbeat, StepParcel
from alerts.nodes.ports import NodePlace
from alerts.rising import DueRise
from domain.alert import Alert, AlertState, AlertStep, EvidenceKind, EvidenceState, Origin, Review
from domain.ids import CameraId, EnterpriseId, NodeId, SiteId, UserId
from domain.life import RiseCause
from domain.risk import RiskClass
from tests.alerts.lives import LI, PLAIN, lived, move
from tests.alerts.samples import EPOCH, ended_alert, next_alert, sample_alert, sample_evidence

SHOP = NodeId("shop-1")
PLACE = NodePlace(
    enterprise_id=EnterpriseId("ours"), site_id=SiteId("our-site"), camera_id=CameraId("our-camera"), zone_id=None
)
MESSAGES = AlertMessages(load_catalogue())


def step(alert: Alert, kind: AlertStep, actor: str | None = None, *, sends_clips: bool = True) -> StepParcel:
    record, _ = MESSAGES.step(alert, kind, actor_id=UserId(actor) if actor else None)
    return parcel_of(alert, record, sends_clips=sends_clips)


def merged(parcel: StepParcel, stored: Alert | None) -> Merged:
    return merge(parcel, PLACE, stored, node_id=SHOP, report=None)


def at_centre(alert: Alert, **changes: object) -> Alert:
    """The node's alert as the centre stored it after the first step."""
    found = merged(step(alert, AlertStep.RAISED), None).alert
    assert found is not None
    return replace(found, **changes)  # type: ignore[arg-type]


def judged(alert: Alert, state: AlertState, who: str, reason: str = "seen") -> Alert:
    review = Review(reviewer_id=UserId(who), reviewed_at=EPOCH, state=state, reason=reason)
    return next_alert(alert, state=state, review=review)


def test_a_new_alert_stands_at_the_centre_s_own_places() -> None:
    alert = sample_alert(1, evidence=(sample_evidence(1),))
    found = merged(step(alert, AlertStep.RAISED), None)

    assert (found.answer.outcome, found.step) == ("taken", AlertStep.RAISED)
    assert found.alert is not None
    assert (found.alert.enterprise_id, found.alert.violation.camera_id) == ("ours", "our-camera")
    assert found.alert.origin == Origin(node_id=SHOP, sequence=1)
    assert found.alert.evidence[0].state is EvidenceState.PENDING
    assert found.alert.evidence[0].name.endswith(f"/{alert.alert_id}/{alert.evidence[0].evidence_id}.jpg")


def test_a_file_that_has_come_stays_whatever_the_node_says_later() -> None:
    alert = sample_alert(1, evidence=(sample_evidence(1),))
    stored = at_centre(alert)
    arrived = replace(stored, evidence=(replace(stored.evidence[0], state=EvidenceState.STORED),))
    gone = next_alert(alert, evidence=(replace(alert.evidence[0], state=EvidenceState.MISSING, cause="disk_full"),))

    kept = merged(step(gone, AlertStep.UPDATED), arrived).alert
    lost = merged(step(gone, AlertStep.UPDATED), stored).alert
    assert kept is not None
    assert lost is not None
    assert kept.evidence == arrived.evidence
    assert (lost.evidence[0].state, lost.evidence[0].cause) == (EvidenceState.MISSING, "disk_full")


def test_a_clip_that_stays_at_the_node_is_said_to_be_missing_here() -> None:
    alert = sample_alert(1, evidence=(sample_evidence(1, kind=EvidenceKind.CLIP, media_type="video/mp4"),))
    [piece] = step(alert, AlertStep.RAISED, sends_clips=False).evidence
    assert (piece.state, piece.cause) == (EvidenceState.MISSING, KEPT_AT_NODE)


def test_a_class_that_rose_at_the_node_rises_here_until_people_have_judged() -> None:
    alert = lived(1, risk_class=RiskClass.II)
    due = DueRise(to=RiskClass.I, cause=RiseCause.LASTS, found=90, needed=60)
    taken = rise(alert, due, now=EPOCH + timedelta(minutes=2))
    assert taken is not None
    stored, parcel = at_centre(alert), step(taken.alert, taken.step)
    found = merged(parcel, stored)
    assert (parcel.step, found.step) == (AlertStep.UPDATED, AlertStep.RISEN)
    assert found.alert is not None
    assert found.alert.life is not None
    assert (found.alert.violation.risk_class, found.alert.sequence) == (RiskClass.I, stored.sequence + 1)
    assert [(one.to, one.cause) for one in found.alert.life.rises] == [(RiskClass.I, RiseCause.NODE)]

    judged_here = advance(stored, move(AlertStep.CONFIRMED, LI), PLAIN).alert
    found = merged(parcel, judged_here)
    assert found.alert is not None
    assert (found.step, found.alert.violation.risk_class) == (AlertStep.UPDATED, RiskClass.II)


def test_a_step_from_before_a_rise_carries_the_class_of_its_time() -> None:
    alert = lived(1, risk_class=RiskClass.II)
    record, _ = MESSAGES.step(alert, AlertStep.RAISED)
    taken = rise(alert, DueRise(to=RiskClass.I, cause=RiseCause.LASTS, found=90, needed=60), now=EPOCH)
    assert taken is not None
    assert parcel_of(taken.alert, record, sends_clips=True).risk_class is RiskClass.II


def test_the_node_s_people_are_heard_until_the_centre_s_have_spoken() -> None:
    alert = sample_alert(1)
    seen = next_alert(alert, state=AlertState.ACKNOWLEDGED)
    found = merged(step(seen, AlertStep.ACKNOWLEDGED, "cook"), at_centre(alert))
    assert found.alert is not None
    assert (found.alert.state, found.actor_id) == (AlertState.ACKNOWLEDGED, "node:shop-1:cook")

    dismissed = judged(alert, AlertState.DISMISSED, "cook", "a toy")
    found = merged(step(dismissed, AlertStep.DISMISSED, "cook"), at_centre(alert))
    assert found.alert is not None
    assert found.alert.review is not None
    assert (found.alert.review.reviewer_id, found.alert.review.reason) == ("node:shop-1:cook", "a toy")

    official = judged(at_centre(alert), AlertState.CONFIRMED, "li")
    found = merged(step(dismissed, AlertStep.DISMISSED, "cook"), official)
    assert found.alert is not None
    assert (found.alert.state, found.alert.review, found.step) == (
        AlertState.CONFIRMED,
        official.review,
        AlertStep.UPDATED,
    )
    assert found.note == "dismissed at the node changes nothing, confirmed stands: a toy"


def test_the_machine_s_facts_are_taken_over_after_a_verdict() -> None:
    alert = sample_alert(1)
    official = judged(at_centre(alert), AlertState.CONFIRMED, "li")
    found = merged(step(ended_alert(alert), AlertStep.ENDED), official)

    assert found.alert is not None
    assert (found.alert.state, found.alert.is_open, found.alert.sequence) == (AlertState.CONFIRMED, False, 3)


def test_an_echo_of_the_centre_s_own_word_moves_the_count_only() -> None:
    alert = sample_alert(1)
    official = judged(at_centre(alert), AlertState.CONFIRMED, "li")
    echo = judged(alert, AlertState.CONFIRMED, "centre:li")
    found = merged(step(echo, AlertStep.CONFIRMED, "centre:li"), official)

    assert (found.answer.outcome, found.step) == ("taken", None)
    assert found.alert == replace(official, origin=Origin(node_id=SHOP, sequence=2))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"sightings": [{"label": "rat", "confidence": 0.5, "left": 0.9, "top": 0, "right": 0.1, "bottom": 1}]},
            "left",
        ),
        ({"step": "ended"}, "begins with raised"),
    ],
)
def test_what_is_no_alert_is_refused_with_the_reason(changes: dict[str, object], reason: str) -> None:
    told = step(sample_alert(1), AlertStep.RAISED).model_dump(mode="json") | changes
    found = merged(StepParcel.model_validate(told), None)

    assert (found.answer.outcome, found.alert) == ("refused", None)
    assert reason in (found.answer.reason or "")


@pytest.mark.parametrize("origin", [None, Origin(node_id=NodeId("shop-2"), sequence=1)])
def test_an_alert_that_is_not_the_node_s_is_left_alone(origin: Origin | None) -> None:
    alert = sample_alert(1)
    found = merged(step(ended_alert(alert), AlertStep.ENDED), at_centre(alert, origin=origin))

    assert (found.answer.outcome, found.alert) == ("refused", None)


def test_what_was_deleted_here_by_rule_stays_deleted_whatever_the_node_says_later() -> None:
    alert = sample_alert(1, evidence=(sample_evidence(1),))
    stored = at_centre(alert)
    gone = replace(stored.evidence[0], state=EvidenceState.DELETED, cause="retention:dismissed@1")
    found = merged(step(ended_alert(alert), AlertStep.ENDED), replace(stored, evidence=(gone,)))
    assert found.alert is not None
    assert found.alert.evidence == (gone,)


def test_a_file_that_its_node_deleted_after_it_had_come_stays_here_and_one_that_had_not_will_not_come() -> None:
    alert = sample_alert(1, evidence=(sample_evidence(1),))
    deleted = replace(alert.evidence[0], state=EvidenceState.DELETED, cause="retention:dismissed@1")
    later = step(next_alert(alert, evidence=(deleted,)), AlertStep.UPDATED)
    stored = at_centre(alert)
    arrived = replace(stored, evidence=(replace(stored.evidence[0], state=EvidenceState.STORED),))

    kept, missed = merged(later, arrived).alert, merged(later, stored).alert
    assert kept is not None
    assert missed is not None
    assert kept.evidence[0].state is EvidenceState.STORED
    assert (missed.evidence[0].state, missed.evidence[0].cause) == (EvidenceState.MISSING, "deleted_at_node")


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(None, timedelta(0)), (timedelta(days=40).total_seconds(), timedelta(days=40)), (1e300, timedelta(0))],
)
def test_a_step_is_as_old_as_by_the_centre_s_clock_and_what_the_node_saw_keeps_its_times(
    offset: float | None, expected: timedelta
) -> None:
    report = Heartbeat(version="1", sent_at=EPOCH, clock_offset_seconds=offset)
    alert = sample_alert(1, evidence=(sample_evidence(1),))
    raised = merge(step(alert, AlertStep.RAISED), PLACE, None, node_id=SHOP, report=report).alert
    assert raised is not None
    over = ended_alert(alert)
    ended = merge(step(over, AlertStep.ENDED), PLACE, raised, node_id=SHOP, report=report).alert
    assert ended is not None

    assert raised.updated_at == alert.updated_at + expected
    assert ended.updated_at == over.updated_at + expected
    assert (ended.raised_at, ended.violation.ended_at) == (alert.raised_at, over.violation.ended_at)
    record, _ = MESSAGES.step(ended, AlertStep.ENDED)
    assert record.at == over.updated_at + expected
