"""The fleet with real files: nothing lost, nothing invented, nothing left behind."""

import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from domain.frame import Frame, Pixels
from domain.organisation import Pace, Source
from streams.errors import StreamErrorCode
from streams.fleet import CameraFleet
from streams.ports import StreamState
from streams.sources.pyav import PyAvOpener
from tests.streams.cameras import CAMERA, QUICK, drain, make_camera, running, status_of, wait_for
from tests.support.clips import Draw, make_clip, moving_square


def restless(width: int, height: int) -> Draw:
    """A picture that changes everywhere, so that what is copied from an older one shows."""
    square = moving_square(width, height)
    texture = (np.random.RandomState(1).rand(height, width, 1) * 60).astype(np.uint8)

    def draw(seconds: float) -> Pixels:
        return np.minimum(255, square(seconds).astype(int) + np.roll(texture, int(seconds * 60), 1)).astype(np.uint8)

    return draw


def difference(first: Pixels, second: Pixels) -> float:
    return float(np.abs(first.astype(int) - second.astype(int)).mean())


def test_a_file_at_full_speed_loses_no_due_picture_however_slow_the_reader(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=4, fps=15, b_frames=2)
    with running(None) as fleet:
        fleet.add(make_camera(str(clip), pace=Pace.FAST, fps=5))
        frames: list[Frame] = []
        while len(frames) < 20:
            frames += wait_for(lambda: fleet.take(1, 0.1))
            time.sleep(0.01)
        assert [round(after.clock - before.clock, 2) for before, after in pairwise(frames)] == [0.2] * 19
        wait_for(lambda: status_of(fleet).state is StreamState.ENDED)
        status = status_of(fleet)
        assert (status.frames_analysed, status.frames_dropped) == (20, 0)
        wait_for(lambda: status_of(fleet).cause is StreamErrorCode.ENDED)
        assert fleet.take(4, 0.0) == []


def test_a_file_at_live_pace_takes_its_time_and_loops(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=1, fps=15)
    with running(None) as fleet:
        fleet.add(make_camera(str(clip), loops=True, fps=5))
        wait_for(lambda: fleet.latest_frame(CAMERA))
        frames = drain(fleet.take, 3.0)
        assert len(frames) == pytest.approx(15, abs=2)
        assert max(after.clock - before.clock for before, after in pairwise(frames)) < 0.5
        assert status_of(fleet).state is StreamState.RUNNING
        assert status_of(fleet).reconnects == 0


def test_a_change_of_resolution_goes_on_with_the_new_size(tmp_path: Path) -> None:
    small = make_clip(tmp_path / "s.ts", width=320, height=180, seconds=2)
    large = make_clip(tmp_path / "l.ts", width=640, height=360, seconds=2)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(small.read_bytes() + large.read_bytes())
    with running(None) as fleet:
        fleet.add(make_camera(str(joined), pace=Pace.FAST))
        frames = drain(fleet.take, 1.0)
        sizes = [(frame.picture.width, frame.picture.height) for frame in frames]
        assert len(sizes) == pytest.approx(20, abs=2)
        assert sizes == sorted(sizes)
        assert set(sizes) == {(320, 180), (640, 360)}
        assert status_of(fleet).reconnects == 0


def by_time(fleet: CameraFleet, path: Path) -> dict[float, Pixels]:
    """Every picture of a file that is handed out, by its time from the first."""
    fleet.add(make_camera(str(path), pace=Pace.FAST, fps=30))
    frames = drain(fleet.take, 1.0)
    return {round(frame.clock - frames[0].clock, 2): frame.picture.bgr(320, 180) for frame in frames}


def without_packet(path: Path, place: int) -> Path:
    """The same file as if a packet had been lost on the way."""
    target = path.with_stem(f"{path.stem}-lost")
    with av.open(str(path)) as container, av.open(str(target), "w") as output:
        stream = output.add_stream_from_template(container.streams.video[0], opaque=True)
        for index, packet in enumerate(container.demux(video=0)):
            if packet.size and index != place:
                packet.stream = stream
                output.mux(packet)
    return target


def with_noise(path: Path) -> Path:
    """The same file with bytes of one picture overwritten."""
    content = bytearray(path.read_bytes())
    middle = len(content) * 3 // 8
    content[middle : middle + 400] = bytes(400)
    target = path.with_stem(f"{path.stem}-noise")
    target.write_bytes(bytes(content))
    return target


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize(
    "damage",
    [with_noise, partial(without_packet, place=20), partial(without_packet, place=15)],
    ids=["noise", "P", "I"],
)
def test_no_picture_that_is_handed_out_was_invented(
    tmp_path: Path, damage: Callable[[Path], Path], b_frames: int
) -> None:
    """Every picture is compared with the undamaged file's picture of the same time."""
    clip = make_clip(
        tmp_path / "clip.mp4", width=320, height=180, seconds=4, gop=15, b_frames=b_frames, draw=restless(320, 180)
    )
    with running(None) as fleet:
        whole = by_time(fleet, clip)
        assert len(whole) == 60
        damaged = by_time(fleet, damage(clip))
        assert 30 < len(damaged) < 60
        assert {time for time in damaged if difference(damaged[time], whole[time]) > 1.0} == set()


def test_every_pass_over_a_file_closes_what_it_opened(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", width=64, height=36, seconds=0.4)
    with running(None) as fleet:
        fleet.add(make_camera(str(clip), pace=Pace.FAST, loops=True, fps=15))
        drain(fleet.take, 1.0)
        descriptors = sum(1 for link in Path("/proc/self/fd").iterdir() if str(clip) in _target(link))
        assert descriptors <= 1
        assert status_of(fleet).frames_analysed > 50


def test_a_hundred_connections_leave_no_memory_behind(tmp_path: Path) -> None:
    """One pass decodes 1.4 MB pictures: whatever is kept of a pass shows."""
    clip = make_clip(tmp_path / "clip.mp4", width=1280, height=720, seconds=0.4)
    source = Source(location=str(clip))

    def passes(count: int) -> int:
        for _ in range(count):
            opened = PyAvOpener().open(source, QUICK)
            while (packet := opened.read()) is not None:
                opened.decode(packet, is_wanted=True)
            opened.close()
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    before = passes(20)
    assert passes(100) - before < 10_000_000


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
