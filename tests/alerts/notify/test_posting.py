"""Posting to an address that somebody typed in: where it may lead, and how long it may take."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notify.errors import RecipientRefusedError, SendError
from alerts.notify.posting import SafePoster
from alerts.notify.settings import NotifySettings
from tests.support.certificates import Certificate, make_certificate
from tests.support.hooks import HookServer, Reply

OPEN: dict[str, Any] = {"allowed_networks": ("127.0.0.0/8",), "allows_plain_http": True}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"), "hooks.example")


@pytest.fixture
def server(certificate: Certificate) -> Iterator[HookServer]:
    with HookServer(certificate=certificate) as running:
        yield running


def poster(
    certificate: Certificate | None = None, addresses: Sequence[str] = ("127.0.0.1",), **settings: object
) -> SafePoster:
    made = NotifySettings.model_validate(
        {"allowed_networks": ("127.0.0.0/8",), "ca_file": certificate.file if certificate else None} | settings
    )
    return SafePoster(made, resolve=lambda _host, _port: addresses)


def test_the_address_that_was_checked_is_connected_to_and_the_certificate_is_that_of_the_name(
    server: HookServer, certificate: Certificate
) -> None:
    posted = poster(certificate).post(f"https://hooks.example:{server.port}/a?b=c", b"{}", {"x-a": "1"})

    [taken] = server.taken
    assert posted.status == 204
    assert (taken.path, taken.content, taken.headers["x-a"]) == ("/a?b=c", b"{}", "1")
    assert taken.headers["host"] == f"hooks.example:{server.port}"


def test_a_certificate_of_another_name_is_not_trusted(server: HookServer, certificate: Certificate) -> None:
    with pytest.raises(SendError, match="certificate is not trusted"):
        poster(certificate).post(f"https://other.example:{server.port}/", b"{}", {})

    assert server.taken == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
    ],
)  # fmt: skip
def test_no_address_of_a_private_network_is_connected_to(address: str) -> None:
    closed = poster(addresses=["93.184.216.34", address], allowed_networks=())

    with pytest.raises(SendError, match="private network"):
        closed.post("https://hooks.example/", b"{}", {})
    named = f"[{address}]" if ":" in address else address
    with pytest.raises(RecipientRefusedError):
        closed.check(f"https://{named}/hook")


def test_a_private_network_that_is_allowed_is_reached(certificate: Certificate, server: HookServer) -> None:
    poster(certificate).check("https://127.0.0.1/hook")
    with pytest.raises(RecipientRefusedError):
        poster(certificate).check("https://10.0.0.1/hook")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/", "ftp://hooks.example/", "file:///etc/passwd", "https://", "hooks.example",
        "https://user@hooks.example/", "https://user:geheim@hooks.example/", "https://hooks.example/#a",
        "https://hooks.example:99999/", "https://hooks.example/ä", "https://hooks.example/a b", "https://[::1/",
        "https://hooks.example/\r\nx: y", "https://hooks.example/" + "a" * 2000,
    ],
)  # fmt: skip
def test_an_address_that_is_not_plainly_one_of_https_is_refused(url: str) -> None:
    with pytest.raises(RecipientRefusedError) as refused:
        poster().check(url)
    assert "geheim" not in str(refused.value)
    with pytest.raises(SendError):
        poster().post(url, b"", {})


@given(url=st.text(max_size=60) | st.text(max_size=60).map("https://{}".format))
def test_no_text_makes_the_check_fail_otherwise(url: str) -> None:
    try:
        poster(allowed_networks=()).check(url)
    except RecipientRefusedError:
        return
    assert url.startswith("https://")


def test_a_redirection_is_not_followed(certificate: Certificate) -> None:
    with HookServer(lambda _: Reply(302, headers=(("Location", "https://hooks.example/b"),)), certificate) as server:
        with pytest.raises(SendError, match="302"):
            poster(certificate).post(f"https://hooks.example:{server.port}/a", b"", {})

        assert [one.path for one in server.taken] == ["/a"]


@pytest.mark.parametrize(
    ("reply", "is_about_message", "retry_after"),
    [
        (Reply(400), True, None),
        (Reply(422), True, None),
        (Reply(404), False, None),
        (Reply(410), False, None),
        (Reply(500), False, None),
        (Reply(429, headers=(("Retry-After", "120"),)), False, 120.0),
        (Reply(503, headers=(("Retry-After", "999999999"),)), False, 86_400.0),
        (Reply(503, headers=(("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"),)), False, None),
    ],
)
def test_what_a_status_means(reply: Reply, is_about_message: bool, retry_after: float | None) -> None:
    with HookServer(lambda _: reply) as server, pytest.raises(SendError) as failed:
        poster(**OPEN).post(server.url(), b"", {})

    assert (failed.value.is_about_message, failed.value.retry_after_seconds) == (is_about_message, retry_after)


def test_an_answer_that_drips_is_given_up() -> None:
    with HookServer(lambda _: Reply(200, b"a" * 10_000)) as server:
        server.drips_seconds = 0.05
        began = time.monotonic()
        with pytest.raises(SendError, match="no answer in time"):
            poster(timeout_seconds=0.5, **OPEN).post(server.url(), b"", {})

    assert time.monotonic() - began < 60


def test_a_host_that_is_not_there_is_said_without_the_address() -> None:
    with pytest.raises(SendError) as failed:
        poster(timeout_seconds=2, **OPEN).post("http://localhost:1/hook?key=t0ken", b"", {})

    assert "t0ken" not in str(failed.value)


def test_a_file_of_authorities_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecipientRefusedError, match=r"notify\.ca_file"):
        SafePoster(NotifySettings(ca_file=tmp_path / "gone.pem"))
