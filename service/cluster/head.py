"""The head of a cluster: pages and API, placement, states at the broker. It watches no camera itself."""

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version

import structlog

from alerts.bell import FeedBell
from alerts.catalogue import load_catalogue
from alerts.delivery import OutboxPublisher
from alerts.errors import JournalError
from alerts.messages import AlertMessages
from alerts.mqtt import LinkState, MqttLink
from alerts.places import KnownPlaces
from alerts.ports import PlaceNames
from api.app import create_app
from api.server import ApiServer
from api.services import ApiServices, code_entries
from credit.ports import Registry
from domain.scope import Scope
from models.registry import ZOO_FOLDER, ModelRegistry
from service.access import second_factors
from service.announcements import Announcer
from service.assembly import first_admin, listen, serve
from service.attire import attire_network, told_by
from service.broker_views import board_shown, link_used
from service.casework import casework
from service.cluster.coordinator import Coordinator, living_groups
from service.cluster.diary import ClusterDiary
from service.cluster.fleet import ClusterFleet, PlacedCameras
from service.cluster.group import shared_settings
from service.cluster.nodes import RayGroups, RayNode
from service.cluster.sender import OutboxTurn
from service.console import welcome
from service.credit.pushing import webhook_line
from service.credit.wiring import credit_parts, start_keeper, start_pushing, start_reminders
from service.evidence import evidence_probes, open_evidence
from service.folder import DataFolder
from service.head_desk import load_embedding, open_desk, shared_heads
from service.head_reviews import TeachingReview
from service.identity import new_id
from service.networks import network_in_service
from service.probes import Probe
from service.replay.wiring import rule_parts
from service.settings import ServiceSettings
from service.stopping import stop_requests
from service.storage.cluster import SqlCluster
from service.storage.fenced import LeasedOutbox
from service.storage.journal import SqlAlertJournal
from service.storage.leases import SqlLeases
from service.store import Store, open_store
from service.system import system_of
from service.watch import utc_now
from streams.first_picture import first_picture

log = structlog.get_logger(__name__)

_FEED_SECONDS = 0.5
_NAMES_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broker:
    """The head's own connection, and what it is told of."""

    link: MqttLink
    bell: FeedBell
    turn: OutboxTurn


def run_head(settings: ServiceSettings) -> None:
    """Run until SIGINT or SIGTERM. Blocks the calling (main) thread. Raises the typed errors of the parts."""
    settings = shared_settings(settings)
    holder = f"head.{secrets.token_hex(4)}"
    with stop_requests() as stop, ExitStack() as stack:
        folder = stack.enter_context(DataFolder(settings.data))
        listener = stack.enter_context(listen(settings))
        node = RayNode(settings.cluster, folder.path)
        stack.callback(node.stop)
        node.start()  # it takes its time, and needs nothing of what follows
        store = open_store(settings, folder)
        stack.callback(store.database.close)
        admin = first_admin(settings, store)
        groups = RayGroups(node, settings.cluster)
        stack.callback(groups.close)
        groups.connect()
        broker = _connect(settings, store, holder, stack)
        cluster = SqlCluster(store.database)
        fleet = ClusterFleet(
            cluster, groups, silent_seconds=settings.cluster.silent_seconds, clock=time.monotonic, now=utc_now
        )
        services = _services(settings, folder, store, broker=broker, fleet=fleet, cluster=cluster, stack=stack)
        diary = ClusterDiary(utc_now)
        shown = partial(diary.standing, cluster, settings.cluster.silent_seconds)
        coordinator = Coordinator(
            leases=SqlLeases(store.database),
            cluster=cluster,
            actors=groups,
            outbox_turn=broker.turn,
            settings=settings.cluster,
            holder=holder,
            diary=diary,
        )
        stack.callback(coordinator.stop)
        coordinator.start()
        server = ApiServer(create_app(replace(services, cluster=shown)), settings.api)
        _announce(settings, listener, node)
        print(welcome(url=_url(listener), admin=admin, cameras=(), broker=None), flush=True)  # noqa: T201
        asyncio.run(serve(server, listener, stop))
        log.info("service_stopping")
    log.info("service_stopped")


def _connect(settings: ServiceSettings, store: Store, holder: str, stack: ExitStack) -> _Broker:
    """The link to the broker and the delivery of the outbox, which the head does while it lives."""
    mqtt, bell = settings.alerts.mqtt, FeedBell()
    turn = OutboxTurn(SqlLeases(store.database), holder, settings.cluster, clock=time.monotonic)
    link = MqttLink(mqtt, node=settings.alerts.node, version=version("brightkitchen"), now=utc_now)
    publisher = OutboxPublisher(
        outbox=LeasedOutbox(store.database, turn.may_send),
        link=link_used(link, settings.alerts),
        bell=bell,
        settings=mqtt,
        clock=time.monotonic,
        now=utc_now,
    )
    link.listen(lambda _status: publisher.wake())
    for start, stop in ((link.start, link.stop), (publisher.start, publisher.stop)):
        start()
        stack.callback(stop)
    return _Broker(link=link, bell=bell, turn=turn)


def _services(
    settings: ServiceSettings,
    folder: DataFolder,
    store: Store,
    *,
    broker: _Broker,
    fleet: ClusterFleet,
    cluster: SqlCluster,
    stack: ExitStack,
) -> ApiServices:
    model = network_in_service(settings, folder.path)
    attire = attire_network(ModelRegistry(settings.models_folder or ZOO_FOLDER), settings.detector.attire)
    catalogue, known = load_catalogue(settings.alerts.catalogue, settings.alerts.profile), KnownPlaces()
    evidence_store = open_evidence(settings, folder.path, stack)
    kept = shared_heads(store.database, folder.heads)
    heads = open_desk(settings, kept, load_embedding(settings), model, new_id=new_id, now=utc_now)
    _show_places(settings, store, known, broker, fleet=fleet, stack=stack)
    messages = AlertMessages(catalogue, known)
    cases = casework(
        settings,
        folder.path,
        store,
        catalogue,
        messages,
        bell=broker.bell,
        evidence=evidence_store,
        now=utc_now,
        stack=stack,
        may_send=broker.turn.may_send,
    )
    for part in (cases.warden, cases.reviewing.escalator):
        part.start()
        stack.callback(part.stop)
    line = webhook_line(settings.alerts.notify, folder.path, utc_now)
    credit = credit_parts(store, evidence_store, line, utc_now)
    start_keeper(store, fleet, catalogue, credit, now=utc_now, bell=broker.bell, stack=stack, is_judged=fleet.is_judged)
    may_send = broker.turn.may_send
    start_pushing(store, credit, line, settings.alerts.notify, now=utc_now, stack=stack, may_work=may_send)
    start_reminders(cases.told, credit, catalogue, now=utc_now, stack=stack, may_work=may_send)
    return ApiServices(
        registry=store.registry,
        counts=store.counts,
        situation=store.situation,
        consents=store.consents,
        credit=credit,
        journal=store.journal,
        evidence_store=evidence_store,
        packs=cases.packs,
        keeping=cases.keeping,
        first_picture=partial(first_picture, settings=settings.streams),
        review=TeachingReview(cases.reviewing.review, heads, evidence_store),
        desks=cases.reviewing.desks,
        bell=broker.bell,
        accounts=store.accounts,
        rules=rule_parts(settings, folder.path, catalogue, None),
        system=system_of(settings, folder.path, store, model=model, attire=attire, link=broker.link),
        account_log=store.account_log,
        factors=second_factors(store, folder.path),
        fleet=fleet,
        control=PlacedCameras(),
        heads=heads,
        head_use=fleet,
        recipients=cases.recipients,
        catalogue=code_entries(catalogue, told_by(model, attire)),
        clauses=catalogue.register,
        licence_notice_days=catalogue.licence_notice_days,
        probes=(
            store.database,
            Probe("broker", lambda: _broker_fault(broker.link)),
            Probe("groups", living_groups(cluster, settings.cluster.silent_seconds)),
            *evidence_probes(evidence_store),
        ),
        now=utc_now,
        clock=time.monotonic,
        new_id=new_id,
        settings=settings.api,
    )


def _show_places(
    settings: ServiceSettings,
    store: Store,
    known: KnownPlaces,
    broker: _Broker,
    *,
    fleet: ClusterFleet,
    stack: ExitStack,
) -> None:
    """What the broker shows of cameras and places, kept fresh until the stack is left."""
    board = board_shown(broker.link, settings.alerts, known)
    announcer = Announcer(board=board, journal=store.journal, places=store.places, now=utc_now)
    broker.bell.listen(announcer.wake)
    news = NewsWatch(store.journal, broker.bell, lambda: remember_names(store.registry, known))
    announcer.start(fleet)
    stack.callback(announcer.stop)
    news.start()
    stack.callback(news.stop)


class NewsWatch:
    """Rings the bell when another process recorded something, and keeps the names for messages fresh."""

    def __init__(self, journal: SqlAlertJournal, bell: FeedBell, refresh_names: Callable[[], None]) -> None:
        self._journal = journal
        self._bell = bell
        self._refresh_names = refresh_names
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="news-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Idempotent."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5.0)

    def _run(self) -> None:
        newest, names_at = -1, float("-inf")
        while not self._stopping.is_set():
            try:
                if time.monotonic() - names_at > _NAMES_SECONDS:
                    self._refresh_names()
                    names_at = time.monotonic()
                found = self._journal.newest_feed_id()
                if found != newest:
                    newest = found
                    self._bell.ring()
            except JournalError as error:
                log.debug("news_not_read", reason=error.reason)
            self._stopping.wait(_FEED_SECONDS)


def remember_names(registry: Registry, known: KnownPlaces) -> None:
    """What people call the places of alerts, for the messages about their verdicts. Raises JournalError."""
    everything = Scope.everything()
    for site in registry.list_sites(everything):
        enterprise = registry.get_enterprise(site.enterprise_id, everything)
        for camera in registry.list_cameras(everything, site.site_id):
            names = PlaceNames(enterprise=enterprise.name if enterprise else None, site=site.name, camera=camera.name)
            known.remember(camera.camera_id, names)


def _broker_fault(link: MqttLink) -> str | None:
    status = link.status
    return None if status.state is LinkState.CONNECTED else f"{status.state}: {status.cause or 'not yet'}"


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _announce(settings: ServiceSettings, listener: socket.socket, node: RayNode) -> None:
    mqtt = settings.alerts.mqtt
    log.info(
        "service_started",
        url=_url(listener),
        mqtt_host=mqtt.host,
        mqtt_port=mqtt.port,
        cluster=node.address,
        data=str(settings.data),
    )
