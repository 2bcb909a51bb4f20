import pytest

from api.errors import FieldError
from api.sources import scheme_of, shown_location


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("rtsp://user:pw@192.0.2.7/stream", "rtsp"),
        ("RTSPS://192.0.2.7/stream", "rtsps"),
        ("http://192.0.2.7/live.m3u8", "http"),
        ("https://192.0.2.7/live.m3u8", "https"),
        ("file:///srv/clip.mp4", "file"),
        ("/srv/clip.mp4", "file"),
        ("clip.mp4", "file"),
        ("/dev/video0", "device"),
        ("file:///dev/video0", "device"),
        ("/dev/../etc/passwd", "file"),
        ("/dev/video0/../../etc/passwd", "file"),
        ("//dev/video0", "file"),
    ],
)
def test_the_kind_of_a_source(location: str, expected: str) -> None:
    assert scheme_of(location) == expected


@pytest.mark.parametrize(
    "location",
    [
        "concat:/etc/passwd|/etc/shadow",
        "subfile,,start,0,end,0,,:/etc/passwd",
        "data:text/plain,secret",
        "pipe:0",
        "tcp://192.0.2.7:22",
        "gopher://192.0.2.7/",
        "rtsp:/etc/passwd",
        "http:secret@192.0.2.7",
        "crypto:file.ts",
        "viewer:secret@192.0.2.7/stream",
    ],
)
def test_every_other_protocol_of_the_decoder_is_refused_without_repeating_it(location: str) -> None:
    with pytest.raises(FieldError) as refused:
        scheme_of(location)

    assert refused.value.found == "another kind of address"
    assert "secret" not in str(refused.value)


def test_a_location_is_shown_without_its_password() -> None:
    assert "s3cret" not in shown_location("rtsp://viewer:s3cret@192.0.2.7:554/stream")
    assert "192.0.2.7" in shown_location("rtsp://viewer:s3cret@192.0.2.7:554/stream")
