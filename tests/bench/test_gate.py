"""The comparison is tested; its figures are not. That nothing is lost on the demonstration's clips is."""

from functools import cache
from pathlib import Path

import pytest

from bench.gate import LEAD_SECONDS, MODES, Played, staged, table, without_lead
from bench.gate import matched as paired
from bench.machine import describe
from bench.quiet_lead import with_quiet_lead
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("leads")


@pytest.mark.parametrize("camera", CAMERAS, ids=lambda camera: camera.clip)
def test_gate_and_sleep_lose_no_promised_alert_and_raise_no_other(camera: DemoCamera, folder: Path) -> None:
    """What every picture gives is tested in tests/service/demo/test_clips.py.

    Idle half a second after the last change, far sooner than as shipped, and behind a quiet lead: the camera of the
    back door sleeps when the cat comes. The other clips show people from their first picture on, who are followed.
    """
    clip = with_quiet_lead(camera.path(), folder / f"{camera.clip}.mp4", LEAD_SECONDS)
    played = without_lead(play(clip, staged(rig().setting, MODES[-1]), camera.registered_zones), LEAD_SECONDS)
    verdict = judged(camera.promises(), played.alerts, rig().dwell)

    assert verdict.broken == ()
    assert verdict.extra == ()
    if camera.clip == "back_door_night":
        assert played.spared > 0
        assert played.wakes > 0
