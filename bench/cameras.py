"""The cameras of the benchmark: clips in H.264, looped by a real RTSP server."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from service.demo.cameras import load_demo
from tests.support.rtsp import RtspServer
from tests.support.shared import REPOSITORY

WIDTH, HEIGHT, FPS = 1280, 720, 15  # of the real content
_CLIP_SECONDS = 24
# What cameras of this size usually send; the decoder's work grows with it.
_BITS_PER_SECOND = 2_000_000
_ANIMALS = {"pest.rodent", "animal.pet"}
_REAL = (
    "intel_bottle_detection.mp4",
    "intel_one_by_one_person_indoor.mp4",
    "mouse_openfield_dlc_m3v1.mp4",
    "site_hardhat_compilation.mp4",
)


class Content(StrEnum):
    """`demo`: the rendered clips of the demonstration, 640x360 at ten pictures per second. `real`: public clips of
    rooms, people and a mouse (scaled up to 1280x720 at 15), kept outside the repository."""

    DEMO = "demo"
    REAL = "real"


def available_content() -> Content:
    return Content.REAL if all(path.is_file() for path in _real_sources()) else Content.DEMO


def clips(content: Content, folder: Path) -> list[Path]:
    """The clips of a content; those that must be encoded first are kept in `folder` for the next time."""
    if content is Content.DEMO:
        return [camera.path() for camera in load_demo().cameras]
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for source in _real_sources():
        path = folder / f"{source.stem}_720p15.mp4"
        if not path.exists():
            part = path.with_suffix(".part.mp4")
            encode(source, part)
            part.rename(path)
        made.append(path)
    return made


def animal_clips() -> list[Path]:
    """The clips of the demonstration that promise an alert about an animal, on whatever camera."""
    return [
        camera.path()
        for camera in load_demo().cameras
        if any(each.is_due_today and each.code in _ANIMALS for each in camera.promises().raised)
    ]


def _real_sources() -> list[Path]:
    return [REPOSITORY.parent / "shared" / "data" / "videos" / name for name in _REAL]


def encode(source: Path, target: Path) -> None:
    """The first 24 seconds of a video as a camera would send it: 720p15, 2 Mbit/s, a keyframe every two seconds."""
    options = {"preset": "veryfast", "x264-params": f"keyint={2 * FPS}:scenecut=0:bframes=0"}
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        stream = writer.add_stream("libx264", rate=FPS, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = _BITS_PER_SECOND
        for number, picture in enumerate(_at_rate(reader.decode(video=0))):
            if number == _CLIP_SECONDS * FPS:
                break
            scaled = picture.reformat(WIDTH, HEIGHT, "yuv420p")
            scaled.pts, scaled.time_base = number, Fraction(1, FPS)
            scaled.pict_type = PictureType.NONE  # else the source's keyframes are repeated as such
            writer.mux(stream.encode(scaled))
        writer.mux(stream.encode(None))


def _at_rate(pictures: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """Drop and repeat pictures so that 15 of them make a second."""
    due = 0.0
    for picture in pictures:
        while picture.pts is not None and picture.time + 1e-6 >= due:
            yield picture
            due += 1 / FPS


@contextmanager
def serving(files: list[Path], cameras: int) -> Iterator[list[str]]:
    """Addresses of so many cameras, each with a path and a pipeline of its own; the clips take turns."""
    with RtspServer() as server:
        yield [server.add(f"camera{number}", files[number % len(files)]) for number in range(cameras)]
