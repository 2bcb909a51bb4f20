from pathlib import Path

import av
import numpy as np

from service.demo.encode import encode


def test_the_same_pictures_make_the_same_file(tmp_path: Path) -> None:
    pictures = [np.full((64, 96, 3), level, np.uint8) for level in range(0, 250, 25)]
    paths = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for path in paths:
        encode(path, pictures, fps=15, width=96, height=64)

    assert paths[0].read_bytes() == paths[1].read_bytes()
    with av.open(str(paths[0])) as container:
        levels = [frame.to_ndarray(format="bgr24").mean() for frame in container.decode(video=0)]
    assert len(levels) == 10
    assert np.allclose(levels, range(0, 250, 25), atol=6)
