"""How a cluster stands, by REST: for who sees everything, and nothing where there is none."""

from datetime import timedelta

from api.cluster import CameraMove, ClusterStanding, GroupStanding
from api.ports import Role
from domain.ids import CameraId
from tests.api.kitchen import CAMERA, OWN_FIRM, SECOND_CAMERA, Kitchen

PATH = "/api/v1/cluster"


def standing(kitchen: Kitchen) -> ClusterStanding:
    """Two machines, one of which fell silent; a camera was moved away from it, another found no room."""
    now = kitchen.twins.clock.now()

    def group(name: str, silent_seconds: float, restarts: int) -> GroupStanding:
        return GroupStanding(
            group_id=f"{name}.0",
            machine=name,
            is_living=silent_seconds < 10,
            silent_seconds=silent_seconds,
            capacity_ms=4000,
            cameras=restarts,
            restarts=restarts,
            restarted_at=now - timedelta(minutes=3) if restarts else None,
        )

    move = CameraMove(camera_id=CAMERA, from_group="machine-1.0", to_group="machine-2.0", at=now)
    return ClusterStanding(
        groups=(group("machine-1", 41.0, 0), group("machine-2", 1.0, 2)),
        without_room=1,
        unplaced=(CameraId(SECOND_CAMERA),),
        moves=(move,),
        known_since=now - timedelta(hours=1),
    )


def test_where_there_is_no_cluster_all_is_empty_and_said_to_be_none(kitchen: Kitchen) -> None:
    told = kitchen.client().get(PATH).json()

    assert (told["is_cluster"], told["known_since"], told["groups"], told["moves"]) == (False, None, [], [])


def test_machines_restarts_and_moves_are_told_to_who_sees_everything(kitchen: Kitchen) -> None:
    kitchen.twins.cluster = lambda: standing(kitchen)
    kitchen.reopened()

    told = kitchen.client().get(PATH).json()

    assert [(each["machine"], each["is_living"], each["restarts"]) for each in told["groups"]] == [
        ("machine-1", False, 0),
        ("machine-2", True, 2),
    ]
    assert (told["is_cluster"], told["without_room"], told["unplaced"]) == (True, 1, [SECOND_CAMERA])
    assert (told["moves"][0]["camera_id"], told["moves"][0]["to_group"]) == (CAMERA, "machine-2.0")
    assert kitchen.client(Role.OPERATOR, OWN_FIRM).get(PATH).status_code == 403
