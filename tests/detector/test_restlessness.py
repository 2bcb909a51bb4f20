import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.restlessness import CELL_PX, Restlessness, beginning, learnt
from detector.settings import GateSettings
from domain.frame import Luma

SETTINGS = GateSettings()
SHAPE = (180, 320)
STEP = 0.2


def changed(*patches: tuple[int, int, int, int]) -> Luma:
    """255 in patches of (top, bottom, left, right) and 0 elsewhere."""
    luma = np.zeros(SHAPE, np.uint8)
    for top, bottom, left, right in patches:
        luma[top:bottom, left:right] = 255
    return luma


SCREEN = (16, 48, 160, 208)


def watched(luma: Luma, seconds: float, known: Restlessness | None = None, *, every: int = 1) -> Restlessness:
    """After so many seconds in which every so-manieth picture had changed there."""
    state = known or beginning(SHAPE, 0.0)
    for number in range(round(seconds / STEP)):
        state = learnt(state, luma if number % every == 0 else changed(), state.clock + STEP, SETTINGS)
    return state


def test_a_screen_counts_no_more_once_it_is_known_and_everything_else_does() -> None:
    known = watched(changed(SCREEN), 20)
    assert known.counted(changed(SCREEN)) == 0
    assert known.counted(changed((100, 110, 100, 110))) == 100
    assert known.counted(changed((40, 60, 160, 170))) == 11 * 10  # what hangs out of the screen


def test_it_takes_a_while_to_become_restless_and_longer_to_be_forgotten() -> None:
    assert watched(changed(SCREEN), 5).counted(changed(SCREEN)) > 0
    known = watched(changed(SCREEN), 60)
    assert watched(changed(), 30, known).counted(changed(SCREEN)) == 0
    assert watched(changed(), 300, known).counted(changed(SCREEN)) > 0


def test_a_clock_in_the_picture_is_learnt_though_it_changes_once_a_second_only() -> None:
    assert watched(changed((0, 8, 0, 64)), 200, every=5).counted(changed((0, 8, 0, 64))) == 0


def test_what_passes_once_is_not_learnt() -> None:
    known = beginning(SHAPE, 0.0)
    for number in range(60):
        known = learnt(known, changed((80, 100, number * 4, number * 4 + 20)), number * STEP, SETTINGS)
    assert not known.restless.any()


def test_where_everything_moves_nothing_is_restless() -> None:
    half = changed((0, 180, 0, 140))
    assert watched(half, 120).counted(half) > 0


def test_light_and_a_swaying_camera_teach_nothing() -> None:
    assert not watched(changed((0, 180, 0, 320)), 60).restless.any()


@given(
    patches=st.lists(st.tuples(st.integers(0, 170), st.integers(0, 310)), min_size=1, max_size=12),
    seconds=st.floats(1.0, 90.0),
)
@settings(max_examples=40)
def test_only_cells_that_changed_can_be_restless(patches: list[tuple[int, int]], seconds: float) -> None:
    luma = changed(*((top, top + 6, left, left + 6) for top, left in patches))
    known = watched(luma, seconds)
    cells = np.zeros(known.shares.shape, bool)
    for row, column in zip(*np.nonzero(luma), strict=True):
        cells[row // CELL_PX, column // CELL_PX] = True
    assert not (known.restless & ~cells).any()
    everywhere = np.full(SHAPE, 255, np.uint8)
    assert known.counted(everywhere) >= (1 - SETTINGS.restless_share) / 2 * everywhere.size
