from detector.blind_spots import BlindSpot, blind_spots
from detector.evaluation_verdicts import Verdict
from tests.detector.test_look_alikes import THRESHOLDS, picture

NOBODY_DREW_PEOPLE = frozenset({"person"})


def spots(*verdicts: Verdict) -> list[BlindSpot]:
    return list(blind_spots(verdicts, tuple(THRESHOLDS)))


def test_what_is_told_where_nobody_drew_it_is_counted_once_per_picture_and_by_source() -> None:
    told = [("person", 0.1), ("person", 0.5), ("rodent", 0.3)]
    found = spots(
        picture([], told, source="rats", left_out=NOBODY_DREW_PEOPLE),
        picture([], [], source="rats", left_out=NOBODY_DREW_PEOPLE),
        picture([], [("person", 0.1)], source="bins", left_out=NOBODY_DREW_PEOPLE),
    )
    assert found == [
        BlindSpot(label="person", source="bins", telling=1, pictures=1),
        BlindSpot(label="person", source="rats", telling=1, pictures=2),
    ]


def test_below_the_threshold_nothing_is_told() -> None:
    assert spots(picture([], [("person", 0.1)], left_out=NOBODY_DREW_PEOPLE, confidence=0.49)) == []


def test_where_the_source_drew_the_label_the_figures_know_it_already() -> None:
    assert spots(picture([], [("person", 0.1)])) == []
