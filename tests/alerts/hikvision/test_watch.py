"""From a device's repetitions to findings that begin once and end once."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.hikvision.event import DeviceEvent
from alerts.hikvision.files import SHIPPED, HikvisionFileError, read_meanings
from alerts.messages import NOTICE
from domain.alert import AlertStep
from tests.alerts.hikvision.kit import CATALOGUE, CODES, Kitchen
from tests.alerts.samples import EPOCH


def covered(
    seconds: float = 0.0, *, channel: int = 1, is_active: bool = True, kind: str = "shelteralarm"
) -> DeviceEvent:
    return DeviceEvent(type=kind, is_active=is_active, channel=channel, at=EPOCH + timedelta(seconds=seconds))


def say(kitchen: Kitchen, seconds: float, kind: str = "shelteralarm") -> None:
    """The event at this second, and what is over by then."""
    kitchen.seconds = seconds
    kitchen.watch.hear(covered(seconds, kind=kind))
    kitchen.watch.end_what_is_over()


def test_what_is_said_every_second_is_one_alert_that_ends_when_it_is_not_said_any_more() -> None:
    kitchen = Kitchen()
    for second in range(30):
        say(kitchen, second)
    [alert] = kitchen.alerts()
    assert alert.is_open
    assert (alert.violation.code, alert.origin and alert.origin.node_id) == ("camera.tampered", "nvr-1")
    kitchen.seconds = 329.0
    kitchen.watch.end_what_is_over()

    [alert] = kitchen.alerts()
    assert kitchen.steps(alert) == ["raised", "ended"]
    assert alert.violation.started_at == EPOCH
    assert alert.violation.ended_at == EPOCH + timedelta(seconds=29)
    assert kitchen.journal.history(alert.alert_id)[0].payload["notice"] == NOTICE


def test_each_channel_and_code_is_an_alert_of_its_own() -> None:
    kitchen = Kitchen()
    kitchen.watch.hear(covered(channel=1))
    kitchen.watch.hear(covered(channel=2))
    kitchen.watch.hear(covered(channel=1, kind="firedetection"))
    kitchen.watch.hear(covered(channel=1, kind="defocus"))

    found = sorted((one.violation.camera_id, one.violation.code) for one in kitchen.alerts())
    assert found == [("camera-1", "camera.tampered"), ("camera-1", "fire.flame_smoke"), ("camera-2", "camera.tampered")]


def test_heartbeats_unknown_words_and_unknown_channels_raise_nothing() -> None:
    kitchen = Kitchen()
    kitchen.watch.hear(covered(is_active=False))
    kitchen.watch.hear(covered(kind="vmd"))
    kitchen.watch.hear(covered(channel=7))
    kitchen.watch.hear(covered(channel=9))  # mapped to a camera that is not this node's

    assert kitchen.alerts() == []


def test_a_device_with_a_wrong_clock_is_dated_by_ours() -> None:
    kitchen = Kitchen()
    kitchen.watch.hear(covered(86_400.0))

    [alert] = kitchen.alerts()
    assert alert.violation.started_at == EPOCH


def test_while_the_device_is_not_heard_nothing_ends_and_what_lasts_goes_on() -> None:
    kitchen = Kitchen()
    say(kitchen, 0)
    kitchen.seconds = 5000.0
    kitchen.watch.heard_again()
    kitchen.watch.end_what_is_over()
    assert kitchen.alerts()[0].is_open
    say(kitchen, 5010)
    kitchen.seconds = 5400.0
    kitchen.watch.end_what_is_over()

    [alert] = kitchen.alerts()
    assert alert.violation.ended_at == EPOCH + timedelta(seconds=5010)


def test_a_restart_takes_up_what_lasts() -> None:
    kitchen = Kitchen()
    say(kitchen, 0)
    kitchen.restarted()
    say(kitchen, 10)
    assert len(kitchen.alerts()) == 1
    kitchen.restarted()
    kitchen.seconds = 400.0
    kitchen.watch.end_what_is_over()

    [alert] = kitchen.alerts()
    assert kitchen.steps(alert) == ["raised", "ended"]


@given(
    gaps=st.lists(st.floats(0.1, 900), min_size=1, max_size=25),
    restarts=st.sets(st.integers(0, 25)),
)
def test_whatever_a_device_says_alerts_never_overlap_and_all_end(gaps: list[float], restarts: set[int]) -> None:
    kitchen = Kitchen()
    at = 0.0
    for place, gap in enumerate(gaps):
        at += gap
        kitchen.seconds = at
        kitchen.watch.end_what_is_over()
        if place in restarts:
            kitchen.restarted()
        say(kitchen, at)
    kitchen.seconds = at + 1000.0
    kitchen.watch.end_what_is_over()

    found = kitchen.alerts()
    assert all(kitchen.steps(one) == [AlertStep.RAISED, AlertStep.ENDED] for one in found)
    ends = [(one.violation.started_at, one.violation.ended_at) for one in found]
    for (_, ended_at), (started_at, _) in pairwise(ends):
        assert ended_at is not None
        assert ended_at < started_at


def test_the_shipped_words_mean_codes_of_the_catalogue() -> None:
    meanings = read_meanings(SHIPPED, CODES)

    assert meanings.lines
    assert {line.code for line in meanings.lines} <= {entry.risk.code for entry in CATALOGUE}
    assert all(line.type == line.type.lower() for line in meanings.lines)


@pytest.mark.parametrize(
    ("line", "where", "expected"),
    [
        ("{type: vmd, code: no.such_code, ends_after_seconds: 60}", "code", "a code of the risk catalogue"),
        ("{type: vmd, code: pest.rodent, ends_after_seconds: 1}", "ends_after_seconds", "5 to 86400"),
        ("{type: vmd, code: pest.rodent, ends_after_seconds: soon}", "ends_after_seconds", "5 to 86400"),
        ("{type: vmd, code: pest.rodent}", "", "ends_after_seconds"),
        ("{type: vmd, codes: pest.rodent}", "", "one of the fields"),
    ],
)
def test_a_mistake_in_a_mapping_is_named_with_its_line(tmp_path: Path, line: str, where: str, expected: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(f"version: '1'\nevents:\n  - {line}\n")

    with pytest.raises(HikvisionFileError) as failed:
        read_meanings(path, CODES)

    assert failed.value.where.startswith(f"{path}:3") or failed.value.where.startswith("mapping.yaml:3")
    assert where in failed.value.where
    assert expected in str(failed.value)
