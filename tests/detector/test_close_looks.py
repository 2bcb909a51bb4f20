"""One answer from a picture and its crops."""

from collections.abc import Sequence

import numpy as np
import pytest

from detector.close_looks import MergeRules, Request, answers_with_crops, merged, part
from detector.regions import Crop
from detector.testing import ScriptedDetector
from domain.detection import Detection
from domain.frame import Frame
from domain.geometry import Box
from tests.support.pictures import ArrayPicture, make_frame

PICTURE = ArrayPicture(np.zeros((720, 1280, 3), dtype=np.uint8))
CROP = Crop(left=640, top=200, width=400, height=400)
NEIGHBOUR = Crop(left=340, top=200, width=400, height=400)
RULES = MergeRules(labels=frozenset({"rodent", "cigarette", "cat"}), groups={"rodent": "animal", "cat": "animal"})


def rat(left: float, top: float, right: float, bottom: float, confidence: float = 0.6) -> Detection:
    return Detection(label="rodent", confidence=confidence, box=Box(left, top, right, bottom))


def in_frame(crop: Crop, detection: Detection) -> tuple[float, ...]:
    box = detection.box
    return (
        (crop.left + box.left * crop.width) / 1280,
        (crop.top + box.top * crop.height) / 720,
        (crop.left + box.right * crop.width) / 1280,
        (crop.top + box.bottom * crop.height) / 720,
    )


def edges(detection: Detection) -> tuple[float, ...]:
    return (detection.box.left, detection.box.top, detection.box.right, detection.box.bottom)


def test_what_only_a_crop_shows_is_told_in_coordinates_of_the_picture() -> None:
    found = rat(0.4, 0.5, 0.5, 0.55)
    (told,) = merged([], [(CROP, [found])], PICTURE, RULES)
    assert edges(told) == pytest.approx(in_frame(CROP, found))
    assert told.confidence == 0.6


def test_one_thing_in_picture_and_crop_is_one_box_and_the_surer_look_counts() -> None:
    found = rat(0.4, 0.5, 0.5, 0.55, 0.8)
    left, top, right, bottom = in_frame(CROP, found)
    loose = rat(left - 0.005, top - 0.005, right + 0.005, bottom + 0.005, 0.4)
    assert [each.confidence for each in merged([loose], [(CROP, [found])], PICTURE, RULES)] == [0.8]
    sure = rat(left - 0.005, top - 0.005, right + 0.005, bottom + 0.005, 0.9)
    assert merged([sure], [(CROP, [found])], PICTURE, RULES) == (sure,)


def test_labels_that_exclude_each_other_are_one_thing_too_and_others_are_not() -> None:
    found = rat(0.4, 0.5, 0.5, 0.55, 0.8)
    cat = Detection(label="cat", confidence=0.9, box=Box(*in_frame(CROP, found)))
    assert merged([cat], [(CROP, [found])], PICTURE, RULES) == (cat,)
    bin_ = Detection(label="bin", confidence=0.9, box=Box(*in_frame(CROP, found)))
    assert len(merged([bin_], [(CROP, [found])], PICTURE, RULES)) == 2


def test_a_thing_in_two_crops_is_told_once() -> None:
    in_crop, in_neighbour = rat(0.1, 0.5, 0.2, 0.55, 0.5), rat(0.85, 0.5, 0.95, 0.55, 0.7)
    assert in_frame(CROP, in_crop) == pytest.approx(in_frame(NEIGHBOUR, in_neighbour))
    told = merged([], [(CROP, [in_crop]), (NEIGHBOUR, [in_neighbour])], PICTURE, RULES)
    assert [each.confidence for each in told] == [0.7]


def test_a_box_cut_by_the_border_gives_way_to_whatever_is_there_and_counts_alone() -> None:
    cut = rat(0.0, 0.5, 0.05, 0.55, 0.9)
    left, top, right, bottom = in_frame(CROP, cut)
    whole = rat(left - 0.03, top, right, bottom, 0.4)
    assert merged([whole], [(CROP, [cut])], PICTURE, RULES) == (whole,)
    assert [each.confidence for each in merged([], [(CROP, [cut])], PICTURE, RULES)] == [0.9]


def test_a_box_at_the_pictures_own_edge_is_not_cut() -> None:
    corner = Crop(left=880, top=320, width=400, height=400)
    at_edge = rat(0.9, 0.9, 1.0, 1.0, 0.9)
    weaker = Detection(label="rodent", confidence=0.4, box=Box(*in_frame(corner, at_edge)))
    assert [each.confidence for each in merged([weaker], [(corner, [at_edge])], PICTURE, RULES)] == [0.9]


def test_crops_tell_nothing_of_other_labels_and_of_large_things() -> None:
    person = Detection(label="person", confidence=0.9, box=Box(0.4, 0.4, 0.5, 0.5))
    assert merged([], [(CROP, [person, rat(0.1, 0.1, 0.7, 0.3)])], PICTURE, RULES) == ()


def test_the_surest_come_first() -> None:
    told = merged([rat(0.1, 0.1, 0.12, 0.12, 0.5)], [(CROP, [rat(0.4, 0.5, 0.5, 0.55, 0.8)])], PICTURE, RULES)
    assert [each.confidence for each in told] == [0.8, 0.5]


def test_pictures_and_crops_go_to_the_detector_in_one_call() -> None:
    calls: list[int] = []

    class Counting(ScriptedDetector):
        def detect(self, frames: Sequence[Frame]) -> list[tuple[Detection, ...] | None]:
            calls.append(len(frames))
            return super().detect(frames)

    def answer(frame: Frame) -> list[Detection]:
        return [rat(0.4, 0.5, 0.5, 0.55)] if frame.picture.width == 400 else []

    first, second = (make_frame(name, sequence=1, seconds=1.0, picture=PICTURE) for name in "ab")
    requests = [Request(frame=first), Request(frame=second, crops=(CROP,))]
    without, with_crop = answers_with_crops(Counting(answer), requests, RULES)
    assert calls == [3]
    assert without == ()
    assert with_crop is not None
    assert len(with_crop) == 1


def test_a_crop_that_cannot_be_judged_takes_nothing_from_the_picture() -> None:
    found = [rat(0.1, 0.1, 0.12, 0.12)]
    detector = ScriptedDetector(lambda frame: None if frame.picture.width == 400 else found)
    request = Request(frame=make_frame("a", sequence=1, seconds=1.0, picture=PICTURE), crops=(CROP,))
    assert answers_with_crops(detector, [request], RULES) == [tuple(found)]


def test_without_the_picture_its_crops_say_nothing() -> None:
    detector = ScriptedDetector(lambda frame: [rat(0.4, 0.5, 0.5, 0.55)] if frame.picture.width == 400 else None)
    request = Request(frame=make_frame("a", sequence=1, seconds=1.0, picture=PICTURE), crops=(CROP,))
    assert answers_with_crops(detector, [request], RULES) == [None]


def test_a_crop_shows_its_part() -> None:
    pixels = np.zeros((720, 1280, 3), dtype=np.uint8)
    pixels[200:600, 640:1040] = 200
    cropped = part(pixels, CROP)
    assert cropped.shape == (400, 400, 3)
    assert cropped.min() == 200
