"""The running parts between the cameras and the broker: put together, and started so that nothing is missed."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from alerts.bell import FeedBell
from alerts.catalogue import Catalogue
from alerts.delivery import OutboxPublisher
from alerts.device_desk import DeviceDesk
from alerts.escalation import Escalator
from alerts.exhibits import ExhibitMaker
from alerts.messages import AlertMessages
from alerts.mqtt import MqttLink
from alerts.nodes.desk import IngestDesk
from alerts.nodes.findings import FindingDesk
from alerts.notify.desk import RecipientDesk
from alerts.packing import PackDesk
from alerts.pipeline import AlertPipeline
from alerts.places import KnownPlaces
from alerts.ports import EvidenceStore, FaceFinder
from alerts.recorder import Recorder
from alerts.replay.lines import LogLine, network_part
from alerts.sensors.desk import SensorDesk
from alerts.settings import MqttSettings
from api.services import KeepingParts, LifeDesks
from detector.batching import with_tuned_batches
from detector.detector import Detector
from detector.embedding import LoadedEmbedding, open_embedder
from detector.engine import DetectionEngine
from detector.head_desk import HeadDesk
from detector.ports import ObservationSink
from detector.region_watch import RegionWatch
from detector.runtime_choice import SessionOpener, session_opener
from models.attire import AttireManifest
from models.registry import LoadedModel, LoadedNetwork
from service.announcements import Announcer
from service.asked_for import AskedFor
from service.attention import catalogue_labels
from service.attire import dressers_of, told_by
from service.broker_views import board_shown, link_used
from service.cameras import CameraKeeper, FleetClips
from service.casework import casework
from service.detection_log import FOLDER as LOG_FOLDER
from service.detection_log import DetectionLog
from service.edge.wiring import Exchange, finding_desk, fleet_shown, ingest_desk, senders_and_listeners
from service.evidence import open_evidence
from service.folder import DataFolder
from service.following import FollowingWatch
from service.guarded_parts import GuardedZones
from service.head_desk import load_embedding, open_desk, shared_heads
from service.head_reviews import TeachingReview
from service.head_watch import HeadWatch, LocalHeadUse
from service.identity import new_id
from service.judges import Judges
from service.licences import licences_of
from service.live_looks import LatestLooks
from service.marked_zones import MarkedZones
from service.networks import face_finder
from service.notifying import Telling
from service.ports import Board
from service.sealing import sealer
from service.sensors import sensors_of
from service.settings import ServiceRole, ServiceSettings
from service.store import Store
from streams.fleet import CameraFleet
from streams.ports import Fleet

Part = tuple[Callable[[], object], Callable[[], object]]  # how it is started, how it is stopped

ENGINE_CACHE = "engines"  # folder of what TensorRT compiled; it may be deleted at any time


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
    head_use: LocalHeadUse
    catalogue: Catalogue
    evidence_store: EvidenceStore
    packs: PackDesk
    keeping: KeepingParts
    recipients: RecipientDesk
    told: Telling
    looks: LatestLooks
    ingest: IngestDesk | None
    findings: FindingDesk | None
    desks: LifeDesks
    sensors: SensorDesk | None


def utc_now() -> datetime:
    return datetime.now(UTC)


def start_watch(settings: ServiceSettings, folder: DataFolder, parts: Parts, stack: ExitStack) -> Watch:
    """Everything between camera and broker, started from the broker's end so that nothing is produced in vain.

    Stopped in the reverse order: cameras first, then what they still had on its way, the broker last.
    """
    store, model, broker, catalogue = parts.store, parts.model, parts.broker, parts.catalogue
    alerts, bell, known = settings.alerts, FeedBell(), KnownPlaces()
    messages = AlertMessages(catalogue, known)
    link = MqttLink(broker.settings, node=alerts.node, version=version("brightkitchen"), now=utc_now)
    publisher = _publisher(settings, parts, link, bell)
    board = board_shown(parts.board or link, alerts, known)
    announcer = Announcer(board=board, journal=store.journal, places=store.places, now=utc_now)
    bell.listen(announcer.wake)
    fleet = CameraFleet(settings.streams, announcer)
    open_session = session_opener(model, settings.detector, engine_cache=folder.path / ENGINE_CACHE)
    stack.callback(fleet.stop)
    evidence_store = open_evidence(settings, folder.path, stack)
    guarded = GuardedZones(fleet.hide)
    exhibits = _exhibits(settings, evidence_store, fleet, face_finder(model, open_session), guarded)
    embedding = load_embedding(settings)
    kept = shared_heads(store.database, folder.heads)
    heads = open_desk(settings, kept, embedding, model, new_id=new_id, now=utc_now)
    recorder = _recorder(settings, store, exhibits, messages, bell)
    pipeline = _pipeline(settings, parts, recorder, known, heads)
    devices = _devices(parts, recorder)
    marked = MarkedZones(settings.detector.regions.zone_types)
    asked = _asked_for(settings, folder, parts, recorder, heads)
    judges = Judges(pipeline, devices, marked, guarded, asked)
    looks = LatestLooks(asked.logged(pipeline))
    regions = _regions(settings, looks, heads, embedding)
    engine = _engine(settings, parts, fleet, regions, open_session=open_session, marked=marked)
    keeper = _keeper(parts, fleet, judges, engine)
    head_watch = HeadWatch(heads, keeper.heads_changed)
    store.registry.listen(keeper.place_changed)
    seal_steps = sealer(alerts, store, link, utc_now)
    cases = casework(
        settings, folder.path, store, catalogue, messages, bell=bell, evidence=evidence_store, now=utc_now, stack=stack
    )
    riser = cases.reviewing.riser(judges)
    pipeline.resume()
    shown = fleet_shown(settings, store, fleet, utc_now)
    exchange = Exchange(settings, store, evidence_store, messages, bell, utc_now)
    _start(
        stack,
        (link.start, link.stop),
        (publisher.start, publisher.stop),
        (seal_steps.start, seal_steps.stop),
        (cases.warden.start, cases.warden.stop),
        (lambda: announcer.start(shown, judges.recording_ended, judges.seen), announcer.stop),
        (riser.start, riser.stop),
        (pipeline.start, lambda: pipeline.stop(alerts.grace_seconds)),
        *((part.start, part.stop) for part in (*asked.threads, engine, head_watch)),
        *_escalating(settings, parts, cases.reviewing.escalator),
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
        review=TeachingReview(cases.reviewing.review, heads, evidence_store),
        heads=heads,
        head_use=LocalHeadUse(heads, fleet, alerts.node),
        catalogue=catalogue,
        evidence_store=evidence_store,
        packs=cases.packs,
        keeping=cases.keeping,
        recipients=cases.recipients,
        told=cases.told,
        looks=looks,
        ingest=ingest_desk(exchange, known),
        findings=finding_desk(exchange, catalogue),
        desks=cases.reviewing.desks,
        sensors=asked.sensor_desk,
    )


def _publisher(settings: ServiceSettings, parts: Parts, link: MqttLink, bell: FeedBell) -> OutboxPublisher:
    """What empties the outbox into the link; it is woken with each change of the connection."""
    publisher = OutboxPublisher(
        outbox=parts.store.outbox,
        link=link_used(link, settings.alerts),
        bell=bell,
        settings=parts.broker.settings,
        clock=time.monotonic,
        now=utc_now,
    )
    link.listen(lambda _status: publisher.wake())
    return publisher


def _escalating(settings: ServiceSettings, parts: Parts, escalator: Escalator) -> tuple[Part, ...]:
    """An edge's alerts are dealt with at its centre, those of a cluster's groups at its head."""
    is_elsewhere = settings.role is ServiceRole.EDGE or parts.board is not None
    return () if is_elsewhere else ((escalator.start, escalator.stop),)


def _pipeline(
    settings: ServiceSettings, parts: Parts, recorder: Recorder, known: KnownPlaces, heads: HeadDesk
) -> AlertPipeline:
    """The rules of all cameras, and what they find on its way to the recorder."""
    return AlertPipeline(
        catalogue=parts.catalogue,
        usable_labels=parts.usable_labels,
        journal=parts.store.journal,
        recorder=recorder,
        places=known,
        new_id=new_id,
        clock=time.monotonic,
        now=utc_now,
        blind_after_seconds=settings.alerts.blind_after_seconds,
        taught_codes=heads.live_codes,
    )


def _devices(parts: Parts, recorder: Recorder) -> DeviceDesk:
    """What judges cameras as devices."""
    return DeviceDesk(
        catalogue=parts.catalogue,
        recorder=recorder,
        new_id=new_id,
        clock=time.monotonic,
        now=utc_now,
    )


def _asked_for(
    settings: ServiceSettings, folder: DataFolder, parts: Parts, recorder: Recorder, heads: HeadDesk
) -> AskedFor:
    """What the settings ask for beside the rules over pictures, and licences."""
    alerts = settings.alerts
    licences = licences_of(
        parts.store.registry,
        catalogue=parts.catalogue,
        journal=parts.store.journal,
        recorder=recorder,
        new_id=new_id,
        now=utc_now,
    )
    sensors = sensors_of(
        alerts.sensors,
        catalogue=parts.catalogue,
        recorder=recorder,
        broker=parts.broker.settings,
        node=alerts.node,
        new_id=new_id,
        clock=time.monotonic,
        now=utc_now,
    )
    if not alerts.detection_log.is_on:
        return AskedFor(sensors=sensors, licences=licences)
    model, attire = parts.model, parts.attire
    head = LogLine(
        run=new_id(),
        written_by=f"brightkitchen {version('brightkitchen')}",
        network=network_part(model.reference),
        attire_network=network_part(attire.reference) if attire else None,
        usable_labels=tuple(sorted(parts.usable_labels)),
        thresholds=model.manifest.thresholds,
        blind_after_seconds=alerts.blind_after_seconds,
    )
    look_log = DetectionLog(
        folder.path / LOG_FOLDER,
        head,
        maximum_bytes=alerts.detection_log.maximum_bytes,
        minimum_free_bytes=alerts.evidence.minimum_free_bytes,
        now=utc_now,
        clock=time.monotonic,
        taught_codes=heads.live_codes,
    )
    return AskedFor(look_log=look_log, sensors=sensors, licences=licences)


def _exhibits(
    settings: ServiceSettings, store: EvidenceStore, fleet: CameraFleet, faces: FaceFinder, guarded: GuardedZones
) -> ExhibitMaker:
    """What makes stills, boxes and clips."""
    return ExhibitMaker(
        store=store,
        clips=FleetClips(fleet),
        faces=faces,
        settings=settings.alerts.evidence,
        new_id=new_id,
        guarded=guarded,
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


def _start(stack: ExitStack, *parts: Part) -> None:
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
