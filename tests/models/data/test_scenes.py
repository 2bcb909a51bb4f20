from collections.abc import Sequence
from dataclasses import replace

import pytest

from models.data.duplicates import Fingerprint
from models.data.records import Record
from models.data.scenes import SceneRules, group_records, original_stem, told_apart
from tests.models.data.drawn import record


def print_of(number: int) -> Fingerprint:
    """Far from that of every other number."""
    spread = number * 0x9E3779B97F4A7C15 % 2**64
    return Fingerprint(spread, spread, spread ^ (2**64 - 1), spread ^ (2**64 - 1))


def groups(records: Sequence[Record], prints: Sequence[Fingerprint], rules: SceneRules) -> list[str]:
    return [each.group for each in group_records(records, prints, rules)]


def distinct(count: int) -> list[Fingerprint]:
    return [print_of(number + 1) for number in range(count)]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("1-_jpg.rf.496aab457ef8cd04d08755fc30b2e648", "1-"),
        ("a.png.rf.496aab457ef8cd04d08755fc30b2e648", "a"),
        ("plain_012", "plain_012"),
    ],
)
def test_augmented_copies_know_their_original(name: str, stem: str) -> None:
    assert original_stem(record(name)) == stem


def test_copies_of_one_original_belong_together() -> None:
    records = [record(f"rat_jpg.rf.{digit * 32}") for digit in "ab"] + [record("mouse_jpg.rf." + "c" * 32)]

    first, second, other = groups(records, distinct(3), SceneRules())

    assert first == second != other


def test_the_same_name_in_another_source_is_another_picture() -> None:
    records = [record("a"), replace(record("a", source="other"), picture=record("b").picture)]

    assert len(set(groups(records, distinct(2), SceneRules()))) == 2


def test_near_duplicates_belong_together() -> None:
    prints = distinct(3)
    prints[2] = replace(prints[0], difference=prints[0].difference ^ 0b11)

    assert groups([record("x"), record("m"), record("c")], prints, SceneRules()) == ["c", "m", "c"]


def test_a_pattern_names_scenes() -> None:
    records = [record("cam1_a"), record("cam2_a"), record("cam1_b"), record("other")]

    one, two, again, rest = groups(records, distinct(4), SceneRules(pattern=r"^(cam\d+)_"))

    assert one == again
    assert len({one, two, rest}) == 3


def test_frames_that_follow_each_other_belong_together_only_if_they_look_alike() -> None:
    records = [record("film_0010"), record("film_0012"), record("film_0013"), record("film_0040")]
    prints = distinct(4)
    prints[1] = replace(prints[1], difference=prints[0].difference ^ 0xFFF)  # 12 bits: no duplicate, but like it
    prints[3] = replace(prints[3], difference=prints[2].difference ^ 0xFFF)  # alike, but long after

    found = groups(records, prints, SceneRules(frame_gap=5))

    assert found[0] == found[1]
    assert len(set(found)) == 3
    assert len(set(groups(records, prints, SceneRules(frame_gap=0)))) == 4
    assert len(set(groups(records, prints, SceneRules(frame_gap=30)))) == 2


def test_former_groups_stay_together_and_may_grow() -> None:
    records = [record("b", group="b"), record("z", group="b"), record("a")]
    prints = distinct(3)
    prints[2] = prints[1]

    assert groups(records, prints, SceneRules()) == ["a", "a", "a"]


def test_pictures_of_one_name_in_two_folders_are_two_groups() -> None:
    records = [replace(record("0001", "rodent"), original=f"@{side}@0001.png") for side in ("train", "val")]

    assert len(set(groups(records, distinct(2), SceneRules()))) == 2


def test_equal_names_on_two_sides_are_told_apart_and_keep_number_and_beginning() -> None:
    records = [record("cam1_0007", split=side) for side in ("train", "val")]

    assert [each.original for each in told_apart(records)] == ["cam1_@train@0007.png", "cam1_@val@0007.png"]


def test_equal_names_on_one_side_and_augmented_copies_are_left_alone() -> None:
    copies = [record("rat_jpg.rf." + "c" * 32, split=side) for side in ("train", "val")]
    records = [record("a", split="train"), record("a", split="train"), *copies]

    assert told_apart(records) == records


def test_pictures_whose_groups_are_known_are_not_joined_for_their_look() -> None:
    records = [record("a", group="monday"), record("b", group="tuesday"), record("c", group="tuesday")]

    found = groups(records, [print_of(1)] * 3, SceneRules(joins_alike=False))

    assert found[0] != found[1] == found[2]
