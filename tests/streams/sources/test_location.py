import os
from pathlib import Path

import pytest

from domain.organisation import Source, Transport
from streams.errors import BadDataError, SourceNotFoundError, StreamErrorCode, UnsupportedSourceError
from streams.settings import StreamSettings
from streams.sources.location import Location, SourceKind, kind_of, located

SETTINGS = StreamSettings()


def locate(text: str, transport: Transport = Transport.AUTO) -> Location:
    return located(Source(location=text, transport=transport), SETTINGS)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("rtsp://cam/1", SourceKind.RTSP),
        ("RTSPS://cam/1", SourceKind.RTSP),
        ("http://cam/1", SourceKind.HTTP),
        ("HTTPS://cam/live.m3u8", SourceKind.HTTP),
        ("file:///videos/a.mp4", SourceKind.FILE),
        ("/videos/a.mp4", SourceKind.FILE),
        ("videos/a.mp4", SourceKind.FILE),
        ("concat:a.ts|b.ts", SourceKind.FILE),
        ("/dev/video0", SourceKind.DEVICE),
    ],
)
def test_an_address_names_its_kind(text: str, kind: SourceKind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize("text", ["gopher://a", "data://x", "subfile://x", "rtmp://u:p@cam/live"])
def test_other_protocols_are_refused_without_their_secrets(text: str) -> None:
    with pytest.raises(UnsupportedSourceError) as caught:
        kind_of(text)
    assert "u:p" not in str(caught.value)


def test_a_remote_source_may_use_no_local_file_and_nothing_unlisted() -> None:
    for text in ("http://cam/live.m3u8", "rtsp://cam/1"):
        protocols = locate(text).options["protocol_whitelist"].split(",")
        assert not {"file", "concat", "subfile", "data", "pipe", "fd", "ftp", "gopher"} & set(protocols)


def test_a_file_may_use_files_only_and_no_playlists(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    options = locate(str(path)).options
    assert options["protocol_whitelist"] == "file"
    assert not {"hls", "concat", "sdp", "dash", "image2"} & set(options["format_whitelist"].split(","))


def test_transport_is_passed_on() -> None:
    assert locate("rtsp://cam/1", Transport.TCP).options["rtsp_transport"] == "tcp"
    assert locate("rtsp://cam/1", Transport.UDP).options["rtsp_transport"] == "udp"
    assert locate("rtsp://cam/1").options["rtsp_flags"] == "prefer_tcp"


def test_certificates_are_verified_unless_switched_off() -> None:
    assert locate("https://cam/1").options["tls_verify"] == "1"
    relaxed = StreamSettings(verifies_certificates=False)
    assert located(Source(location="rtsps://cam/1"), relaxed).options["tls_verify"] == "0"
    assert "tls_verify" not in locate("http://cam/1").options


def test_what_is_shown_holds_no_password() -> None:
    location = locate("rtsp://admin:geheim@cam/1")
    assert location.shown == "rtsp://***@cam/1"
    assert location.address == "rtsp://admin:geheim@cam/1"


def test_a_file_named_like_a_protocol_stays_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("concat:a").write_bytes(b"x")
    assert locate("concat:a").address == f"file:{tmp_path}/concat:a"


def test_what_is_no_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    os.mkfifo(tmp_path / "fifo")
    expected = {
        "missing.mp4": StreamErrorCode.NOT_FOUND,
        "empty.mp4": StreamErrorCode.BAD_DATA,
        "fifo": StreamErrorCode.UNSUPPORTED,
        ".": StreamErrorCode.UNSUPPORTED,
    }
    found = {}
    for name in expected:
        with pytest.raises((SourceNotFoundError, BadDataError, UnsupportedSourceError)) as caught:
            locate(str(tmp_path / name))
        found[name] = caught.value.code
    assert found == expected


def test_a_missing_device_is_said_so() -> None:
    with pytest.raises(SourceNotFoundError):
        locate("/dev/video4711")
