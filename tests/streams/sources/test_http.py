"""Cameras and playlists over HTTP, from real servers, good and bad."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.organisation import Source
from streams.errors import BadDataError, StreamError, StreamErrorCode
from streams.settings import StreamSettings
from streams.sources.pyav import PyAvOpener
from tests.streams.servers import (
    Conversation,
    HttpServer,
    closing,
    flooding,
    self_signed,
    silent,
    tcp_server,
    trickling,
    trickling_body,
    trickling_headers,
)
from tests.support.clips import make_audio, make_clip
from tests.support.wayward import Conduct, WaywardJpegCamera, noise_picture, picture_bomb

pytestmark = pytest.mark.integration
SETTINGS = StreamSettings(open_timeout_seconds=1.5, read_timeout_seconds=1.5, probe_seconds=1.0)
# Opening and probing have the open timeout each, and finding out why it failed has three seconds.
LONGEST_SECONDS = 2 * 1.5 + 3.0 + 1.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HttpServer]:
    make_clip(tmp_path / "clip.mp4", seconds=2)
    make_clip(tmp_path / "clip.ts", seconds=2)
    with HttpServer(tmp_path) as server:
        yield server


def count_pictures(location: str, limit: int = 1000) -> int:
    source = PyAvOpener().open(Source(location=location), SETTINGS)
    try:
        pictures = 0
        while pictures < limit and (packet := source.read()) is not None:
            pictures += len(source.decode(packet, is_wanted=True))
        return pictures + len(source.drain())
    finally:
        source.close()


def failure(location: str) -> StreamError:
    began = time.monotonic()
    with pytest.raises(StreamError) as caught:
        count_pictures(location)
    assert time.monotonic() - began < LONGEST_SECONDS
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None  # FFmpeg's own text repeats the address
    return caught.value


def playlist(folder: Path, name: str, *segments: str, key: str = "") -> None:
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
    body = "".join(f"#EXTINF:2,\n{segment}\n" for segment in segments)
    (folder / name).write_text(f"{head}{key}{body}#EXT-X-ENDLIST\n")


def test_a_file_over_http_plays(server: HttpServer) -> None:
    assert count_pictures(server.url("clip.mp4", login="admin:geheim@")) == 30


def test_a_playlist_plays(server: HttpServer, tmp_path: Path) -> None:
    playlist(tmp_path, "live.m3u8", "clip.ts", "clip.ts")
    assert count_pictures(server.url("live.m3u8")) == 60


def test_motion_jpeg_plays_and_declares_no_invented_rate(server: HttpServer, tmp_path: Path) -> None:
    location = server.play_pictures(make_clip(tmp_path / "clip.avi", codec="mjpeg", seconds=1))
    source = PyAvOpener().open(Source(location=location), SETTINGS)
    assert (source.properties.codec, source.properties.declared_fps) == ("mjpeg", None)
    source.close()
    assert count_pictures(location, limit=12) == 12


def test_a_few_redirects_are_followed(server: HttpServer) -> None:
    assert count_pictures(server.url("hop3")) == 30


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("status/401", StreamErrorCode.AUTH),
        ("status/403", StreamErrorCode.AUTH),
        ("status/404", StreamErrorCode.NOT_FOUND),
        ("status/500", StreamErrorCode.UNREACHABLE),
        ("missing.mp4", StreamErrorCode.NOT_FOUND),
        ("loop", StreamErrorCode.REDIRECT_LOOP),
        ("hop9", StreamErrorCode.REDIRECT_LOOP),
        ("to-file", StreamErrorCode.UNSUPPORTED),
    ],
)
def test_a_refusal_has_its_code(server: HttpServer, path: str, code: StreamErrorCode) -> None:
    assert failure(server.url(f"{path}?token=geheim", login="admin:geheim@")).code is code


def test_an_endless_redirect_is_given_up_soon(server: HttpServer) -> None:
    failure(server.url("loop"))
    assert len(server.asked) < 4 * (SETTINGS.maximum_redirects + 2)


@pytest.mark.parametrize("segment", ["file://{folder}/clip.ts", "{folder}/clip.ts", "concat:{folder}/clip.ts",
                                     "subfile,,start,0,end,0,,:{folder}/clip.ts", "file:///etc/passwd",
                                     "data:text/plain,x", "gopher://127.0.0.1/"])  # fmt: skip
def test_a_playlist_cannot_make_this_process_read_its_own_files(
    server: HttpServer, tmp_path: Path, segment: str
) -> None:
    playlist(tmp_path, "evil.m3u8", segment.format(folder=tmp_path))
    assert failure(server.url("evil.m3u8")).code is StreamErrorCode.BAD_DATA


def test_a_playlist_cannot_name_a_local_playlist_or_key(server: HttpServer, tmp_path: Path) -> None:
    playlist(tmp_path, "local.m3u8", f"file://{tmp_path}/clip.ts")
    (tmp_path / "master.m3u8").write_text(f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile://{tmp_path}/local.m3u8\n")
    (tmp_path / "secret").write_bytes(bytes(16))
    key = f'#EXT-X-KEY:METHOD=AES-128,URI="file://{tmp_path}/secret"\n'
    playlist(tmp_path, "keyed.m3u8", "clip.ts", key=key)
    for name in ("master.m3u8", "keyed.m3u8"):
        assert failure(server.url(name)).code is StreamErrorCode.BAD_DATA


def test_a_playlist_that_names_itself_ends(server: HttpServer, tmp_path: Path) -> None:
    (tmp_path / "self.m3u8").write_text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nself.m3u8\n")
    assert failure(server.url("self.m3u8")).code in {StreamErrorCode.NO_VIDEO, StreamErrorCode.TIMEOUT}


def test_a_certificate_that_nobody_signed_is_refused_unless_allowed(server: HttpServer, tmp_path: Path) -> None:
    with HttpServer(tmp_path, certificate=self_signed(tmp_path)) as secure:
        assert failure(secure.url("clip.mp4", login="admin:geheim@")).code is StreamErrorCode.CERTIFICATE
        trusting = StreamSettings(**{**SETTINGS.model_dump(), "verifies_certificates": False})
        source = PyAvOpener().open(Source(location=secure.url("clip.mp4")), trusting)
        assert source.read() is not None
        source.close()


def test_sound_alone_is_no_video(server: HttpServer, tmp_path: Path) -> None:
    make_audio(tmp_path / "sound.mp4")
    error = failure(server.url("sound.mp4"))
    assert error.code is StreamErrorCode.NO_VIDEO
    assert "audio" in str(error)


@pytest.mark.parametrize(
    ("talk", "code"),
    [
        (silent, StreamErrorCode.TIMEOUT),
        (trickling, StreamErrorCode.TIMEOUT),
        (trickling_headers, StreamErrorCode.TIMEOUT),
        (trickling_body, StreamErrorCode.TIMEOUT),
        (flooding, StreamErrorCode.BAD_DATA),
        (closing, StreamErrorCode.UNREACHABLE),
    ],
)
def test_a_spiteful_server_is_left_in_time(talk: Conversation, code: StreamErrorCode) -> None:
    with tcp_server(talk) as port:
        assert failure(f"http://admin:geheim@127.0.0.1:{port}/x").code is code


def test_a_closed_port_is_unreachable() -> None:
    with tcp_server(silent) as port:
        pass
    assert failure(f"http://admin:geheim@127.0.0.1:{port}/x").code is StreamErrorCode.UNREACHABLE


def test_a_picture_bomb_is_refused_and_the_sound_pictures_after_it_are_shown() -> None:
    pictures = [noise_picture(160, 96, seed) for seed in range(3)]
    with WaywardJpegCamera(pictures, pictures) as camera:
        source = PyAvOpener().open(Source(location=camera.url), SETTINGS)
        camera.conduct = Conduct.BOMB
        packet = source.read()
        while packet is not None and len(packet.payload) < len(picture_bomb()):
            packet = source.read()
        assert packet is not None
        with pytest.raises(BadDataError):
            source.decode(packet, is_wanted=True)
        camera.conduct = Conduct.GOOD
        while packet is not None and len(packet.payload) >= len(picture_bomb()):
            packet = source.read()
        assert packet is not None
        assert [each.picture.width for each in source.decode(packet, is_wanted=True)] == [160]
        source.close()


def test_a_camera_that_begins_with_a_picture_bomb_is_refused_with_what_it_is() -> None:
    with WaywardJpegCamera([noise_picture(160, 96)], [], conduct=Conduct.BOMB) as camera:
        assert failure(camera.url).code is StreamErrorCode.BAD_DATA
