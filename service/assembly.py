"""Puts the parts together, starts them in an order in which nothing is missed, and stops them in the reverse one."""

import asyncio
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import cv2
import structlog
from pydantic import SecretStr

from alerts.bell import FeedBell
from alerts.broker import EmbeddedBroker
from alerts.catalogue import Catalogue, load_catalogue
from alerts.delivery import OutboxPublisher
from alerts.device_desk import DeviceDesk
from alerts.errors import BrokerUnreachableError
from alerts.evidence import LocalEvidenceStore
from alerts.exhibits import ExhibitMaker
from alerts.messages import AlertMessages
from alerts.mqtt import LinkState, MqttLink
from alerts.pipeline import AlertPipeline
from alerts.places import KnownPlaces
from alerts.recorder import Recorder
from alerts.review import ReviewDesk
from alerts.settings import EmbeddedBrokerSettings, MqttSettings
from api.app import create_app
from api.passwords import Passwords
from api.server import ApiServer
from api.services import ApiServices, code_entries
from detector.detector import Detector
from detector.embedding import open_embedder
from detector.engine import DetectionEngine
from detector.head_desk import HeadDesk
from detector.ports import NetworkSession
from detector.region_watch import RegionWatch
from detector.runtime_choice import session_opener
from domain.organisation import Camera
from models.attire import AttireManifest
from models.registry import ZOO_FOLDER, LoadedModel, LoadedNetwork, ModelRegistry
from service.announcements import Announcer
from service.attention import catalogue_labels
from service.attire import attire_network, dressers_of, told_by
from service.bootstrap import FirstAdmin, ensure_admin, ensure_local_cameras
from service.cameras import CameraKeeper, FleetClips
from service.console import subscribe_command, welcome
from service.demo.cameras import load_demo
from service.demo.enrolment import ensure_demo_cameras
from service.demo.lid import demo_lid_camera, ensure_demo_lid
from service.demo.network import demo_network
from service.demo.pace import hastened, sharpened
from service.folder import DataFolder, DataFolderError
from service.head_desk import load_embedding, open_desk
from service.head_reviews import TeachingReview
from service.identity import new_id
from service.judges import Judges
from service.networks import face_finder, network_in_service
from service.probes import Probe
from service.secrets import load_or_create
from service.settings import ServiceSettings, SettingsError
from service.store import Store, open_store
from streams.fleet import CameraFleet

log = structlog.get_logger(__name__)

BROKER_USER = "brightkitchen"
BROKER_SECRET = "mqtt"  # noqa: S105 - the name of the secret, not the secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where alerts go, and what a person types to see them arrive (embedded broker only)."""

    settings: MqttSettings
    hint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What watching is built from."""

    store: Store
    model: LoadedModel
    attire: LoadedNetwork[AttireManifest] | None
    broker: Broker
    catalogue: Catalogue

    @property
    def usable_labels(self) -> frozenset[str]:
        """What rules may rest on, whichever network tells it."""
        return told_by(self.model, self.attire)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The running parts between the cameras and the broker."""

    fleet: CameraFleet
    engine: DetectionEngine
    keeper: CameraKeeper
    link: MqttLink
    bell: FeedBell
    review: TeachingReview
    heads: HeadDesk
    catalogue: Catalogue
    evidence_store: LocalEvidenceStore


def utc_now() -> datetime:
    return datetime.now(UTC)


def run_service(settings: ServiceSettings, *, locations: Sequence[str], is_demo: bool) -> None:
    """Run until SIGINT or SIGTERM. Blocks the calling (main) thread.

    Raises the typed errors of the parts (network, database, data folder, broker, settings) where it cannot start;
    whatever was started before is stopped again.
    """
    # The threads are ours: one per camera and one per network. OpenCV's own pool would only take turns from them.
    cv2.setNumThreads(1)
    if is_demo:
        settings = settings.model_copy(update={"detector": sharpened(settings.detector)})
    with ExitStack() as stack:
        folder = stack.enter_context(DataFolder(settings.data))
        listener = stack.enter_context(_listen(settings))
        model = (demo_network(settings) if is_demo else None) or network_in_service(settings, folder.path)
        attire = attire_network(ModelRegistry(settings.models_folder or ZOO_FOLDER), settings.detector.attire)
        store = open_store(settings, folder)
        stack.callback(store.database.close)
        admin = _first_admin(settings, store)
        broker = _broker(settings, folder, stack)
        catalogue = load_catalogue(settings.alerts.catalogue)
        catalogue = hastened(catalogue) if is_demo else catalogue
        parts = Parts(store=store, model=model, attire=attire, broker=broker, catalogue=catalogue)
        watch = _watch(settings, folder, parts, stack)
        if is_demo:
            ensure_demo_cameras(store.registry, load_demo())
            ensure_demo_lid(watch.heads, demo_lid_camera())
        ensure_local_cameras(store.registry, locations, new_id=new_id)
        server = ApiServer(create_app(_services(settings, store, watch, parts.usable_labels)), settings.api)
        cameras = watch.keeper.start_all()
        _announce_start(settings, listener, broker, admin, cameras)
        asyncio.run(_serve(server, listener))
        log.info("service_stopping")
    log.info("service_stopped")


def _listen(settings: ServiceSettings) -> socket.socket:
    """The port is taken before anything else, so a second service on it fails at once and changes nothing."""
    host, port = settings.api.host, settings.api.port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError("BRIGHTKITCHEN_API__PORT", f"cannot listen on {host}:{port}: {error.strerror}") from error


def _first_admin(settings: ServiceSettings, store: Store) -> FirstAdmin | None:
    preset = settings.admin_password
    return ensure_admin(
        store.accounts,
        Passwords(settings.api),
        new_id=new_id,
        now=utc_now(),
        preset_password=preset.get_secret_value() if preset else None,
    )


def _broker(settings: ServiceSettings, folder: DataFolder, stack: ExitStack) -> Broker:
    """The external broker if one is named, else the embedded one, which is started here."""
    mqtt = settings.alerts.mqtt
    if mqtt.host is not None:
        return Broker(settings=mqtt, hint=None)
    password = load_or_create(folder.path, BROKER_SECRET)
    embedded = _embedded_broker(settings.alerts.embedded_broker, SecretStr(password))
    stack.callback(embedded.stop)
    hint = subscribe_command("127.0.0.1", embedded.port, BROKER_USER, password)
    return Broker(settings=embedded.link_settings(mqtt), hint=hint)


def _embedded_broker(wanted: EmbeddedBrokerSettings, password: SecretStr) -> EmbeddedBroker:
    """The embedded broker, listening.

    Where nobody chose a port and the usual one is taken (a Mosquitto of the system, say), any free port does.
    Raises BrokerUnreachableError for a chosen port that is taken.
    """
    embedded = EmbeddedBroker(wanted, username=BROKER_USER, password=password)
    try:
        embedded.start()
    except BrokerUnreachableError as error:
        if "port" in wanted.model_fields_set:
            raise
        log.warning("embedded_broker_moved", reason=error.reason)
        embedded = EmbeddedBroker(EmbeddedBrokerSettings(port=0), username=BROKER_USER, password=password)
        embedded.start()
    return embedded


def _watch(settings: ServiceSettings, folder: DataFolder, parts: Parts, stack: ExitStack) -> Watch:
    """Everything between camera and broker, started from the broker's end so that nothing is produced in vain.

    Stopped in the reverse order: cameras first, then what they still had on its way, the broker last.
    """
    store, model, broker, catalogue = parts.store, parts.model, parts.broker, parts.catalogue
    alerts, bell, known = settings.alerts, FeedBell(), KnownPlaces()
    messages = AlertMessages(catalogue, known)
    link = MqttLink(broker.settings, node=alerts.node, version=version("brightkitchen"), now=utc_now)
    publisher = OutboxPublisher(
        outbox=store.outbox, link=link, bell=bell, settings=broker.settings, clock=time.monotonic, now=utc_now
    )
    link.listen(lambda _status: publisher.wake())
    announcer = Announcer(board=link, journal=store.journal, places=store.places, now=utc_now)
    bell.listen(announcer.wake)
    fleet = CameraFleet(settings.streams, announcer)
    open_session = session_opener(model, settings.detector)
    stack.callback(fleet.stop)
    evidence_store = _evidence_store(settings, folder)
    exhibits = ExhibitMaker(
        store=evidence_store,
        clips=FleetClips(fleet),
        faces=face_finder(model, open_session),
        settings=alerts.evidence,
        new_id=new_id,
    )
    embedding = load_embedding(settings)
    heads = open_desk(settings, folder.heads, embedding, model, new_id=new_id, now=utc_now)
    recorder = Recorder(
        journal=store.journal, exhibits=exhibits, messages=messages, bell=bell, clock=time.monotonic, now=utc_now
    )
    pipeline = AlertPipeline(
        catalogue=catalogue,
        usable_labels=parts.usable_labels,
        journal=store.journal,
        recorder=recorder,
        places=known,
        new_id=new_id,
        clock=time.monotonic,
        now=utc_now,
        blind_after_seconds=alerts.blind_after_seconds,
        taught_codes=heads.live_codes,
    )
    devices = DeviceDesk(
        catalogue=catalogue,
        journal=store.journal,
        recorder=recorder,
        new_id=new_id,
        clock=time.monotonic,
        now=utc_now,
    )
    judges = Judges(pipeline, devices)
    regions = RegionWatch(
        pipeline,
        live_on=heads.live_on,
        embedders=lambda: open_embedder(embedding),
        settings=settings.detector.heads,
    )
    engine = _engine(settings, parts, fleet, regions, open_session)
    keeper = CameraKeeper(registry=store.registry, fleet=fleet, judge=judges, forget_tracks=engine.forget)
    store.registry.listen(keeper.place_changed)
    pipeline.resume()
    for start, stop in (
        (link.start, link.stop),
        (publisher.start, publisher.stop),
        (lambda: announcer.start(fleet, judges.recording_ended, judges.seen), announcer.stop),
        (pipeline.start, lambda: pipeline.stop(alerts.grace_seconds)),
        (engine.start, engine.stop),
    ):
        start()
        stack.callback(stop)
    stack.callback(fleet.stop)  # before the rest; the first callback is for a start that failed half-way
    stack.callback(keeper.stop)
    return Watch(
        fleet=fleet,
        engine=engine,
        keeper=keeper,
        link=link,
        bell=bell,
        review=TeachingReview(ReviewDesk(store.journal, messages, bell, utc_now), heads, evidence_store),
        heads=heads,
        catalogue=catalogue,
        evidence_store=evidence_store,
    )


def _engine(
    settings: ServiceSettings,
    parts: Parts,
    fleet: CameraFleet,
    regions: RegionWatch,
    open_session: Callable[[], NetworkSession],
) -> DetectionEngine:
    """What looks at the fleet's frames, with sessions of its own for each of its threads."""
    return DetectionEngine(
        supply=fleet,
        detectors=lambda: Detector(open_session(), parts.model.manifest, settings.detector),
        manifest=parts.model.manifest,
        sink=regions,
        settings=settings.detector,
        dressers=dressers_of(parts.attire, settings.detector.attire),
        attention=fleet,
        minded=catalogue_labels(parts.catalogue),
    )


def _evidence_store(settings: ServiceSettings, folder: DataFolder) -> LocalEvidenceStore:
    try:
        return LocalEvidenceStore(folder.evidence, settings.alerts.evidence.minimum_free_bytes)
    except OSError as error:
        raise DataFolderError(folder.evidence, f"cannot be written: {error.strerror}") from error


def _services(settings: ServiceSettings, store: Store, watch: Watch, usable_labels: frozenset[str]) -> ApiServices:
    return ApiServices(
        registry=store.registry,
        counts=store.counts,
        journal=store.journal,
        evidence_store=watch.evidence_store,
        review=watch.review,
        bell=watch.bell,
        accounts=store.accounts,
        fleet=watch.fleet,
        control=watch.keeper,
        heads=watch.heads,
        catalogue=code_entries(watch.catalogue, usable_labels),
        probes=(
            store.database,
            watch.engine,
            Probe("broker", lambda: _broker_fault(watch.link)),
        ),
        now=utc_now,
        clock=time.monotonic,
        new_id=new_id,
        settings=settings.api,
    )


def _broker_fault(link: MqttLink) -> str | None:
    status = link.status
    return None if status.state is LinkState.CONNECTED else f"{status.state}: {status.cause or 'not yet'}"


def _announce_start(
    settings: ServiceSettings,
    listener: socket.socket,
    broker: Broker,
    admin: FirstAdmin | None,
    cameras: Sequence[Camera],
) -> None:
    host, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    url = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
    log.info(
        "service_started",
        url=url,
        mqtt_host=broker.settings.host,
        mqtt_port=broker.settings.port,
        cameras=len(cameras),
        data=str(settings.data),
    )
    print(welcome(url=url, admin=admin, cameras=cameras, broker=broker.hint), flush=True)  # noqa: T201


async def _serve(server: ApiServer, listener: socket.socket) -> None:
    """Serve until a signal; uvicorn handles SIGINT and SIGTERM and raises them again when it is done."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
    await server.serve(sockets=[listener])
