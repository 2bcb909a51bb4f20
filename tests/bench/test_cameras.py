from pathlib import Path

import av
import pytest

from bench.cameras import FPS, HEIGHT, WIDTH, Content, animal_clips, clips, encode
from tests.support.clips import make_clip


@pytest.mark.parametrize("fps", [10, 25, 30])
def test_a_video_of_any_rate_becomes_what_a_camera_sends(tmp_path: Path, fps: float) -> None:
    source = make_clip(tmp_path / "source.mp4", width=320, height=240, fps=fps, seconds=4.0, gop=5)
    target = tmp_path / "target.mp4"
    encode(source, target)

    with av.open(str(target)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", WIDTH, HEIGHT)
        assert stream.average_rate == FPS
    assert len(packets) == pytest.approx(4 * FPS, abs=2)
    keyframes = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    assert keyframes == list(range(0, len(packets), 2 * FPS))


def test_the_demonstrations_content_needs_nothing_but_the_checkout(tmp_path: Path) -> None:
    found = clips(Content.DEMO, tmp_path / "never made")

    assert set(animal_clips()) <= set(found)
    assert animal_clips()
    assert all(path.is_file() for path in found)
    assert not (tmp_path / "never made").exists()
