import pytest

from bench.arms import Arm, difference, mean_difference, table
from detector.evaluation import Tally, TruthBox, figures
from detector.paired import PerPicture
from domain.detection import Detection
from domain.geometry import Box

PLACE = Box(0.1, 0.1, 0.3, 0.3)
LABELS = ("rodent", "bin")


def arm(name: str, **found: int) -> Arm:
    """A network that finds the things of each label in so many of twenty pictures that show one of each.

    In ten more there is no rodent, and nobody boxed bins.
    """
    tally = Tally(list(LABELS))
    for _ in range(10):
        tally.add([], [], frozenset({"bin"}))
    for number in range(20):
        seen = [Detection(label=label, confidence=0.9, box=PLACE) for label in LABELS if number < found[label]]
        tally.add(seen, [TruthBox(label=label, box=PLACE) for label in LABELS], frozenset())
    told = {label: figures(tally, label, 0.5) for label in LABELS}
    return Arm(
        name=name,
        pictures=20,
        ap50={label: each.ap50 for label, each in told.items()},
        counts={label: each.count for label, each in told.items()},
        answers={label: PerPicture.among_all(tally, label) for label in LABELS},
    )


def test_a_label_that_is_found_no_more_is_told_as_more_than_chance() -> None:
    found = difference(arm("control", rodent=20, bin=20), arm("other", rodent=0, bin=20), "rodent")

    assert found.is_more_than_chance
    assert found.value == pytest.approx(-1.0, abs=0.01)
    assert found.shown().startswith("**-1.00 (")


def test_one_picture_more_is_within_chance() -> None:
    found = difference(arm("control", rodent=10, bin=10), arm("other", rodent=11, bin=10), "rodent")

    assert found.value > 0
    assert not found.is_more_than_chance


def test_the_mean_weighs_labels_alike() -> None:
    control, other = arm("control", rodent=20, bin=20), arm("other", rodent=20, bin=0)

    assert mean_difference(control, other).value == pytest.approx(-0.5, abs=0.01)


def test_the_table_has_a_row_for_the_mean_and_for_each_label() -> None:
    rows = table(arm("control", rodent=20, bin=10), [arm("other", rodent=20, bin=10)]).splitlines()

    assert [row.split("|")[1].strip() for row in rows] == ["label", "---", "**mean AP50**", "rodent", "bin"]
    assert "other, less control" in rows[0]
    assert rows[3].split("|")[2].strip() == "20"
