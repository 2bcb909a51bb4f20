"""Where people deal with what was confirmed: notice, dispute, rectification, verification, closing, pauses."""

import hashlib
from collections.abc import Callable, Sequence

from alerts.errors import AlertConflictError, AlertStepError
from alerts.life import Taken, update
from alerts.ports import EvidenceStore
from alerts.step_taker import StepTaker
from domain.alert import Alert, AlertState, AlertStep, Evidence, EvidenceKind, EvidenceState
from domain.ids import AlertId, EvidenceId, UserId
from domain.scope import Scope

MOST_FILES = 30
"""Files that an enterprise can put to one alert."""
_TRIES = 5
# What a file begins with says what it is, whatever its sender calls it.
_KINDS = {
    b"\xff\xd8\xff": (EvidenceKind.PHOTO, "jpg", "image/jpeg"),
    b"\x89PNG\r\n\x1a\n": (EvidenceKind.PHOTO, "png", "image/png"),
    b"%PDF-": (EvidenceKind.DOCUMENT, "pdf", "application/pdf"),
}


class FollowUpDesk:
    """Steps after a verdict. Every method may be called from any thread; it waits for the database.

    Each verb takes the sequence of the alert that the person looked at, and raises what `StepTaker.take` raises. It
    returns the alert after the step, or None where there is none inside the scope.
    """

    def __init__(self, steps: StepTaker, store: EvidenceStore, new_id: Callable[[], str]) -> None:
        self._steps = steps
        self._store = store
        self._new_id = new_id

    def notify(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        """The enterprise has been told what was found, and how to answer."""
        return self._steps.take(
            alert_id, AlertStep.NOTIFIED, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def dispute(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        """The enterprise says that it is not so. A reviewer who has not spoken yet decides."""
        return self._steps.take(
            alert_id, AlertStep.DISPUTED, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def rectify(
        self,
        alert_id: AlertId,
        *,
        actor: UserId,
        scope: Scope,
        expected_sequence: int,
        reason: str = "",
        files: Sequence[EvidenceId] = (),
    ) -> Alert | None:
        """The enterprise says what it did, and shows it by files that were put to the alert with `add_file`."""
        return self._steps.take(
            alert_id,
            AlertStep.RECTIFIED,
            actor=actor,
            scope=scope,
            expected_sequence=expected_sequence,
            reason=reason,
            files=files,
        )

    def verify(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        """Another person than who submitted it says that it is put right."""
        return self._steps.take(
            alert_id, AlertStep.VERIFIED, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def send_back(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        """It is not put right yet."""
        return self._steps.take(
            alert_id, AlertStep.SENT_BACK, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def close(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        """Nothing changes any more, and no record comes of it."""
        return self._steps.take(
            alert_id, AlertStep.CLOSED, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def pause(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        """The clocks stand still, for a reason in words."""
        return self._steps.take(
            alert_id, AlertStep.PAUSED, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def resume(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, expected_sequence: int, reason: str = ""
    ) -> Alert | None:
        return self._steps.take(
            alert_id, AlertStep.RESUMED, actor=actor, scope=scope, expected_sequence=expected_sequence, reason=reason
        )

    def add_file(
        self, alert_id: AlertId, *, actor: UserId, scope: Scope, content: bytes
    ) -> tuple[Alert, EvidenceId] | None:
        """Put a picture or document to an alert that awaits the enterprise's answer. The same content is one file.

        Raises ValueError where the content is neither a JPEG or PNG picture nor a PDF document, AlertStepError where
        the alert awaits no answer or has files enough, EvidenceStoreError and JournalError.
        """
        found = next((kind for magic, kind in _KINDS.items() if content.startswith(magic)), None)
        if found is None:
            raise ValueError("a file of an answer is a JPEG or PNG picture or a PDF document")
        kind, suffix, media_type = found
        digest = hashlib.sha256(content).hexdigest()
        evidence_id, name = EvidenceId(self._new_id()), ""
        for is_last_try in (*(False,) * _TRIES, True):
            alert = self._steps.journal.get(alert_id, scope)
            if alert is None:
                return None
            known = [piece for piece in alert.evidence if piece.kind.is_answer]
            for piece in known:
                if piece.sha256 == digest:
                    return alert, piece.evidence_id
            if alert.state is not AlertState.NOTIFIED or len(known) >= MOST_FILES:
                raise AlertStepError(alert_id, step="given a file of an answer", state=alert.state)
            now = self._steps.now()
            if not name:
                name = f"{now:%Y/%m/%d}/{alert_id}/{evidence_id}.{suffix}"
                self._store.save(name, content)
            piece = Evidence(
                evidence_id=evidence_id,
                alert_id=alert_id,
                kind=kind,
                state=EvidenceState.STORED,
                name=name,
                media_type=media_type,
                created_at=now,
                size_bytes=len(content),
                sha256=digest,
            )
            try:
                taken = Taken(alert=update(alert, [piece], now=now), step=AlertStep.UPDATED, note="")
                return self._steps.record(taken, actor), evidence_id
            except AlertConflictError:
                if is_last_try:
                    raise
        raise AssertionError("the last try returns or raises")
