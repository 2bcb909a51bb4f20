"""Clips by the service's own parts, from the file to the alert."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from alerts.catalogue import load_catalogue
from detector.settings import DetectorSettings, GateSettings
from domain.frame import Pixels
from models.registry import ModelRegistry
from service.footage.play import Stage, play, stage
from streams.errors import StreamError
from streams.settings import StreamSettings
from tests.support.clips import make_clip


@cache
def setting(*, uses_gate: bool = True) -> Stage:
    detector = DetectorSettings(gate=GateSettings(is_on=uses_gate))
    return stage(ModelRegistry().load("kitchen-n"), detector, StreamSettings(), load_catalogue())


def test_every_code_that_the_network_can_judge_is_switched_on() -> None:
    assert {"pest.rodent", "pest.insect", "animal.pet", "mask.special_room"} <= set(setting().rules)
    assert "fire.flame_smoke" not in setting().rules


def test_the_clips_own_clock_counts_and_five_looks_a_second(tmp_path: Path) -> None:
    played = play(make_clip(tmp_path / "clip.mp4", fps=15, seconds=6), setting())

    assert played.seconds == pytest.approx(6.0, abs=0.1)
    assert played.frames == 30
    assert played.alerts == ()


def test_the_gate_spares_looks_at_a_room_in_which_nothing_changes(tmp_path: Path) -> None:
    def still(_second: float) -> Pixels:
        return np.full((360, 640, 3), 90, np.uint8)

    played = play(make_clip(tmp_path / "clip.mp4", fps=15, seconds=6, draw=still), setting())

    assert 0 < played.looks < played.frames


def test_a_clip_that_is_played_twice_goes_on_counting(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", fps=15, seconds=4)

    once, twice = play(clip, setting()), play(clip, setting(), passes=2)

    assert twice.frames == 2 * once.frames
    assert twice.seconds == pytest.approx(2 * once.seconds, abs=0.1)


def test_without_the_gate_every_picture_is_looked_at(tmp_path: Path) -> None:
    played = play(make_clip(tmp_path / "clip.mp4", fps=15, seconds=4), setting(uses_gate=False))

    assert (played.frames, played.looks, played.not_judged) == (20, 20, 0)
    assert played.seconds == pytest.approx(4.0, abs=0.1)


def test_the_same_clip_gives_the_same_outcome(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", fps=25, seconds=3, b_frames=2)

    first, second = (play(path, setting()) for _ in range(2))

    assert (first.frames, first.looks, first.alerts) == (second.frames, second.looks, second.alerts)
    for label in ModelRegistry().load("kitchen-n").manifest.label_names:
        assert first.sightings.moments(label) == second.sightings.moments(label)


def test_a_file_that_is_no_clip_is_an_error_of_the_stream(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_text("no clip")

    with pytest.raises(StreamError):
        play(tmp_path / "clip.mp4", setting())
