"""How the service stands: what people look at before they trust its silence."""

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends
from prometheus_client import REGISTRY
from pydantic import Field

from api.dependencies import MetricsReader, PartsOf, Reader, Services
from api.fields import Shown
from api.figures import Durations, Figures
from api.permissions import Permission
from api.services import ApiServices
from api.system import BrokerStanding, DatabaseStanding, DiskStanding, NetworkStanding, OutboxStanding
from detector.head_record import HeadStatus

router = APIRouter(tags=["health"])

DeliveryWord = Literal["connected", "connecting", "away", "unknown"]


class DurationsView(Shown):
    """Since the process began. `half` and `most` (95 of 100) are upper bounds in seconds, those of a bucket.

    Null: there was nothing yet (`count` 0), or it took longer than the last bucket tells.
    """

    count: int
    half: float | None
    most: float | None

    @classmethod
    def of(cls, found: Durations) -> Self:
        return cls(count=found.count, half=found.half, most=found.most)


class HeadsStandingView(Shown):
    """Heads that people taught. `unreadable` are files that cannot be read, `out_of_use` taught on another network."""

    live: int
    others: int
    out_of_use: int
    unreadable: int


class SystemView(Shown):
    """The process that answered. A null is not known, which is not the same as well.

    `probes` are `ok` or `failed`. Counts are of this process since it began, with what is watched in it: at the head of
    a cluster and at a centre, cameras are watched elsewhere.
    """

    now: datetime
    started_at: datetime
    version: str
    python: str
    node: str
    role: str
    catalogue: Annotated[str, Field(description="version of the risk catalogue, with the profile behind a plus sign")]
    probes: dict[str, str]
    broker: BrokerStanding | None
    outbox: OutboxStanding | None
    database: DatabaseStanding
    disk: DiskStanding | None
    evidence_space: Annotated[str, Field(description="unknown, enough, clearing or cannot_clear")]
    evidence_looked_at: datetime | None
    is_clock_doubted: Annotated[bool, Field(description="true: nothing is deleted, for the clock may be wrong")]
    unrecorded_steps: int | None
    steps_set_aside: Annotated[int | None, Field(description="refused by the database for good: they need a person")]
    frames_dropped: Annotated[dict[str, int], Field(description="pictures that were due and not analysed, by cause")]
    looks: Annotated[dict[str, int], Field(description="looked: the network saw it; spared: nothing had changed")]
    alert_latency: Annotated[DurationsView, Field(description="from the capture of a picture to the broker's PUBACK")]
    frame_age: Annotated[DurationsView, Field(description="from the capture of a picture until it was judged")]
    inference: Annotated[DurationsView, Field(description="one call of the network")]
    networks: list[NetworkStanding]
    heads: HeadsStandingView
    grafana_url: str | None


class DeliveryStandingView(Shown):
    """Whether alerts leave the house by the broker. Nothing is lost while they do not: they wait, in their order.

    `waiting` and `oldest_at` are of all enterprises together: null for accounts that see a part only, and where nothing
    is known.
    """

    now: datetime
    state: Annotated[DeliveryWord, Field(description="away: the broker cannot be reached or refuses us")]
    since: datetime | None
    waiting: int | None
    oldest_at: datetime | None


_LINK_STATES: dict[str, DeliveryWord] = {"connected": "connected", "connecting": "connecting"}


async def _probes(parts: PartsOf) -> dict[str, str]:
    return await parts.readiness.probes()


@router.get("/system")
def read_system(
    _: MetricsReader, services: Services, probes: Annotated[dict[str, str], Depends(_probes)]
) -> SystemView:
    """Broker, outbox, database, disk, networks and their card, figures and versions of the process that answers."""
    report, keeping = services.system(), services.keeping.state()
    figures = Figures.of(REGISTRY.collect())
    return SystemView(
        now=services.now(),
        started_at=report.started_at,
        version=report.version,
        python=report.python,
        node=report.node,
        role=report.role,
        catalogue=services.rules.catalogue.version,
        probes=probes,
        broker=report.broker,
        outbox=report.outbox,
        database=report.database,
        disk=report.disk,
        evidence_space=keeping.space.value,
        evidence_looked_at=keeping.looked_at,
        is_clock_doubted=keeping.is_clock_doubted,
        unrecorded_steps=figures.total("brightkitchen_unrecorded_steps"),
        steps_set_aside=figures.total("brightkitchen_steps_set_aside"),
        frames_dropped=figures.sums("brightkitchen_frames_dropped_total", "cause"),
        looks=figures.sums("brightkitchen_looks_total", "outcome"),
        alert_latency=DurationsView.of(figures.durations("brightkitchen_alert_latency_seconds")),
        frame_age=DurationsView.of(figures.durations("brightkitchen_frame_age_seconds")),
        inference=DurationsView.of(figures.durations("brightkitchen_inference_seconds")),
        networks=list(report.networks),
        heads=_heads(services),
        grafana_url=services.settings.grafana_url,
    )


@router.get("/system/delivery")
def read_delivery(caller: Reader, services: Services) -> DeliveryStandingView:
    """Whether the broker takes alerts now, for everybody who reads them; how many wait for who sees everything."""
    report = services.system()
    broker = report.broker
    outbox = report.outbox if Permission.READ_METRICS in caller.permissions else None
    return DeliveryStandingView(
        now=services.now(),
        state="unknown" if broker is None else _LINK_STATES.get(broker.state, "away"),
        since=None if broker is None else broker.since,
        waiting=None if outbox is None else outbox.depth,
        oldest_at=None if outbox is None else outbox.oldest_at,
    )


def _heads(services: ApiServices) -> HeadsStandingView:
    heads, faults = services.heads.list()
    sha256 = services.heads.network.sha256
    usable = [head for head in heads if head.network.sha256 == sha256]
    live = sum(head.status is HeadStatus.LIVE for head in usable)
    return HeadsStandingView(
        live=live, others=len(usable) - live, out_of_use=len(heads) - len(usable), unreadable=len(faults)
    )
