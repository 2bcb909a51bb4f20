"""Wires what happens to alerts that are there: people deal with them, are told, take packs, and evidence is kept."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alerts.bell import FeedBell
from alerts.catalogue import Catalogue
from alerts.keeping.warden import Warden
from alerts.messages import AlertMessages
from alerts.notify.desk import RecipientDesk
from alerts.packing import PackDesk
from alerts.ports import EvidenceStore
from api.services import KeepingParts
from service.keeping import keeping_parts, warden_of
from service.notifying import Telling, start_notifier, telling
from service.reviewing import Reviewing, reviewing
from service.sealing import pack_desk
from service.settings import ServiceSettings
from service.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Casework:
    """All of it. People are being told already; `warden` and the escalator of `reviewing` are not started yet."""

    packs: PackDesk
    warden: Warden
    keeping: KeepingParts
    reviewing: Reviewing
    recipients: RecipientDesk
    told: Telling


def casework(
    settings: ServiceSettings,
    folder: Path,
    store: Store,
    catalogue: Catalogue,
    messages: AlertMessages,
    *,
    bell: FeedBell,
    evidence: EvidenceStore,
    now: Callable[[], datetime],
    stack: ExitStack,
    may_send: Callable[[], bool] = lambda: True,
) -> Casework:
    """`may_send` tells whether this process is the one that tells people.

    Raises the typed errors of policy, secrets and recipients where they cannot be read.
    """
    alerts = settings.alerts
    warden = warden_of(settings, folder, store, evidence_store=evidence, messages=messages, bell=bell, now=now)
    told = telling(alerts.notify, folder, store.database)
    return Casework(
        packs=pack_desk(
            settings=alerts, folder=folder, store=store, evidence_store=evidence, messages=messages, now=now
        ),
        warden=warden,
        keeping=keeping_parts(warden, store, messages, bell, now),
        reviewing=reviewing(store, catalogue, messages, bell, evidence_store=evidence, now=now),
        told=told,
        recipients=start_notifier(
            told, journal=store.journal, catalogue=catalogue, bell=bell, now=now, stack=stack, may_work=may_send
        ),
    )
