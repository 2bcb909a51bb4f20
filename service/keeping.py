"""Wires what deletes evidence, what holds it, and what the HTTP side is given of both."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alerts.bell import FeedBell
from alerts.keeping.disk import FolderDisk
from alerts.keeping.holds import HoldDesk
from alerts.keeping.policy import load_policy
from alerts.keeping.warden import Warden
from alerts.messages import AlertMessages
from alerts.ports import EvidenceStore
from api.services import KeepingParts
from service.identity import new_id
from service.settings import ServiceSettings
from service.store import Store


def warden_of(
    settings: ServiceSettings,
    folder: Path,
    store: Store,
    *,
    evidence_store: EvidenceStore,
    messages: AlertMessages,
    bell: FeedBell,
    now: Callable[[], datetime],
) -> Warden:
    """Raises PolicyError. An object store has no disk of ours that could run full; its spool has a bound of its own."""
    keeping = settings.alerts.keeping
    return Warden(
        book=store.keeping,
        store=evidence_store,
        messages=messages,
        bell=bell,
        policy=load_policy(keeping.policy),
        settings=keeping,
        meter=FolderDisk(folder) if settings.alerts.evidence.s3 is None else None,
        new_id=new_id,
        clock=time.monotonic,
        now=now,
    )


def keeping_parts(
    warden: Warden, store: Store, messages: AlertMessages, bell: FeedBell, now: Callable[[], datetime]
) -> KeepingParts:
    """What the HTTP side is given."""
    return KeepingParts(
        policy=warden.policy,
        is_on=warden.settings.is_on,
        state=lambda: warden.state,
        ledger=store.keeping,
        holds=HoldDesk(journal=store.journal, book=store.keeping, messages=messages, bell=bell, new_id=new_id, now=now),
        accesses=store.accesses,
    )
