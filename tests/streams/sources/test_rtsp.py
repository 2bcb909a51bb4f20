"""Real cameras' protocol from a real server: transports, passwords, outages, and ten cameras of which three are bad."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from prometheus_client import REGISTRY

from domain.ids import CameraId
from domain.organisation import Source, Transport
from streams.check import check_source
from streams.errors import StreamError, StreamErrorCode
from streams.fleet import CameraFleet
from streams.ports import CameraCondition, StreamState
from streams.settings import StreamSettings
from streams.sources.pyav import PyAvOpener
from streams.testing import RecordingListener
from tests.streams.cameras import QUICK, drain, make_camera, wait_for
from tests.streams.servers import Conversation, closing, silent, tcp_server, trickling, trickling_headers
from tests.support.clips import make_clip
from tests.support.rtsp import RtspServer

pytestmark = pytest.mark.integration
CAMERA = CameraId("camera-1")
PASSWORD = "p@ss/w:rd?#"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rtsp")
    make_clip(folder / "h264.mp4", seconds=4)
    make_clip(folder / "h265.mp4", seconds=4, codec="libx265")
    make_clip(folder / "b-frames.mp4", seconds=4, b_frames=2)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[RtspServer]:
    with RtspServer() as server:
        for clip in sorted(folder.glob("*.mp4")):
            server.add(clip.stem, clip)
        server.add("tcp-only", folder / "h264.mp4", protocols="tcp")
        server.add("udp-only", folder / "h264.mp4", protocols="udp")
        yield server


@pytest.fixture(scope="module", params=["basic", "digest"])
def closed_server(request: pytest.FixtureRequest, folder: Path) -> Iterator[RtspServer]:
    with RtspServer(user="admin", password=PASSWORD, auth=request.param) as server:
        server.add("kitchen", folder / "h264.mp4")
        yield server


def failure(location: str, transport: Transport = Transport.AUTO) -> StreamError:
    began = time.monotonic()
    with pytest.raises(StreamError) as caught:
        PyAvOpener().open(Source(location=location, transport=transport), QUICK)
    assert time.monotonic() - began < 2 * QUICK.open_timeout_seconds + 8.0
    assert "geheim" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", ["h264", "h265", "b-frames"])
def test_every_transport_gives_the_due_pictures(server: RtspServer, name: str) -> None:
    with CameraFleet(QUICK, RecordingListener()) as fleet:
        for transport in Transport:
            fleet.add(make_camera(server.url(name), transport, transport=transport))
        wait_for(lambda: all(fleet.latest_frame(CameraId(transport)) for transport in Transport))
        fleet.take(8, 0.0)
        before = [status.frames_dropped for status in fleet.statuses()]  # while nobody took any
        frames = drain(fleet.take, 3.0)
        counts = Counter(frame.camera_id for frame in frames)
        assert {counts[CameraId(transport)] for transport in Transport} <= set(range(9, 18))  # of 15
        assert {(frame.picture.width, frame.picture.height) for frame in frames} == {(640, 360)}
        lost = sum(status.frames_dropped for status in fleet.statuses()) - sum(before)
        assert lost <= 0.2 * len(frames)  # a busy machine takes some too late; a fault here would lose most


@pytest.mark.parametrize(
    ("name", "transport", "is_served"),
    [
        ("tcp-only", Transport.TCP, True),
        ("tcp-only", Transport.AUTO, True),
        ("tcp-only", Transport.UDP, False),
        ("udp-only", Transport.UDP, True),
        ("udp-only", Transport.AUTO, True),
        ("udp-only", Transport.TCP, False),
    ],
)
def test_auto_finds_the_transport_that_the_camera_speaks(
    server: RtspServer, name: str, transport: Transport, is_served: bool
) -> None:
    if not is_served:
        assert failure(server.url(name), transport).code is StreamErrorCode.UNSUPPORTED
        return
    source = PyAvOpener().open(Source(location=server.url(name), transport=transport), QUICK)
    assert source.read() is not None
    source.close()


def test_a_password_with_every_trick_opens_the_camera(closed_server: RtspServer) -> None:
    report = check_source(Source(location=closed_server.url("kitchen")), QUICK, seconds=2)
    assert report.pictures > 10
    assert report.measured_fps == pytest.approx(15, abs=1.5)
    assert report.keyframe_seconds == pytest.approx(1.0, abs=0.1)
    assert report.arrival_spread_seconds is not None
    assert "ss" not in report.address


def test_a_wrong_password_is_said_so_and_not_shown(closed_server: RtspServer) -> None:
    assert failure(closed_server.url("kitchen", password="geheim")).code is StreamErrorCode.AUTH


def test_no_password_is_said_so(closed_server: RtspServer) -> None:
    assert failure(f"rtsp://127.0.0.1:{closed_server.port}/kitchen").code is StreamErrorCode.AUTH


def test_a_wrong_path_is_not_found(server: RtspServer) -> None:
    assert failure(server.url("nowhere", user="admin", password="geheim")).code is StreamErrorCode.NOT_FOUND


@pytest.mark.parametrize("transport", list(Transport))
@pytest.mark.parametrize(
    ("talk", "code"),
    [
        (silent, StreamErrorCode.TIMEOUT),
        (trickling, StreamErrorCode.TIMEOUT),
        (trickling_headers, StreamErrorCode.TIMEOUT),
        (closing, StreamErrorCode.UNREACHABLE),
    ],
)
def test_a_spiteful_server_is_left_in_time(talk: Conversation, code: StreamErrorCode, transport: Transport) -> None:
    with tcp_server(talk) as port:
        assert failure(f"rtsp://admin:geheim@127.0.0.1:{port}/x", transport).code is code


@pytest.mark.parametrize("address", ["rtsp://admin:geheim@127.0.0.1:{port}/x", "rtsp://admin:geheim@camera.invalid/x"])
def test_a_closed_port_and_an_unknown_name_are_unreachable(address: str) -> None:
    with tcp_server(silent) as port:
        pass
    assert failure(address.format(port=port)).code is StreamErrorCode.UNREACHABLE


def test_a_server_that_is_killed_and_comes_back(folder: Path) -> None:
    listener = RecordingListener()
    with RtspServer() as server, CameraFleet(QUICK, listener) as fleet:
        fleet.add(make_camera(server.add("kitchen", folder / "h264.mp4"), "outage"))
        camera = CameraId("outage")
        wait_for(lambda: listener.told(camera) == [CameraCondition.ONLINE])
        server.kill()
        wait_for(lambda: listener.told(camera) == [CameraCondition.ONLINE, CameraCondition.OFFLINE])
        before = fleet.latest_frame(camera)
        server.start()
        wait_for(lambda: listener.told(camera)[2:] == [CameraCondition.ONLINE])
        wait_for(lambda: (after := fleet.latest_frame(camera)) and before and after.sequence > before.sequence)
        status = fleet.status(camera)
        assert status is not None
        assert status.reconnects >= 1
        labels = {"camera": camera, "cause": "unreachable"}
        counted = REGISTRY.get_sample_value("brightkitchen_camera_reconnects_total", labels)
        assert counted is not None
        assert counted >= 1
        assert REGISTRY.get_sample_value("brightkitchen_camera_up", {"camera": camera}) == 1


@pytest.mark.parametrize("transport", [Transport.TCP, Transport.UDP])
def test_a_camera_that_freezes_with_its_connection_open(folder: Path, transport: Transport) -> None:
    listener = RecordingListener()
    with RtspServer() as server, CameraFleet(QUICK, listener) as fleet:
        fleet.add(make_camera(server.add("kitchen", folder / "h264.mp4"), transport=transport))
        wait_for(lambda: listener.told(CAMERA) == [CameraCondition.ONLINE])
        server.freeze()
        wait_for(lambda: listener.told(CAMERA)[1:] == [CameraCondition.OFFLINE])
        wait_for(lambda: (s := fleet.status(CAMERA)) and s.reconnects >= 1)
        server.thaw()
        wait_for(lambda: listener.told(CAMERA)[2:] == [CameraCondition.ONLINE])


@pytest.mark.parametrize("name", ["h264", "h265", "b-frames"])
def test_a_clip_around_an_instant_plays_even_after_the_camera_was_lost(folder: Path, tmp_path: Path, name: str) -> None:
    with RtspServer() as server, CameraFleet(QUICK, RecordingListener()) as fleet:
        fleet.add(make_camera(server.add(name, folder / f"{name}.mp4")))
        first = wait_for(lambda: fleet.latest_frame(CAMERA))
        assert first is not None
        wait_for(lambda: (frame := fleet.latest_frame(CAMERA)) and frame.clock > first.clock + 3.5)
        server.kill()
        wait_for(lambda: (s := fleet.status(CAMERA)) and s.state is not StreamState.RUNNING)
        clip = fleet.save_clip(CAMERA, first.clock + 1.0, first.clock + 3.0, tmp_path / "clip.mp4")
    assert clip is not None
    with av.open(str(clip.path)) as container:
        frames = list(container.decode(video=0))
    assert not any(frame.is_corrupt for frame in frames)
    assert clip.seconds == pytest.approx(len(frames) / 15, abs=0.2)  # a last picture may lack those before it
    assert 2.0 <= clip.seconds <= 3.3
    lead = (first.captured_at - clip.started_at).total_seconds()
    assert -1.1 <= lead <= 0.1


def test_of_ten_cameras_three_bad_ones_do_not_slow_the_others(server: RtspServer, folder: Path) -> None:
    settings = StreamSettings(**{**QUICK.model_dump(), "reconnect_longest_seconds": 0.05})
    with (
        tcp_server(silent) as hangs,
        tcp_server(trickling) as trickles,
        CameraFleet(settings, RecordingListener()) as fleet,
    ):
        for index in range(7):
            fleet.add(make_camera(server.url(["h264", "h265", "b-frames"][index % 3]), f"good-{index}"))
        fleet.add(make_camera(f"rtsp://127.0.0.1:{hangs}/x", "bad-hangs"))
        fleet.add(make_camera(f"rtsp://127.0.0.1:{trickles}/x", "bad-trickles"))
        fleet.add(make_camera(server.url("nowhere"), "bad-path"))
        good = [CameraId(f"good-{index}") for index in range(7)]
        wait_for(lambda: all(fleet.latest_frame(camera) for camera in good))
        counts = Counter(frame.camera_id for frame in drain(fleet.take, 4.0))
        assert set(counts) == set(good)
        assert min(counts.values()) >= 10  # of 20; a bad one holds up for whole seconds, a busy machine for less
        began = time.monotonic()
        fleet.stop()
        assert time.monotonic() - began < settings.stop_grace_seconds + 5.0


def test_a_process_with_a_hanging_camera_exits_cleanly(folder: Path) -> None:
    """A thread that is left behind in FFmpeg must not crash the interpreter on its way out."""
    program = """
import sys, time
from streams.fleet import CameraFleet
from streams.settings import StreamSettings
from streams.testing import RecordingListener
from tests.streams.cameras import make_camera
fleet = CameraFleet(StreamSettings(stop_grace_seconds=0.2), RecordingListener())
for index in range(4):
    fleet.add(make_camera(sys.argv[1], f"camera-{index}"))
time.sleep(0.5)
fleet.stop()
print("stopped")
"""
    with tcp_server(silent) as port:
        command = [sys.executable, "-c", program, f"rtsp://127.0.0.1:{port}/x"]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=30, check=False, cwd=Path(__file__).parents[3]
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("stopped\n")


def test_threads_end_with_their_cameras(server: RtspServer) -> None:
    with CameraFleet(QUICK, RecordingListener()) as fleet:
        for index in range(4):
            fleet.add(make_camera(server.url("h264"), f"ends-{index}"))
        wait_for(lambda: fleet.latest_frame(CameraId("ends-3")))
        for index in range(4):
            fleet.remove(CameraId(f"ends-{index}"))
        wait_for(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("camera-ends-")])
        assert fleet.statuses() == []
