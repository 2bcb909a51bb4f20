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
from alerts.exhibits import ExhibitMaker
from alerts.messages import AlertMessages
from alerts.mqtt import LinkState, MqttLink
from alerts.nodes.desk import IngestDesk
from alerts.packing import PackDesk
from alerts.pipeline import AlertPipeline
from alerts.places import KnownPlaces
from alerts.ports import EvidenceStore
from alerts.recorder import Recorder
from alerts.review import ReviewDesk
from alerts.settings import EmbeddedBrokerSettings, MqttSettings
from api.app import create_app
from api.passwords import Passwords
from api.server import ApiServer
from api.services import ApiServices, code_entries
from detector.batching import with_tuned_batches
from detector.detector import Detector
from detector.embedding import LoadedEmbedding, open_embedder
from detector.engine import DetectionEngine
from detector.head_desk import HeadDesk
from detector.ports import ObservationSink
from detector.region_watch import RegionWatch
from detector.runtime_choice import SessionOpener, session_opener
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
from service.edge.wiring import Exchange, fleet_shown, ingest_desk, required_token, senders_and_listeners
from service.evidence import evidence_probes, open_evidence
from service.folder import DataFolder
from service.following import FollowingWatch
from service.head_desk import load_embedding, open_desk
from service.head_reviews import TeachingReview
from service.identity import new_id
from service.judges import Judges
from service.live_looks import LatestLooks
from service.marked_zones import MarkedZones
from service.networks import face_finder, network_in_service
from service.ports import Board
from service.probes import Probe
from service.sealing import pack_desk, sealer
from service.secrets import load_or_create
from service.settings import ServiceRole, ServiceSettings, SettingsError
from service.store import Store, open_store
from streams.fleet import CameraFleet
from streams.ports import Fleet

log = structlog.get_logger(__name__)

BROKER_USER = "brightkitchen"
ENGINE_CACHE = "engines"  # folder of what TensorRT compiled; it may be deleted at any time
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
    board: Board | None = None  # where states of cameras and sites are shown; None: at the broker

    @property
    def usable_labels(self) -> frozenset[str]:
        """What rules may rest on, whichever network tells it."""
        return told_by(self.model, self.attire)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The running parts between the cameras and the broker."""

    fleet: Fleet
    engine: DetectionEngine
    keeper: CameraKeeper
    pipeline: AlertPipeline
    link: MqttLink
    bell: FeedBell
    review: TeachingReview
    heads: HeadDesk
    catalogue: Catalogue
    evidence_store: EvidenceStore
    packs: PackDesk
    looks: LatestLooks
    ingest: IngestDesk | None


def utc_now() -> datetime:
    return datetime.now(UTC)


def run_service(settings: ServiceSettings, *, locations: Sequence[str], is_demo: bool) -> None:
    """Run until SIGINT or SIGTERM. Blocks the calling (main) thread.

    Raises the typed errors of the parts (network, database, data folder, broker, settings) where it cannot start;
    whatever was started before is stopped again.
    """
    # The threads are ours: one per camera and one per network. OpenCV's own pool would only take turns from them.
    cv2.setNumThreads(1)
    if settings.role is ServiceRole.EDGE:
        required_token(settings)  # what is missing is said before anything is opened
    if is_demo:
        settings = settings.model_copy(update={"detector": sharpened(settings.detector)})
    with ExitStack() as stack:
        folder = stack.enter_context(DataFolder(settings.data))
        listener = stack.enter_context(listen(settings))
        model = (demo_network(settings) if is_demo else None) or network_in_service(settings, folder.path)
        attire = attire_network(ModelRegistry(settings.models_folder or ZOO_FOLDER), settings.detector.attire)
        store = open_store(settings, folder)
        stack.callback(store.database.close)
        admin = first_admin(settings, store)
        broker = _broker(settings, folder, stack)
        catalogue = load_catalogue(settings.alerts.catalogue, settings.alerts.profile)
        catalogue = hastened(catalogue) if is_demo else catalogue
        parts = Parts(store=store, model=model, attire=attire, broker=broker, catalogue=catalogue)
        watch = start_watch(settings, folder, parts, stack)
        if is_demo:
            ensure_demo_cameras(store.registry, load_demo())
            ensure_demo_lid(watch.heads, demo_lid_camera())
        ensure_local_cameras(store.registry, locations, new_id=new_id)
        server = ApiServer(create_app(_services(settings, store, watch, parts.usable_labels)), settings.api)
        cameras = watch.keeper.start_all()
        _announce_start(settings, listener, broker, admin, cameras)
        asyncio.run(serve(server, listener))
        log.info("service_stopping")
    log.info("service_stopped")


def listen(settings: ServiceSettings) -> socket.socket:
    """The port is taken before anything else, so a second service on it fails at once and changes nothing."""
    host, port = settings.api.host, settings.api.port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError("BRIGHTKITCHEN_API__PORT", f"cannot listen on {host}:{port}: {error.strerror}") from error


def first_admin(settings: ServiceSettings, store: Store) -> FirstAdmin | None:
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


def start_watch(settings: ServiceSettings, folder: DataFolder, parts: Parts, stack: ExitStack) -> Watch:
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
    announcer = Announcer(board=parts.board or link, journal=store.journal, places=store.places, now=utc_now)
    bell.listen(announcer.wake)
    fleet = CameraFleet(settings.streams, announcer)
    open_session = session_opener(model, settings.detector, engine_cache=folder.path / ENGINE_CACHE)
    stack.callback(fleet.stop)
    evidence_store = open_evidence(settings, folder.path, stack)
    exhibits = ExhibitMaker(
        store=evidence_store,
        clips=FleetClips(fleet),
        faces=face_finder(model, open_session),
        settings=alerts.evidence,
        new_id=new_id,
    )
    embedding = load_embedding(settings)
    heads = open_desk(settings, folder.heads, embedding, model, new_id=new_id, now=utc_now)
    recorder = _recorder(settings, store, exhibits, messages, bell)
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
        catalogue=catalogue, journal=store.journal, recorder=recorder, new_id=new_id, clock=time.monotonic, now=utc_now
    )
    marked = MarkedZones(settings.detector.regions.zone_types)
    judges = Judges(pipeline, devices, marked)
    looks = LatestLooks(pipeline)
    regions = _regions(settings, looks, heads, embedding)
    engine = _engine(settings, parts, fleet, regions, open_session=open_session, marked=marked)
    keeper = _keeper(parts, fleet, judges, engine)
    store.registry.listen(keeper.place_changed)
    seal_steps = sealer(alerts, store, link, utc_now)
    packs = pack_desk(
        settings=alerts,
        folder=folder.path,
        store=store,
        evidence_store=evidence_store,
        messages=messages,
        now=utc_now,
    )
    pipeline.resume()
    shown = fleet_shown(settings, store, fleet, utc_now)
    exchange = Exchange(settings, store, evidence_store, messages, bell, utc_now)
    _start(
        stack,
        (link.start, link.stop),
        (publisher.start, publisher.stop),
        (seal_steps.start, seal_steps.stop),
        (lambda: announcer.start(shown, judges.recording_ended, judges.seen), announcer.stop),
        (pipeline.start, lambda: pipeline.stop(alerts.grace_seconds)),
        (engine.start, engine.stop),
        *((part.start, part.stop) for part in senders_and_listeners(exchange, fleet, catalogue, broker.settings)),
    )
    stack.callback(fleet.stop)  # before the rest; the first callback is for a start that failed half-way
    stack.callback(keeper.stop)
    return Watch(
        fleet=shown,
        engine=engine,
        keeper=keeper,
        pipeline=pipeline,
        link=link,
        bell=bell,
        review=TeachingReview(ReviewDesk(store.journal, messages, bell, utc_now), heads, evidence_store),
        heads=heads,
        catalogue=catalogue,
        evidence_store=evidence_store,
        packs=packs,
        looks=looks,
        ingest=ingest_desk(exchange, known),
    )


def _keeper(parts: Parts, fleet: CameraFleet, judges: Judges, engine: DetectionEngine) -> CameraKeeper:
    """What keeps the parts that run in step with the registry."""
    return CameraKeeper(
        registry=parts.store.registry,
        fleet=fleet,
        judge=judges,
        forget_tracks=engine.forget,
        holidays=parts.catalogue.holidays,
    )


def _regions(
    settings: ServiceSettings, sink: ObservationSink, heads: HeadDesk, embedding: LoadedEmbedding
) -> RegionWatch:
    """What looks at the regions with live heads before the sink is told."""
    return RegionWatch(
        sink,
        live_on=heads.live_on,
        embedders=lambda: open_embedder(embedding),
        settings=settings.detector.heads,
    )


def _recorder(
    settings: ServiceSettings, store: Store, exhibits: ExhibitMaker, messages: AlertMessages, bell: FeedBell
) -> Recorder:
    return Recorder(
        journal=store.journal,
        exhibits=exhibits,
        messages=messages,
        bell=bell,
        clock=time.monotonic,
        now=utc_now,
        still_follows=settings.alerts.evidence.still_follows,
    )


def _start(stack: ExitStack, *parts: tuple[Callable[[], object], Callable[[], object]]) -> None:
    """Start one after the other; each is stopped with the stack, in the reverse order."""
    for start, stop in parts:
        start()
        stack.callback(stop)


def _engine(
    settings: ServiceSettings,
    parts: Parts,
    fleet: CameraFleet,
    regions: RegionWatch,
    *,
    open_session: SessionOpener,
    marked: MarkedZones,
) -> DetectionEngine:
    """What looks at the fleet's frames, with sessions of its own for each of its threads."""
    detector = with_tuned_batches(settings.detector, open_session)
    return DetectionEngine(
        supply=fleet,
        detectors=lambda: Detector(open_session(), parts.model.manifest, detector),
        manifest=parts.model.manifest,
        sink=FollowingWatch(regions, fleet.follow),
        settings=detector,
        dressers=dressers_of(parts.attire, settings.detector.attire),
        zones=marked.boxes,
        is_hurried=fleet.is_slowed,
        attention=fleet,
        minded=catalogue_labels(parts.catalogue),
    )


def _services(settings: ServiceSettings, store: Store, watch: Watch, usable_labels: frozenset[str]) -> ApiServices:
    return ApiServices(
        registry=store.registry,
        counts=store.counts,
        journal=store.journal,
        evidence_store=watch.evidence_store,
        packs=watch.packs,
        review=watch.review,
        bell=watch.bell,
        accounts=store.accounts,
        fleet=watch.fleet,
        control=watch.keeper,
        heads=watch.heads,
        catalogue=code_entries(watch.catalogue, usable_labels),
        clauses=watch.catalogue.register,
        probes=(
            store.database,
            watch.engine,
            Probe("broker", lambda: broker_fault(watch.link)),
            *evidence_probes(watch.evidence_store),
        ),
        now=utc_now,
        clock=time.monotonic,
        new_id=new_id,
        settings=settings.api,
        looks=watch.looks,
        ingest=watch.ingest,
    )


def broker_fault(link: MqttLink) -> str | None:
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


async def serve(server: ApiServer, listener: socket.socket) -> None:
    """Serve until a signal; uvicorn handles SIGINT and SIGTERM and raises them again when it is done."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
    await server.serve(sockets=[listener])
