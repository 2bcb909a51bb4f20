from collections.abc import Sequence

import numpy as np
import pytest
from prometheus_client import REGISTRY

from detector.detector import Detector, reporting_floors
from detector.ports import FrameDetector
from detector.settings import DetectorSettings
from detector.testing import ScriptedBox, ScriptedSession, make_manifest
from domain.frame import Frame, Pixels
from domain.geometry import Box, FloatArray
from models.manifest import Head, ModelManifest
from tests.support.pictures import ArrayPicture, grey_picture, make_frame

MIDDLE = Box(0.25, 0.25, 0.75, 0.75)


class BrokenPicture(ArrayPicture):
    """A picture whose pixels cannot be had."""

    def bgr(self, width: int | None = None, height: int | None = None) -> Pixels:
        raise OSError(f"no pixels of {width}x{height}")


def broken(width: int = 64, height: int = 64) -> BrokenPicture:
    return BrokenPicture(np.zeros((height, width, 3), dtype=np.uint8))


def frames(*pictures: ArrayPicture) -> list[Frame]:
    return [make_frame(f"camera-{number}", picture=picture) for number, picture in enumerate(pictures)]


def make_detector(session: ScriptedSession, maximum_batch: int = 8, head: Head = Head.NMS) -> Detector:
    return Detector(session, make_manifest(head=head), DetectorSettings(maximum_batch=maximum_batch))


def labels(answers: Sequence[object]) -> list[bool]:
    """Whether each frame was judged."""
    return [answer is not None for answer in answers]


def rodent(confidence: float = 0.75) -> ScriptedBox:
    return ScriptedBox(label=0, confidence=confidence, box=MIDDLE)


@pytest.mark.parametrize("head", list(Head))
def test_boxes_come_back_in_fractions_with_their_labels(head: Head) -> None:
    session = ScriptedSession([rodent(), ScriptedBox(label=1, confidence=0.5, box=Box(0, 0, 0.25, 0.5))], head=head)
    detector: FrameDetector = make_detector(session, head=head)

    (answer,) = detector.detect(frames(grey_picture(416, 416)))

    assert answer
    assert [(each.label, each.confidence) for each in answer] == [("rodent", 0.75), ("person", 0.5)]
    assert answer[0].box == MIDDLE


def test_padding_is_taken_out_again() -> None:
    # A 16:9 picture lies in rows 11 to 245 of a canvas of 256.
    on_canvas = Box(0.25, (11 + 234 * 0.25) / 256, 0.75, (11 + 234 * 0.75) / 256)
    session = ScriptedSession([ScriptedBox(label=0, confidence=0.75, box=on_canvas)])

    (answer,) = make_detector(session).detect(frames(grey_picture(1280, 720)))

    assert answer
    assert session.batches == [(1, 3, 256, 416)]
    assert (answer[0].box.top, answer[0].box.bottom) == pytest.approx((0.25, 0.75), abs=1e-6)


def test_weak_boxes_down_to_half_the_threshold_are_reported_for_the_tracker() -> None:
    session = ScriptedSession([rodent(0.26), ScriptedBox(label=1, confidence=0.19, box=MIDDLE)])

    (answer,) = make_detector(session).detect(frames(grey_picture()))

    assert answer
    assert [each.label for each in answer] == ["rodent"]


def weak_manifest() -> ModelManifest:
    document = make_manifest({"fire": 0.2, "rodent": 0.5}).model_dump(mode="json")
    document["labels"][0] |= {"usable": False, "remark": "AP50 0.33"}
    return ModelManifest.model_validate(document)


def test_labels_that_are_not_usable_are_left_out_unless_asked_for() -> None:
    assert reporting_floors(weak_manifest(), DetectorSettings()) == {"rodent": 0.25}
    assert reporting_floors(weak_manifest(), DetectorSettings(uses_weak_labels=True)) == {"fire": 0.1, "rodent": 0.25}


def test_pictures_of_one_shape_share_a_batch_and_answers_keep_their_order() -> None:
    session = ScriptedSession([rodent()])
    pictures = [grey_picture(1280, 720), grey_picture(640, 480), grey_picture(640, 360), grey_picture(320, 240)]

    answers = make_detector(session).detect(frames(*pictures))

    assert session.batches == [(2, 3, 256, 416), (2, 3, 320, 416)]
    assert labels(answers) == [True] * 4
    tops = [answer[0].box.top for answer in answers if answer]
    assert tops == pytest.approx([tops[0], 0.25 - 4 / 312 * 0.5, tops[0], 0.25 - 4 / 312 * 0.5], abs=0.01)


def test_a_batch_is_no_larger_than_allowed() -> None:
    session = ScriptedSession([rodent()])

    make_detector(session, maximum_batch=2).detect(frames(*[grey_picture()] * 5))

    assert [shape[0] for shape in session.batches] == [2, 2, 1]


def test_one_broken_picture_does_not_take_the_others_with_it() -> None:
    answers = make_detector(ScriptedSession([rodent()])).detect(
        frames(grey_picture(64, 64), broken(), grey_picture(64, 64))
    )

    assert labels(answers) == [True, False, True]


def test_a_batch_that_the_network_refuses_is_tried_picture_by_picture() -> None:
    session = ScriptedSession([rodent()], refuses=frozenset({3}))

    answers = make_detector(session).detect(frames(*[grey_picture()] * 3))

    assert labels(answers) == [True] * 3
    assert [shape[0] for shape in session.batches] == [3, 1, 1, 1]


def test_a_picture_that_the_network_refuses_is_not_judged_and_counted() -> None:
    def count() -> float:
        return REGISTRY.get_sample_value("brightkitchen_pictures_not_judged_total", {"cause": "NetworkError"}) or 0.0

    before = count()

    answers = make_detector(ScriptedSession(refuses=frozenset({1}))).detect(frames(grey_picture()))

    assert answers == [None]
    assert count() == before + 1


class ShortSession(ScriptedSession):
    """Forgets half of each batch."""

    def infer(self, batch: FloatArray) -> FloatArray:
        return super().infer(batch)[: len(batch) // 2]


def test_answers_are_never_given_to_the_wrong_picture() -> None:
    assert make_detector(ShortSession([rodent()])).detect(frames(grey_picture(), grey_picture())) == [None, None]


def test_a_picture_in_which_nothing_is_found_is_judged_all_the_same() -> None:
    assert make_detector(ScriptedSession()).detect(frames(grey_picture())) == [()]


def test_no_frames_need_no_network() -> None:
    session = ScriptedSession()

    assert make_detector(session).detect([]) == []
    assert session.batches == []
