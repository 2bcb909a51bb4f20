"""Alerts of every state with files in a store, and a warden over them whose clock the test turns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.keeping.policy import KeepingPolicy, load_policy
from alerts.keeping.ports import DiskMeter, KeepingBook
from alerts.keeping.settings import KeepingSettings
from alerts.keeping.testing import InMemoryKeeping
from alerts.keeping.warden import Warden
from alerts.messages import AlertMessages
from alerts.ports import AlertJournal, EvidenceStore
from alerts.testing import InMemoryEvidenceStore, InMemoryJournal, counting_ids
from domain.alert import Alert, AlertState, AlertStep, Evidence, EvidenceKind, EvidenceState, Review
from domain.ids import AlertId, UserId
from domain.risk import RiskClass
from domain.scope import Scope
from tests.alerts.samples import EPOCH, alert_id, sample_alert, sample_evidence

EVERYTHING = Scope.everything()
MESSAGES = AlertMessages(load_catalogue())
KINDS = (EvidenceKind.STILL, EvidenceKind.BOXES, EvidenceKind.CLIP)
SUFFIX = {EvidenceKind.STILL: "jpg", EvidenceKind.BOXES: "json", EvidenceKind.CLIP: "mp4"}


def day(number: float) -> datetime:
    return EPOCH + timedelta(days=number)


@dataclass
class Keep:
    """A warden over a journal, a book and a store; the twins unless others are given."""

    folder: Path
    journal: AlertJournal = field(default_factory=InMemoryJournal)
    book: KeepingBook | None = None
    store: EvidenceStore | None = None
    settings: KeepingSettings = field(default_factory=lambda: KeepingSettings(every_seconds=1.0))
    policy: KeepingPolicy = field(default_factory=load_policy)
    meter: DiskMeter | None = None
    seconds: float = 0.0
    wall_shift: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.book is None:
            assert isinstance(self.journal, InMemoryJournal)
            self.book = InMemoryKeeping(self.journal)
        self.store = self.store or InMemoryEvidenceStore(self.folder / "scratch")
        self.new_id = counting_ids("0190bbbb-0000-7000-8000-")
        self.warden = self.new_warden()

    def new_warden(self, store: EvidenceStore | None = None) -> Warden:
        """As another process would make it after this one."""
        assert self.book is not None
        assert self.store is not None
        return Warden(
            book=self.book,
            store=store or self.store,
            messages=MESSAGES,
            bell=FeedBell(),
            policy=self.policy,
            settings=self.settings,
            meter=self.meter,
            new_id=self.new_id,
            clock=self.clock,
            now=self.now,
        )

    def clock(self) -> float:
        return 1000.0 + self.seconds

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds) + self.wall_shift

    def pass_days(self, days: float) -> None:
        """Days go by, and the warden looks."""
        self.seconds += days * 86_400
        self.warden.work()

    def raise_alert(
        self,
        number: int,
        state: AlertState = AlertState.RAISED,
        *,
        risk_class: RiskClass = RiskClass.II,
        kinds: Sequence[EvidenceKind] = KINDS,
        size: int = 100,
        is_open: bool = False,
    ) -> Alert:
        """An alert of now whose violation is over, in that state, with a file of each kind."""
        now = self.now()
        alert = sample_alert(
            number,
            raised_at=now,
            risk_class=risk_class,
            started_at=now,
            confirmed_at=now,
            last_seen_at=now,
            ended_at=None if is_open else now,
            evidence=tuple(self._file(number, place, kind, size, now) for place, kind in enumerate(kinds)),
        )
        self._record(alert, AlertStep.RAISED)
        return alert if state is AlertState.RAISED else self.move(alert, state)

    def _file(self, number: int, place: int, kind: EvidenceKind, size: int, now: datetime) -> Evidence:
        assert self.store is not None
        name = f"2026/01/05/{number}/{kind}.{SUFFIX[kind]}"
        stored = self.store.save(name, f"{number}{kind}".encode().ljust(size, b"."))
        return sample_evidence(
            10 * number + place,
            kind=kind,
            name=name,
            size_bytes=stored.size_bytes,
            sha256=stored.sha256,
            created_at=now,
        )

    def move(self, alert: Alert, state: AlertState) -> Alert:
        """One more step of the alert, taken now by a person."""
        now = self.now()
        review = Review(reviewer_id=UserId("u-1"), reviewed_at=now, state=state, reason="看过")
        keeps = state in {AlertState.ACKNOWLEDGED, AlertState.CLOSED}
        moved = replace(
            alert,
            state=state,
            review=alert.review if keeps else review,
            sequence=alert.sequence + 1,
            updated_at=now,
        )
        self._record(moved, AlertStep(state.value))
        return moved

    def _record(self, alert: Alert, step: AlertStep) -> None:
        actor = None if step is AlertStep.RAISED else UserId("u-1")
        record, message = MESSAGES.step(alert, step, actor_id=actor)
        self.journal.record(alert, record, [message], alert.sequence - 1)

    def alert(self, number: int) -> Alert:
        found = self.journal.get(alert_id(number), EVERYTHING)
        assert found is not None
        return found

    def left(self, number: int) -> set[str]:
        """Kinds of the alert's evidence whose files can be read; each other one must be a tombstone."""
        assert self.store is not None
        found = set()
        for piece in self.alert(number).evidence:
            if piece.state is EvidenceState.STORED:
                with self.store.open(piece.name):
                    found.add(piece.kind.value)
            else:
                assert piece.state is EvidenceState.DELETED
        return found

    def history(self, number: int) -> list[str]:
        return [step.step.value for step in self.journal.history(AlertId(alert_id(number)))]
