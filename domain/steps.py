"""The words of an alert's life: its steps, and the states that they lead to."""

from enum import StrEnum


class AlertStep(StrEnum):
    """One step of an alert's life; each is one message on the wire and one row of its history."""

    RAISED = "raised"
    UPDATED = "updated"
    ENDED = "ended"
    ACKNOWLEDGED = "acknowledged"
    REVIEWED = "reviewed"
    """A reviewer has spoken and the verdict does not stand yet: another reviewer must speak first."""
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCLEAR = "unclear"
    NOTIFIED = "notified"
    DISPUTED = "disputed"
    RECTIFIED = "rectified"
    SENT_BACK = "sent_back"
    VERIFIED = "verified"
    CLOSED = "closed"
    PAUSED = "paused"
    RESUMED = "resumed"
    OVERDUE = "overdue"
    """A machine's step: somebody's time is over. It decides nothing."""
    RISEN = "risen"
    """A machine's step: the class is a more urgent one from now on. It is never a less urgent one again."""

    @property
    def told(self) -> "AlertStep":
        """The word that version 1 of the messages has for it: what came later is an `updated` there."""
        return AlertStep.UPDATED if self in _LATER_STEPS else self


class AlertState(StrEnum):
    """Where the people's side of an alert stands. Whether the violation still lasts is `violation.ended_at`."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    IN_REVIEW = "in_review"
    """At least one reviewer has spoken and no verdict stands."""
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCLEAR = "unclear"
    NOTIFIED = "notified"
    DISPUTED = "disputed"
    RECTIFIED = "rectified"
    VERIFIED = "verified"
    CLOSED = "closed"

    @property
    def is_reviewed(self) -> bool:
        """A person's verdict stands. Until then it is a lead: "AI 线索，未经人工核实"."""
        return self not in {AlertState.RAISED, AlertState.ACKNOWLEDGED, AlertState.IN_REVIEW}

    @property
    def told(self) -> "AlertState":
        """The word that version 1 of the messages has for it."""
        return _TOLD_STATES.get(self, self)


_LATER_STEPS = frozenset(
    {
        AlertStep.REVIEWED,
        AlertStep.NOTIFIED,
        AlertStep.SENT_BACK,
        AlertStep.VERIFIED,
        AlertStep.PAUSED,
        AlertStep.RESUMED,
        AlertStep.OVERDUE,
        AlertStep.RISEN,
    }
)
_TOLD_STATES = {
    AlertState.IN_REVIEW: AlertState.ACKNOWLEDGED,
    AlertState.NOTIFIED: AlertState.CONFIRMED,
    AlertState.VERIFIED: AlertState.RECTIFIED,
}
