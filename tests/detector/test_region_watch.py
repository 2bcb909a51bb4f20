"""Regions are looked at now and then, and what fails there costs no detection."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from detector.head_desk import HeadDesk
from detector.head_settings import HeadSettings
from detector.head_testing import GridSession, make_desk, make_embedder
from detector.region_watch import Look, RegionMemory, RegionWatch, settled
from detector.testing import InMemoryObservationSink
from domain.ids import CameraId
from domain.region import RegionState
from tests.support.bins import draw_bin
from tests.support.pictures import ArrayPicture, make_frame
from tests.support.taught import observation_of, taught_lid

CAMERA = CameraId("camera-1")
SETTINGS = HeadSettings(interval_seconds=10.0)


def taught(folder: Path) -> HeadDesk:
    """A desk with a live head for the lid of the camera's bin."""
    desk = make_desk(folder)
    taught_lid(desk, CAMERA)
    return desk


class Scene:
    """A camera that looks at a drawn bin through a RegionWatch; every look's session can be broken."""

    def __init__(self, desk: HeadDesk) -> None:
        self.session = GridSession()
        self.sink = InMemoryObservationSink()
        self.watch = RegionWatch(
            self.sink,
            live_on=desk.live_on,
            embedders=lambda: make_embedder(self.session),
            settings=SETTINGS,
        )
        self.seconds = 0.0
        self.sequence = 0

    def see(self, *, is_open: bool, seconds: float, step: float = 2.0) -> RegionState | None:
        """Frames of the bin, one each `step` seconds; the region's state in the last of them."""
        for _ in range(round(seconds / step)):
            self.seconds += step
            self.sequence += 1
            picture = ArrayPicture(draw_bin(is_open=is_open, seed=self.sequence))
            frame = make_frame(CAMERA, sequence=self.sequence, seconds=self.seconds, picture=picture)
            self.watch.observe(observation_of(frame), frame)
        states = self.sink.observations[-1].region_states
        return states[0] if states else None


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> HeadDesk:
    return taught(tmp_path_factory.mktemp("heads"))


def test_three_equal_answers_in_a_row_make_the_state(desk: HeadDesk) -> None:
    scene = Scene(desk)

    first = scene.see(is_open=True, seconds=20)
    then = scene.see(is_open=True, seconds=4)

    assert first is not None
    assert first.state is None
    assert then is not None
    assert (then.state, then.is_breach, then.code, then.name) == ("open", True, "bin.uncovered", "bin")
    assert then.numbers is not None


def test_a_region_is_looked_at_once_per_interval_and_not_per_frame(desk: HeadDesk) -> None:
    scene = Scene(desk)

    scene.see(is_open=True, seconds=60, step=1.0)

    assert scene.session.looks == 6


def test_a_closed_lid_is_a_state_and_no_breach(desk: HeadDesk) -> None:
    found = Scene(desk).see(is_open=False, seconds=30)

    assert found is not None
    assert (found.state, found.is_breach) == ("closed", False)


def test_a_look_that_differs_changes_no_state(desk: HeadDesk) -> None:
    scene = Scene(desk)
    scene.see(is_open=True, seconds=30)

    found = scene.see(is_open=False, seconds=10)

    assert found is not None
    assert found.state == "open"


def test_after_an_outage_the_region_is_unknown(desk: HeadDesk) -> None:
    scene = Scene(desk)
    scene.see(is_open=True, seconds=30)
    scene.seconds += 60

    found = scene.see(is_open=True, seconds=2)

    assert found is not None
    assert found.state is None


def test_a_cut_or_a_moved_source_makes_the_region_unknown(desk: HeadDesk) -> None:
    scene = Scene(desk)
    scene.see(is_open=True, seconds=30)

    scene.watch.forget(CAMERA)
    found = scene.see(is_open=True, seconds=2)

    assert found is not None
    assert found.state is None
    assert scene.sink.forgotten == [CAMERA]


def test_a_network_that_fails_costs_no_observation_and_is_logged_once(desk: HeadDesk) -> None:
    scene = Scene(desk)
    scene.see(is_open=True, seconds=30)
    scene.session.is_broken = True

    with capture_logs() as logs:
        found = scene.see(is_open=True, seconds=30)

    assert found is not None
    assert found.state is None
    assert len(scene.sink.observations) == 30
    assert [entry["event"] for entry in logs] == ["region_look_failed"]


def test_an_embedder_that_cannot_be_opened_costs_no_observation(desk: HeadDesk) -> None:
    scene = Scene(desk)

    def broken() -> object:
        raise OSError("no such file")

    scene.watch = RegionWatch(scene.sink, live_on=desk.live_on, embedders=broken, settings=SETTINGS)  # type: ignore[arg-type]  # it never returns
    found = scene.see(is_open=True, seconds=10)

    assert found is not None
    assert found.state is None


def test_heads_that_cannot_be_looked_up_cost_no_observation(desk: HeadDesk) -> None:
    scene = Scene(desk)

    def broken(camera_id: CameraId) -> tuple[()]:
        raise RuntimeError(camera_id)

    scene.watch = RegionWatch(scene.sink, live_on=broken, embedders=make_embedder, settings=SETTINGS)

    assert scene.see(is_open=True, seconds=4) is None
    assert len(scene.sink.observations) == 2


def test_a_camera_without_heads_costs_nothing(tmp_path: Path) -> None:
    scene = Scene(make_desk(tmp_path))

    assert scene.see(is_open=True, seconds=30) is None
    assert scene.session.looks == 0


@given(looks=st.lists(st.sampled_from(["open", "closed", None]), min_size=1, max_size=30))
def test_a_state_is_always_the_latest_that_came_three_times_in_a_row(looks: list[str | None]) -> None:
    memory = RegionMemory(version=1)
    for number, state in enumerate(looks):
        memory = settled(memory, Look(state=state, confidence=0.9), float(number), equal_looks=3)

    rows = [looks[end] for end in range(2, len(looks)) if looks[end - 2] == looks[end - 1] == looks[end]]
    assert memory.state == (rows[-1] if rows else None)
