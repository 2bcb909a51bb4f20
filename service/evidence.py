"""Where evidence goes: the data folder, or an object store with a spool in the data folder."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from alerts.evidence import EvidenceInTurn, LocalEvidenceStore, ReadOnlyEvidence
from alerts.ports import EvidenceFiles, EvidenceStore
from alerts.settings import EvidenceSettings, S3Settings
from alerts.spool import SpooledEvidenceStore
from service.folder import DataFolderError
from service.probes import Probe
from service.settings import ServiceSettings, SettingsError

if TYPE_CHECKING:
    from alerts.s3 import S3EvidenceStore

log = structlog.get_logger(__name__)

_SPOOL = "spool"


def open_evidence(settings: ServiceSettings, folder: Path, stack: ExitStack) -> EvidenceStore:
    """The store that the settings name, with its files below `folder`; what it starts is stopped by the stack.

    Raises DataFolderError where the disk cannot be written, and SettingsError where the extra `s3` is not installed.
    An object store that does not answer now stops nothing: alerts stand without it.
    """
    evidence = settings.alerts.evidence
    try:
        if evidence.s3 is None:
            return LocalEvidenceStore(folder / "evidence", evidence.minimum_free_bytes)
        store = _object_store(evidence, evidence.s3, folder)
    except OSError as error:
        raise DataFolderError(folder, f"evidence cannot be written: {error.strerror}") from error
    fault = store.fault()
    if fault is not None:
        log.error("evidence_store_not_usable", bucket=evidence.s3.bucket, reason=fault)
    store.start()
    stack.callback(store.stop)
    return store


def evidence_to_read(settings: ServiceSettings, folder: Path, stack: ExitStack) -> EvidenceFiles:
    """The same evidence for a command that only looks, beside a running service: its folders are left as they are.

    Raises SettingsError where the extra `s3` is not installed. Opening a file of an object store that cannot be
    reached raises EvidenceUnreachableError.
    """
    s3 = settings.alerts.evidence.s3
    if s3 is None:
        return ReadOnlyEvidence(folder / "evidence")
    scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="brightkitchen-evidence-"))
    # The spool first: what the service brings over meanwhile leaves it only when the object store has it.
    return EvidenceInTurn(ReadOnlyEvidence(folder / _SPOOL), _bucket(s3, Path(scratch) / "s3"))


def _object_store(evidence: EvidenceSettings, s3: S3Settings, folder: Path) -> SpooledEvidenceStore:
    return SpooledEvidenceStore(
        _bucket(s3, folder / "s3-scratch"),
        folder / _SPOOL,
        most_bytes=s3.spool_bytes,
        minimum_free_bytes=evidence.minimum_free_bytes,
    )


def _bucket(s3: S3Settings, scratch: Path) -> "S3EvidenceStore":
    try:
        from alerts.s3 import S3EvidenceStore  # the library is an extra, and loaded for this only
    except ImportError as error:
        raise SettingsError(
            "BRIGHTKITCHEN_ALERTS__EVIDENCE__S3", "needs the extra s3: pip install 'brightkitchen[s3]'"
        ) from error
    return S3EvidenceStore(s3, scratch)


def evidence_probes(store: EvidenceStore) -> tuple[Probe, ...]:
    """What readiness asks of the store; nothing of one on the local disk."""
    return (Probe("evidence", store.fault),) if isinstance(store, SpooledEvidenceStore) else ()
