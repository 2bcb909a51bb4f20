from pathlib import Path

from detector.blind_spots import BlindSpot, blind_spots
from detector.evaluation_verdicts import Looked, Verdict, judge
from domain.detection import Detection
from domain.geometry import Box

THRESHOLDS = {"person": 0.5, "rodent": 0.5}
BOX = Box(0.2, 0.2, 0.6, 0.6)
NOBODY_DREW_PEOPLE = frozenset({"person"})


def picture(source: str, *seen: tuple[str, float], left_out: frozenset[str] = NOBODY_DREW_PEOPLE) -> Verdict:
    found = [Detection(label=label, confidence=confidence, box=BOX) for label, confidence in seen]
    looked = Looked(
        source=source,
        name="one",
        place=Path("one"),
        width_px=100,
        height_px=100,
        left_out=left_out,
        truth=(),
        detections=tuple(each for each in found if each.label not in left_out),
        uncounted=tuple(each for each in found if each.label in left_out),
    )
    return judge(looked, THRESHOLDS)


def spots(*verdicts: Verdict) -> list[BlindSpot]:
    return list(blind_spots(verdicts, tuple(THRESHOLDS)))


def test_what_is_told_where_nobody_drew_it_is_counted_once_per_picture_and_by_source() -> None:
    found = spots(
        picture("rats", ("person", 0.8), ("person", 0.7), ("rodent", 0.9)),
        picture("rats"),
        picture("bins", ("person", 0.6)),
    )
    assert found == [
        BlindSpot(label="person", source="bins", telling=1, pictures=1),
        BlindSpot(label="person", source="rats", telling=1, pictures=2),
    ]


def test_below_the_threshold_nothing_is_told() -> None:
    assert spots(picture("rats", ("person", 0.49))) == []


def test_where_the_source_drew_the_label_the_figures_know_it_already() -> None:
    assert spots(picture("sites", ("person", 0.8), left_out=frozenset())) == []
