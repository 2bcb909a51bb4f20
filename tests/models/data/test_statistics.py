from dataclasses import replace

import pytest

from domain.geometry import Box
from models.data import statistics
from models.data.records import LabelledBox
from tests.models.data.drawn import record


def test_boxes_are_counted_by_class_split_and_size() -> None:
    small = LabelledBox(label="cat", box=Box(0.0, 0.0, 0.25, 0.25), confidence=0.6)  # 16 x 12 px
    records = [
        record("a", "rodent", "rodent", split="train"),
        replace(record("b", "cat", split="val"), boxes=(small,)),
        record("c", split="train"),
    ]

    counts = {(each.label, each.split): each for each in statistics.class_counts(records, ["rodent", "cat"])}

    rodent = counts["rodent", "train"]
    assert (rodent.pictures, rodent.boxes, rodent.guessed) == (1, 2, 0)
    assert rodent.bands == (0, 2, 0, 0, 0)  # 25.6 x 19.2 px
    assert rodent.sizes_px == pytest.approx((22.2, 22.2, 22.2))
    assert (counts["cat", "val"].guessed, counts["cat", "val"].bands) == (1, (1, 0, 0, 0, 0))
    assert counts["cat", "train"].boxes == 0


@pytest.mark.parametrize(
    ("size", "name"),
    [(0.0, "0-16"), (15.9, "0-16"), (16.0, "16-32"), (127.9, "64-128"), (128.0, "128+"), (999.0, "128+")],
)
def test_a_size_belongs_to_one_band(size: float, name: str) -> None:
    assert statistics.band_name(statistics.band_of(size)) == name


def test_sources_are_counted_with_their_empty_pictures() -> None:
    records = [record("a", "cat", split="train"), record("b", split="train"), record("c", split="val", source="o")]

    found = [
        (each.source, each.split, each.pictures, each.boxes, each.empty) for each in statistics.source_counts(records)
    ]

    assert found == [("drawn", "train", 2, 1, 1), ("o", "val", 1, 0, 1)]


def test_tables_and_documents_say_the_same() -> None:
    records = [record("a", "cat", split="train")]
    classes, sources = statistics.class_counts(records, ["cat"]), statistics.source_counts(records)

    document = statistics.as_document(classes, sources)

    assert document["classes"][0]["boxes"] == 1
    assert document["sources"] == [{"source": "drawn", "split": "train", "pictures": 1, "boxes": 1, "empty": 0}]
    assert " ".join(list(statistics.class_lines(classes))[1].split()) == "cat train 1 1 0 0 1 0 0 0 22/22/22"
    assert list(statistics.source_lines(sources))[1].split() == ["drawn", "train", "1", "1", "0"]
