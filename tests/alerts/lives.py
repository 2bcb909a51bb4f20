"""Alerts at each stage of their lives, and a desk at which people can take them there."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.follow_up import FollowUpDesk
from alerts.life import Move, advance, update
from alerts.messages import AlertMessages
from alerts.ports import EvidenceStore, Viewings
from alerts.review import ReviewDesk
from alerts.terms import ClassTerms, LifeTerms
from alerts.testing import counting_ids
from domain.alert import Alert, AlertState, AlertStep, Evidence, EvidenceKind
from domain.ids import EvidenceId, UserId
from domain.life import Life
from domain.risk import RiskClass
from tests.alerts.samples import EPOCH, sample_alert, sample_evidence, sample_step

CATALOGUE = load_catalogue()
TERMS = CATALOGUE.terms
CLASS_I, CLASS_II = TERMS.of(RiskClass.I), TERMS.of(RiskClass.II)
PLAIN = ClassTerms()
LI, WANG, ZHAO, CHEN = (UserId(f"reviewer-{name}") for name in ("li", "wang", "zhao", "chen"))
SHOP, OTHER_SHOP = UserId("shop-1"), UserId("shop-2")


def lived(number: int = 1, *, risk_class: RiskClass = RiskClass.I, evidence: tuple[Evidence, ...] = ()) -> Alert:
    """An alert as the machine raises it, with a life."""
    alert = sample_alert(number, risk_class=risk_class, evidence=evidence)
    return replace(alert, life=Life(entered={AlertState.RAISED: alert.raised_at}))


def move(step: AlertStep, actor: UserId | None, *, minutes: float = 5, **changes: Any) -> Move:
    made = Move(step=step, actor=actor, at=EPOCH + timedelta(minutes=minutes), reason="看过", viewed_seconds=60.0)
    return replace(made, **{"nonce": "ab" * 16, **changes})


def photo(number: int = 900) -> Evidence:
    return sample_evidence(number, kind=EvidenceKind.PHOTO, media_type="image/jpeg")


def photo_id(number: int = 900) -> EvidenceId:
    return photo(number).evidence_id


def taken(alert: Alert, *steps: tuple[AlertStep, UserId], terms: ClassTerms = PLAIN, minutes: float = 5) -> Alert:
    """The alert after these steps, a minute apart. A rectification gets a photo of its own."""
    for number, (step, actor) in enumerate(steps):
        files: tuple[EvidenceId, ...] = ()
        if step is AlertStep.RECTIFIED:
            piece = photo(900 + alert.sequence)
            alert = update(alert, [piece], now=EPOCH + timedelta(minutes=minutes + number))
            files = (piece.evidence_id,)
        alert = advance(alert, move(step, actor, minutes=minutes + number, files=files), terms).alert
    return alert


S = AlertStep
CONFIRMED = ((S.CONFIRMED, LI),)
NOTIFIED = (*CONFIRMED, (S.NOTIFIED, LI))
DISPUTED = (*NOTIFIED, (S.DISPUTED, SHOP))
RECTIFIED = (*NOTIFIED, (S.RECTIFIED, SHOP))
VERIFIED = (*RECTIFIED, (S.VERIFIED, WANG))
CLOSED = (*VERIFIED, (S.CLOSED, LI))


@dataclass(kw_only=True)
class Office:
    """Desks over a journal, with a clock that is set by hand."""

    journal: Any
    store: EvidenceStore
    viewings: Viewings
    terms: LifeTerms = field(default_factory=lambda: TERMS)
    at: datetime = EPOCH + timedelta(minutes=1)
    new_id: Callable[[], str] = field(default_factory=counting_ids)

    def __post_init__(self) -> None:
        self.bell = FeedBell()
        self.review = ReviewDesk(
            self.journal,
            AlertMessages(CATALOGUE),
            self.bell,
            lambda: self.at,
            terms=self.terms,
            viewings=self.viewings,
        )
        self.follow_up = FollowUpDesk(self.review.steps, self.store, self.new_id)

    def raised(self, alert: Alert) -> Alert:
        self.journal.record(alert, sample_step(alert), [], 0)
        return alert

    def pass_time(self, **parts: float) -> None:
        self.at += timedelta(**parts)
