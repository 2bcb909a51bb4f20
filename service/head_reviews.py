"""People's verdicts on what a head found become its examples: confirmed means the state was right, dismissed the other.

They are examples only. What judges changes when a person has a new version taught and puts it live.
"""

import hashlib

import structlog

from alerts.errors import EvidenceNotFoundError, JournalError
from alerts.ports import EvidenceStore
from alerts.region_evidence import RegionEvidence, read_region
from api.ports import Review
from detector.errors import DetectorError
from detector.head_desk import HeadDesk
from detector.head_record import Head, Origin, OriginKind
from domain.alert import Alert, AlertState, Evidence, EvidenceKind, EvidenceState
from domain.ids import AlertId, UserId
from domain.scope import Scope

log = structlog.get_logger(__name__)


class TeachingReview:
    """An api.ports.Review before another one. Any thread. No failure to learn costs a verdict."""

    def __init__(self, review: Review, desk: HeadDesk, evidence_store: EvidenceStore) -> None:
        self._review = review
        self._desk = desk
        self._evidence_store = evidence_store

    def acknowledge(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        return self._review.acknowledge(
            alert_id, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def confirm(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        alert = self._review.confirm(
            alert_id, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )
        return self._learnt(alert, actor)

    def dismiss(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str
    ) -> Alert | None:
        alert = self._review.dismiss(
            alert_id, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )
        return self._learnt(alert, actor)

    def unclear(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        alert = self._review.unclear(
            alert_id, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )
        return self._learnt(alert, actor)

    def _learnt(self, alert: Alert | None, actor: UserId) -> Alert | None:
        if alert is not None:
            try:
                self._learn(alert, actor)
            except (DetectorError, EvidenceNotFoundError, JournalError, OSError, ValueError) as error:
                log.warning("verdict_not_learnt", alert_id=alert.alert_id, reason=str(error))
        return alert

    def _learn(self, alert: Alert, actor: UserId) -> None:
        boxes = next((piece for piece in alert.evidence if piece.kind is EvidenceKind.BOXES), None)
        if boxes is None or boxes.state is not EvidenceState.STORED:
            return
        region = read_region(self._content(boxes))
        if region is None:
            return
        head = self._desk.get(region.head_id)
        self._take_back(head, alert.alert_id, actor)
        state = state_shown(head, region, alert.state)
        if state is None:
            log.info(
                "verdict_teaches_nothing", alert_id=alert.alert_id, head_id=head.head_id, verdict=alert.state.value
            )
            return
        if region.network_sha256 != self._desk.network.sha256:
            log.warning("verdict_not_learnt", alert_id=alert.alert_id, reason="seen by another embedding network")
            return
        origin = Origin(kind=OriginKind.REVIEW, alert_id=alert.alert_id, evidence_id=boxes.evidence_id)
        self._desk.add_numbers(head.head_id, state, region.numbers, origin=origin, actor=actor)
        log.info("verdict_learnt", alert_id=alert.alert_id, head_id=head.head_id, state=state)

    def _content(self, boxes: Evidence) -> bytes:
        """The stored file, if it is the one that was recorded. Raises ValueError otherwise."""
        with self._evidence_store.open(boxes.name) as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() != boxes.sha256:
            raise ValueError(f"evidence {boxes.evidence_id} is not the file that was recorded")
        return content

    def _take_back(self, head: Head, alert_id: AlertId, actor: UserId) -> None:
        """A verdict that was changed takes back what the earlier one taught."""
        earlier = {one.example_id for one in head.examples if one.origin.alert_id == alert_id}
        if earlier:
            self._desk.delete_examples(head.head_id, earlier, actor=actor)


def state_shown(head: Head, region: RegionEvidence, verdict: AlertState) -> str | None:
    """The state that the confirming frame shows by the verdict; None where the verdict does not say.

    Dismissed with three states or more: it was not this one, but which it was nobody said.
    """
    if region.state not in head.states:
        return None
    if verdict is AlertState.CONFIRMED:
        return region.state
    others = [state for state in head.states if state != region.state]
    if verdict is AlertState.DISMISSED and len(others) == 1:
        return others[0]
    return None
