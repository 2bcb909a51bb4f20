from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from credit.errors import ProfileError
from credit.profile import Colour, IndexProfile, Measure
from credit.profile_file import SHIPPED, load_index_profile, load_profiles, read_profile
from tests.credit.figures import PROFILE


def test_four_profiles_are_shipped_and_each_says_what_is_unverified_and_where_it_comes_from() -> None:
    found = load_profiles()

    assert set(found) == {"cn-national", "uk-fhrs", "sg-safe", "us-nyc"}
    assert all(profile.unverified and profile.sources for profile in found.values())


def test_the_index_has_three_groups_and_21_dimensions() -> None:
    groups = {group.zh: (group.weight, len(group.dimensions)) for group in PROFILE.groups}

    assert groups == {"企业自查": (0.40, 8), "部门监管": (0.45, 8), "社会监督": (0.15, 5)}
    assert {"问题频次", "整改质效"} <= {dimension.zh for _, dimension in PROFILE.dimensions()}


@pytest.mark.parametrize(
    ("value", "grade", "colour"),
    [
        (100.0, "A", Colour.GREEN),
        (90.0, "A", Colour.GREEN),
        (89.999, "B", Colour.GREEN),
        (75.0, "B", Colour.GREEN),
        (74.999, "C", Colour.ORANGE),
        (60.0, "C", Colour.ORANGE),
        (59.999, "D", Colour.RED),
        (0.0, "D", Colour.RED),
    ],
)
def test_the_bands_begin_where_the_grading_of_restaurants_has_its_cuts(
    value: float, grade: str, colour: Colour
) -> None:
    band = PROFILE.band(value)

    assert (band.grade, band.colour) == (grade, colour)


def changed(tmp_path: Path, change: Callable[[str], str], name: str = "cn-national.yaml") -> Path:
    path = tmp_path / name
    path.write_text(change((SHIPPED / name).read_text("utf-8")), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("weight: 0.40", "weight: 0.50", "weights of the groups must sum to 1"),
        ("weight: 0.12, measure: share, enough: 20", "weight: 0.22, measure: share, enough: 20", "must sum to 1"),
        ("measure: score", "measure: guess", "R4|measure"),
        ("half_life_days: 180", "half_life_days: 0", "half_life_days"),
        ("colour: red}", "colour: purple}", "expected one of red, orange, green"),
        ("least: 0, colour", "least: 5, colour", "last band must begin at 0"),
        ("window_days: 365", "windowdays: 365", "windowdays"),
        ("least_hours: 100", "least_hours: 50", "enough must be at most least_hours"),
        ("id: S2", "id: S1", "an id of its own"),
        ("prior: [1, 1]", "prior: [1]", "two numbers"),
        ("kind: index", "kind: magic", "expected one of index, components, record, points"),
        ("counted: points, ", "", "a rate, and nothing else, counts something"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = changed(tmp_path, lambda text: text.replace(old, new, 1))

    with pytest.raises(ProfileError, match=message) as caught:
        read_profile(path)
    assert caught.value.where.startswith("cn-national.yaml:")


def test_a_scheme_of_another_kind_gives_no_index() -> None:
    with pytest.raises(ProfileError, match="of the kind index"):
        load_index_profile("uk-fhrs")


def test_a_profile_that_is_not_there_is_refused() -> None:
    with pytest.raises(ProfileError, match=r"nowhere\.yaml"):
        load_index_profile("nowhere")


def test_more_hours_must_not_shift_weights() -> None:
    """Why `enough` of a rate is bounded: with a growing weight a low value would pull a clean place down."""
    groups = tuple(
        replace(
            group,
            dimensions=tuple(
                replace(each, enough=500.0) if each.measure is Measure.RATE else each for each in group.dimensions
            ),
        )
        for group in PROFILE.groups
    )

    with pytest.raises(ValueError, match="at most least_hours"):
        replace(PROFILE, groups=groups)


def test_a_profile_is_labelled_with_its_version() -> None:
    profile = read_profile(SHIPPED / "cn-national.yaml")

    assert isinstance(profile, IndexProfile)
    assert profile.label == "cn-national@2026.11"
