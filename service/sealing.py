"""Wires the sealer, its anchors and the desk of evidence packs."""

import time
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from alerts.anchors import FileAnchors, RetainedAnchor
from alerts.messages import AlertMessages
from alerts.pack_key import PackKey
from alerts.packing import PackDesk
from alerts.ports import AnchorPlace, EvidenceFiles, StateBoard
from alerts.sealer import Sealer
from alerts.settings import AlertSettings
from alerts.timestamps import Authority, TimestampAnchor
from service.identity import new_id
from service.secrets import load_or_create
from service.store import Store

EVIDENCE_KEY = "evidence_key"


def evidence_key(folder: Path) -> PackKey:
    """The installation's key for packs, made at the first call. Raises SecretsFileError."""
    return PackKey(load_or_create(folder, EVIDENCE_KEY))


def sealer(settings: AlertSettings, store: Store, board: StateBoard, now: Callable[[], datetime]) -> Sealer:
    """Raises AnchorError where the authority's certificates or the library for time stamps are missing."""
    wanted = settings.seals
    anchors: list[AnchorPlace] = [RetainedAnchor(board, settings.node)]
    if wanted.anchor_file is not None:
        anchors.append(FileAnchors(wanted.anchor_file, settings.node))
    if wanted.timestamp_url is not None and wanted.timestamp_ca_file is not None:
        authority = Authority(wanted.timestamp_ca_file)
        timeout_seconds = wanted.timestamp_timeout_seconds
        anchors.append(
            TimestampAnchor(
                store.seals, wanted.timestamp_url, authority, timeout_seconds, now=now, clock=time.monotonic
            )
        )
    return Sealer(seals=store.seals, anchors=anchors, settings=wanted, clock=time.monotonic, now=now)


def pack_desk(
    *,
    settings: AlertSettings,
    folder: Path,
    store: Store,
    evidence_store: EvidenceFiles,
    messages: AlertMessages,
    now: Callable[[], datetime],
) -> PackDesk:
    return PackDesk(
        journal=store.journal,
        store=evidence_store,
        seals=store.seals,
        messages=messages,
        key=evidence_key(folder),
        software=f"brightkitchen {version('brightkitchen')}",
        node=settings.node,
        new_id=new_id,
        now=now,
    )
