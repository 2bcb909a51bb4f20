"""The feed over a real server: real connections that break, lag and come back."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from api.feed import formatted
from api.ports import Role
from domain.scope import Scope
from tests.api.kitchen import OTHER_CAMERA, OTHER_FIRM, OTHER_SITE, OWN_FIRM, Kitchen
from tests.api.live import served

FEED = "/api/v1/alerts/feed"


@dataclass(frozen=True)
class Sent:
    """What one block of the stream held."""

    event: str | None
    id: str | None
    data: dict[str, Any] | None
    comment: str | None


def blocks(lines: Iterator[str]) -> Iterator[Sent]:
    """Reads server-sent events as the standard says; every field of a block, comments included."""
    fields: dict[str, str] = {}
    for line in lines:
        if line == "":
            if fields:
                data = fields.get("data")
                yield Sent(fields.get("event"), fields.get("id"), json.loads(data) if data else None, fields.get(""))
            fields = {}
        else:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")


class Follower:
    def __init__(self, sent: Iterator[Sent]) -> None:
        self._sent = sent
        self.last_id: str | None = None

    def next(self) -> Sent:
        """The next block of any kind."""
        block = next(self._sent)
        self.last_id = block.id or self.last_id
        return block

    def entries(self, count: int) -> list[Sent]:
        found: list[Sent] = []
        while len(found) < count:
            block = self.next()
            if block.data is not None:
                found.append(block)
        return found


@contextmanager
def following(url: str, token: str, path: str = FEED, **headers: str) -> Iterator[Follower]:
    """A client that reads until it is closed; every wait ends after ten seconds."""
    with (
        httpx2.Client(base_url=url, timeout=10.0) as client,
        client.stream("GET", path, headers={"Authorization": f"Bearer {token}", **headers}) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        follower = Follower(blocks(answer.iter_lines()))
        follower.next()  # its place
        yield follower


@pytest.fixture
def kitchen(kitchen_with: Callable[..., Kitchen]) -> Kitchen:
    return kitchen_with(feed_page=5, feed_heartbeat_seconds=0.2, feed_recheck_seconds=0.3)


@pytest.fixture
def url(kitchen: Kitchen) -> Iterator[str]:
    with served(kitchen.app, kitchen.twins.settings) as address:
        yield address


@pytest.fixture
def token(kitchen: Kitchen) -> str:
    return kitchen.add_token(kitchen.add_user("li", Role.REGULATOR))


def alert_ids(entries: list[Sent]) -> list[str]:
    return [entry.data["alert_id"] for entry in entries if entry.data]


def test_it_begins_now_and_brings_what_comes(kitchen: Kitchen, url: str, token: str) -> None:
    kitchen.raise_alert()

    with following(url, token) as follower:
        alert = kitchen.raise_alert()
        (entry,) = follower.entries(1)

    assert (entry.event, entry.id) == ("raised", "2")
    assert entry.data == kitchen.twins.journal.history(alert.alert_id)[0].payload


def test_it_resumes_after_the_last_id_and_after_a_given_place(kitchen: Kitchen, url: str, token: str) -> None:
    raised = [kitchen.raise_alert().alert_id for _ in range(12)]

    with following(url, token, **{"Last-Event-ID": "3"}) as follower:
        assert alert_ids(follower.entries(9)) == raised[3:]
    with following(url, token, f"{FEED}?after=0") as follower:
        assert alert_ids(follower.entries(12)) == raised
    with following(url, token, f"{FEED}?after=0", **{"Last-Event-ID": "10"}) as follower:
        assert alert_ids(follower.entries(2)) == raised[10:]


def test_a_client_that_is_cut_off_before_its_first_entry_comes_back_to_where_it_began(
    kitchen: Kitchen, url: str, token: str
) -> None:
    kitchen.raise_alert()
    with following(url, token) as follower:
        place = follower.last_id
    assert place == "1"
    missed = kitchen.raise_alert()

    with following(url, token, **{"Last-Event-ID": place}) as follower:
        assert alert_ids(follower.entries(1)) == [missed.alert_id]


@pytest.mark.parametrize("header", ["nonsense", "-1", "99999999999999999999"])
def test_a_last_id_that_is_none_of_ours_begins_now(kitchen: Kitchen, url: str, token: str, header: str) -> None:
    kitchen.raise_alert()
    with following(url, token, **{"Last-Event-ID": header}) as follower:
        alert = kitchen.raise_alert()
        assert alert_ids(follower.entries(1)) == [alert.alert_id]


def test_signs_of_life_carry_the_place(kitchen: Kitchen, url: str, token: str) -> None:
    with following(url, token) as follower:
        kitchen.raise_alert()
        follower.entries(1)
        block = follower.next()

    assert (block.comment, block.id, block.data) == ("alive", "1", None)


def test_nothing_is_lost_or_doubled_while_somebody_writes_all_the_time(kitchen: Kitchen, url: str, token: str) -> None:
    """A writer races with clients that break off again and again and come back with their last id."""
    total = 300
    raised: list[str] = []

    def write() -> None:
        raised.extend(kitchen.raise_alert().alert_id for _ in range(total))

    writer = threading.Thread(target=write)
    seen: list[str] = []
    place = "0"
    writer.start()
    while len(seen) < total:
        with following(url, token, **{"Last-Event-ID": place}) as follower:
            entries = follower.entries(min(17, total - len(seen)))
        seen += alert_ids(entries)
        place = entries[-1].id or place
    writer.join()

    assert seen == raised


def test_every_one_of_many_clients_gets_everything(kitchen: Kitchen, url: str, token: str) -> None:
    with ExitStack() as stack:
        followers = [stack.enter_context(following(url, token)) for _ in range(30)]
        raised = [kitchen.raise_alert().alert_id for _ in range(7)]

        got = [alert_ids(follower.entries(7)) for follower in followers]

    assert got == [raised] * 30


def test_what_others_are_told_is_not_told_here(kitchen: Kitchen, url: str) -> None:
    own = kitchen.add_token(kitchen.add_user("wang", Role.OPERATOR, OWN_FIRM))

    with following(url, own) as follower:
        for _ in range(12):
            kitchen.raise_alert(enterprise=OTHER_FIRM, site=OTHER_SITE, camera=OTHER_CAMERA)
        alert = kitchen.raise_alert()
        assert alert_ids(follower.entries(1)) == [alert.alert_id]


def ends(follower: Follower, seconds: float = 60.0) -> bool:
    """Tell whether the server closes the stream in time; signs of life are read meanwhile."""
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            follower.next()
    except StopIteration:
        return True
    return False


def test_it_ends_when_the_token_is_revoked(kitchen: Kitchen, url: str, token: str) -> None:
    user = kitchen.twins.accounts.find_user("li")
    assert user is not None
    with following(url, token) as follower:
        kitchen.twins.accounts.revoke_token(kitchen.twins.accounts.list_tokens(user.user_id)[0].token_id)
        kitchen.twins.clock.advance(1)

        assert ends(follower)


def test_it_ends_when_the_session_ends(kitchen: Kitchen, url: str) -> None:
    browser = kitchen.browser(Role.REGULATOR)
    cookie = f"bk_session={browser.cookies['bk_session']}"
    with (
        httpx2.Client(base_url=url, timeout=10.0) as client,
        client.stream("GET", FEED, headers={"Cookie": cookie}) as answer,
    ):
        follower = Follower(blocks(answer.iter_lines()))
        follower.next()
        browser.post("/api/v1/logout")
        kitchen.twins.clock.advance(1)

        assert ends(follower)


def test_it_ends_when_the_scope_has_become_another(kitchen: Kitchen, url: str, token: str) -> None:
    user = kitchen.twins.accounts.find_user("li")
    assert user is not None
    with following(url, token) as follower:
        kitchen.twins.accounts.update_user(replace(user, scope=Scope()))
        kitchen.twins.clock.advance(1)

        assert ends(follower)


def test_one_client_too_many_is_told_to_come_back_later(kitchen_with: Callable[..., Kitchen]) -> None:
    kitchen = kitchen_with(feed_clients=2)
    token = kitchen.add_token(kitchen.add_user("li", Role.REGULATOR))
    headers = {"Authorization": f"Bearer {token}"}
    with served(kitchen.app, kitchen.twins.settings) as url:
        with following(url, token), following(url, token):
            refused = httpx2.get(url + FEED, headers=headers)
        assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
        until(lambda: kitchen.app.state.parts.feeds.clients == 0)


def until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def test_a_client_that_does_not_read_costs_one_page_and_delays_nobody(
    kitchen: Kitchen, url: str, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lazy one fills its socket and then takes nothing from the journal any more; the other gets everything."""
    address = urlsplit(url)
    lazy = socket.create_connection((address.hostname or "", address.port or 0))
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    asked: list[int] = []
    journal = kitchen.twins.journal
    feed = journal.feed

    def counted(after: int, scope: Scope, limit: int) -> Any:
        asked.append(after)
        return feed(after, scope, limit)

    monkeypatch.setattr(journal, "feed", counted)
    with closing(lazy):
        request = f"GET {FEED}?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
        lazy.sendall(request.encode())
        entries = 4000
        for _ in range(entries):
            kitchen.raise_alert()
        until(lambda: _has_settled(asked))
        taken = max(asked)

        assert taken < entries, "everything was taken for a client that reads nothing"
        with following(url, token) as follower:
            alert = kitchen.raise_alert()
            assert alert_ids(follower.entries(1)) == [alert.alert_id]


def _has_settled(asked: list[int]) -> bool:
    """Tell whether nothing was asked for a while."""
    before = len(asked)
    time.sleep(0.6)
    return before > 0 and len(asked) == before


def test_a_server_with_open_feeds_stops_at_once(kitchen: Kitchen, token: str) -> None:
    with ExitStack() as stack:
        with served(kitchen.app, kitchen.twins.settings) as url:
            follower = stack.enter_context(following(url, token))
            began = time.monotonic()
        assert time.monotonic() - began < 3.0
        assert ends(follower)


def test_a_step_of_several_lines_stays_one_entry(kitchen: Kitchen) -> None:
    alert = kitchen.raise_alert()
    kitchen.twins.desk.dismiss(
        alert.alert_id,
        actor=kitchen.add_user("li", Role.REGULATOR).user_id,
        scope=Scope.everything(),
        expected_sequence=1,
        reason="第一行\n第二行\r\ndata: x",
    )

    text = formatted(kitchen.twins.journal.feed(1, Scope.everything(), 1)[0]).decode()

    (block,) = blocks(iter(text.split("\n")))
    assert block.data is not None
    assert block.data["note"] == "第一行\n第二行\r\ndata: x"
