"""The parts that the roles edge and centre add to a service."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from pydantic import SecretStr

from alerts.bell import FeedBell
from alerts.catalogue import Catalogue
from alerts.hikvision.files import SHIPPED, Device, read_devices, read_meanings
from alerts.hikvision.stream import AlertStream
from alerts.hikvision.watch import DeviceWatch
from alerts.messages import AlertMessages
from alerts.nodes.desk import IngestDesk
from alerts.nodes.files import FileSender
from alerts.nodes.findings import FindingDesk
from alerts.nodes.forwarder import Forwarder
from alerts.nodes.line import HttpsLine, read_token
from alerts.nodes.listener import FindingListener
from alerts.nodes.outcomes import OutcomeTaker
from alerts.places import KnownPlaces
from alerts.ports import EvidenceStore
from alerts.settings import MqttSettings
from service.edge.node_fleet import NodeFleet
from service.edge.view import RegistryView
from service.identity import new_id
from service.settings import ServiceRole, ServiceSettings, SettingsError
from service.storage.arrivals import SqlArrivals
from service.storage.forward_queue import SqlForwardQueue
from service.storage.nodes import SqlNodes
from service.store import Store
from streams.ports import Fleet

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What either side of the exchange is built from."""

    settings: ServiceSettings
    store: Store
    evidence_store: EvidenceStore
    messages: AlertMessages
    bell: FeedBell
    now: Now


def nodes_of(store: Store) -> SqlNodes:
    """The centre's book of nodes."""
    return SqlNodes(store.database, new_id, on_change=store.places.forget)


def required_token(settings: ServiceSettings) -> SecretStr:
    """What opens the centre. Raises SettingsError or LineError where an edge's settings do not do."""
    centre = settings.centre
    if centre.url is None:
        raise SettingsError("BRIGHTKITCHEN_CENTRE__URL", "an edge needs the address of its centre")
    token = read_token(centre)
    if token is None:
        raise SettingsError("BRIGHTKITCHEN_CENTRE__TOKEN", "an edge needs the token that `nodes add` printed")
    return token


def fleet_shown(settings: ServiceSettings, store: Store, fleet: Fleet, now: Now) -> Fleet:
    """The fleet as it is shown: a centre's has the cameras of its nodes in it."""
    if settings.role is not ServiceRole.CENTRE:
        return fleet
    return NodeFleet(
        fleet,
        nodes_of(store),
        silent_after_seconds=settings.ingest.silent_after_seconds,
        clock=time.monotonic,
        now=now,
    )


def ingest_desk(exchange: Exchange, known: KnownPlaces) -> IngestDesk | None:
    """Where nodes report; None unless this is a centre."""
    settings, store = exchange.settings, exchange.store
    if settings.role is not ServiceRole.CENTRE:
        return None
    desk = IngestDesk(
        book=nodes_of(store),
        arrivals=SqlArrivals(store.database, store.journal, new_id),
        journal=store.journal,
        store=exchange.evidence_store,
        messages=exchange.messages,
        bell=exchange.bell,
        remember=known.remember,
        settings=settings.ingest,
        now=exchange.now,
    )
    desk.learn_names()
    return desk


def finding_desk(exchange: Exchange, catalogue: Catalogue) -> FindingDesk | None:
    """Where AI cameras report; None unless this is a centre."""
    return _finding_desk(exchange, catalogue) if exchange.settings.role is ServiceRole.CENTRE else None


def senders_and_listeners(
    exchange: Exchange, fleet: Fleet, catalogue: Catalogue, broker: MqttSettings
) -> list[Forwarder | FindingListener | AlertStream]:
    """What the role adds that runs on a thread of its own."""
    parts = (forwarder_of(exchange, fleet), finding_listener(exchange, catalogue, broker))
    return [*(part for part in parts if part is not None), *device_streams(exchange, catalogue)]


def device_streams(exchange: Exchange, catalogue: Catalogue) -> list[AlertStream]:
    """What follows the event streams of devices; none unless this is a centre with a file of them.

    Raises HikvisionFileError for a file that is wrong.
    """
    settings = exchange.settings
    path = settings.ingest.hikvision_file
    if path is None:
        return []
    if settings.role is not ServiceRole.CENTRE:
        raise SettingsError("BRIGHTKITCHEN_INGEST__HIKVISION_FILE", "findings are taken by the role centre only")
    codes = {entry.risk.code for entry in catalogue}
    meanings = read_meanings(settings.ingest.hikvision_mapping or SHIPPED, codes)
    desk = _finding_desk(exchange, catalogue)

    def watch_of(device: Device) -> DeviceWatch:
        watch = DeviceWatch(
            node_id=device.node_id,
            cameras=device.cameras,
            meanings=meanings,
            take=desk.take,
            clock=time.monotonic,
            now=exchange.now,
        )
        watch.resume(alert for one in device.cameras.values() for alert in exchange.store.journal.open_alerts(one))
        return watch

    devices = read_devices(path, settings.ingest.hikvision_passwords)
    return [AlertStream(device, watch_of(device)) for device in devices]


def finding_listener(exchange: Exchange, catalogue: Catalogue, broker: MqttSettings) -> FindingListener | None:
    """What listens for AI cameras; None unless this is a centre that does."""
    settings = exchange.settings
    if settings.role is not ServiceRole.CENTRE or not settings.ingest.listens_to_mqtt:
        return None
    desk = _finding_desk(exchange, catalogue)
    return FindingListener(broker, desk, node=settings.alerts.node, now=exchange.now)


def _finding_desk(exchange: Exchange, catalogue: Catalogue) -> FindingDesk:
    return FindingDesk(
        cameras=nodes_of(exchange.store),
        catalogue=catalogue,
        journal=exchange.store.journal,
        messages=exchange.messages,
        bell=exchange.bell,
        now=exchange.now,
    )


def forwarder_of(exchange: Exchange, fleet: Fleet) -> Forwarder | None:
    """What reports to the centre; None unless this is an edge. Raises SettingsError where the settings do not do."""
    settings, store = exchange.settings, exchange.store
    if settings.role is not ServiceRole.EDGE:
        return None
    centre, token = settings.centre, required_token(settings)
    queue = SqlForwardQueue(store.database, sends_clips=centre.sends_clips)
    line = HttpsLine(centre, token)
    return Forwarder(
        queue=queue,
        line=line,
        files=FileSender(queue=queue, line=line, store=exchange.evidence_store, settings=centre, now=exchange.now),
        outcomes=OutcomeTaker(store.journal, exchange.messages, exchange.bell, exchange.now),
        view=RegistryView(store.registry, fleet),
        bell=exchange.bell,
        settings=centre,
        version=version("brightkitchen"),
        clock=time.monotonic,
        now=exchange.now,
    )
