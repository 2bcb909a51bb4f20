"""The comparison is tested; its figures are not. That nothing is lost on the demonstration's clips is."""

from functools import cache

import pytest

from bench.gate import MODES, Played, staged, table
from bench.gate import matched as paired
from bench.machine import describe
from service.demo.cameras import DemoCamera, load_demo
from service.demo.trial import Rig, rigged
from service.demo.verdict import judged
from service.footage.play import RaisedAlert, play
from service.settings import ServiceSettings

CAMERAS = load_demo().cameras


def alert(code: str, confirmed: float) -> RaisedAlert:
    return RaisedAlert(code=code, started=confirmed - 1, confirmed=confirmed)


def test_alerts_of_two_runs_are_paired_by_code_and_time() -> None:
    first = [alert("pest.rodent", 10.0), alert("animal.pet", 12.0), alert("pest.rodent", 60.0)]
    other = [alert("pest.rodent", 10.4), alert("pest.rodent", 30.0)]
    pairs, extra = paired(first, other)
    assert [(before.confirmed, after.confirmed) for before, after in pairs] == [(10.0, 10.4)]
    assert extra == 1


def test_the_table_has_a_row_for_every_pass() -> None:
    one = Played(
        clip="yard",
        mode="gate",
        seconds=28.0,
        pictures=140,
        looks=90,
        spared=0,
        wakes=0,
        cpu_ms_per_second=120.4,
        wanted=2,
        found=2,
        extra=0,
        later=0.2,
    )
    assert "| yard | gate | 90 of 140 | 0 | 0 | 120 | 2 of 2 | 0 | 0.2 |" in table([one], describe())


@cache
def rig() -> Rig:
    return rigged(ServiceSettings())


@pytest.mark.parametrize("camera", CAMERAS, ids=lambda camera: camera.clip)
def test_gate_and_sleep_lose_no_promised_alert_and_raise_no_other(camera: DemoCamera) -> None:
    """What every picture gives is tested in tests/service/demo/test_clips.py."""
    played = play(camera.path(), staged(rig().setting_of(camera), MODES[-1]), camera.registered_zones)
    verdict = judged(camera.promises(), played.alerts, rig().dwell)

    assert verdict.broken == ()
    assert verdict.extra == ()
