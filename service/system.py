"""How this process stands: broker, outbox, database, disk, and the networks with what their cards say."""

import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage

from alerts.errors import JournalError
from alerts.mqtt import MqttLink
from api.system import (
    BrokerStanding,
    DatabaseStanding,
    DiskStanding,
    MeasuredLabel,
    NetworkStanding,
    OutboxStanding,
    SystemReport,
)
from models.attire import AttireManifest, AttributeManifest
from models.manifest import LabelManifest
from models.registry import LoadedModel, LoadedNetwork
from service.settings import ServiceSettings
from service.storage.database import Database
from service.storage.outbox import SqlOutbox
from service.store import Store
from service.watch import utc_now


def system_of(
    settings: ServiceSettings,
    data: Path,
    store: Store,
    *,
    model: LoadedModel,
    attire: LoadedNetwork[AttireManifest] | None,
    link: MqttLink,
) -> Callable[[], SystemReport]:
    """What answers, on any thread, how the process stands now. It began when this was called."""
    started_at, networks = utc_now(), _networks(settings, model, attire)

    def report() -> SystemReport:
        return SystemReport(
            version=version("brightkitchen"),
            python=platform.python_version(),
            node=settings.alerts.node,
            role=settings.role.value,
            started_at=started_at,
            broker=_broker(link),
            outbox=_outbox(store.outbox),
            database=_database(store.database),
            disk=_disk(data, settings.alerts.evidence.minimum_free_bytes),
            networks=networks,
        )

    return report


def _broker(link: MqttLink) -> BrokerStanding:
    status = link.status
    return BrokerStanding(state=status.state.value, since=status.since, cause=status.cause)


def _outbox(outbox: SqlOutbox) -> OutboxStanding | None:
    try:
        return OutboxStanding(depth=outbox.depth(), oldest_at=outbox.oldest_created_at())
    except JournalError:
        return None


def _database(database: Database) -> DatabaseStanding:
    kind = "postgresql" if database.is_postgresql else "sqlite"
    size = None if database.is_postgresql else _size(Path(str(database.url.database)))
    return DatabaseStanding(kind=kind, size_bytes=size, fault=database.ping())


def _size(path: Path) -> int | None:
    """With the write-ahead log beside it."""
    try:
        return sum(each.stat().st_size for each in (path, path.with_name(f"{path.name}-wal")) if each.exists())
    except OSError:
        return None


def _disk(data: Path, kept_bytes: int) -> DiskStanding | None:
    try:
        usage = disk_usage(data)
    except OSError:
        return None
    return DiskStanding(free_bytes=usage.free, total_bytes=usage.total, kept_bytes=kept_bytes)


def _networks(
    settings: ServiceSettings, model: LoadedModel, attire: LoadedNetwork[AttireManifest] | None
) -> tuple[NetworkStanding, ...]:
    found = [_detector(model, settings.detector.runtime.value)]
    if attire is not None:
        found.append(_attire(attire))
    return tuple(found)


def _detector(model: LoadedModel, runtime: str) -> NetworkStanding:
    reference = model.reference
    return NetworkStanding(
        use="detector",
        name=reference.name,
        version=reference.version,
        sha256=reference.sha256,
        runtime=runtime,
        labels=tuple(_label(label) for label in model.manifest.labels),
    )


def _label(label: LabelManifest) -> MeasuredLabel:
    quality = label.quality
    return MeasuredLabel(
        name=label.name,
        is_usable=label.usable,
        threshold=label.threshold,
        count=quality.count if quality else 0,
        guessed=quality.guessed if quality else 0,
        ap50=quality.ap50 if quality else None,
        ap50_interval=quality.ap50_interval if quality else None,
        precision=quality.precision if quality else None,
        precision_interval=quality.precision_interval if quality else None,
        recall=quality.recall if quality else None,
        recall_interval=quality.recall_interval if quality else None,
        data=quality.data if quality else "",
        remark=label.remark,
    )


def _attire(attire: LoadedNetwork[AttireManifest]) -> NetworkStanding:
    reference = attire.reference
    return NetworkStanding(
        use="attire",
        name=reference.name,
        version=reference.version,
        sha256=reference.sha256,
        runtime=None,
        labels=tuple(_attribute(each) for each in attire.manifest.attributes),
    )


def _attribute(attribute: AttributeManifest) -> MeasuredLabel:
    quality = attribute.quality[0] if attribute.quality else None
    return MeasuredLabel(
        name=attribute.name,
        is_usable=attribute.usable,
        threshold=None,
        count=quality.present + quality.absent if quality else 0,
        guessed=0,
        ap50=None,
        ap50_interval=None,
        precision=quality.absent_precision if quality else None,
        precision_interval=None,
        recall=None,
        recall_interval=None,
        balanced_accuracy=quality.balanced_accuracy if quality else None,
        balanced_interval=quality.interval if quality else None,
        data=quality.data if quality else "",
        remark=attribute.remark,
    )
