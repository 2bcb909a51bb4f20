"""What many cameras need: nodes, network, broker, database, storage, money, and what a dead node costs.

    python -m bench.scale [--seed 1] [--document]

Arithmetic over measured costs, and a simulated year of dying nodes; nothing is run. Every figure that goes in stands in
`Costs` or `Prices` with its source, to be replaced by your own. `--document` writes the tables into docs/scale.md.
"""

import argparse
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.ids import CameraId
from streams.placement import Load, Plan, Room, plan

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "scale.md"
SIZES = (10, 100, 1_000, 10_000, 100_000)
DAY_SECONDS = 86_400
MONTH_DAYS = 30
YEAR_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What one camera costs, and what shared parts were measured to take. See docs/scale.md for the sources."""

    camera_cpu_ms: int = 120  # docs/performance.md: 113 to 116 CPU-ms per camera-second at 5 looks a second, 720p
    camera_mbit: float = 2.0  # assumption: H.264 720p15 at the bit rate that cameras are usually set to
    camera_megabytes: float = 17.0  # docs/performance.md: resident MB per added camera
    process_megabytes: float = 350.0  # docs/performance.md: 354 MB with two cameras
    ray_megabytes: float = 300.0  # measured here: raylet and two agents of one node, without its workers
    alerts_per_camera_day: float = 6.0  # assumption: "a kitchen raises a few an hour" while it works, seldom otherwise
    steps_per_alert: float = 4.0  # raised, updated with the clip, ended, one verdict
    still_bytes: int = 150_000  # assumption: JPEG of 720p at quality 90
    clip_seconds: float = 12.0  # five before and after, from the keyframe before
    mqtt_per_second: float = 10_000.0  # design measurement: Mosquitto, QoS 1, 600-byte alerts: 10,000 to 14,000
    database_rows_per_second: float = (
        6_000.0  # rows that one PostgreSQL renews or writes; see "the database" in the page
    )
    lease_seconds: float = 9.0  # settings: cluster.lease_seconds
    turn_seconds: float = 1.0  # settings: cluster.turn_seconds
    silent_seconds: float = 6.0  # settings: cluster.silent_seconds
    first_picture_seconds: float = 3.0  # assumption: RTSP connection and the next keyframe


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Assumptions, in euro, of 2026-11: round list prices of servers and storage to rent in Europe. Change them."""

    node_month: float = 60.0  # a rented server with 16 cores and 64 GB
    storage_gigabyte_month: float = 0.02  # S3-compatible storage
    head_month: float = 60.0  # head, broker: a server each
    database_month: float = 200.0  # a server with mirrored fast disks, and one that stands by
    traffic_terabyte: float = 0.0  # incoming traffic is mostly free; what your lines cost is yours to add


@dataclass(frozen=True, kw_only=True)
class Machines:
    """How the machines are built and fail."""

    cores: int = 16
    group_cores: int = 4
    usable_share: float = 0.8
    failures_per_year: float = 4.0  # assumption: crashes, updates without warning, power; per machine
    repair_hours: float = 4.0
    spare_share: float = 0.05  # at least one machine more than needed

    @property
    def group_ms(self) -> int:
        return round(1000 * self.usable_share * self.group_cores)

    @property
    def groups(self) -> int:
        return self.cores // self.group_cores


@dataclass(frozen=True, kw_only=True)
class Need:
    """What so many cameras need. Rates are per second unless the name says otherwise."""

    cameras: int
    nodes: int
    spares: int
    cores_busy: float
    node_gigabytes: float
    network_gbit: float
    node_mbit: float
    alerts: float
    mqtt: float
    mqtt_share: float
    lease_rows: float
    status_rows: float
    database_share: float
    database_connections: int
    evidence_gigabytes_month: float
    euro_month: float

    @property
    def euro_camera_month(self) -> float:
        return self.euro_month / self.cameras


def need(cameras: int, costs: Costs, prices: Prices, machines: Machines) -> Need:
    """Arithmetic; `cameras` at least 1."""
    per_group = machines.group_ms // costs.camera_cpu_ms
    per_node = per_group * machines.groups
    nodes = math.ceil(cameras / per_node)
    spares = max(1, math.ceil(nodes * machines.spare_share))
    groups = (nodes + spares) * machines.groups
    alerts = cameras * costs.alerts_per_camera_day / DAY_SECONDS
    clip_bytes = costs.camera_mbit * 1e6 / 8 * costs.clip_seconds
    month_gigabytes = cameras * costs.alerts_per_camera_day * MONTH_DAYS * (costs.still_bytes + clip_bytes) / 1e9
    rows = cameras / costs.turn_seconds
    writes = alerts * costs.steps_per_alert * 5  # alert, step, two or three pieces of evidence, message
    mqtt = alerts * costs.steps_per_alert
    database_share = (2 * rows + writes) / costs.database_rows_per_second
    euro = (
        (nodes + spares) * prices.node_month
        + 2 * prices.head_month
        + max(1, math.ceil(database_share)) * prices.database_month
        + month_gigabytes * prices.storage_gigabyte_month
    )
    return Need(
        cameras=cameras,
        nodes=nodes,
        spares=spares,
        cores_busy=cameras * costs.camera_cpu_ms / 1000,
        node_gigabytes=(
            costs.ray_megabytes
            + machines.groups * costs.process_megabytes
            + min(cameras, per_node) * costs.camera_megabytes
        )
        / 1000,
        network_gbit=cameras * costs.camera_mbit / 1000,
        node_mbit=min(cameras, per_node) * costs.camera_mbit,
        alerts=alerts,
        mqtt=mqtt,
        mqtt_share=mqtt / costs.mqtt_per_second,
        lease_rows=rows,
        status_rows=rows,
        database_share=database_share,
        database_connections=groups * 4,
        evidence_gigabytes_month=month_gigabytes,
        euro_month=euro,
    )


@dataclass(frozen=True, kw_only=True)
class Year:
    """A simulated year. `standing_share`: the share of all camera time in which cameras stood still by dead nodes."""

    cameras: int
    deaths: int
    cameras_per_death: float
    seconds_each: float
    longest_seconds: float
    standing_share: float
    most_down: int
    unplaced_hours: float


def take_over_seconds(costs: Costs, chance: random.Random) -> float:
    """How long a camera stands still when its node dies: the later of lease and silence, turns, the connection."""
    since_renewal = chance.uniform(0.0, costs.turn_seconds)
    lease = costs.lease_seconds - since_renewal
    noticed = costs.silent_seconds - since_renewal + chance.uniform(0.0, costs.turn_seconds)
    return max(lease, noticed) + chance.uniform(0.0, costs.turn_seconds) + costs.first_picture_seconds


def year(cameras: int, costs: Costs, machines: Machines, seed: int) -> Year:
    """Nodes die at random, are repaired after `repair_hours`, and what has no room meanwhile waits for that."""
    chance = random.Random(seed)
    needed = need(cameras, costs, Prices(), machines)
    nodes = needed.nodes + needed.spares
    per_node = (machines.group_ms // costs.camera_cpu_ms) * machines.groups
    deaths = _death_hours(nodes, machines, chance)
    waits: list[float] = []
    stood = unplaced = 0.0
    repairs: list[float] = []
    most_down = moved = 0
    for hour in deaths:
        repairs = [each for each in repairs if each > hour]
        living = nodes - len(repairs)
        carried = min(per_node, math.ceil(min(cameras, living * per_node) / max(1, living)))
        repairs.append(hour + machines.repair_hours)
        most_down = max(most_down, len(repairs))
        homeless = max(0, min(carried, cameras - (living - 1) * per_node))
        unplaced += homeless * machines.repair_hours
        seconds = [take_over_seconds(costs, chance) for _ in range(min(carried - homeless, 200))]
        waits += seconds
        moved += carried
        stood += sum(seconds) * (carried - homeless) / max(1, len(seconds)) + homeless * machines.repair_hours * 3600
    return Year(
        cameras=cameras,
        deaths=len(deaths),
        cameras_per_death=moved / max(1, len(deaths)),
        seconds_each=sum(waits) / max(1, len(waits)),
        longest_seconds=max(waits, default=0.0),
        standing_share=stood / (cameras * YEAR_DAYS * DAY_SECONDS),
        most_down=most_down,
        unplaced_hours=unplaced,
    )


def _death_hours(nodes: int, machines: Machines, chance: random.Random) -> list[float]:
    rate = nodes * machines.failures_per_year / (YEAR_DAYS * 24)
    hours, hour = [], chance.expovariate(rate)
    while hour < YEAR_DAYS * 24:
        hours.append(hour)
        hour += chance.expovariate(rate)
    return hours


def death_of_a_node(cameras: int, costs: Costs, machines: Machines, seed: int) -> tuple[Plan, Plan]:
    """The real placement over cameras of unequal cost, before and after the first node is gone."""
    chance = random.Random(seed)
    needed = need(cameras, costs, Prices(), machines)
    loads = [
        Load(
            camera_id=CameraId(f"camera-{number:06d}"),
            cost_ms=max(1, round(costs.camera_cpu_ms * chance.uniform(0.5, 1.4))),
        )
        for number in range(cameras)
    ]
    rooms = [
        Room(room_id=f"{node:05d}-{group}", capacity_ms=machines.group_ms)
        for node in range(needed.nodes + needed.spares)
        for group in range(machines.groups)
    ]
    before = plan(loads, rooms, {})
    left = [room for room in rooms if not room.room_id.startswith("00000-")]
    return before, plan(loads, left, before.rooms)


def tables(seed: int, costs: Costs, prices: Prices, machines: Machines) -> str:
    """All tables of the page, as Markdown."""
    needs = [need(size, costs, prices, machines) for size in SIZES]
    years = [year(size, costs, machines, seed) for size in SIZES]
    return "\n\n".join((_needs_table(needs), _years_table(years)))


def _needs_table(needs: Sequence[Need]) -> str:
    rows = [
        ("machines of 16 cores, and spares", [f"{n.nodes} + {n.spares}" for n in needs]),
        ("cores' time used", [f"{n.cores_busy:,.1f}" for n in needs]),
        ("memory of a machine, GB", [f"{n.node_gigabytes:.1f}" for n in needs]),
        ("pictures in, Gbit/s in all", [f"{n.network_gbit:,.2f}" for n in needs]),
        ("pictures in, Mbit/s per machine", [f"{n.node_mbit:,.0f}" for n in needs]),
        ("alerts per second", [f"{n.alerts:.4f}" for n in needs]),
        ("MQTT messages per second (share of one Mosquitto)", [f"{n.mqtt:.3f} ({n.mqtt_share:.2%})" for n in needs]),
        ("database rows per second, leases and statuses", [f"{n.lease_rows + n.status_rows:,.0f}" for n in needs]),
        ("share of one database server", [f"{n.database_share:,.1%}" for n in needs]),
        ("database connections", [f"{n.database_connections:,}" for n in needs]),
        ("evidence per month, GB", [f"{n.evidence_gigabytes_month:,.0f}" for n in needs]),
        ("euro per month", [f"{n.euro_month:,.0f}" for n in needs]),
        ("euro per camera and month", [f"{n.euro_camera_month:,.2f}" for n in needs]),
    ]
    return _table("cameras", [f"{n.cameras:,}" for n in needs], rows)


def _years_table(years: Sequence[Year]) -> str:
    rows = [
        ("machines that die in a year", [f"{y.deaths:,}" for y in years]),
        ("cameras that stand still each time", [f"{y.cameras_per_death:.0f}" for y in years]),
        ("for how long, seconds: mean / longest", [f"{y.seconds_each:.1f} / {y.longest_seconds:.1f}" for y in years]),
        ("machines down at once, at most", [f"{y.most_down}" for y in years]),
        ("camera-hours without room", [f"{y.unplaced_hours:,.0f}" for y in years]),
        ("share of all camera time lost", [f"{y.standing_share:.6%}" for y in years]),
    ]
    return _table("a year of dying machines", [f"{y.cameras:,}" for y in years], rows)


def _table(corner: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    lines = [f"| {corner} | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    lines += [f"| {name} | {' | '.join(values)} |" for name, values in rows]
    return "\n".join(lines)


def write_document(text: str) -> None:
    """Put the tables between their marks."""
    page = DOCUMENT.read_text(encoding="utf-8")
    head, _, rest = page.partition("<!-- scale -->\n")
    _, _, tail = rest.partition("<!-- end of scale -->")
    DOCUMENT.write_text(f"{head}<!-- scale -->\n{text}\n<!-- end of scale -->{tail}", encoding="utf-8")


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the simulated year (1)")
    parser.add_argument("--document", action="store_true", help="write the tables into docs/scale.md")
    arguments = parser.parse_args(words)
    text = tables(arguments.seed, Costs(), Prices(), Machines())
    print(text)
    if arguments.document:
        write_document(text)


if __name__ == "__main__":
    main()
