"""What devices write, and what else may stand there."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.hikvision.event import EventError, read_event
from tests.support.isapi import event, heartbeat

XML = "application/xml"
RECT = (
    "<DetectionRegionList><DetectionRegionEntry><detectionTarget>human</detectionTarget>"
    "<TargetRect><X>100</X><Y>200</Y><width>300</width><height>400</height></TargetRect>"
    "</DetectionRegionEntry></DetectionRegionList>"
)


def test_an_event_of_a_camera_is_read_with_its_target_and_its_place() -> None:
    found = read_event(XML, event("fieldDetection", channel=3, extra=RECT))

    assert found is not None
    assert (found.type, found.is_active, found.channel, found.target) == ("fielddetection", True, 3, "human")
    assert found.at == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert found.box is not None
    edges = (found.box.left, found.box.top, found.box.right, found.box.bottom)
    assert edges == pytest.approx((0.1, 0.2, 0.4, 0.6))


def test_an_event_in_json_says_the_same() -> None:
    told = {
        "eventType": "fieldDetection",
        "eventState": "active",
        "channelID": 3,
        "dateTime": "2026-01-05T16:00:00+08:00",
        "detectionTarget": "human",
        "TargetRect": {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4},
    }

    found = read_event("application/json", json.dumps({"EventNotificationAlert": told}).encode())

    assert found is not None
    assert (found.type, found.channel, found.target) == ("fielddetection", 3, "human")
    assert found.box is not None


def test_the_channel_of_a_recorders_network_camera_comes_first() -> None:
    found = read_event(XML, event(channel=1, extra="<dynChannelID>33</dynChannelID>"))

    assert found is not None
    assert found.channel == 33


def test_a_heartbeat_is_told_from_news() -> None:
    quiet, news = read_event(XML, heartbeat()), read_event(XML, event("videoloss"))

    assert quiet is not None
    assert news is not None
    assert (quiet.is_heartbeat, news.is_heartbeat) == (True, False)


def test_a_picture_is_no_event() -> None:
    assert read_event("image/jpeg", b"\xff\xd8") is None


@pytest.mark.parametrize("at", ["2026-01-05T16:00:00", "yesterday", "", "2026-01-05T16:00:00+99:00"])
def test_a_time_that_says_too_little_is_none(at: str) -> None:
    found = read_event(XML, event(at=at))

    assert found is not None
    assert found.at is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a/>",
        b"<EventNotificationAlert/>",
        b"<EventNotificationAlert><eventType>a</eventType></EventNotificationAlert>",
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY b "c">]><EventNotificationAlert><eventType>&b;</eventType></EventNotificationAlert>',
        b"<EventNotificationAlert>" + b"<a>" * 400_000,
    ],
    ids=["nothing", "something_else", "empty", "no_state", "no_xml", "entities", "too_long"],
)
def test_what_is_no_event_is_said(content: bytes) -> None:
    with pytest.raises(EventError):
        read_event(XML, content)


@given(content=st.binary(max_size=300), media_type=st.sampled_from([XML, "application/json"]))
def test_no_bytes_make_it_fail_otherwise(content: bytes, media_type: str) -> None:
    try:
        read_event(media_type, content)
    except EventError:
        return


@given(
    told=st.dictionaries(
        st.sampled_from(
            ["eventType", "eventState", "channelID", "dynChannelID", "dateTime", "TargetRect", "detectionTarget"]
        ),
        st.recursive(
            st.none() | st.text(max_size=10) | st.integers() | st.floats() | st.sampled_from(["active", "vmd"]),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["x", "X", "y", "width", "height"]), inner, max_size=5)
            ),
            max_leaves=6,
        ),
    )
)
def test_no_json_makes_it_fail_otherwise(told: dict[str, object]) -> None:
    try:
        read_event("application/json", json.dumps(told).encode())
    except EventError:
        return
