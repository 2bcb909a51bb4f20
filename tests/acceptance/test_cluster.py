"""A machine of a cluster dies: its cameras are watched elsewhere, and no alert is lost or doubled.

Two machines of Ray on this one, with a real database, broker, object store and cameras.
"""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.cluster_process import CLUSTER_START_SECONDS, ClusterAddress, HeadProcess, MemberProcess
from tests.acceptance.service_process import wait_for
from tests.acceptance.shared_kitchen import shared_kitchen
from tests.support.postgres import postgres_url

__all__ = ["postgres_url"]

pytestmark = pytest.mark.acceptance

CAMERAS = 2
TAKE_OVER_SECONDS = 30.0


def require_told(standing: dict[str, Any], orphan: str, taker: str) -> None:
    """The head says which machine is gone and where the camera went."""
    living = {group["group_id"]: group["is_living"] for group in standing["groups"]}
    assert sorted(living.values()) == [False, True]
    assert living[taker]
    assert standing["without_room"] == 0
    [gone] = [group for group, is_living in living.items() if not is_living]
    moves = [(move["from_group"], move["to_group"]) for move in standing["moves"] if move["camera_id"] == orphan]
    assert (gone, taker) in moves


def test_a_machine_that_is_killed_costs_half_a_minute_and_no_alert(tmp_path: Path, postgres_url: str) -> None:
    with ExitStack() as stack:
        kitchen = shared_kitchen(stack, tmp_path, postgres_url, CAMERAS)
        address = ClusterAddress(**kitchen.environment)
        head = stack.enter_context(HeadProcess(tmp_path / "head", address))
        client = head.client()
        wait_for(kitchen.cluster.groups, CLUSTER_START_SECONDS, "the head's own group")
        [at_head] = [group.group_id for group in kitchen.cluster.groups()]
        member = stack.enter_context(MemberProcess(tmp_path / "member", address))
        wait_for(lambda: len(set(kitchen.holders().values())) == 2, CLUSTER_START_SECONDS, "both machines to watch")
        wait_for(lambda: kitchen.fresh() == kitchen.cameras, CLUSTER_START_SECONDS, "pictures of all cameras")

        [orphan] = [each for each, group in kitchen.holders().items() if group != at_head]

        def still() -> bytes | None:
            answer = client.get(f"/api/v1/cameras/{orphan}/still.jpg")
            return answer.content if answer.status_code == 200 else None

        assert wait_for(still, 30.0, "a picture from the other machine").startswith(b"\xff\xd8")
        standing = client.get("/api/v1/cluster").json()
        assert [group["is_living"] for group in standing["groups"]] == [True, True]
        assert [group["cameras"] for group in standing["groups"]] == [1, 1]

        member.kill()
        killed = time.monotonic()
        wait_for(lambda: len(set(kitchen.holders().values())) == 1, TAKE_OVER_SECONDS, "one machine to watch all")
        wait_for(lambda: kitchen.fresh() == kitchen.cameras, TAKE_OVER_SECONDS, "pictures elsewhere")
        print(f"pictures elsewhere after {time.monotonic() - killed:.1f} s")
        assert time.monotonic() - killed < TAKE_OVER_SECONDS
        require_told(client.get("/api/v1/cluster").json(), orphan, kitchen.holders()[orphan])

        kitchen.rtsp.stop()
        kitchen.require_one_alert_each()
