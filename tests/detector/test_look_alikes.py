from pathlib import Path

from detector.evaluation import TruthBox
from detector.evaluation_verdicts import Looked, Verdict, judge
from detector.look_alikes import CATS_AND_DOGS, LookAlike, look_alikes, unmeasured
from domain.detection import Detection
from domain.geometry import Box

THRESHOLDS = {"rodent": 0.5, "cat": 0.5, "dog": 0.5, "smoke": 0.5, "fire": 0.5, "helmet": 0.5, "person": 0.5}


def box(left: float) -> Box:
    return Box(left, 0.4, left + 0.1, 0.5)


def picture(
    labelled: list[tuple[str, float]],
    seen: list[tuple[str, float]],
    *,
    source: str = "pets",
    left_out: frozenset[str] = frozenset(),
    confidence: float = 0.8,
) -> Verdict:
    detections = [Detection(label=label, confidence=confidence, box=box(left)) for label, left in seen]
    looked = Looked(
        source=source,
        name="one",
        place=Path("one"),
        width_px=100,
        height_px=100,
        left_out=left_out,
        truth=tuple(TruthBox(label=label, box=box(left)) for label, left in labelled),
        detections=tuple(each for each in detections if each.label not in left_out),
        uncounted=tuple(each for each in detections if each.label in left_out),
    )
    return judge(looked, THRESHOLDS)


def of(verdicts: list[Verdict], label: str, shown: str) -> LookAlike:
    return next(
        each for each in look_alikes(verdicts, THRESHOLDS) if (each.pair.label, each.pair.shown) == (label, shown)
    )


def test_a_pet_that_raises_a_rodent_is_counted_once_per_picture() -> None:
    verdicts = [
        picture([("cat", 0.1), ("dog", 0.5)], [("rodent", 0.1), ("rodent", 0.5)]),
        picture([("dog", 0.1)], [("dog", 0.1)]),
    ]

    found = of(verdicts, "rodent", CATS_AND_DOGS.shown)

    assert (found.raising, found.pictures, found.taken, found.boxes) == (1, 2, 2, 3)
    assert found.pictures_interval is not None
    assert found.pictures_interval.low < 0.5 < found.pictures_interval.high


def test_a_picture_that_really_shows_a_rodent_says_nothing_about_pets() -> None:
    found = of([picture([("cat", 0.1), ("rodent", 0.5)], [("rodent", 0.5)])], "rodent", CATS_AND_DOGS.shown)

    assert (found.raising, found.pictures, found.taken, found.boxes) == (0, 0, 0, 1)


def test_a_rat_that_is_called_a_cat_counts_where_nobody_drew_cats() -> None:
    found = of([picture([("rodent", 0.1)], [("cat", 0.1)], left_out=frozenset({"cat"}))], "cat", "rodent")

    assert (found.pictures, found.taken, found.boxes) == (0, 1, 1)
    assert found.is_measured


def test_look_alikes_without_a_label_are_known_by_their_source_or_their_class() -> None:
    verdicts = [
        picture([], [("rodent", 0.1)], source="raccoon_lookalike"),
        picture([("steam", 0.1)], [("smoke", 0.1)]),
    ]

    raccoon, steam = of(verdicts, "rodent", "raccoon"), of(verdicts, "smoke", "steam")

    assert (raccoon.raising, raccoon.pictures, raccoon.boxes) == (1, 1, None)
    assert (steam.raising, steam.pictures, steam.taken) == (1, 1, 1)


def test_what_has_no_pictures_is_said_to_be_not_measured() -> None:
    told = list(unmeasured(look_alikes([picture([("cat", 0.1)], [])], THRESHOLDS)))

    assert "steam taken for smoke: no labelled pictures, not measured" in told
    assert "stove flame taken for fire: no labelled pictures, not measured" in told
    assert "hat or cap taken for helmet: no labelled pictures, not measured" in told
    assert not any(line.startswith(("cat taken for rodent", "cats and dogs")) for line in told)
