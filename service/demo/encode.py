"""Pictures into a small H.264 file that every player and camera reader understands."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

# One thread: the encoder splits its work by thread, and the file would differ between machines.
_OPTIONS = {
    "crf": "27",
    "preset": "medium",
    "threads": "1",
    "bf": "0",
    "x264-params": "keyint=30:min-keyint=30:scenecut=0",
}


def encode(path: Path, pictures: Iterable[npt.NDArray[np.uint8]], *, fps: int, width: int, height: int) -> None:
    """Write the pictures (uint8 BGR) as one video without sound; a keyframe every two seconds at 15 fps."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=fps, options=_OPTIONS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, fps)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
