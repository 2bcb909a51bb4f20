"""The words of version 1 of the messages, and no others."""

from enum import StrEnum


class ToldStep(StrEnum):
    """The steps of version 1. What came later is told as `updated`, and by its own word in `life_step`."""

    RAISED = "raised"
    UPDATED = "updated"
    ENDED = "ended"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCLEAR = "unclear"
    DISPUTED = "disputed"
    RECTIFIED = "rectified"
    CLOSED = "closed"


class ToldState(StrEnum):
    """The states of version 1. What came later is told as the nearest of them, and by its own word in `life`."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNCLEAR = "unclear"
    DISPUTED = "disputed"
    RECTIFIED = "rectified"
    CLOSED = "closed"


class ToldKind(StrEnum):
    """The kinds of evidence of version 1; what enterprises answer with is in `life`."""

    STILL = "still"
    BOXES = "boxes"
    CLIP = "clip"
