"""How the service stands: for who sees everything, and what is not known is null."""

from dataclasses import replace
from datetime import timedelta

from api.ports import Role
from api.system import BrokerStanding, OutboxStanding
from tests.api.kitchen import OWN_FIRM, Kitchen


def test_what_could_not_be_found_out_is_null_and_not_a_nought(kitchen: Kitchen) -> None:
    found = kitchen.client().get("/api/v1/system").json()

    assert (found["broker"], found["outbox"], found["disk"]) == (None, None, None)
    assert found["evidence_space"] == "enough"
    assert found["catalogue"].endswith("+cn-national")
    assert found["grafana_url"] is None


def test_what_is_known_is_told(kitchen: Kitchen) -> None:
    twins = kitchen.twins
    since = twins.clock.now() - timedelta(minutes=5)
    twins.system = replace(
        twins.system,
        broker=BrokerStanding(state="waiting", since=since, cause="refused"),
        outbox=OutboxStanding(depth=3, oldest_at=since),
    )

    found = kitchen.client().get("/api/v1/system").json()

    assert found["broker"]["cause"] == "refused"
    assert found["outbox"]["depth"] == 3
    assert found["heads"] == {"live": 0, "others": 0, "out_of_use": 0, "unreadable": 0}


def test_who_sees_a_part_only_does_not_see_the_process(kitchen: Kitchen) -> None:
    assert kitchen.client(Role.OPERATOR, OWN_FIRM).get("/api/v1/system").status_code == 403
    assert kitchen.client(Role.OPERATOR).get("/api/v1/system").status_code == 200


def test_everybody_is_told_that_alerts_are_held_back_and_only_who_sees_everything_how_many(kitchen: Kitchen) -> None:
    twins = kitchen.twins
    path, since = "/api/v1/system/delivery", twins.clock.now() - timedelta(minutes=5)
    chef, admin = kitchen.client(Role.OPERATOR, OWN_FIRM), kitchen.client()
    assert chef.get(path).json()["state"] == "unknown"

    told = []
    for state in ("connecting", "connected", "unreachable", "refused", "stopped"):
        twins.system = replace(
            twins.system,
            broker=BrokerStanding(state=state, since=since, cause="no route to 192.0.2.7"),
            outbox=OutboxStanding(depth=3, oldest_at=since),
        )
        told.append(chef.get(path).json()["state"])

    assert told == ["connecting", "connected", "away", "away", "away"]
    assert (chef.get(path).json()["waiting"], admin.get(path).json()["waiting"]) == (None, 3)
    assert "192.0.2.7" not in chef.get(path).text
