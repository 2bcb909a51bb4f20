"""The centre's side: takes in what nodes send, and tells them what people decided."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from alerts import metrics
from alerts.bell import FeedBell
from alerts.errors import AlertConflictError, EvidenceCause, EvidenceNotFoundError, EvidenceStoreError
from alerts.life import update
from alerts.messages import AlertMessages
from alerts.nodes.errors import EvidenceAlteredError, EvidenceNotAwaitedError, EvidencePartError
from alerts.nodes.merging import merge
from alerts.nodes.parcels import (
    EvidenceStanding,
    Heartbeat,
    HeartbeatAnswer,
    Inventory,
    Outcomes,
    StepAnswer,
    StepParcel,
)
from alerts.nodes.ports import ArrivalJournal, Node, NodeBook, NodePlace, Settlement
from alerts.nodes.settings import IngestSettings
from alerts.ports import AlertJournal, EvidenceStore, PlaceNames
from domain.alert import Alert, AlertStep, Evidence, EvidenceState
from domain.ids import CameraId, EvidenceId, NodeId
from domain.scope import Scope

log = structlog.get_logger(__name__)

_TRIES = 5
_MOST_OUTCOMES = 100
_EVERYTHING = Scope.everything()


class IngestDesk:
    """Every method may be called from any thread and waits for the database; each raises JournalError.

    What is answered is committed. A file is in one place until it is whole and right: parts of it wait in the store's
    scratch folder. Where a restart empties it, or the whole file cannot be stored or told of, the node begins that
    file again.
    """

    def __init__(
        self,
        *,
        book: NodeBook,
        arrivals: ArrivalJournal,
        journal: AlertJournal,
        store: EvidenceStore,
        messages: AlertMessages,
        bell: FeedBell,
        remember: Callable[[CameraId, PlaceNames], None],
        settings: IngestSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._arrivals = arrivals
        self._journal = journal
        self._store = store
        self._messages = messages
        self._bell = bell
        self._remember = remember
        self._settings = settings
        self._now = now
        self._files = threading.Lock()
        self._busy: set[EvidenceId] = set()
        self._warned: set[NodeId] = set()

    def node_of(self, token_sha256: str) -> Node | None:
        """The active node that this token belongs to."""
        return self._book.find_by_token(token_sha256)

    @property
    def silent_after_seconds(self) -> float:
        """A node unheard for so long has no line."""
        return self._settings.silent_after_seconds

    def nodes(self) -> list[Node]:
        return self._book.list_nodes()

    def learn_names(self) -> None:
        """Call once at the start: alerts of nodes' cameras carry names."""
        for camera_id, names in self._book.camera_names().items():
            self._remember(camera_id, names)

    def heartbeat(self, node: Node, report: Heartbeat) -> HeartbeatAnswer:
        now = self._now()
        self._book.note_report(node.node_id, report, now)
        self._tell_clock(node, report)
        return HeartbeatAnswer(
            node_id=node.node_id,
            time=now,
            inventory=node.inventory_digest,
            newest_outcome=self._journal.newest_feed_id(),
        )

    def inventory(self, node: Node, inventory: Inventory) -> None:
        """Raises InventoryRefusedError."""
        self._book.take_inventory(node, inventory)
        self.learn_names()
        log.info("node_inventory_taken", node=node.node_id, cameras=len(inventory.cameras))

    def steps(self, node: Node, parcels: Sequence[StepParcel]) -> list[StepAnswer]:
        """One answer for each step, in the order given."""

        def settle(parcel: StepParcel, place: NodePlace, stored: Alert | None) -> Settlement:
            merged = merge(parcel, place, stored, node_id=node.node_id, report=node.report)
            if merged.alert is None or merged.step is None:
                return Settlement(answer=merged.answer, alert=merged.alert)
            record, message = self._messages.step(merged.alert, merged.step, actor_id=merged.actor_id, note=merged.note)
            return Settlement(answer=merged.answer, alert=merged.alert, step=record, messages=(message,))

        answers = self._arrivals.take(node.node_id, parcels, settle)
        self._note_steps(node, parcels, answers)
        return answers

    def standing(self, node: Node, evidence_id: EvidenceId) -> EvidenceStanding:
        """How much of a file has come. Raises EvidenceNotAwaitedError."""
        _, piece = self._awaited(node, evidence_id)
        if piece.state is EvidenceState.STORED:
            return EvidenceStanding(received_bytes=piece.size_bytes or 0, is_complete=True)
        path = self._store.scratch() / _part_name(evidence_id)
        return EvidenceStanding(received_bytes=path.stat().st_size if path.exists() else 0, is_complete=False)

    def take_part(self, node: Node, evidence_id: EvidenceId, offset: int, content: bytes) -> EvidenceStanding:
        """Put a part behind what has come; with the last byte the file is checked, stored and told of.

        Raises EvidenceNotAwaitedError, EvidencePartError, EvidenceAlteredError (the file is thrown away) and
        EvidenceStoreError where the disk does not take it.
        """
        alert, piece = self._awaited(node, evidence_id)
        if piece.state is EvidenceState.STORED:
            return EvidenceStanding(received_bytes=piece.size_bytes or 0, is_complete=True)
        with self._files:
            if evidence_id in self._busy:
                raise EvidencePartError(evidence_id, received_bytes=0, found_bytes=offset)
            self._busy.add(evidence_id)
        try:
            return self._append(node, alert, piece, offset, content)
        finally:
            with self._files:
                self._busy.discard(evidence_id)

    def outcomes(self, node: Node, after: int) -> Outcomes:
        return self._arrivals.outcomes(node.node_id, after, _MOST_OUTCOMES)

    def _awaited(self, node: Node, evidence_id: EvidenceId) -> tuple[Alert, Evidence]:
        found = self._arrivals.awaited(node.node_id, evidence_id)
        if found is None:
            raise EvidenceNotAwaitedError(evidence_id, "no alert of this node names it")
        if found[1].state is EvidenceState.MISSING:
            raise EvidenceNotAwaitedError(evidence_id, "the node said that it is missing")
        if found[1].state is EvidenceState.DELETED:
            raise EvidenceNotAwaitedError(evidence_id, "it was deleted here by a rule of retention")
        if found[1].sha256 is None or found[1].size_bytes is None:
            raise EvidenceNotAwaitedError(evidence_id, "the alert does not say its size and checksum yet")
        return found

    def _append(self, node: Node, alert: Alert, piece: Evidence, offset: int, content: bytes) -> EvidenceStanding:
        size, evidence_id = piece.size_bytes or 0, piece.evidence_id
        path = self._store.scratch() / _part_name(evidence_id)
        try:
            received = path.stat().st_size if path.exists() else 0
            if offset != received or offset + len(content) > size:
                raise EvidencePartError(evidence_id, received_bytes=received, found_bytes=offset)
            with path.open("ab") as file:
                file.write(content)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise EvidenceStoreError(piece.name, EvidenceCause.WRITE_FAILED) from error
        received += len(content)
        if received < size:
            return EvidenceStanding(received_bytes=received, is_complete=False)
        try:
            self._finish(node, alert, piece, path.read_bytes())
        finally:
            # After a failure too: all bytes are here, so the node could send none that leads to another try.
            path.unlink(missing_ok=True)
        return EvidenceStanding(received_bytes=received, is_complete=True)

    def _finish(self, node: Node, alert: Alert, piece: Evidence, content: bytes) -> None:
        found = hashlib.sha256(content).hexdigest()
        if found != piece.sha256:
            metrics.INGESTED_FILES.labels(node.node_id, "altered").inc()
            log.error("evidence_altered", node=node.node_id, alert_id=alert.alert_id, evidence_id=piece.evidence_id)
            raise EvidenceAlteredError(piece.evidence_id, expected_sha256=piece.sha256 or "", found_sha256=found)
        self._store_once(piece, content)
        self._tell_stored(alert, piece)
        metrics.INGESTED_FILES.labels(node.node_id, "stored").inc()
        self._bell.ring()

    def _store_once(self, piece: Evidence, content: bytes) -> None:
        """A file that an earlier process stored without getting to tell of it is the same one."""
        try:
            self._store.save(piece.name, content)
        except EvidenceStoreError:
            try:
                with self._store.open(piece.name) as file:
                    if file.read() == content:
                        return
            except EvidenceNotFoundError:
                pass
            raise

    def _tell_stored(self, alert: Alert, piece: Evidence) -> None:
        for is_last_try in (*(False,) * _TRIES, True):
            stored = self._journal.get(alert.alert_id, _EVERYTHING)
            if stored is None:
                return
            here = next(one for one in stored.evidence if one.evidence_id == piece.evidence_id)
            if here.state in {EvidenceState.STORED, EvidenceState.DELETED}:
                return
            stepped = update(stored, (replace(here, state=EvidenceState.STORED, cause=None),), now=self._now())
            record, message = self._messages.step(stepped, AlertStep.UPDATED)
            try:
                self._journal.record(stepped, record, [message], stored.sequence)
            except AlertConflictError:
                if is_last_try:
                    raise
            else:
                return

    def _note_steps(self, node: Node, parcels: Sequence[StepParcel], answers: Sequence[StepAnswer]) -> None:
        for parcel, answer in zip(parcels, answers, strict=True):
            metrics.INGESTED.labels(node.node_id, answer.outcome).inc()
            if answer.outcome == "refused":
                log.error(
                    "node_step_refused",
                    node=node.node_id,
                    alert_id=parcel.alert_id,
                    code=parcel.code,
                    reason=answer.reason,
                )
        if any(answer.outcome == "taken" for answer in answers):
            self._bell.ring()

    def _tell_clock(self, node: Node, report: Heartbeat) -> None:
        offset = report.clock_offset_seconds
        if offset is None:
            return
        metrics.NODE_CLOCK.labels(node.node_id).set(offset)
        if abs(offset) <= self._settings.large_clock_offset_seconds:
            self._warned.discard(node.node_id)
        elif node.node_id not in self._warned:
            self._warned.add(node.node_id)
            log.warning("node_clock_is_off", node=node.node_id, offset_seconds=round(offset, 1))


def _part_name(evidence_id: EvidenceId) -> str:
    return f"arriving-{evidence_id}"
