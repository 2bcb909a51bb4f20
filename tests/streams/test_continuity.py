"""Against real encoders: what they number, and what is found when pictures are taken away."""

from pathlib import Path

import av
import pytest

from streams.bitstream import length_size, nal_units, parameters_of
from streams.continuity import Continuity
from tests.support.clips import make_clip

OPTIONS = {
    "high": {},
    "baseline": {"profile": "baseline"},
    "references": {"refs": "4"},
    "pyramid": {"x264-params": "scenecut=0:bframes=4:b-pyramid=normal:refs=5"},
    "scaling lists": {"x264-params": "scenecut=0:cqm=jvt"},
    "display order 2": {"x264-params": "scenecut=0:bframes=0"},
    "interlaced": {"x264-params": "scenecut=0:interlaced=1"},
}


def gaps(path: Path, missing: set[int]) -> list[int]:
    """The places of packets before which a picture is found to be missing."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        extradata = bytes(stream.codec_context.extradata or b"")
        packets = [(bytes(packet), packet.is_disposable) for packet in container.demux(stream) if packet.size]
    state, _ = Continuity().after(parameters_of("h264", b"", extradata).sets)
    found = []
    for place, (payload, _) in enumerate(packets):
        if place in missing:
            continue
        state, is_missing = state.after(nal_units(payload, length_size("h264", extradata)))
        if is_missing:
            found.append(place)
    return found


@pytest.mark.parametrize("suffix", ["mp4", "ts"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_whole_stream_misses_nothing(tmp_path: Path, suffix: str, options: dict[str, str], b_frames: int) -> None:
    b_frames = 0 if options.get("profile") == "baseline" else b_frames
    clip = make_clip(tmp_path / f"c.{suffix}", seconds=8, gop=40, b_frames=b_frames, options=options)
    assert gaps(clip, set()) == []


@pytest.mark.parametrize("suffix", ["mp4", "ts"])
@pytest.mark.parametrize("missing", [{20}, {20, 21, 22}, {15}, {39}])
def test_a_lost_picture_is_noticed_at_the_next_one(tmp_path: Path, suffix: str, missing: set[int]) -> None:
    clip = make_clip(tmp_path / f"c.{suffix}", seconds=4, gop=15)
    assert gaps(clip, missing) == [max(missing) + 1]


def test_a_lost_picture_before_a_keyframe_harms_nobody(tmp_path: Path) -> None:
    assert gaps(make_clip(tmp_path / "c.mp4", seconds=4, gop=15), {14}) == []


@pytest.mark.parametrize("unit", [b"\x67", b"\x67\x64", b"\x41", b"\x41\x00\x00", b"\x67" + bytes(60), b"\x65"])
def test_what_cannot_be_read_is_taken_for_whole(unit: bytes) -> None:
    assert Continuity().after([unit])[1] is False
