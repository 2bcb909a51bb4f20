from pathlib import Path

import pytest

from models.synth.bodies.clothes import Headwear
from models.synth.bodies.pose import POSES, STAND, blended, stepping
from models.synth.story import Story
from models.synth.story_file import read_story
from models.synth.timeline import State, along, state
from tests.models.synth.builders import STORY, write_story


@pytest.fixture(name="story")
def little_story(tmp_path: Path) -> Story:
    return read_story(write_story(tmp_path))


def at(story: Story, who: str, second: float) -> State:
    return state(story, story.member(who), second)


def test_a_crossing_takes_its_seconds_along_its_path(story: Story) -> None:
    # 4 m in 4 s from second 2: after 1 s it is 1 m along the first leg, after 3 s 1 m along the second.
    assert at(story, "rat", 3).at == pytest.approx((1, 2))
    assert at(story, "rat", 5).at == pytest.approx((2, 3))


def test_an_animal_that_vanishes_is_there_only_while_it_goes(story: Story) -> None:
    assert [at(story, "rat", second).is_present for second in (1.9, 2.1, 5.9, 6.1)] == [False, True, True, False]


def test_it_looks_where_it_goes(story: Story) -> None:
    assert at(story, "rat", 3).facing == pytest.approx(-90)  # along x
    assert at(story, "rat", 5.5).facing == pytest.approx(0)  # along y


def test_a_hat_taken_off_stays_off(story: Story) -> None:
    assert at(story, "cook", 4.9).attire.headwear == Headwear.CAP
    assert at(story, "cook", 9).attire.headwear == Headwear.NONE


def test_the_hand_is_at_the_head_when_the_hat_comes_off(story: Story) -> None:
    assert at(story, "cook", 5).pose.right_hand[2] > 0.9
    assert at(story, "cook", 7).pose.right_hand[2] < 0.6


def test_a_lid_opens_smoothly_and_stays_open(story: Story) -> None:
    angles = [at(story, "bin", second).lid_degrees for second in (5.9, 6.5, 7.1, 10)]
    assert angles == pytest.approx([0, 40, 80, 80])


def test_the_same_second_is_the_same_state(story: Story) -> None:
    assert at(story, "cook", 5.3) == at(story, "cook", 5.3)


def test_a_garment_put_on_again_is_the_one_worn_before(tmp_path: Path) -> None:
    text = STORY.replace("promises:", "  - {at: 8, who: cook, does: puts_on, what: headwear}\npromises:")
    assert at(read_story(write_story(tmp_path, text)), "cook", 9).attire.headwear == Headwear.CAP


def test_the_end_of_a_path_is_its_last_place() -> None:
    assert along([(0, 0), (1, 0), (1, 1)], 1.0)[0] == pytest.approx((1, 1))


def test_poses_blend_from_one_end_to_the_other() -> None:
    assert blended(STAND, POSES["squat"], 0.0) == STAND
    assert blended(STAND, POSES["squat"], 1.0).hips == pytest.approx(POSES["squat"].hips)
    assert blended(STAND, POSES["squat"], 1.0).right_hand == pytest.approx(POSES["squat"].right_hand)
    assert POSES["squat"].hips < blended(STAND, POSES["squat"], 0.5).hips < STAND.hips


def test_feet_alternate_when_walking() -> None:
    early, late = stepping(STAND, 0.25), stepping(STAND, 0.75)
    assert early.left_foot[1] > 0 > early.right_foot[1]
    assert late.left_foot[1] < 0 < late.right_foot[1]
