"""What the situation costs with many places: `python -m bench.situation [--enterprises 1000] [--cameras 5]`.

A SQLite database of invented enterprises: one site each with so many cameras, ten alerts of which half wait for a
person, and a figure of each fortnight of a year. It is asked by somebody who sees everything, through the whole
application without a network in between: milliseconds of the processor and on the clock for each answer.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import insert

from api.app import create_app
from api.ports import Role
from credit.profile import Colour
from domain.alert import AlertState
from domain.credit_code import CreditCode
from domain.ids import CameraId, EnterpriseId, SiteId
from domain.organisation import Camera, Enterprise, Site, Source
from domain.risk import RiskClass
from service.memory import settle
from service.storage.credit_rows import index_snapshots
from service.storage.database import Database
from service.storage.migrate import upgrade
from service.storage.registry import SqlRegistry
from service.storage.rows import alerts
from service.storage.situation import SqlSituation
from tests.api.kitchen import Kitchen

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
ALERTS, FIGURES, FIGURE_DAYS = 10, 26, 14


def fill(database: Database, enterprises: int, cameras: int) -> None:
    """Everything that the answer is made of."""
    registry, numbers = SqlRegistry(database), range(1, enterprises + 1)
    registry.store_enterprises(
        [
            Enterprise(
                enterprise_id=EnterpriseId(f"enterprise-{n:05d}"),
                name=f"示例 {n}",
                credit_code=CreditCode.generated(n),
                region=f"{110_101 + n % 40}",
            )
            for n in numbers
        ],
        [],
        [
            Site(site_id=SiteId(f"site-{n:05d}"), enterprise_id=EnterpriseId(f"enterprise-{n:05d}"), name="后厨")
            for n in numbers
        ],
    )
    registry.store_cameras(
        [
            Camera(
                camera_id=CameraId(f"camera-{n:05d}-{position}"),
                site_id=SiteId(f"site-{n:05d}"),
                name=f"{position} 号",
                source=Source(location=f"rtsp://viewer:geheim@192.0.2.7/{n}/{position}"),
            )
            for n in numbers
            for position in range(cameras)
        ],
        [],
    )
    with database.transaction() as connection:
        connection.execute(insert(alerts), [_alert(n, each) for n in numbers for each in range(ALERTS)])
        connection.execute(insert(index_snapshots), [_figure(n, each) for n in numbers for each in range(FIGURES)])


def _alert(number: int, each: int) -> dict[str, Any]:
    raised_at = NOW - timedelta(days=each, minutes=number % 600)
    state = AlertState.RAISED if each % 2 else AlertState.CONFIRMED
    return {
        "alert_id": f"alert-{number:05d}-{each:03d}",
        "enterprise_id": f"enterprise-{number:05d}",
        "site_id": f"site-{number:05d}",
        "camera_id": f"camera-{number:05d}-0",
        "code": ("bin.uncovered", "pest.rodent", "uniform.no_hat")[each % 3],
        "code_version": "1",
        "risk_class": (RiskClass.I, RiskClass.II, RiskClass.III)[each % 3],
        "subject": f"{each}",
        "state": state,
        "sequence": 1,
        "local_day": raised_at.date(),
        "raised_at": raised_at,
        "updated_at": raised_at,
        "started_at": raised_at,
        "confirmed_at": raised_at,
        "last_seen_at": raised_at,
        "ended_at": raised_at,
        "violation": {},
        "review_state": None if state is AlertState.RAISED else state,
    }


def _figure(number: int, each: int) -> dict[str, Any]:
    return {
        "enterprise_id": f"enterprise-{number:05d}",
        "day": date(2026, 11, 20) - timedelta(days=each * FIGURE_DAYS),
        "made_at": NOW - timedelta(days=each * FIGURE_DAYS),
        "profile_label": "made-up 1",
        "inputs_sha256": "0" * 64,
        "standing": "known",
        "colour": tuple(Colour)[(number + each) % 3],
        "supervision_number": 0,
        "record_step_number": 0,
    }


def measure(enterprises: int, cameras: int, rounds: int) -> dict[str, float]:
    """Milliseconds for each answer, after one that is not counted."""
    with tempfile.TemporaryDirectory() as scratch:
        database = Database(f"sqlite:///{scratch}/data/many.db")
        upgrade(database)
        fill(database, enterprises, cameras)
        kitchen = Kitchen(Path(scratch))
        kitchen.twins.clock.advance((NOW - kitchen.twins.clock.now()).total_seconds())
        over = replace(kitchen.twins.services(), registry=SqlRegistry(database), situation=SqlSituation(database))
        kitchen.app = create_app(over)
        client = kitchen.client(Role.REGULATOR)
        settle()  # as the service does at the end of its start
        spent = []
        for _ in range(rounds + 1):
            before, used = perf_counter(), process_time()
            answer = client.get("/api/v1/situation")
            spent.append(((process_time() - used) * 1000.0, (perf_counter() - before) * 1000.0))
            assert answer.json()["cameras"]["total"] == enterprises * cameras
        database.close()
    clock = sorted(each[1] for each in spent[1:])
    return {
        "cpu_ms": median(each[0] for each in spent[1:]),
        "clock_ms": median(clock),
        "clock_p95_ms": clock[int(len(clock) * 0.95)],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--enterprises", type=int, default=1_000)
    parser.add_argument("--cameras", type=int, default=5, help="of each enterprise")
    parser.add_argument("--rounds", type=int, default=20)
    wanted = parser.parse_args(arguments)
    found = measure(wanted.enterprises, wanted.cameras, wanted.rounds)
    print(
        f"{wanted.enterprises} enterprises with {wanted.cameras} cameras each: "
        f"{found['cpu_ms']:.1f} ms of the processor, {found['clock_ms']:.1f} on the clock "
        f"(p95 {found['clock_p95_ms']:.1f})"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
