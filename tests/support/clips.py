"""Videos made for tests: nothing of other people, known pixels, the size and codec that a test needs."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from domain.frame import Pixels

Draw = Callable[[float], Pixels]
"""Pixels (height, width, 3), BGR, of the picture at so many seconds."""

SQUARE_SHARE = 6  # the square's side is the height's sixth


def moving_square(width: int, height: int) -> Draw:
    """A bright square that crosses a grey gradient once in two seconds."""
    ramp = np.linspace(40, 120, width, dtype=np.uint8)
    background = np.repeat(np.repeat(ramp[None, :, None], height, axis=0), 3, axis=2)
    side = max(2, height // SQUARE_SHARE)

    def draw(seconds: float) -> Pixels:
        pixels = background.copy()
        left = int((seconds / 2.0 % 1.0) * (width - side))
        top = (height - side) // 2
        pixels[top : top + side, left : left + side] = (40, 200, 250)
        return pixels

    return draw


def make_clip(
    path: Path,
    *,
    width: int = 640,
    height: int = 360,
    fps: float = 15,
    seconds: float = 2.0,
    codec: str = "libx264",
    gop: int | None = None,
    b_frames: int = 0,
    draw: Draw | None = None,
    pixel_format: str | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Encode a clip into the container that the file's suffix names, and return its path.

    `gop` is the number of pictures from keyframe to keyframe, by default one second's.
    """
    rate = Fraction(fps).limit_denominator(1000)
    shown = draw or moving_square(width, height)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, options={**_quick(codec), **(options or {})})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = width, height
        stream.pix_fmt = pixel_format or ("yuvj420p" if codec == "mjpeg" else "yuv420p")
        stream.gop_size = gop or max(1, round(fps))
        stream.max_b_frames = b_frames
        for index in range(round(seconds * fps)):
            frame = av.VideoFrame.from_ndarray(shown(index / fps), format="bgr24")
            frame.pts, frame.time_base = index, 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def add_sound(clip: Path, path: Path, *, seconds: float = 2.0) -> Path:
    """The clip's own packets beside a second track of sound, and return its path."""
    with av.open(str(clip)) as reader, av.open(str(path), "w") as writer:
        given = reader.streams.video[0]
        video = writer.add_stream_from_template(given)
        sound = writer.add_stream("aac", rate=16_000)
        assert isinstance(sound, AudioStream)
        tone = np.sin(np.arange(int(16_000 * seconds)) / 6, dtype=np.float32)[None, :]
        frame = av.AudioFrame.from_ndarray(np.asarray(tone, np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16_000, 0
        for spoken in (*sound.encode(frame), *sound.encode(None)):
            writer.mux(spoken)
        for packet in reader.demux(given):
            if packet.dts is not None:
                packet.stream = video
                writer.mux(packet)
    return path


def make_audio(path: Path, *, seconds: float = 1.0) -> Path:
    """A file that has sound and no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16_000)
        assert isinstance(stream, AudioStream)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, int(16_000 * seconds)), np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = 16_000
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _quick(codec: str) -> dict[str, str]:
    """Settings that cost little and keep exactly the groups of pictures asked for."""
    return {
        "libx264": {"preset": "veryfast", "x264-params": "scenecut=0:keyint_min=1:open-gop=0:threads=1"},
        "libx265": {"preset": "ultrafast", "x265-params": "scenecut=0:open-gop=0:log-level=none:pools=1"},
        "mjpeg": {"qscale": "3"},
    }.get(codec, {})


def cut_clip(source: Path, path: Path, *, seconds: float) -> Path:
    """The beginning of a clip, its packets as they are, and return its path."""
    with av.open(str(source)) as reader, av.open(str(path), "w") as writer:
        given = reader.streams.video[0]
        assert given.time_base is not None
        stream = writer.add_stream_from_template(given)
        end = seconds / given.time_base
        for packet in reader.demux(given):
            if packet.dts is None or packet.dts >= end:
                break
            packet.stream = stream
            writer.mux(packet)
    return path
