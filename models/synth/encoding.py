"""Clips as cheap cameras stream them: H.264 at few bits."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av

from domain.frame import Pixels
from models.synth.errors import SynthError

QUALITY = 27  # x264's constant rate factor: blocks begin to show in flat places, small animals stay


def write_clip(path: Path, frames: Iterable[Pixels], *, per_second: int, quality: int = QUALITY) -> int:
    """Encode pictures of one size (height, width, 3), blue first; how many there were. The file is whole or absent.

    One thread and no timestamps of now: the same pictures give the same bytes with the same encoder.
    """
    part = path.with_suffix(".part.mp4")
    count = 0
    with av.open(str(part), "w", options={"movflags": "+faststart"}) as container:
        stream = None
        for pixels in frames:
            if stream is None:
                stream = container.add_stream("libx264", rate=per_second)
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.time_base = Fraction(1, per_second)
                stream.options = {"crf": str(quality), "preset": "medium", "g": str(2 * per_second), "threads": "1"}
            frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
            frame.pts = count
            container.mux(stream.encode(frame))
            count += 1
        if stream is None:
            raise SynthError(f"{path}: expected at least one frame, found none")
        container.mux(stream.encode())
    part.replace(path)
    return count
