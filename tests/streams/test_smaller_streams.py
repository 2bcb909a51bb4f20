import pytest

from streams.smaller_streams import PATTERNS, propose

HOST = "rtsp://admin:p@ss/stream1@10.0.0.1:554"


@pytest.mark.parametrize(
    ("maker", "main", "smaller"),
    [
        ("Hikvision", "/Streaming/Channels/101", "/Streaming/Channels/102"),
        (
            "Hikvision",
            "/Streaming/Channels/1601?transportmode=unicast",
            "/Streaming/Channels/1602?transportmode=unicast",
        ),
        ("Hikvision", "/ISAPI/Streaming/channels/101/", "/ISAPI/Streaming/channels/102/"),
        ("Hikvision (older)", "/h264/ch1/main/av_stream", "/h264/ch1/sub/av_stream"),
        ("Dahua", "/cam/realmonitor?channel=1&subtype=0", "/cam/realmonitor?channel=1&subtype=1"),
        ("Dahua", "/cam/realmonitor?subtype=0&channel=10", "/cam/realmonitor?subtype=1&channel=10"),
        ("Uniview", "/media/video1", "/media/video2"),
        ("Uniview", "/video1", "/video2"),
        ("Uniview (recorder)", "/unicast/c1/s0/live", "/unicast/c1/s1/live"),
        ("Huawei", "/LiveMedia/ch1/Media1", "/LiveMedia/ch1/Media2"),
        ("Infinova", "/1/h264major", "/1/h264minor"),
        ("Axis", "/axis-media/media.amp", "/axis-media/media.amp?resolution=640x360"),
        (
            "Axis",
            "/axis-media/media.amp?videocodec=h264&resolution=1920x1080",
            "/axis-media/media.amp?videocodec=h264&resolution=640x360",
        ),
        ("TP-Link", "/stream1", "/stream2"),
        ("Reolink", "/h264Preview_01_main", "/h264Preview_01_sub"),
        ("Reolink", "/Preview_02_main", "/Preview_02_sub"),
    ],
)
def test_the_smaller_stream_is_proposed_as_the_maker_writes_it(maker: str, main: str, smaller: str) -> None:
    proposal = propose(HOST + main)

    assert proposal is not None
    assert (proposal.maker, proposal.location) == (maker, HOST + smaller)
    assert "p@ss" not in repr(proposal)


@pytest.mark.parametrize(
    "location",
    [
        HOST + "/Streaming/Channels/102",
        HOST + "/Streaming/Channels/103",
        HOST + "/cam/realmonitor?channel=1&subtype=1",
        HOST + "/cam/realmonitor?channel=1&subtype=01",
        HOST + "/axis-media/media.amp?resolution=640x360",
        HOST + "/stream2",
        HOST + "/stream10",
        HOST + "/live",
        HOST,
        "http://10.0.0.1/stream1",
        "/videos/stream1",
        "rtsp://stream1",
        "",
    ],
)
def test_nothing_is_proposed_where_no_pattern_fits(location: str) -> None:
    assert propose(location) is None


def test_every_pattern_says_where_it_stands_written() -> None:
    assert all(pattern.written_at.startswith(("https://", "http://")) for pattern in PATTERNS)
