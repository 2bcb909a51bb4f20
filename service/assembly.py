"""The whole service in one process: takes port and folder, starts all parts, serves, and stops them in reverse."""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import cv2
import structlog
from pydantic import SecretStr

from alerts.catalogue import load_catalogue
from alerts.errors import BrokerUnreachableError
from alerts.mqtt import LinkState, MqttLink
from alerts.settings import EmbeddedBrokerSettings
from api.app import create_app
from api.passwords import Passwords
from api.server import ApiServer
from api.services import ApiServices, CreditParts, RuleParts, code_entries
from api.system import SystemReport
from domain.organisation import Camera
from models.registry import ZOO_FOLDER, ModelRegistry
from service.access import second_factors
from service.attire import attire_network
from service.bootstrap import FirstAdmin, ensure_admin, ensure_local_cameras
from service.console import subscribe_command, welcome
from service.credit.pushing import webhook_line
from service.credit.wiring import credit_parts, start_keeper, start_pushing, start_reminders
from service.demo.cameras import load_demo
from service.demo.enrolment import ensure_demo_cameras
from service.demo.history import DemoHistory
from service.demo.lid import demo_lid_camera, ensure_demo_lid
from service.demo.network import demo_network
from service.demo.pace import hastened, sharpened
from service.edge.wiring import required_token
from service.evidence import evidence_probes
from service.folder import DataFolder
from service.identity import new_id
from service.memory import hand_back, keep_few_arenas, settle
from service.networks import PeopleFinder, network_in_service
from service.probes import Probe
from service.replay.wiring import rule_parts
from service.secrets import load_or_create
from service.settings import ServiceRole, ServiceSettings, SettingsError
from service.stopping import StopRequest, stop_requests
from service.store import Store, open_store
from service.system import system_of
from service.watch import Broker, Parts, Watch, start_watch, utc_now
from streams.first_picture import first_picture

if TYPE_CHECKING:
    from alerts.broker import EmbeddedBroker

log = structlog.get_logger(__name__)

BROKER_USER = "brightkitchen"
_SETTLED_SECONDS = 60.0  # after this all cameras have been looked at, and what that took once is free again
BROKER_SECRET = "mqtt"  # noqa: S105 - the name of the secret, not the secret


def run_service(settings: ServiceSettings, *, locations: Sequence[str], is_demo: bool) -> None:
    """Run until SIGINT or SIGTERM. Blocks the calling (main) thread.

    Raises the typed errors of the parts (network, database, data folder, broker, settings) where it cannot start;
    whatever was started before is stopped again.
    """
    # The threads are ours: one per camera and one per network. OpenCV's own pool would only take turns from them.
    cv2.setNumThreads(1)
    keep_few_arenas()
    if settings.role is ServiceRole.EDGE:
        required_token(settings)  # what is missing is said before anything is opened
    if is_demo:
        settings = settings.model_copy(update={"detector": sharpened(settings.detector)})
    with stop_requests() as stop, ExitStack() as stack:
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
        line = webhook_line(settings.alerts.notify, folder.path, utc_now)
        credit = credit_parts(store, watch.evidence_store, line, utc_now)
        start_keeper(
            store,
            watch.fleet,
            catalogue,
            credit,
            now=utc_now,
            bell=watch.bell,
            stack=stack,
            is_judged=watch.engine.is_judged,
        )
        start_pushing(store, credit, line, settings.alerts.notify, now=utc_now, stack=stack)
        start_reminders(watch.told, credit, catalogue, now=utc_now, stack=stack)
        history = DemoHistory(store, Passwords(settings.api), credit.index, utc_now) if is_demo else None
        rules = rule_parts(settings, folder.path, catalogue, stack)
        system = system_of(settings, folder.path, store, model=model, attire=attire, link=watch.link)
        services = _services(settings, store, watch, parts, credit, rules=rules, system=system)
        server = ApiServer(create_app(services), settings.api)
        cameras = watch.keeper.start_all()
        _announce_start(settings, listener, broker, admin, cameras)
        settle()
        if history is not None:  # last: the start is not slowed by it
            stack.callback(history.stop)
            history.start()
        asyncio.run(serve(server, listener, stop))
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


def _embedded_broker(wanted: EmbeddedBrokerSettings, password: SecretStr) -> "EmbeddedBroker":
    """The embedded broker, listening.

    Where nobody chose a port and the usual one is taken (a Mosquitto of the system, say), any free port does.
    Raises BrokerUnreachableError for a chosen port that is taken. The library is loaded only where it is used.
    """
    from alerts.broker import EmbeddedBroker

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


def _services(
    settings: ServiceSettings,
    store: Store,
    watch: Watch,
    parts: Parts,
    credit: CreditParts,
    *,
    rules: RuleParts,
    system: Callable[[], SystemReport],
) -> ApiServices:
    return ApiServices(
        registry=store.registry,
        counts=store.counts,
        situation=store.situation,
        consents=store.consents,
        credit=credit,
        journal=store.journal,
        evidence_store=watch.evidence_store,
        packs=watch.packs,
        keeping=watch.keeping,
        first_picture=partial(first_picture, settings=settings.streams),
        review=watch.review,
        bell=watch.bell,
        accounts=store.accounts,
        rules=rules,
        system=system,
        account_log=store.account_log,
        factors=second_factors(store, settings.data),
        fleet=watch.fleet,
        control=watch.keeper,
        heads=watch.heads,
        head_use=watch.head_use,
        recipients=watch.recipients,
        catalogue=code_entries(watch.catalogue, parts.usable_labels),
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
        people=PeopleFinder(parts.model) if settings.api.public_page == "pictures" else None,
        ingest=watch.ingest,
        findings=watch.findings,
        sensors=watch.sensors,
        licence_notice_days=watch.catalogue.licence_notice_days,
        desks=watch.desks,
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


async def serve(server: ApiServer, listener: socket.socket, stop: StopRequest) -> None:
    """Serve until somebody asks to stop, which may have been before this began.

    uvicorn takes the signals while it serves, hands them back when it is done and raises again those that it took.
    """
    stop.hand_to(server)
    loop = asyncio.get_running_loop()
    loop.call_later(_SETTLED_SECONDS, lambda: loop.run_in_executor(None, hand_back))
    await server.serve(sockets=[listener])
