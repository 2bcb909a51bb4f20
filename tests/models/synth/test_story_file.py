from pathlib import Path

import pytest

from models.synth.errors import StoryError
from models.synth.story_file import read_story, shipped_stories
from tests.models.synth.builders import STORY, write_story


def test_the_shipped_stories_are_right() -> None:
    stories = {name: read_story(path) for name, path in shipped_stories().items()}
    assert set(stories) == {"hot_kitchen_day", "prep_table", "cold_room", "back_door_night", "work_site"}
    for story in stories.values():
        assert 10 <= story.length_seconds <= 40
        assert story.rendered_per_second <= story.shown_per_second == 10
        assert any(promise.is_raised for promise in story.promises)
        assert any(not promise.is_raised for promise in story.promises)


@pytest.mark.parametrize(
    ("old", "new", "where", "expected"),
    [
        ("place: cold_room", "place: cellar", "little.yaml:1 place", "one of hot_kitchen"),
        ("who: rat, does: goes", "who: rta, does: goes", "little.yaml:11 timeline[0].who", "one of the cast: cook, rat, bin"),  # noqa: E501 - a row of a table
        ("does: takes_off, what: headwear", "does: takes_off, what: shoes", "little.yaml:12 timeline[1].what", "one of headwear"),  # noqa: E501 - a row of a table
        ("does: takes_off, what: headwear", "does: lid, degrees: 3", "little.yaml:12 timeline[1].does", "what a person can do"),  # noqa: E501 - a row of a table
        ("degrees: 80", "degrees: 800", "little.yaml:13 timeline[2].degrees", "a number in [0, 270]"),
        ("degrees: 80, ", "", "little.yaml:13 timeline[2]", "the field degrees"),
        ("2 2, 2 4", "2 2, nowhere", "little.yaml:11 timeline[0].path[2]", "a spot"),
        ("is: rat, at: 0 2", "is: rat, at: 0 2, mask: right", "little.yaml:8 cast[1].mask", "a field that a rat has"),
        ("name: rat, is: rat", "name: cook, is: rat", "little.yaml:8 cast[1]", "a name that no other"),
        ("seconds: 4, vanishes", "seconds: 40, vanishes", "little.yaml:11 timeline[0].at", "within the 10 seconds"),
        ("shown_per_second: 4", "shown_per_second: 5", "little.yaml:1", "a multiple of rendered_per_second"),
        ("code: pest.rodent", "code: animal.pet", "little.yaml:15 promises[0].code", "a violation that rat commits"),
        ("from: 2.5, to: 5.5", "from: 7, to: 9", "little.yaml:15 promises[0].code", "a violation that rat commits"),
        ("raised: true", "raised: false", "little.yaml:15 promises[0].code", "no violation"),
        ("raised: true", "raised: perhaps", "little.yaml:15 promises[0].raised", "true or false"),
    ],
)  # fmt: skip
def test_an_error_names_line_field_and_what_was_expected(
    tmp_path: Path, old: str, new: str, where: str, expected: str
) -> None:
    assert old in STORY
    with pytest.raises(StoryError) as caught:
        read_story(write_story(tmp_path, STORY.replace(old, new)))
    assert caught.value.where.startswith(where)
    assert expected in caught.value.expected


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(StoryError, match=r"little\.yaml:3"):
        read_story(write_story(tmp_path, "place: cold_room\nseed: 1\ncast: [}\n"))
