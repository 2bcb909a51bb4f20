"""A process that watches cameras dies or hangs: its cameras are watched elsewhere, no alert is lost, none is doubled.

Two processes over a real database, broker, object store and cameras; Ray is in tests/acceptance/test_cluster.py.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.cluster.coordinator import Coordinator
from service.cluster.sender import OutboxTurn
from service.cluster.settings import ClusterSettings
from tests.acceptance.group_process import GroupOnItsOwn
from tests.acceptance.service_process import wait_for
from tests.acceptance.shared_kitchen import SharedKitchen, shared_kitchen
from tests.service.cluster.kit import NoMachines
from tests.support.postgres import postgres_url

__all__ = ["postgres_url"]

pytestmark = pytest.mark.acceptance

CAMERAS = 2
START_SECONDS = 180.0
TAKE_OVER_SECONDS = 30.0
ALERT_SECONDS = 180.0


class NeverOurTurn(OutboxTurn):
    """The head of this test has no broker: groups deliver."""

    def renew(self) -> None: ...


@pytest.fixture
def kitchen(tmp_path: Path, postgres_url: str) -> Iterator[tuple[SharedKitchen, dict[str, GroupOnItsOwn]]]:
    with ExitStack() as stack:
        kitchen = shared_kitchen(stack, tmp_path, postgres_url, CAMERAS)
        groups = {
            name: stack.enter_context(
                GroupOnItsOwn(tmp_path, name, BRIGHTKITCHEN_DATA=str(tmp_path / name), **kitchen.environment)
            )
            for name in ("one-0", "two-0")
        }
        settings = ClusterSettings()
        holder = f"head.{secrets.token_hex(4)}"
        coordinator = Coordinator(
            leases=kitchen.leases,
            cluster=kitchen.cluster,
            actors=NoMachines(),
            outbox_turn=NeverOurTurn(kitchen.leases, holder, settings, clock=lambda: 0.0),
            settings=settings,
            holder=holder,
        )
        stack.callback(coordinator.stop)

        def both_watch() -> bool:
            for group in groups.values():
                group.require_life()
            return set(kitchen.holders().values()) == set(groups) and kitchen.fresh() == kitchen.cameras

        wait_for(lambda: len(kitchen.cluster.groups()) == 2, START_SECONDS, "both groups to report")
        coordinator.start()
        wait_for(both_watch, START_SECONDS, "both groups to watch")
        yield kitchen, groups


def test_a_killed_process_costs_half_a_minute_and_no_alert(
    kitchen: tuple[SharedKitchen, dict[str, GroupOnItsOwn]],
) -> None:
    shared, groups = kitchen
    shared.rtsp.stop()
    wait_for(lambda: shared.told_cameras() == shared.cameras, ALERT_SECONDS, "an alert of each camera")
    sender = next(lease.holder for lease in shared.leases.held("outbox")).rpartition(".")[0]

    groups[sender].kill()  # with an alert open, and the outbox in its hands
    killed = time.monotonic()
    shared.rtsp.start()

    def all_elsewhere() -> bool:
        return sender not in shared.holders().values() and shared.fresh() == shared.cameras

    wait_for(all_elsewhere, TAKE_OVER_SECONDS, "pictures elsewhere")
    print(f"pictures elsewhere after {time.monotonic() - killed:.1f} s")
    wait_for(lambda: all(a.violation.ended_at for a in shared.alerts()), ALERT_SECONDS, "the alerts to end")
    before = len(shared.alerts())
    shared.rtsp.stop()
    wait_for(lambda: len(shared.alerts()) >= before + CAMERAS, ALERT_SECONDS, "alerts by the one that is left")
    shared.require_one_alert_each()


def test_a_process_that_hangs_and_wakes_doubles_nothing(
    kitchen: tuple[SharedKitchen, dict[str, GroupOnItsOwn]],
) -> None:
    shared, groups = kitchen
    groups["two-0"].hang()
    wait_for(lambda: set(shared.holders().values()) == {"one-0"}, TAKE_OVER_SECONDS, "the other to take over")
    wait_for(lambda: shared.fresh() == shared.cameras, TAKE_OVER_SECONDS, "pictures elsewhere")
    shared.rtsp.stop()
    groups["two-0"].wake()
    shared.require_one_alert_each()
