#!/usr/bin/env python3
"""Write a short H.264 clip of a moving square: `scripts/make_clip.py FILE [SECONDS]`. Needs PyAV and numpy."""

import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT, FPS = 640, 360, 15


def main() -> None:
    path = Path(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        for number in range(int(seconds * FPS)):
            pixels = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8)
            left = number * 7 % (WIDTH - 60)
            pixels[200:260, left : left + 60] = (40, 160, 220)
            frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


if __name__ == "__main__":
    main()
