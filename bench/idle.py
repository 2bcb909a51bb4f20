"""`python -m bench.idle`: processor time of decoding one camera, awake and idle; about half a minute.

A still room with a sensor's noise is encoded as H.264 and H.265, 1280x720 at 15 pictures per second with a keyframe
every two seconds, and played through the service's own playback: all of it with five pictures a second due, and by
keyframes only. All variants take turns, medians are reported, and processor time is counted. Gate and network are not
in it.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from bench.machine import Machine, describe
from bench.table import documented
from domain.attention import Attention
from domain.frame import Picture
from domain.organisation import Source
from streams.clock import SystemClock
from streams.lease import Lease
from streams.playback import Playback
from streams.ring import PacketRing
from streams.selection import Verdict
from streams.settings import IdleSettings, StreamSettings
from streams.slumber import WakeCause
from streams.sources.pyav import PyAvOpener
from streams.timeline import Instant, MediaTimeline

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
MARK = "idle"
SIZE = (1280, 720)
FPS = 15
SECONDS = 16
AWAKE_SECONDS = 6.0  # what it takes to know the keyframes' distance; not counted in the idle rows
CODECS = ("libx264", "libx265")


@dataclass(frozen=True, slots=True)
class Variant:
    """A row of the table."""

    name: str
    attention: Attention
    skips_loop_filter: bool = False


VARIANTS = (
    Variant("awake, 5 pictures a second", Attention.AWAKE),
    Variant("idle", Attention.IDLE),
    Variant("idle, without loop filter", Attention.IDLE, True),
)


class Count:
    """Counts what a playback tells it; see streams.playback.PictureTaker. Each picture is read as the gate reads it."""

    def __init__(self) -> None:
        self.pictures = 0
        self.asleep_at: float | None = None
        self.wakes = 0

    def deliver(self, picture: Picture, at: Instant) -> None:  # noqa: ARG002 - only the work counts
        picture.luma(320, 180)
        self.pictures += 1

    def passed_over(self, verdict: Verdict) -> None:
        """Decoded for others."""

    def sound(self, source_step_seconds: float | None) -> None:
        """Nobody's health is watched."""

    def corrupt_packet(self) -> None:
        raise ValueError("expected a clip without damage")

    def rested(self, *, is_due: bool) -> None:
        """Spared."""

    def fell_asleep(self) -> None:
        if self.asleep_at is None:
            self.asleep_at = time.process_time()

    def woke(self, cause: WakeCause) -> None:  # noqa: ARG002 - all count alike
        self.wakes += 1


class _Beginning:
    def monotonic(self) -> float:
        return 0.0

    def utc(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)


def make_room(path: Path, codec: str, *, seconds: int = SECONDS, size: tuple[int, int] = SIZE) -> Path:
    """A room that does not change, with noise that does; constant quality, so that sizes tell of the scene."""
    width, height = size
    draw = np.random.default_rng(1)
    room = draw.integers(50, 170, (height // 8, width // 8)).repeat(8, 0).repeat(8, 1).astype(np.float32)
    noise = [draw.normal(0, 2, room.shape).astype(np.float32) for _ in range(8)]
    options = {
        "libx264": {"preset": "veryfast", "crf": "26", "x264-params": "scenecut=0:open-gop=0:threads=1"},
        "libx265": {"preset": "ultrafast", "x265-params": "crf=28:scenecut=0:open-gop=0:log-level=none:pools=1"},
    }[codec]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = width, height, "yuv420p", 0
        stream.gop_size, stream.max_b_frames = 2 * FPS, 0
        for index in range(seconds * FPS):
            grey = (room + noise[index * 5 % 8]).clip(0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="gray").reformat(format="yuv420p")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def spent(clip: Path, variant: Variant, seconds: int = SECONDS) -> tuple[float, Count]:
    """Processor milliseconds per second of the clip, of an idle variant only what came after it fell asleep."""
    settings = StreamSettings(decoder_skips_loop_filter=variant.skips_loop_filter, idle=IdleSettings(is_on=True))
    source, clock, count = PyAvOpener().open(Source(location=str(clip)), settings), SystemClock(), Count()
    timeline = MediaTimeline(_Beginning())
    timeline.opened(float(FPS))
    began = time.process_time()
    try:
        Playback(
            source,
            address="clip",
            lease=Lease(clock),
            clock=clock,
            timeline=timeline,
            ring=PacketRing(seconds=30.0, bytes_limit=8 * 1024 * 1024),
            taker=count,
            analysed_fps=lambda: 5.0,
            settings=settings,
            attention=lambda: variant.attention,
        ).run()
    finally:
        source.close()
    ended = time.process_time()
    if count.asleep_at is None:
        return 1000 * (ended - began) / seconds, count
    return 1000 * (ended - count.asleep_at) / (seconds - AWAKE_SECONDS), count


def measured(folder: Path, rounds: int) -> Iterator[tuple[str, Variant, float]]:
    clips = {codec: make_room(folder / f"{codec}.mp4", codec) for codec in CODECS}
    found: dict[tuple[str, Variant], list[float]] = {}
    for _ in range(rounds):
        for codec, clip in clips.items():
            for variant in VARIANTS:
                found.setdefault((codec, variant), []).append(spent(clip, variant)[0])
    for (codec, variant), values in found.items():
        yield codec, variant, statistics.median(values)


def table(found: Sequence[tuple[str, Variant, float]], machine: Machine, rounds: int) -> str:
    """Markdown."""
    names = {"libx264": "H.264", "libx265": "H.265"}
    values = {(codec, variant.name): value for codec, variant, value in found}
    head = ["decoding", *(names[codec] for codec in CODECS)]
    rows = [head, ["---"] * len(head)]
    for variant in VARIANTS:
        cells = [values[codec, variant.name] for codec in CODECS]
        firsts = [values[codec, VARIANTS[0].name] for codec in CODECS]
        shares = [f"{cell:.1f} ({cell / first:.2f})" for cell, first in zip(cells, firsts, strict=True)]
        rows.append([variant.name, *shares])
    remark = (
        f"CPU-ms per camera-second at 1280×720, 15 pictures a second, a keyframe every two seconds; medians of "
        f"{rounds} rounds, in brackets the share of the first row. {machine.processor}, {machine.cores} cores; "
        f"av {machine.packages['av']}; load {machine.load_at_start:.1f} at the start."
    )
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", remark])


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="passes over each clip in each way (3)")
    parser.add_argument("--document", action="store_true", help="also put the table into docs/performance.md")
    given = parser.parse_args(words)
    machine = describe()
    with tempfile.TemporaryDirectory() as folder:
        shown = table(list(measured(Path(folder), given.rounds)), machine, given.rounds)
    if given.document:
        DOCUMENT.write_text(documented(DOCUMENT.read_text(encoding="utf-8"), shown, MARK), encoding="utf-8")
    sys.stdout.write(f"{shown}\n")


if __name__ == "__main__":
    main()
