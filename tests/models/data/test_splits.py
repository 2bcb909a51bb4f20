from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.data.records import Record
from models.data.splits import PICTURES, TRAIN, VAL, SplitRules, counts, distance, split_records
from tests.models.data.drawn import record

RECORDS = st.lists(
    st.builds(
        lambda number, group, labels, source: record(f"p{number}", *labels, group=f"g{group}", source=source),
        st.integers(0, 10**9),
        st.integers(0, 30),
        st.lists(st.sampled_from(["rodent", "cat"]), max_size=4),
        st.sampled_from(["one", "two"]),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda each: each.name,
)
RULES = st.builds(SplitRules, val_share=st.sampled_from([0.1, 0.2, 0.5]), seed=st.integers(0, 3))


def sides(records: list[Record]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for each in records:
        found[each.group].add(each.split)
    return found


def totals(records: list[Record]) -> Counter[str]:
    return sum((counts(each) for each in records), Counter[str]())


@given(RECORDS, RULES)
def test_no_group_is_on_both_sides(records: list[Record], rules: SplitRules) -> None:
    done = split_records(records, rules)

    assert {len(found) for found in sides(done).values()} == {1}
    assert {each.split for each in done} <= {TRAIN, VAL}
    assert [each.picture for each in done] == [each.picture for each in records]


@given(RECORDS, RULES)
def test_no_single_group_could_change_sides_for_the_better(records: list[Record], rules: SplitRules) -> None:
    done = split_records(records, rules)
    goals = {key: count * rules.val_share for key, count in totals(done).items()}
    reached = totals([each for each in done if each.split == VAL])

    for group in sides(done):
        own = totals([each for each in done if each.group == group])
        moved = Counter(reached)
        if sides(done)[group] == {VAL}:
            moved.subtract(own)
        else:
            moved.update(own)
        assert distance(goals, moved) >= distance(goals, reached) - 1e-9


@given(RECORDS, RULES, st.randoms(use_true_random=False))
def test_the_split_does_not_depend_on_the_order(records: list[Record], rules: SplitRules, random: object) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    first = {each.name: each.split for each in split_records(records, rules)}
    assert {each.name: each.split for each in split_records(shuffled, rules)} == first


@given(RECORDS, RECORDS, RULES)
def test_pictures_keep_their_side_when_others_are_added(
    old: list[Record], new: list[Record], rules: SplitRules
) -> None:
    before = split_records(old, rules)
    names = {each.name for each in old}
    added = [each for each in new if each.name not in names]

    after = split_records([*before, *added], rules)

    assert [each.split for each in after[: len(before)]] == [each.split for each in before]
    assert {len(found) for found in sides(after).values()} == {1}


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_class_gets_its_share(share: float, seed: int) -> None:
    records = [
        record(f"p{n}", *["rodent"] * (n % 3), *["cat"] * (n % 11 == 0), group=f"g{n // 2}", source=f"s{n % 2}")
        for n in range(1000)
    ]

    done = split_records(records, SplitRules(val_share=share, seed=seed))

    whole, val = totals(done), totals([each for each in done if each.split == VAL])
    assert {key: val[key] / whole[key] for key in whole} == pytest.approx(dict.fromkeys(whole, share), abs=0.01)


def test_another_seed_gives_another_split() -> None:
    records = [record(f"p{n}", "rodent", group=f"g{n}") for n in range(200)]

    first, second = (split_records(records, SplitRules(seed=seed)) for seed in (0, 1))

    assert [each.split for each in first] != [each.split for each in second]


def test_what_was_learnt_from_once_is_never_measured_on() -> None:
    grown = [record("a", group="g", split=TRAIN), record("b", group="g", split=VAL), record("c", group="g")]

    assert {each.split for each in split_records(grown, SplitRules())} == {TRAIN}


def test_a_picture_without_a_group_stands_for_itself() -> None:
    done = split_records([record(f"p{n}") for n in range(40)], SplitRules(val_share=0.25))

    assert Counter(each.split for each in done) == {TRAIN: 30, VAL: 10}


def test_a_class_seen_twice_is_not_measured_on() -> None:
    records = [record(f"p{n}", "cat") for n in range(2)] + [record(f"q{n}", "rodent") for n in range(98)]

    done = split_records(records, SplitRules(val_share=0.1))

    assert {each.split for each in done if "cat" in each.labels} == {TRAIN}


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_a_share_must_leave_something_on_both_sides(share: float) -> None:
    with pytest.raises(ValueError, match="val_share must be between 0 and 1"):
        SplitRules(val_share=share)


def test_pictures_count_too() -> None:
    assert counts(replace(record("a", "cat", "cat"), source="s")) == {PICTURES: 1, "source s": 1, "class cat": 2}
