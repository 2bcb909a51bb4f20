"""Wires the desks at which people deal with alerts, and the thread that says whose time is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from alerts.bell import FeedBell
from alerts.catalogue import Catalogue
from alerts.escalation import Escalator
from alerts.follow_up import FollowUpDesk
from alerts.messages import AlertMessages
from alerts.ports import EvidenceStore
from alerts.review import ReviewDesk
from alerts.riser import Lasting, Riser
from api.services import LifeDesks
from service.identity import new_id
from service.site_hours import RegisteredHours
from service.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """All of it; `escalator` is not started yet."""

    review: ReviewDesk
    desks: LifeDesks
    escalator: Escalator
    riser: Callable[[Lasting], Riser]
    """Made by whoever watches cameras."""


def reviewing(
    store: Store,
    catalogue: Catalogue,
    messages: AlertMessages,
    bell: FeedBell,
    *,
    evidence_store: EvidenceStore,
    now: Callable[[], datetime],
) -> Reviewing:
    """The desks with the catalogue's terms."""
    review = ReviewDesk(store.journal, messages, bell, now, terms=catalogue.terms, viewings=store.viewings)
    hours = RegisteredHours(store.registry, catalogue.holidays)
    return Reviewing(
        review=review,
        desks=LifeDesks(
            follow_up=FollowUpDesk(review.steps, evidence_store, new_id),
            viewings=store.viewings,
            records=store.review_records,
            terms=catalogue.terms,
            hours=hours,
        ),
        escalator=Escalator(review.steps, hours, clock=time.monotonic),
        riser=lambda lasting: Riser(review.steps, catalogue.rises, lasting, clock=time.monotonic),
    )
