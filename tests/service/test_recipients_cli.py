"""`brightkitchen recipients` and `deliveries`: a running service's database, secrets sealed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts.notify.ports import DeliveryState
from service.cli import app
from service.folder import DataFolder
from service.settings import load_settings
from service.storage.deliveries import SqlDeliveries
from service.storage.notices import SqlNotices
from service.store import open_store
from tests.alerts.notify.ledger_contract import delivery
from tests.alerts.notify.reminding.notice_contract import notice
from tests.alerts.samples import EPOCH
from tests.support.hooks import HookServer, dingtalk

ADDRESS = "https://oapi.dingtalk.com/robot/send?access_token=t0ken"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(data: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*words, "--data", str(data)])
    return done.exit_code, done.stdout.strip(), done.stderr


def add(data: Path, name: str = "店长群", address: str = ADDRESS, *more: str) -> tuple[int, str, str]:
    words = ("recipients", "add", name, "--channel", "dingtalk", "--address", address, "--secret", "SECgeheim")
    return run(data, *words, *(more or ("--everything",)))


def test_a_recipient_is_added_listed_and_removed_and_its_secrets_are_sealed(data: Path) -> None:
    status, recipient_id, _ = add(data)
    assert (status, len(recipient_id)) == (0, 36)

    _, listed, _ = run(data, "recipients", "list")
    assert listed == "店长群\tdingtalk\ton\thttps://oapi.dingtalk.com/robot…\teverything"
    for name in ("brightkitchen.db", "brightkitchen.db-wal"):
        content = (data / name).read_bytes() if (data / name).exists() else b""
        assert b"t0ken" not in content
        assert b"geheim" not in content
    assert run(data, "recipients", "remove", "店长群")[0] == 0
    assert run(data, "recipients", "list")[1] == ""


def test_a_test_message_is_sent_and_a_refusal_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_ALERTS__NOTIFY__ALLOWS_PLAIN_HTTP", "true")
    monkeypatch.setenv("BRIGHTKITCHEN_ALERTS__NOTIFY__ALLOWED_NETWORKS", '["127.0.0.0/8"]')
    with HookServer(dingtalk("t0ken", "SECgeheim")) as server:
        add(data, "店长群", server.url("/robot/send?access_token=t0ken", "127.0.0.1"))
        assert run(data, "recipients", "test", "店长群")[:2] == (0, "店长群: taken")
        server.answer = dingtalk("t0ken", "another")
        status, _, error = run(data, "recipients", "test", "店长群")
    assert (status, "sign not match" in error) == (2, True)
    assert "t0ken" not in error


def test_named_secrets_come_from_the_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, error = add(data, "店长群", "secret:dingtalk")
    assert (status, "no secret named 'dingtalk'" in error) == (2, True)
    monkeypatch.setenv("BRIGHTKITCHEN_ALERTS__NOTIFY__SECRETS", f'{{"dingtalk": "{ADDRESS}"}}')

    assert add(data, "店长群", "secret:dingtalk")[0] == 0
    assert "secret:dingtalk" in run(data, "recipients", "list")[1]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--code", "pest.rodent"), "names enterprises or sites"),
        (("--everything", "--quiet", "22-7"), "start"),
        (("--everything", "--timezone", "Mars/Olympus"), "timezone"),
        (("--everything", "--per-hour", "0"), "messages_per_hour"),
    ],
)
def test_a_mistake_is_one_line(data: Path, more: tuple[str, ...], said: str) -> None:
    status, _, error = add(data, "店长群", ADDRESS, *more)

    assert (status, error.count("\n")) == (2, 1)
    assert said in error


def test_an_address_that_is_not_allowed_is_refused(data: Path) -> None:
    status, _, error = add(data, "店长群", "http://192.168.1.1/robot?access_token=geheim")

    assert (status, "address" in error, "geheim" in error) == (2, True, False)


def test_what_was_given_up_is_listed_and_sent_again(data: Path) -> None:
    add(data)
    folder = DataFolder(data)
    store = open_store(load_settings(data=data), folder)
    ledger = SqlDeliveries(store.database)
    ledger.enter([delivery(1), delivery(2)], 2)
    ledger.bury([1], EPOCH, "no such host")
    _, listed, _ = run(data, "deliveries", "list", "--state", "dead")
    assert (listed.split("\t")[:2], listed.endswith("no such host")) == (["1", "dead"], True)

    assert run(data, "deliveries", "again", "--all-dead")[1] == "1 wait anew"
    assert run(data, "deliveries", "again")[0] == 2
    assert {one.state for one in ledger.due("recipient-1", EPOCH.replace(year=2100), 10)} == {DeliveryState.WAITING}
    store.database.close()


def test_dates_that_were_told_are_listed_and_told_again(data: Path) -> None:
    status, _, error = add(data, "店长群", ADDRESS, "--everything", "--remind", "licence_end", "--remind-at", "8 Uhr")
    assert (status, "remind_at" in error) == (2, True)
    assert add(data, "店长群", ADDRESS, "--everything", "--remind", "licence_end", "--remind-at", "08:30")[0] == 0
    store = open_store(load_settings(data=data), DataFolder(data))
    notices = SqlNotices(store.database)
    notices.enter([notice()])
    notices.settle([1], DeliveryState.DEAD, EPOCH, reason="no such host")

    _, listed, _ = run(data, "reminders", "list", "--state", "dead")
    assert listed.split("\t") == [
        "1", "dead", "店长", "示例餐厅 1", "rectification_due", "2026-01-08", "bin.uncovered",
        f"{EPOCH:%Y-%m-%d %H:%M:%S}", "no such host",
    ]  # fmt: skip
    assert run(data, "reminders", "again", "1")[1] == "1 wait anew"
    assert [one.state for one in notices.due(EPOCH.replace(year=2100), 10)] == [DeliveryState.WAITING]
    store.database.close()
