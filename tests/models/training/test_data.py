import json
from pathlib import Path

import numpy as np
import pytest

from models.training.data import Marks, open_pictures, read_layout
from models.training.errors import DataLayoutError
from tests.models.training.drawn import COLOURS, LABELS, make_marks, write_archive, write_data


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data", pictures=3)


def test_pictures_come_with_labels_guesses_and_pixels(data: Path, tmp_path: Path) -> None:
    pictures = open_pictures(read_layout(data), "train", tmp_path / "cache")

    first, last = pictures.examples[0], pictures.examples[-1]
    assert [len(pictures), first.source, last.source] == [6, "complete", "gappy"]
    assert first.labelled.labels.tolist() == [0, 1]
    assert last.labelled.labels.tolist() == [0]
    assert last.guessed.labels.tolist() == [2, 2, 1]
    assert last.guessed.scores.tolist() == pytest.approx([0.9, 0.4, 0.95])
    box = (first.labelled.boxes[0] * first.width).astype(int)
    middle = pictures.pixels(0)[(box[1] + box[3]) // 2, (box[0] + box[2]) // 2]
    assert np.abs(middle.astype(int) - COLOURS[0]).max() < 30


def test_pictures_are_decoded_once(data: Path, tmp_path: Path) -> None:
    first = open_pictures(read_layout(data), "train", tmp_path / "cache")
    written = (tmp_path / "cache" / "train.pixels").stat().st_mtime_ns

    again = open_pictures(read_layout(data), "train", tmp_path / "cache")

    assert (tmp_path / "cache" / "train.pixels").stat().st_mtime_ns == written
    assert np.array_equal(first.pixels(5), again.pixels(5))


def test_other_archives_are_decoded_anew(data: Path, tmp_path: Path) -> None:
    open_pictures(read_layout(data), "train", tmp_path / "cache")
    (data / "train" / "gappy.tar.gz").unlink()

    assert len(open_pictures(read_layout(data), "train", tmp_path / "cache")) == 3


def test_large_pictures_are_scaled_down(data: Path, tmp_path: Path) -> None:
    pictures = open_pictures(read_layout(data), "train", tmp_path / "cache", longest_side_px=48)

    assert pictures.pixels(0).shape == (48, 48, 3)


def test_a_source_of_which_nobody_said_what_is_labelled_is_refused(data: Path, tmp_path: Path) -> None:
    (data / "train" / "complete.tar.gz").rename(data / "train" / "unheard_of.tar.gz")

    with pytest.raises(DataLayoutError, match="unheard_of"):
        open_pictures(read_layout(data), "train", tmp_path / "cache")


@pytest.mark.parametrize(
    "files",
    [
        {"images/a.webp": b"none", "labels/a.txt": b""},
        {"images/a.webp": b"none"},
        {"images/a.webp": b"none", "labels/a.txt": b"0 0.5 0.5"},
        {"images/a.webp": b"none", "labels/a.txt": b"7 0.5 0.5 0.1 0.1"},
    ],
    ids=["no picture", "no labels", "short line", "unknown label"],
)
def test_a_broken_archive_is_refused(data: Path, tmp_path: Path, files: dict[str, bytes]) -> None:
    write_archive(data / "train" / "complete.tar.gz", files)

    with pytest.raises(DataLayoutError):
        open_pictures(read_layout(data), "train", tmp_path / "cache")
    with pytest.raises(DataLayoutError):  # no half cache is left behind
        open_pictures(read_layout(data), "train", tmp_path / "cache")


def test_a_gap_in_a_label_that_does_not_exist_is_refused(data: Path) -> None:
    (data / "partial.json").write_text(json.dumps({"complete": ["squares"]}))

    with pytest.raises(DataLayoutError, match="squares"):
        read_layout(data)


def test_a_split_without_archives_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataLayoutError):
        open_pictures(read_layout(data), "test", tmp_path / "cache")


def test_boxes_are_clipped_and_empty_ones_dropped() -> None:
    marks = make_marks((0, 0.0, 0.5, 0.4, 0.2), (1, 0.5, 0.5, 0.0, 0.2))

    assert marks.boxes.tolist() == [pytest.approx([0.0, 0.4, 0.2, 0.6])]
    assert marks.labels.tolist() == [0]


def test_no_lines_are_no_boxes() -> None:
    assert Marks.parse("\n", len(LABELS)).boxes.shape == (0, 4)
