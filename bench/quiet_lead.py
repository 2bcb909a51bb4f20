"""A clip that begins with a quiet place: its first picture for some seconds, with a sensor's noise over all of it.

The demonstration's clips are busy from their first second on, so a camera that shows them is never idle. With such a
lead it is asleep when the clip begins, which is the moment that matters. Where people are in the first picture they
are followed, and nothing sleeps: there the lead is that picture with the lights out, and the clip begins with light.
"""

from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

from domain.frame import Pixels

GOP_SECONDS = 2
_NOISE = 2.0  # levels, standard deviation
_FIELDS = 8  # of noise, that take turns


def with_quiet_lead(clip: Path, path: Path, seconds: float, *, brightness: float = 1.0) -> Path:
    """Write the clip behind so many seconds of its first picture, in H.264 with a keyframe every two seconds.

    `brightness`: that of the lead, as a share of the picture's own (0 to 1).
    """
    with av.open(str(clip)) as reader, av.open(str(path), "w") as writer:
        given = reader.streams.video[0]
        rate = given.average_rate
        if rate is None:
            raise ValueError(f"expected a clip with a rate of pictures, found none in {clip.name}")
        options = {"preset": "veryfast", "crf": "23", "x264-params": "scenecut=0:open-gop=0:threads=1"}
        stream = writer.add_stream("libx264", rate=rate, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = given.width, given.height
        stream.pix_fmt, stream.bit_rate, stream.max_b_frames = "yuv420p", 0, 0
        stream.gop_size = round(GOP_SECONDS * rate)
        draw = np.random.default_rng(1)
        noise = [draw.normal(0, _NOISE, (given.height, given.width, 1)) for _ in range(_FIELDS)]
        number = 0
        for place, frame in enumerate(reader.decode(given)):
            pixels = np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
            lead = round(seconds * rate) if place == 0 else 0
            for count in range(lead + 1):
                light = brightness if count < lead else 1.0
                shown = av.VideoFrame.from_ndarray(_noisy(pixels * light, noise[number * 5 % _FIELDS]), format="bgr24")
                shown.pts = number
                writer.mux(stream.encode(shown))
                number += 1
        writer.mux(stream.encode(None))
    return path


def _noisy(pixels: npt.NDArray[np.floating[Any]], noise: npt.NDArray[np.float64]) -> Pixels:
    return np.asarray((pixels + noise).clip(0, 255), dtype=np.uint8)
