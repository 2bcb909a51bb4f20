"""Nothing that opens a camera may be read in a log, a status or an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.redaction import HIDDEN, redact_url

SECRET = "geheim7"

TRICKS = [
    pytest.param(f"rtsp://admin:{SECRET}@10.0.0.8:554/ch1", "rtsp://***@10.0.0.8:554/ch1", id="plain"),
    pytest.param(f"RTSP://admin:{SECRET}@cam/ch1", "RTSP://***@cam/ch1", id="uppercase scheme"),
    pytest.param(f"rtsp://admin:a@{SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="@ in the password"),
    pytest.param(f"rtsp://admin:a/{SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="/ in the password"),
    pytest.param(f"rtsp://admin:a?{SECRET}#x@cam/ch1", "rtsp://***@cam/ch1", id="? and # in the password"),
    pytest.param(f"rtsp://admin:a:{SECRET}:b@cam/ch1", "rtsp://***@cam/ch1", id="colons in the password"),
    pytest.param(f"rtsp://admin:http://{SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="a scheme in the password"),
    pytest.param(f"rtsp://admin:1 http://{SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="an address in the password"),
    pytest.param(f"rtsp://a refused, rtsp://admin:{SECRET}", "rtsp://a refused, rtsp://***", id="cut off, second"),
    pytest.param(f"rtsp://admin:a {SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="space in the password"),
    pytest.param(f"rtsp://admin:a\u2028b {SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="line separator in the password"),
    pytest.param(f"rtsp://admin:'{SECRET}\"@cam/ch1", "rtsp://***@cam/ch1", id="quotes in the password"),
    pytest.param(f"rtsp://admin:[{SECRET}]@cam/ch1", "rtsp://***@cam/ch1", id="brackets in the password"),
    pytest.param(f"rtsp://admin:%40{SECRET}%2F@cam/ch1", "rtsp://***@cam/ch1", id="encoded password"),
    pytest.param(f"rtsp://admin:{SECRET}%40cam/ch1", "rtsp://***", id="encoded @"),
    pytest.param(f"rtsp://admin:密码{SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="Chinese password"),
    pytest.param(f"rtsp://admin:{SECRET}＠cam/ch1", "rtsp://***", id="full-width @"),
    pytest.param(f"rtsp://admin:{SECRET}", "rtsp://***", id="cut off before the host"),
    pytest.param(f"rtsp://{SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="user only"),
    pytest.param(f"rtsp://:{SECRET}@cam/ch1", "rtsp://***@cam/ch1", id="password only"),
    pytest.param(f"rtsp://admin:{SECRET}@[fe80::1]:554/ch1", "rtsp://***@[fe80::1]:554/ch1", id="IPv6"),
    pytest.param(f"rtsp://admin:{SECRET}@[fe80::1%eth0]/ch1", "rtsp://***@[fe80::1%eth0]/ch1", id="IPv6 with zone"),
    pytest.param(f"rtsp://admin:{SECRET}@[fe80::1/ch1", "rtsp://***@***", id="broken IPv6"),
    pytest.param(f"http://cam/v?Password={SECRET}&w=1", "http://cam/v?Password=***&w=1", id="query, other case"),
    pytest.param(f"http://cam/v?w=1&access_token={SECRET}", "http://cam/v?w=1&access_token=***", id="query, token"),
    pytest.param(f"http://cam/v?w=1;pwd={SECRET}", "http://cam/v?w=1;pwd=***", id="query, semicolon"),
    pytest.param(f"http://cam/v?%70assword={SECRET}", "http://cam/v?%70assword=***", id="query, encoded key"),
    pytest.param(f"http://cam/v#sig={SECRET}", "http://cam/v#sig=***", id="fragment"),
    pytest.param(f"http://cam/v?a=b=c&x=token={SECRET}", "http://cam/v?a=b=c&x=token=***", id="nested pair"),
    pytest.param(f"http://cam/v?loginuse=a&loginpas={SECRET}", "http://cam/v?loginuse=***&loginpas=***", id="Foscam"),
    pytest.param(
        f"rtsp://cam/user=admin_password={SECRET}_channel=1.sdp", "rtsp://cam/user=***", id="password in the path"
    ),
    pytest.param(f"admin:{SECRET}@cam/ch1", "***@cam/ch1", id="no scheme"),
    pytest.param(f"//admin:{SECRET}@cam/ch1", "//***@cam/ch1", id="no scheme, two slashes"),
    pytest.param(f"rtsp:/admin:{SECRET}@cam/ch1", "***@cam/ch1", id="one slash"),
    pytest.param(f"admin:x {SECRET}@cam", "***@cam", id="no scheme, space in the password"),
    pytest.param(f"{SECRET}\x00rtsp://cam", HIDDEN, id="unreadable"),
    pytest.param(f"rtsp://admin:{SECRET}\ud800@cam", HIDDEN, id="no Unicode"),
    pytest.param(
        f"[Errno 111] Connection refused: 'rtsp://admin:{SECRET}@cam/ch1'",
        "[Errno 111] Connection refused: 'rtsp://***@cam/ch1'",
        id="FFmpeg's message",
    ),
    pytest.param(
        f"rtsp://admin:{SECRET}@cam/a: timed out, then http://b?token={SECRET}: refused",
        "rtsp://***@cam/a: timed out, then http://b?token=*** refused",
        id="two addresses in a message",
    ),
    pytest.param(
        f"opening rtsp://u:{SECRET}@cam: Connection refused", "opening rtsp://***@cam: Connection refused", id="colon"
    ),
]


@pytest.mark.parametrize(("text", "shown"), TRICKS)
def test_a_secret_is_hidden_and_the_rest_stays_readable(text: str, shown: str) -> None:
    redacted = redact_url(text)
    assert SECRET not in redacted
    assert redacted == shown


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://10.0.0.8:554/Streaming/Channels/101",
        "rtsp://[fe80::1]:554/ch1",
        "http://cam.example/live/index.m3u8?width=640",
        "/videos/kitchen 1.mp4",
        "/dev/video0",
        "/videos/2026@home.mp4",
        "no address at all",
        "",
    ],
)
def test_text_without_secrets_stays_as_it_is(text: str) -> None:
    assert redact_url(text) == text


# Letters that no address around them has, so that a find is a leak.
passwords = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).map(lambda s: f"ZQ{s}QZ")


@given(password=passwords, user=st.text("abcxyz@/:? ", max_size=8))
def test_no_password_is_ever_shown(password: str, user: str) -> None:
    shown = redact_url(f"rtsp://{user}:{password}@10.1.2.3:554/stream")
    assert "ZQ" not in shown
    assert "QZ" not in shown


@given(st.text(max_size=80))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact_url(text)
    assert redact_url(once) == once
