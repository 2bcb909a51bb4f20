from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import anyio
import pytest

from api.live_pictures import LivePicture, LivePictures, live_size, seen
from api.ports import Look
from api.testing import ApiTwins
from domain.organisation import Camera
from domain.scope import Scope
from tests.api.kitchen import CAMERA, Kitchen
from tests.api.test_live_feed import look, show
from tests.support.pictures import grey_picture


class Gallery:
    def __init__(self, twins: ApiTwins) -> None:
        self.twins = twins
        self.pictures = LivePictures(
            twins.fleet,
            twins.looks,
            clock=twins.clock.clock,
            interval_seconds=0.5,
            longest_px=64,
            quality=70,
            fresh_seconds=10,
        )

    @property
    def camera(self) -> Camera:
        camera = self.twins.registry.get_camera(CAMERA, Scope.everything())
        assert camera is not None
        return camera

    def current(self) -> LivePicture | None:
        """Asked on a loop of its own thread: a browser's loop may run in this one."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(anyio.run, self.pictures.current, self.camera).result()


@pytest.fixture
def gallery(kitchen: Kitchen) -> Gallery:
    show(kitchen)
    return Gallery(kitchen.twins)


def test_the_picture_that_was_looked_at_is_shown_with_its_boxes_while_it_is_nearly_the_newest(
    kitchen: Kitchen, gallery: Gallery
) -> None:
    look(kitchen)
    looked_at = kitchen.twins.fleet.frames[CAMERA]
    kitchen.twins.clock.advance(0.6)
    kitchen.show_picture(CAMERA, grey_picture(128, 72))

    picture = gallery.current()

    assert picture is not None
    assert picture.captured_at == looked_at.captured_at
    assert picture.look is not None


def test_boxes_stay_on_a_newer_picture_as_long_as_the_gate_may_spare_looks_and_no_longer(
    kitchen: Kitchen, gallery: Gallery
) -> None:
    look(kitchen)
    kitchen.twins.clock.advance(2.0)
    kitchen.show_picture()
    spared = gallery.current()
    kitchen.twins.clock.advance(1.0)
    kitchen.show_picture()
    late = gallery.current()

    assert spared is not None
    assert late is not None
    assert (spared.look is not None, late.look) == (True, None)
    assert spared.captured_at < late.captured_at


def test_within_the_interval_the_same_picture_is_given_and_an_old_one_never(kitchen: Kitchen, gallery: Gallery) -> None:
    first = gallery.current()
    kitchen.twins.clock.advance(0.2)
    kitchen.show_picture()
    same = gallery.current()
    kitchen.twins.clock.advance(0.4)
    other = gallery.current()
    kitchen.twins.clock.advance(10.5)

    assert first is same
    assert other is not first
    assert gallery.current() is None


def test_a_picture_that_cannot_be_encoded_is_none_and_the_next_one_is_shown(kitchen: Kitchen, gallery: Gallery) -> None:
    frame = kitchen.twins.fleet.frames[CAMERA]
    kitchen.twins.fleet.frames[CAMERA] = replace(frame, picture=None)  # type: ignore[arg-type]
    broken = None
    with pytest.raises(AttributeError):
        len(kitchen.twins.fleet.frames[CAMERA].picture.width)  # type: ignore[arg-type]
    broken = gallery.current()
    show(kitchen)

    assert broken is None
    assert gallery.current() is not None


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1920, 1080), (640, 360)), ((1080, 1920), (360, 640)), ((320, 240), (320, 240)), ((9999, 3), (640, 2))],
)
def test_the_longer_side_is_bounded(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert live_size(*size, 640) == expected


def test_tracks_that_are_only_predicted_are_not_shown(kitchen: Kitchen, gallery: Gallery) -> None:
    look(kitchen)
    known: Look = kitchen.twins.looks.known[CAMERA]
    unseen = replace(known.observation.tracks[0], is_visible=False)

    assert len(seen(known.observation)["boxes"]) == 1
    assert seen(replace(known.observation, tracks=(unseen,)))["boxes"] == []
    assert seen(None) == {"looked_at": None, "boxes": [], "regions": []}
