"""Files that are cut off, empty, no video or another thing altogether."""

import os
from pathlib import Path

import pytest

from domain.organisation import Source
from streams.errors import StreamError, StreamErrorCode
from streams.settings import StreamSettings
from streams.sources.pyav import PyAvOpener
from tests.streams.sources.test_http import count_pictures
from tests.support.clips import make_audio, make_clip


def code_of(path: Path) -> StreamErrorCode:
    with pytest.raises(StreamError) as caught:
        PyAvOpener().open(Source(location=str(path)), StreamSettings())
    assert str(path) in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "avi"])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_every_picture_of_a_file_is_read_the_last_ones_too(tmp_path: Path, suffix: str, b_frames: int) -> None:
    b_frames = 0 if suffix == "avi" else b_frames
    clip = make_clip(tmp_path / f"clip.{suffix}", seconds=2, b_frames=b_frames)
    assert count_pictures(str(clip)) == 30
    assert count_pictures(f"file://{clip}") == 30


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp4", b""),
        ("text.mp4", b"to be or not to be\n" * 500),
        ("noise.mp4", os.urandom(100_000)),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/etc/passwd\n#EXT-X-ENDLIST\n"),
        ("list.ffconcat", b"ffconcat version 1.0\nfile '/etc/passwd'\n"),
        ("page.sdp", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"),
    ],
)
def test_what_is_no_video_is_bad_data(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert code_of(path) is StreamErrorCode.BAD_DATA


def test_an_mp4_without_its_index_is_bad_data(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", seconds=2)
    path.write_bytes(path.read_bytes()[:2000])
    assert code_of(path) is StreamErrorCode.BAD_DATA


def test_a_stream_that_is_cut_off_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.ts", seconds=4)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 10 < count_pictures(str(path)) < 60


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    assert code_of(make_audio(tmp_path / "sound.mp4")) is StreamErrorCode.NO_VIDEO


def test_a_file_that_may_not_be_read_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_clip(tmp_path / "clip.mp4", seconds=0.2)
    monkeypatch.setattr(os, "access", lambda *_: False)  # tests may run as root, who may read everything
    assert code_of(path) is StreamErrorCode.NOT_PERMITTED


def test_pictures_that_nobody_wants_and_nothing_builds_on_are_not_decoded(tmp_path: Path) -> None:
    source = PyAvOpener().open(
        Source(location=str(make_clip(tmp_path / "c.mp4", seconds=2, gop=30, b_frames=2))), StreamSettings()
    )
    pictures = 0
    while (packet := source.read()) is not None:
        pictures += len(source.decode(packet, is_wanted=False))
    source.close()
    assert 5 <= pictures <= 25
