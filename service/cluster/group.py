"""One process that watches the cameras of its group: the same pipeline as on one machine, under leases."""

import secrets
import threading
import time
from contextlib import ExitStack
from dataclasses import replace

import cv2
import structlog

from alerts.catalogue import load_catalogue
from domain.frame import Pixels
from domain.ids import CameraId
from models.registry import ZOO_FOLDER, ModelRegistry
from service.attire import attire_network
from service.cluster.owner import CameraOwner, GroupIdentity
from service.cluster.sender import OutboxTurn
from service.folder import DataFolder
from service.networks import network_in_service
from service.settings import ServiceSettings, SettingsError
from service.storage.cluster import SqlCluster
from service.storage.fenced import FencedJournal, LeasedOutbox
from service.storage.leases import SqlLeases
from service.store import Store, open_store
from service.watch import Broker, Parts, start_watch
from streams.ports import Fleet

log = structlog.get_logger(__name__)


class SilentBoard:
    """The states of cameras and sites are shown by the head, which sees all of them. Implements service.ports.Board."""

    def retain(self, topic: str, payload: bytes) -> None: ...

    def clear(self, topic: str) -> None: ...


def shared_settings(settings: ServiceSettings) -> ServiceSettings:
    """The settings, if they name what processes on several machines share.

    Raises SettingsError where the database, the broker or the evidence is this process's own.
    """
    url = settings.database_url
    if url is None or not url.get_secret_value().startswith(("postgres://", "postgresql")):
        raise SettingsError("BRIGHTKITCHEN_DATABASE_URL", "a cluster needs PostgreSQL, reached by all machines")
    if settings.alerts.mqtt.host is None:
        raise SettingsError("BRIGHTKITCHEN_ALERTS__MQTT__HOST", "a cluster needs an MQTT broker of its own")
    if settings.alerts.evidence.s3 is None:
        # The head deletes for all: what it does not find it would put on record as deleted, and it would stay for ever.
        raise SettingsError(
            "BRIGHTKITCHEN_ALERTS__EVIDENCE__S3__BUCKET", "a cluster needs an object store, reached by all machines"
        )
    return settings


class GroupProcess:
    """Runs from construction to `stop`. `pixels` may be called from any thread.

    Raises the typed errors of the parts where it cannot start.
    """

    def __init__(self, settings: ServiceSettings, *, group_id: str, node: str, capacity_ms: int) -> None:
        cv2.setNumThreads(1)
        settings = shared_settings(settings)
        # The head alone tells recipients and deletes what is to be deleted, for all. Devices are followed by nobody, or
        # each group would.
        idle = settings.alerts.keeping.model_copy(update={"is_on": False, "clears_disk": False})
        notify = settings.alerts.notify.model_copy(update={"is_on": False})
        alerts = settings.alerts.model_copy(update={"node": group_id, "keeping": idle, "notify": notify})
        ingest = settings.ingest.model_copy(update={"hikvision_file": None})
        folder = settings.data / "groups" / group_id
        self._settings = settings.model_copy(update={"alerts": alerts, "ingest": ingest, "data": folder})
        holder = f"{group_id}.{secrets.token_hex(4)}"
        self._identity = GroupIdentity(group_id=group_id, node=node, holder=holder, capacity_ms=capacity_ms)
        self._stack = ExitStack()
        self._stopped = threading.Lock()
        with ExitStack() as unless_started:
            unless_started.push(self._stack)
            self._fleet = self._start()
            unless_started.pop_all()
        log.info("group_started", group_id=group_id, node=node, capacity_ms=capacity_ms)

    def stop(self) -> None:
        """Hand all cameras over and end. Idempotent."""
        with self._stopped:
            self._stack.close()

    def pixels(self, camera_id: CameraId, width: int, height: int) -> Pixels | None:
        """The camera's newest picture as BGR of that size; None where there is none."""
        frame = self._fleet.latest_frame(camera_id)
        return None if frame is None else frame.picture.bgr(width, height)

    def _start(self) -> Fleet:
        settings, stack, holder = self._settings, self._stack, self._identity.holder
        folder = stack.enter_context(DataFolder(settings.data))
        store = open_store(settings, folder)
        stack.callback(store.database.close)
        journal = FencedJournal(store.database, holder)
        leases = SqlLeases(store.database)
        outbox_turn = OutboxTurn(leases, holder, settings.cluster, clock=time.monotonic)
        own = replace(store, journal=journal, outbox=LeasedOutbox(store.database, outbox_turn.may_send))
        owners: list[CameraOwner] = []
        stack.callback(lambda: owners[0].leave() if owners else None)  # after everything is recorded
        watch = start_watch(settings, folder, _parts(settings, folder, own), stack)
        owner = CameraOwner(
            self._identity,
            leases=leases,
            cluster=SqlCluster(store.database),
            registry=store.registry,
            journal=journal,
            outbox_turn=outbox_turn,
            keeper=watch.keeper,
            fleet=watch.fleet,
            take_up_evidence=watch.pipeline.resume,
            heads_on=watch.heads.live_versions_on,
            is_judged=watch.engine.is_judged,
            settings=settings.cluster,
            clock=time.monotonic,
        )
        owners.append(owner)
        stack.callback(owner.stop)
        owner.start()
        return watch.fleet


def _parts(settings: ServiceSettings, folder: DataFolder, store: Store) -> Parts:
    return Parts(
        store=store,
        model=network_in_service(settings, folder.path),
        attire=attire_network(ModelRegistry(settings.models_folder or ZOO_FOLDER), settings.detector.attire),
        broker=Broker(settings=settings.alerts.mqtt, hint=None),
        catalogue=load_catalogue(settings.alerts.catalogue, settings.alerts.profile),
        board=SilentBoard(),
    )
