"""What counts as a picture without people, and what the table says of it."""

import numpy as np
import pytest

from bench.nobody import Count, is_without_people, table, whole
from models.training.data import Example, Marks

LABELS = ("person", "rodent", "glove", "bin")


def marks(*labels: int, score: float = 1.0) -> Marks:
    count = len(labels)
    boxes = np.tile(np.array([0.1, 0.1, 0.4, 0.4], dtype=np.float32), (count, 1)).reshape(-1, 4)
    return Marks(boxes=boxes, labels=np.array(labels, dtype=np.int64), scores=np.full(count, score, dtype=np.float32))


def example(labelled: Marks, guessed: Marks) -> Example:
    return Example(name="one", source="rats", labelled=labelled, guessed=guessed, offset=0, height=10, width=10)


@pytest.mark.parametrize(
    ("labelled", "guessed", "is_empty"),
    [
        (marks(1, 3), marks(), True),
        (marks(), marks(), True),
        (marks(0), marks(), False),
        (marks(2), marks(), False),  # a glove is on somebody's hand
        (marks(1), marks(0, score=0.36), False),  # however unsure the guess is
        (marks(1), marks(3, score=0.9), True),
    ],
)
def test_a_picture_is_without_people_where_neither_people_nor_a_network_saw_any_of_one(
    labelled: Marks, guessed: Marks, *, is_empty: bool
) -> None:
    assert is_without_people(example(labelled, guessed), LABELS) is is_empty


def test_the_table_has_a_row_for_every_source_and_one_for_all_with_its_interval() -> None:
    before = {"rats": Count(pictures=80, telling=20), "bins": Count(pictures=20)}
    after = {"rats": Count(pictures=80, telling=1), "bins": Count(pictures=20)}
    lines = table({"old": before, "new": after}).splitlines()
    assert lines[0] == "| pictures without people | n | old | new |"
    assert lines[2:4] == ["| bins | 20 | 0 | 0 |", "| rats | 80 | 20 | 1 |"]
    assert lines[4] == "| **all** | 100 | **20: 20.0%** (13.3% to 28.9%) | **1: 1.0%** (0.2% to 5.4%) |"


def test_counts_add_up() -> None:
    one = Count().more(is_told=True).more(is_told=False)
    assert whole([one, Count(pictures=3, telling=2)]) == Count(pictures=5, telling=3)
    assert Count().interval is None
