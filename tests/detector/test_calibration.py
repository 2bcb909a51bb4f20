import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.calibration import NOTHING, balanced, choose_names, digests, prepared
from detector.evaluation_samples import ArchivedSamples
from detector.letterbox import PADDING_LEVEL
from models.data.errors import DataError
from models.manifest import NetworkInput
from tests.models.training.drawn import write_archive, write_data

INPUT = NetworkInput(stride=32, longest_side_px=64)
RARE = frozenset({"rodent"})
COMMON = frozenset({"person"})


def shown() -> dict[str, frozenset[str]]:
    return {f"common{number}": COMMON for number in range(50)} | {f"rare{number}": RARE for number in range(3)}


def test_a_rare_label_is_shown_as_often_as_a_common_one_while_it_lasts() -> None:
    chosen = balanced(shown(), 6, seed=1)

    assert sorted(name[:4] for name in chosen) == ["comm"] * 3 + ["rare"] * 3


def test_when_the_rare_ones_are_used_up_common_ones_fill_the_rest() -> None:
    chosen = balanced(shown(), 20, seed=1)

    assert len(chosen) == len(set(chosen)) == 20
    assert {"rare0", "rare1", "rare2"} <= set(chosen)


def test_a_picture_counts_for_every_label_that_it_shows() -> None:
    both = {"both": RARE | COMMON} | {f"common{number}": COMMON for number in range(5)}

    assert balanced(both, 2, seed=3)[0:1] != []
    assert sum(name == "both" for name in balanced(both, 6, seed=3)) == 1


def test_backgrounds_have_their_turn_too() -> None:
    chosen = balanced(shown() | {"empty": frozenset({NOTHING})}, 3, seed=1)

    assert "empty" in chosen


def test_the_choice_depends_on_the_seed_alone() -> None:
    turned = dict(reversed(list(shown().items())))

    assert balanced(shown(), 10, seed=1) == balanced(turned, 10, seed=1)
    assert balanced(shown(), 10, seed=1) != balanced(shown(), 10, seed=2)


def test_pictures_for_validation_are_never_chosen_even_under_another_name(tmp_path: Path) -> None:
    data = write_data(tmp_path, pictures=6)
    hidden = next(iter(ArchivedSamples(data, "val").read()))
    files = {"images/train__copy.png": hidden.encoded, "labels/train__copy.txt": b""}
    write_archive(data / "train" / "copied.tar.gz", files)
    (data / "partial.json").write_text(json.dumps({"complete": [], "gappy": [], "copied": []}))
    training, judged = (ArchivedSamples(data, split) for split in ("train", "val"))

    assert "train__copy" in choose_names(training, 100, seed=1)
    chosen = choose_names(training, 100, seed=1, barred=digests(judged))
    assert len(chosen) == 12
    assert "train__copy" not in chosen


def test_data_whose_training_pictures_are_those_for_validation_are_refused(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    judged = ArchivedSamples(data, "val")

    with pytest.raises(DataError, match="no training picture"):
        choose_names(judged, 10, seed=1, barred=digests(judged))


def test_pictures_are_prepared_as_the_detector_prepares_them(tmp_path: Path) -> None:
    pixels = np.zeros((30, 60, 3), dtype=np.uint8)
    pixels[:, :, 0] = 255  # blue comes first in a picture and last in the network's planes
    files = {
        "images/one.png": cv2.imencode(".png", pixels)[1].tobytes(),
        "labels/one.txt": b"",
        "images/two.png": cv2.imencode(".png", pixels)[1].tobytes(),
        "labels/two.txt": b"",
    }
    write_archive(tmp_path / "train" / "drawn.tar.gz", files)
    (tmp_path / "ontology.json").write_text('["bin"]')
    (tmp_path / "partial.json").write_text('{"drawn": []}')

    (planes,) = prepared(ArchivedSamples(tmp_path, "train"), ["two"], INPUT)

    assert planes.shape == (1, 3, 32, 64)
    assert planes[0, :, 16, 32].tolist() == [0.0, 0.0, 1.0]
    assert planes.dtype == np.float32


def test_padding_is_the_detectors_grey(tmp_path: Path) -> None:
    pixels = np.zeros((40, 60, 3), dtype=np.uint8)
    files = {"images/one.png": cv2.imencode(".png", pixels)[1].tobytes(), "labels/one.txt": b""}
    write_archive(tmp_path / "train" / "drawn.tar.gz", files)
    (tmp_path / "ontology.json").write_text('["bin"]')
    (tmp_path / "partial.json").write_text('{"drawn": []}')

    (planes,) = prepared(ArchivedSamples(tmp_path, "train"), ["one"], INPUT)

    assert planes.shape == (1, 3, 64, 64)
    assert planes[0, :, 0, 0] == pytest.approx([PADDING_LEVEL / 255] * 3)
