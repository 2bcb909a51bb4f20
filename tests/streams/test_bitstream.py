"""Against real streams: what FFmpeg's own filter makes of the same file."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.bitstream import BitStreamFilterContext
from av.video.frame import PictureType

from streams.bitstream import START_CODE, Parameters, annex_b, can_begin_here, length_size, nal_units, parameters_of
from tests.support.clips import make_clip

CODECS = [("libx264", "h264"), ("libx265", "hevc")]


def packets(path: Path) -> tuple[list[bytes], bytes]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        payloads = [bytes(packet) for packet in container.demux(stream) if packet.size]
        return payloads, bytes(stream.codec_context.extradata or b"")


@pytest.mark.parametrize(("encoder", "codec"), CODECS)
def test_units_are_the_same_in_both_forms(tmp_path: Path, encoder: str, codec: str) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=1, codec=encoder)
    payloads, extradata = packets(clip)
    assert length_size(codec, extradata) == 4
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        bsf = BitStreamFilterContext(f"{codec}_mp4toannexb", stream)
        converted = [bytes(out) for packet in container.demux(stream) if packet.size for out in bsf.filter(packet)]
    for ours, theirs in zip(payloads, converted, strict=True):
        own_units = list(nal_units(annex_b(codec, ours, extradata), None))
        # FFmpeg adds the record's units to keyframes.
        assert own_units == [unit for unit in nal_units(theirs, None) if unit in own_units]


@pytest.mark.parametrize(("encoder", "codec"), CODECS)
def test_parameters_are_found_in_the_record_and_in_the_stream(tmp_path: Path, encoder: str, codec: str) -> None:
    from_record = packets_parameters(make_clip(tmp_path / "clip.mp4", seconds=1, codec=encoder), codec)
    in_stream = packets_parameters(make_clip(tmp_path / "clip.ts", seconds=1, codec=encoder), codec)
    assert len(in_stream.sets) >= (2 if codec == "h264" else 3)
    assert {unit[:2] for unit in in_stream.sets} == {unit[:2] for unit in from_record.sets}


def packets_parameters(path: Path, codec: str) -> Parameters:
    payloads, extradata = packets(path)
    return parameters_of(codec, payloads[0], extradata)


@pytest.mark.parametrize(("encoder", "codec"), CODECS)
@pytest.mark.parametrize("suffix", ["mp4", "ts"])
def test_a_decoder_can_begin_at_keyframes_only(tmp_path: Path, encoder: str, codec: str, suffix: str) -> None:
    payloads, extradata = packets(make_clip(tmp_path / f"c.{suffix}", seconds=2, gop=10, codec=encoder))
    found = [place for place, payload in enumerate(payloads) if can_begin_here(codec, payload, extradata)]
    assert found == [0, 10, 20]


def test_an_i_picture_that_is_no_keyframe_is_no_beginning(tmp_path: Path) -> None:
    """Every picture differs wholly from the one before, so the encoder makes I pictures without a new beginning."""
    chance = np.random.RandomState(3)
    noise = [chance.randint(0, 256, (90, 160, 3)).astype(np.uint8) for _ in range(15)]
    clip = make_clip(
        tmp_path / "c.mp4",
        width=160,
        height=90,
        seconds=1,
        gop=100,
        draw=lambda seconds: noise[round(seconds * 15)],
        options={"x264-params": "scenecut=60:keyint=100:min-keyint=50"},
    )
    with av.open(str(clip)) as container:
        kinds = [frame.pict_type for frame in container.decode(video=0)]
    assert kinds.count(PictureType.I) > 1
    payloads, extradata = packets(clip)
    assert [place for place, data in enumerate(payloads) if can_begin_here("h264", data, extradata)] == [0]


def test_another_size_has_other_parameters(tmp_path: Path) -> None:
    small = make_clip(tmp_path / "s.ts", width=320, height=180, seconds=1)
    large = make_clip(tmp_path / "l.ts", width=640, height=360, seconds=1)
    again = make_clip(tmp_path / "a.ts", width=320, height=180, seconds=1)
    assert packets_parameters(small, "h264") != packets_parameters(large, "h264")
    assert packets_parameters(small, "h264") == packets_parameters(again, "h264")


def test_the_size_of_a_jpeg_is_its_parameters(tmp_path: Path) -> None:
    small, _ = packets(make_clip(tmp_path / "s.avi", width=320, height=180, seconds=0.2, codec="mjpeg"))
    height, width = 180, 320
    assert parameters_of("mjpeg", small[0], b"").sets == (height.to_bytes(2) + width.to_bytes(2),)


@pytest.mark.parametrize(
    "payload", [b"", b"\x00", b"\x00\x00\x01", b"\xff\xd8", b"\xff\xd8\xff\xc0\x00", b"\x00\x00\x00\x09ab"]
)
@pytest.mark.parametrize("codec", ["h264", "hevc", "mjpeg", "vp8"])
def test_nonsense_is_read_without_an_error(codec: str, payload: bytes) -> None:
    for extradata in (b"", b"\x01" * 8, b"\x01" * 30, START_CODE):
        assert parameters_of(codec, payload, extradata).codec == codec
