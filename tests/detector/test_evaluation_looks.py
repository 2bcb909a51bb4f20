import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from detector.evaluation_looks import SeenSample, in_order, scene_numbers
from detector.evaluation_samples import Sample
from models.data.duplicates import fingerprint
from tests.detector.drawn import drawn_kitchen


def test_answers_come_in_the_order_of_the_questions() -> None:
    def slow_first(number: int) -> int:
        time.sleep(0.02 if number % 3 == 0 else 0.0)
        return 10 * number

    assert list(in_order(slow_first, range(20), workers=4)) == [10 * number for number in range(20)]


def test_no_more_is_read_ahead_than_the_workers_need() -> None:
    read: list[int] = []

    def counted() -> Iterator[int]:
        for number in range(100):
            read.append(number)
            yield number

    answers = in_order(lambda number: number, counted(), workers=2)
    next(answers)

    assert len(read) <= 5
    assert sum(1 for _ in answers) == 99


def seen(name: str, brightness: float, scene: str = "", source: str = "x", folder: str = "a") -> SeenSample:
    pixels = np.asarray(cv2.convertScaleAbs(drawn_kitchen().bgr(320, 180), alpha=brightness), dtype=np.uint8)
    if name.startswith("other"):
        pixels = np.random.default_rng(len(name)).integers(0, 255, pixels.shape, dtype=np.uint8)
    return SeenSample(
        sample=Sample(source=source, name=name, place=Path(folder, name), encoded=b"", truth=(), scene=scene),
        width_px=320,
        height_px=180,
        detections=(),
        print=fingerprint(pixels),
    )


def test_near_duplicates_and_what_the_data_calls_one_scene_are_one_scene() -> None:
    found = scene_numbers(
        [
            seen("kitchen", 1.0),
            seen("other", 1.0, scene="s"),
            seen("kitchen brighter", 1.1),
            seen("other once more", 1.0, scene="s"),
            seen("other scene of another source", 1.0, scene="s", source="y"),
        ]
    )

    assert found[0] == found[2]
    assert found[1] == found[3]
    assert len(set(found.tolist())) == 3


def test_pictures_of_one_name_in_two_folders_are_two_scenes() -> None:
    found = scene_numbers([seen("kitchen", 1.0), seen("kitchen", 0.0, folder="b")])

    assert found[0] != found[1]


def test_an_original_is_of_the_scene_of_its_copies() -> None:
    found = scene_numbers([seen("kitchen", 1.0), seen("other_jpg.rf.1", 1.0, scene="kitchen")])

    assert found[0] == found[1]
