"""Regions by the names that people say."""

import pytest

from credit.divisions import LEVELS, Divisions, load_divisions


@pytest.mark.parametrize(
    ("digits", "spoken"),
    [
        ("33", "浙江省"),
        ("3301", "浙江省杭州市"),
        ("330106", "浙江省杭州市西湖区"),
        ("310101", "上海市黄浦区"),  # the city's place holds 市辖区, which nobody says
        ("441900", "广东省东莞市"),  # a city without counties is said once
        ("429004", "湖北省仙桃市"),
        ("710000", "台湾省 710000"),
        ("339999", "浙江省 339999"),
        ("000000", "000000"),
    ],
)
def test_digits_are_said_as_people_say_the_place_and_kept_where_they_have_no_name(digits: str, spoken: str) -> None:
    assert load_divisions().spoken(digits) == spoken


def test_the_shipped_table_is_whole() -> None:
    table = load_divisions().table

    assert list(table) == sorted(table)
    assert all(digits.isdigit() and name.strip() == name != "" for digits, name in table.items())
    assert {len(digits) for digits in table} == set(LEVELS)
    assert [sum(len(digits) == length for digits in table) for length in LEVELS] == [34, 342, 2978]
    assert [digits for digits in table if len(digits) > 2 and digits[:-2] not in table] == []


def test_a_name_that_repeats_its_parents_is_said_once() -> None:
    divisions = Divisions({"11": "甲省", "1101": "乙市", "110101": "乙市"})

    assert divisions.path("110101") == ("甲省", "乙市")
