"""Clips by the service's own parts, from the file to the alert."""

from functools import cache
from pathlib import Path

import pytest

from alerts.catalogue import load_catalogue
from detector.settings import DetectorSettings, GateSettings
from models.registry import ModelRegistry
from service.demo.cameras import CLIPS
from service.demo.scenes import NIGHT_KITCHEN
from service.footage.play import PlayedClip, Stage, play, stage
from streams.errors import StreamError
from streams.settings import StreamSettings
from tests.support.clips import make_clip


@cache
def setting(*, uses_gate: bool = True) -> Stage:
    detector = DetectorSettings(gate=GateSettings(is_on=uses_gate))
    return stage(ModelRegistry().load("baseline"), detector, StreamSettings(), load_catalogue())


@cache
def night() -> PlayedClip:
    return play(CLIPS / NIGHT_KITCHEN.file_name, setting())


def test_every_code_that_the_network_can_judge_is_switched_on() -> None:
    assert {"pest.rodent", "pest.insect", "animal.pet", "mask.special_room"} <= set(setting().rules)
    assert "fire.flame_smoke" not in setting().rules


def test_the_rat_of_the_demonstration_raises_one_alert_while_it_walks() -> None:
    played = night()

    (alert,) = played.alerts
    first = NIGHT_KITCHEN.walks[0]
    assert alert.code == "pest.rodent"
    assert first.begins_s <= alert.started <= alert.confirmed <= first.ends_s
    assert [each.code for each in played.repeats] == ["pest.rodent"]  # the second rat, in the quiet time
    assert {each.label for each in played.sightings.tracks("rodent")} == {"rodent"}


def test_the_clips_own_clock_counts_and_five_looks_a_second() -> None:
    played = night()

    assert played.seconds == pytest.approx(NIGHT_KITCHEN.seconds, abs=0.3)
    assert played.frames == pytest.approx(5 * NIGHT_KITCHEN.seconds, abs=1)
    assert 0 < played.looks < played.frames  # the gate spares looks at the empty room


def test_without_the_gate_every_picture_is_looked_at(tmp_path: Path) -> None:
    played = play(make_clip(tmp_path / "clip.mp4", fps=15, seconds=4), setting(uses_gate=False))

    assert (played.frames, played.looks, played.not_judged) == (20, 20, 0)
    assert played.seconds == pytest.approx(4.0, abs=0.1)


def test_the_same_clip_gives_the_same_outcome(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", fps=25, seconds=3, b_frames=2)

    first, second = (play(path, setting()) for _ in range(2))

    assert (first.frames, first.looks, first.alerts) == (second.frames, second.looks, second.alerts)
    for label in ModelRegistry().load("baseline").manifest.label_names:
        assert first.sightings.moments(label) == second.sightings.moments(label)


def test_a_file_that_is_no_clip_is_an_error_of_the_stream(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_text("no clip")

    with pytest.raises(StreamError):
        play(tmp_path / "clip.mp4", setting())
