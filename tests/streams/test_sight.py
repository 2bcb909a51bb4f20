from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pytest

from domain.frame import Luma
from streams.ports import PictureFault
from streams.settings import SightSettings
from streams.sight import Sight, looked
from tests.streams.rooms import Room, Shot

SETTINGS = SightSettings()
WELL = Shot()


@dataclass
class Camera:
    """A camera that is looked at once a second; `told` gathers what people are told, look by look."""

    sight: Sight = field(default_factory=Sight)
    clock: float = 1000.0
    told: list[PictureFault | None] = field(default_factory=list)

    def shows(self, shots: Iterable[Shot]) -> set[PictureFault | None]:
        """What is told during these looks."""
        return self.takes(shot.luma(number + len(self.told)) for number, shot in enumerate(shots))

    def has_learnt(self) -> bool:
        return self.sight.reference is not None

    def takes(self, lumas: Iterable[Luma]) -> set[PictureFault | None]:
        before = len(self.told)
        for luma in lumas:
            self.clock += 1.0
            self.sight = looked(self.sight, luma, self.clock, SETTINGS)
            self.told.append(self.sight.fault)
        return set(self.told[before:])


def kept(shot: Shot, seconds: int) -> list[Shot]:
    return [shot] * seconds


def working(shot: Shot, seconds: int) -> list[Shot]:
    """Two people walk up and down before the camera."""
    return [shot.but(people=((second * 0.037) % 1.0, 1.0 - (second * 0.023) % 1.0)) for second in range(seconds)]


@pytest.fixture(scope="module")
def learnt_sight() -> tuple[Sight, float]:
    """A sight that has learnt a room in which people were at work."""
    camera = Camera()
    camera.shows(working(WELL, 125))
    return camera.sight, camera.clock


@pytest.fixture
def camera(learnt_sight: tuple[Sight, float]) -> Camera:
    return Camera(sight=learnt_sight[0], clock=learnt_sight[1])


def test_a_room_is_learnt_in_its_first_minutes_while_people_work_in_it(camera: Camera) -> None:
    assert camera.sight.reference is not None
    assert camera.sight.reference.fit > 0.8
    assert camera.sight.fault is None


# What must be told, and after how long --------------------------------------------------------------------------


FAULTS = [
    pytest.param(WELL.but(cover=90.0), PictureFault.COVERED, 10, id="a hand or tape over the lens"),
    pytest.param(WELL.but(cover=250.0, noise=1.0), PictureFault.COVERED, 10, id="a lamp into the lens"),
    pytest.param(WELL.but(gain=0.02), PictureFault.DARK, 10, id="lights off"),
    pytest.param(WELL.but(gain=0.02, noise=6.0), PictureFault.DARK, 10, id="lights off and a noisy sensor"),
    pytest.param(WELL.but(blur_px=2.5), PictureFault.DEFOCUSED, 30, id="out of focus"),
    pytest.param(WELL.but(blur_px=9.0), PictureFault.DEFOCUSED, 30, id="grease on the glass"),
    pytest.param(WELL.but(across=0.05), PictureFault.MOVED, 30, id="turned a little"),
    pytest.param(WELL.but(turned_degrees=20), PictureFault.MOVED, 30, id="hangs askew"),
    pytest.param(WELL.but(room=Room(seed=9)), PictureFault.MOVED, 30, id="another room"),
]


@pytest.mark.parametrize(("shot", "fault", "after"), FAULTS)
def test_a_fault_is_told_after_its_time_and_not_before(
    camera: Camera, shot: Shot, fault: PictureFault, after: int
) -> None:
    assert camera.shows(working(shot, after)) == {None}
    assert camera.shows(working(shot, 5)) == {fault}


@pytest.mark.parametrize(("shot", "fault", "after"), FAULTS)
def test_it_is_told_for_as_long_as_it_lasts_and_ends_after_some_sound_seconds(
    camera: Camera, shot: Shot, fault: PictureFault, after: int
) -> None:
    camera.shows(working(shot, after + 1))

    assert camera.shows(working(shot, 20)) == {fault}
    assert camera.shows(working(WELL, 10)) == {fault}
    assert camera.shows(working(WELL, 20)) == {None}


@pytest.mark.parametrize(("shot", "fault", "after"), FAULTS)
def test_a_fault_that_comes_and_goes_is_not_told(
    camera: Camera,
    shot: Shot,
    fault: PictureFault,
    after: int,
) -> None:
    for _ in range(2):
        assert camera.shows([*working(shot, after - 1), *working(WELL, 1)]) == {None}


def test_the_same_picture_again_and_again_is_frozen_although_pictures_come(camera: Camera) -> None:
    still = WELL.luma(5)

    assert camera.takes([still] * 60) == {None}
    assert camera.takes([still] * 30) == {PictureFault.FROZEN}
    assert camera.shows(working(WELL, 9)) == {PictureFault.FROZEN}
    assert camera.shows(working(WELL, 20)) >= {None}
    assert camera.sight.fault is None


def test_a_room_in_which_nothing_moves_is_not_frozen_while_its_sensor_makes_noise(camera: Camera) -> None:
    assert camera.shows(kept(WELL.but(noise=0.5), 100)) == {None}


def test_frozen_dark_and_covered_need_nothing_learnt() -> None:
    for fault, luma in (
        (PictureFault.FROZEN, lambda _: WELL.luma(1)),
        (PictureFault.DARK, WELL.but(gain=0.02).luma),
        (PictureFault.COVERED, WELL.but(cover=100.0).luma),
    ):
        unlearnt = Camera()
        picture: Callable[[int], Luma] = luma
        unlearnt.takes(picture(second) for second in range(90))
        assert unlearnt.sight.fault is fault
        assert unlearnt.sight.reference is None


# What must not be told ------------------------------------------------------------------------------------------


def test_people_at_work_are_no_fault(camera: Camera) -> None:
    assert camera.shows(working(WELL, 150)) == {None}


def test_a_crowd_that_hides_most_of_the_room_is_no_fault(camera: Camera) -> None:
    crowd = WELL.but(people=(0.1, 0.25, 0.4, 0.55, 0.7))

    assert camera.shows(kept(crowd, 50)) == {None}


@pytest.mark.parametrize("gain", [0.25, 0.5, 1.6])
def test_a_lamp_that_is_switched_is_no_fault(camera: Camera, gain: float) -> None:
    for _ in range(2):
        assert camera.shows([*working(WELL.but(gain=gain), 45), *working(WELL, 45)]) == {None}


def test_lights_off_are_dark_and_nothing_else_and_on_again_are_fine(camera: Camera) -> None:
    off = camera.shows(working(WELL.but(gain=0.02), 120))
    on = camera.shows(working(WELL, 60))

    assert off | on == {None, PictureFault.DARK}
    assert camera.sight.fault is None


def test_the_switch_to_infrared_and_back_is_no_fault(camera: Camera) -> None:
    night = WELL.but(is_infrared=True, noise=4.0)
    blind = WELL.but(gain=0.02)  # between the two filters

    assert camera.shows([*kept(blind, 3), *working(night, 100), *kept(blind, 3), *working(WELL, 60)]) == {None}


def test_a_camera_that_trembles_or_breathes_is_not_moved(camera: Camera) -> None:
    shaking = [WELL.but(across=0.004 * (-1) ** second, turned_degrees=0.3 * (second % 2)) for second in range(60)]

    assert camera.shows(shaking) == {None}


def test_an_outage_is_no_time_in_which_a_picture_was_bad(camera: Camera) -> None:
    covered = WELL.but(cover=90.0)
    camera.shows(kept(covered, 8))
    camera.clock += 600

    assert camera.shows(kept(covered, 8)) == {None}


# What is learnt -------------------------------------------------------------------------------------------------


def test_what_was_learnt_is_kept_and_never_becomes_the_new_view(camera: Camera) -> None:
    reference = camera.sight.reference
    elsewhere = WELL.but(room=Room(seed=9))
    camera.shows(working(elsewhere, 150))

    assert camera.sight.reference is reference
    assert camera.sight.fault is PictureFault.MOVED


def test_dark_and_covered_pictures_are_not_learnt() -> None:
    camera = Camera()
    camera.shows([*kept(WELL.but(gain=0.02), 150), *kept(WELL.but(cover=90.0), 150), *working(WELL, 60)])
    assert not camera.has_learnt()
    camera.shows(working(WELL, 65))

    assert camera.has_learnt()
    assert camera.shows(working(WELL, 30)) == {None}


def test_pictures_of_many_places_are_not_learnt_as_one() -> None:
    camera = Camera()
    camera.shows(Shot(room=Room(seed=second)) for second in range(130))

    assert camera.sight.reference is None


def test_another_resolution_is_learnt_anew(camera: Camera) -> None:
    smaller = [np.ascontiguousarray(shot.luma(number)[::2, ::2]) for number, shot in enumerate(working(WELL, 30))]

    assert camera.takes(smaller) == {None}
    assert camera.sight.reference is None
