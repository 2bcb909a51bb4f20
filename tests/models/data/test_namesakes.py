from pathlib import PurePath

import pytest

from models.data.namesakes import side_said


@pytest.mark.parametrize(
    ("path", "side"),
    [
        ("train/a.json", "train"),
        ("annotations/instances_val2017.json", "val"),
        ("Valid/_annotations.coco.json", "val"),
        ("training/val/labels", "val"),
        ("TestSet", "test"),
        ("instances_minival2014.json", "val"),
        ("trainval", ""),
        ("latest/interval.json", ""),
        ("", ""),
    ],
)
def test_words_of_a_path_say_the_side(path: str, side: str) -> None:
    assert side_said(PurePath(path)) == side
