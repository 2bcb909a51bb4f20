"""At an edge: sends evidence to the centre, part by part."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from alerts import metrics
from alerts.errors import EvidenceNotFoundError
from alerts.nodes.errors import CentreRefusalError
from alerts.nodes.ports import CentreLine, ForwardQueue, QueuedFile
from alerts.nodes.settings import CentreSettings
from alerts.ports import EvidenceStore

log = structlog.get_logger(__name__)

_SMALLEST_PART = 1024
_TOO_LARGE, _CONFLICT = 413, 409


class FileSender:
    """One file at a time, the oldest first. It goes on where the centre's part of it ends. One thread."""

    def __init__(
        self,
        *,
        queue: ForwardQueue,
        line: CentreLine,
        store: EvidenceStore,
        settings: CentreSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._line = line
        self._store = store
        self._settings = settings
        self._now = now
        self._part_bytes = settings.part_bytes
        self._file: QueuedFile | None = None
        self._offset: int | None = None
        self._is_just_told = False  # where to go on: what the centre refuses now it would refuse again

    def send_some(self) -> bool:
        """Send one part of one file; tell whether there was one to send. Raises LineError, JournalError."""
        file = self._file or self._queue.next_file(self._now())
        if file is None:
            return False
        self._file = file
        try:
            self._send_part(file)
        except CentreRefusalError as error:
            self._note_refusal(file, error)
        except EvidenceNotFoundError:
            self._set_aside(file, "the file is not in the store any more")
        except OSError as error:
            self._set_aside(file, f"the file cannot be read: {error.strerror}")
        return True

    def _send_part(self, file: QueuedFile) -> None:
        if self._offset is None:
            standing = self._line.standing(file.evidence_id)
            if not standing.is_complete:
                self._offset, self._is_just_told = standing.received_bytes, True
                return
        else:
            with self._store.open(file.name) as content:
                content.seek(self._offset)
                # Not a byte beyond those on record, should the file have grown since: the checksum tells the rest.
                part = content.read(max(0, min(self._part_bytes, file.size_bytes - self._offset)))
            if not part:
                is_all_there = self._offset >= file.size_bytes
                fault = "all at the centre, which does not say that it is whole" if is_all_there else "shorter"
                self._set_aside(file, f"the file of {file.size_bytes} bytes on record is {fault}")
                return
            standing = self._line.send_part(file.evidence_id, self._offset, part)
            self._offset, self._is_just_told = standing.received_bytes, False
        if standing.is_complete:
            self._queue.file_sent(file.evidence_id, self._now())
            metrics.FORWARDED_FILES.labels("stored").inc()
            self._forget()

    def _note_refusal(self, file: QueuedFile, error: CentreRefusalError) -> None:
        if error.is_about_us:
            self._forget()
            raise error
        if error.status == _TOO_LARGE and self._part_bytes > _SMALLEST_PART:
            self._part_bytes //= 2
        elif error.status == _CONFLICT and self._offset is not None and not self._is_just_told:
            self._offset = None  # ask again where to go on
        else:
            self._set_aside(file, f"{error.reason}; {self._own_word(file)}")

    def _own_word(self, file: QueuedFile) -> str:
        """Whether the file is still what it was when it was put on record."""
        try:
            with self._store.open(file.name) as content:
                digest = hashlib.sha256(content.read()).hexdigest()
        except (EvidenceNotFoundError, OSError):
            return "it cannot be read here"
        return "it is as it was put on record" if digest == file.sha256 else "it was altered here"

    def _set_aside(self, file: QueuedFile, reason: str) -> None:
        metrics.FORWARDED_FILES.labels("refused").inc()
        log.error("evidence_not_taken_by_centre", evidence_id=file.evidence_id, alert_id=file.alert_id, reason=reason)
        until = self._now() + timedelta(seconds=self._settings.refused_retry_seconds)
        self._queue.put_off_file(file.evidence_id, until, reason, is_refused=True)
        self._forget()

    def _forget(self) -> None:
        self._file = self._offset = None
        self._is_just_told = False
