"""Where people get evidence packs."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from alerts.clock_offset import ClockOffset
from alerts.errors import EvidenceNotFoundError, PackError
from alerts.messages import AlertMessages
from alerts.pack import PackContents, packed
from alerts.pack_key import PackKey
from alerts.ports import AlertJournal, EvidenceFiles, PackCopy, SealBook
from alerts.seals import instant_text
from domain.alert import Alert, Evidence, EvidenceKind, EvidenceState
from domain.ids import AlertId, UserId

log = structlog.get_logger(__name__)

_AT_ONCE = 2  # packs are made in memory; a clip has some megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """How far an alert's steps are sealed. `number` and `digest` are of its newest seal, None without any.

    `clock_offset` is what the time stamp showed of the clock of the machine that asked for it; None: not measured.
    """

    steps: int
    sealed: int
    number: int | None
    digest: str | None
    stamped_at: datetime | None
    clock_offset: ClockOffset | None = None


class PackDesk:
    """Makes packs, and writes down who took which. Any thread; two are made at a time, others wait."""

    def __init__(
        self,
        *,
        journal: AlertJournal,
        store: EvidenceFiles,
        seals: SealBook,
        messages: AlertMessages,
        key: PackKey,
        software: str,
        node: str,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._journal = journal
        self._store = store
        self._seals = seals
        self._messages = messages
        self._key = key
        self._software = software
        self._node = node
        self._new_id = new_id
        self._now = now
        self._room = threading.BoundedSemaphore(_AT_ONCE)

    @property
    def public_key(self) -> str:
        return self._key.public

    def make(self, alert: Alert, *, has_clip: bool, user_id: UserId | None) -> bytes:
        """The pack of an alert as it is now, with its clip (which shows faces) or without.

        The copy is on record before anybody has it. Raises PackError where stored evidence is not what was
        recorded, JournalError where the copy cannot be put on record.
        """
        with self._room:
            content = packed(self._contents(alert, has_clip=has_clip), self._key)
        copy = PackCopy(
            copy_id=self._new_id(),
            alert_id=alert.alert_id,
            user_id=user_id,
            made_at=self._now(),
            has_clip=has_clip,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        self._seals.note_copy(copy)
        log.info("evidence_pack_made", alert_id=alert.alert_id, user_id=user_id, has_clip=has_clip, sha256=copy.sha256)
        return content

    def copies(self, alert_id: AlertId) -> list[PackCopy]:
        return self._seals.copies(alert_id)

    def sealing(self, alert: Alert) -> Sealing:
        proof = self._seals.proof(alert.alert_id)
        if proof is None or not proof.entries:
            return Sealing(steps=alert.sequence, sealed=0, number=None, digest=None, stamped_at=None)
        number = max(proof.entries)
        stamp = proof.timestamps[0] if proof.timestamps else None
        return Sealing(
            steps=alert.sequence,
            sealed=len(proof.entries),
            number=number,
            digest=proof.digests()[number],
            stamped_at=stamp.stamped_at if stamp else None,
            clock_offset=stamp.clock_offset if stamp else None,
        )

    def _contents(self, alert: Alert, *, has_clip: bool) -> PackContents:
        history = self._journal.history(alert.alert_id)
        steps = tuple(
            {
                "sequence": step.sequence,
                "step": step.step.value,
                "at": instant_text(step.at),
                "actor_id": step.actor_id,
                "note": step.note,
            }
            for step in history
            if step.sequence <= alert.sequence
        )
        latest = next((step for step in history if step.sequence == alert.sequence), None)
        if latest is None:
            raise PackError(alert.alert_id, f"its step {alert.sequence} is not on record")
        return PackContents(
            alert=alert,
            # As the step told it on its day, where it did; else as it is told today.
            latest={**self._messages.payload(alert, latest.step, note="").as_dict(), **latest.payload},
            steps=steps,
            proof=self._seals.proof(alert.alert_id),
            files=self._files(alert, has_clip=has_clip),
            software=self._software,
            node=self._node,
        )

    def _files(self, alert: Alert, *, has_clip: bool) -> dict[str, bytes]:
        return {
            piece.evidence_id: self._file(alert, piece)
            for piece in alert.evidence
            if piece.state is EvidenceState.STORED
            and (has_clip or not (piece.kind is EvidenceKind.CLIP or piece.kind.is_answer))
        }

    def _file(self, alert: Alert, piece: Evidence) -> bytes:
        try:
            with self._store.open(piece.name) as file:
                content = file.read()
        except (EvidenceNotFoundError, OSError) as error:
            raise PackError(alert.alert_id, f"{piece.kind} cannot be read: {error}") from error
        found = hashlib.sha256(content).hexdigest()
        if found != piece.sha256:
            raise PackError(alert.alert_id, f"{piece.kind}: expected SHA-256 {piece.sha256}, found {found}")
        return content
