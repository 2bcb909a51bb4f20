"""The committed clips against the committed networks: what they promise is raised, in its time, and nothing else.

No service runs and no clock of a machine counts: tests/acceptance/test_demo.py plays them through the whole service.
"""

from functools import cache

import pytest

from alerts.catalogue import load_catalogue
from models.data.ontology import load_ontology
from models.synth.film import promise_document
from models.synth.story_file import read_story, shipped_stories
from service.demo.cameras import CLIPS, DemoCamera, load_demo
from service.demo.install import MOST_BYTES, checked, require_small
from service.demo.promises import Promise
from service.demo.trial import Rig, Trial, rigged
from service.footage.truth import TRUTH_NAME, read_truth
from service.settings import ServiceSettings

CAMERAS = load_demo().cameras
CATALOGUE = load_catalogue()
cameras = pytest.mark.parametrize("camera", CAMERAS, ids=lambda camera: camera.clip)


@cache
def rig() -> Rig:
    return rigged(ServiceSettings())


@cache
def trial(clip: str) -> Trial:
    """Two passes without a break, as the demonstration plays it for ever."""
    camera = load_demo().camera(clip)
    assert camera is not None
    return rig().tried(camera, passes=2)


@cameras
def test_a_clip_is_small_h264_as_long_as_its_story(camera: DemoCamera) -> None:
    promises = checked(camera.path(), camera.path().with_suffix(".json"), CATALOGUE)

    assert promises.story == camera.clip


def test_all_clips_together_are_small() -> None:
    assert {path.stem for path in CLIPS.glob("*.mp4")} == {camera.clip for camera in CAMERAS}
    assert 0 < require_small() <= MOST_BYTES


@cameras
def test_a_clip_promises_what_its_story_says_today(camera: DemoCamera) -> None:
    story = read_story(shipped_stories()[camera.clip])
    said = [Promise.model_validate(promise_document(each)) for each in story.promises]

    assert list(camera.promises().promises) == said


@cameras
def test_exactly_the_promised_alerts_are_raised_in_their_time(camera: DemoCamera) -> None:
    verdict = trial(camera.clip).verdict

    assert [each.promise for each in verdict.kept] == list(camera.promises().raised)
    assert verdict.broken == verdict.not_yet == ()
    assert verdict.extra == ()


@cameras
def test_what_looks_alike_raises_nothing(camera: DemoCamera) -> None:
    played = trial(camera.clip).played
    seconds = camera.promises().length_seconds
    promised = {each.code for each in camera.promises().raised}
    denied = [each for each in camera.promises().denied if each.code not in promised]

    for promise in denied:
        assert [each for each in played.alerts if each.code == promise.code] == [], promise.because
    assert played.seconds == pytest.approx(2 * seconds, abs=0.5)


def test_every_camera_promises_an_alert_and_nothing_that_has_to_wait() -> None:
    for camera in CAMERAS:
        assert camera.promises().raised
        assert all(promise.is_due_today for promise in camera.promises().raised)


def test_what_is_written_for_evaluate_names_every_clip_and_every_promise_that_is_due() -> None:
    found = read_truth(CLIPS / TRUTH_NAME, CATALOGUE, load_ontology().names)

    assert set(found) == {camera.path().name for camera in CAMERAS}
    for camera in CAMERAS:
        codes = {each.code for each in found[camera.path().name].shown if each.code}
        assert codes == {each.code for each in camera.promises().raised if each.is_due_today}
