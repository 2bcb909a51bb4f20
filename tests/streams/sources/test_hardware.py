"""Decoding on a device: this is tested without one, so what is tested is that everything goes on without one."""

from pathlib import Path

import av.error
import pytest
from structlog.testing import capture_logs

from domain.organisation import Source
from streams.errors import CameraUnreachableError
from streams.settings import DecoderHardware, StreamSettings
from streams.sources.hardware import Accelerators
from streams.sources.pyav import PyAvOpener
from tests.support.clips import make_clip

CUDA, VAAPI, QSV = DecoderHardware.CUDA, DecoderHardware.VAAPI, DecoderHardware.QSV


class Devices:
    """Some devices can be opened; the others refuse."""

    def __init__(self, *working: DecoderHardware) -> None:
        self.working = set(working)
        self.asked: list[DecoderHardware] = []

    def __call__(self, hardware: DecoderHardware) -> None:
        self.asked.append(hardware)
        if hardware is QSV:
            raise NotImplementedError
        if hardware not in self.working:
            raise av.error.PermissionError(1, "Operation not permitted")


def test_nothing_is_opened_where_nothing_was_chosen() -> None:
    devices = Devices(CUDA)
    assert Accelerators(devices).of(DecoderHardware.NONE) is None
    assert devices.asked == []


@pytest.mark.parametrize(
    ("working", "wanted", "found"),
    [
        ((CUDA,), CUDA, CUDA),
        ((CUDA,), VAAPI, None),
        ((CUDA, VAAPI), DecoderHardware.AUTO, CUDA),
        ((VAAPI,), DecoderHardware.AUTO, VAAPI),
        ((), DecoderHardware.AUTO, None),
    ],
)
def test_the_chosen_device_or_the_first_that_opens(
    working: tuple[DecoderHardware, ...], wanted: DecoderHardware, found: DecoderHardware | None
) -> None:
    assert Accelerators(Devices(*working)).of(wanted) is found


def test_a_device_that_does_not_open_is_warned_of_once_with_the_reason() -> None:
    accelerators = Accelerators(Devices())
    with capture_logs() as logs:
        assert [accelerators.of(DecoderHardware.AUTO) for _ in range(3)] == [None] * 3
    (warning,) = [each for each in logs if each["log_level"] == "warning"]
    assert warning["event"] == "decoder_hardware_not_usable"
    assert warning["reasons"] == {
        "cuda": "it cannot be opened: Operation not permitted",
        "vaapi": "it cannot be opened: Operation not permitted",
        "qsv": "this build of FFmpeg cannot use it",
    }


def decoded(opener: PyAvOpener, clip: Path, hardware: DecoderHardware) -> tuple[int, str]:
    """Pictures of a clip, and what its properties say of the decoder."""
    source = opener.open(Source(location=str(clip)), StreamSettings(decoder_hardware=hardware))
    try:
        count = 0
        while (packet := source.read()) is not None:
            count += len(source.decode(packet, is_wanted=True))
        return count + len(source.drain()), source.properties.decoder
    finally:
        source.close()


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_without_the_device_the_processor_decodes_every_picture(tmp_path: Path, codec: str) -> None:
    """The real libraries with a device that no machine of the tests has."""
    clip = make_clip(tmp_path / "clip.mp4", width=64, height=36, seconds=1, codec=codec)
    assert decoded(PyAvOpener(Accelerators(Devices())), clip, VAAPI) == (15, "software")


def test_a_device_that_is_gone_since_costs_no_picture(tmp_path: Path) -> None:
    """It opened at the start; when the camera is opened it does not, which only the real library says."""
    clip = make_clip(tmp_path / "clip.mp4", width=64, height=36, seconds=1)
    devices = Devices(CUDA)
    accelerators = Accelerators(devices)
    assert accelerators.of(CUDA) is CUDA
    devices.working.clear()
    assert decoded(PyAvOpener(accelerators), clip, CUDA)[0] == 15


def test_a_camera_that_is_away_is_no_fault_of_the_device() -> None:
    opener = PyAvOpener(Accelerators(Devices(VAAPI)))
    settings = StreamSettings(decoder_hardware=VAAPI, open_timeout_seconds=1.0)
    with pytest.raises(CameraUnreachableError):
        opener.open(Source(location="rtsp://127.0.0.1:9/none"), settings)
