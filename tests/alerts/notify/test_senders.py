"""Webhooks, robots and e-mail against servers that check what the real ones check."""

import base64
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from alerts.messages import AlertMessages
from alerts.notify.errors import RecipientRefusedError, SendError
from alerts.notify.mail import SmtpSender
from alerts.notify.ports import Destination, Letter
from alerts.notify.posting import SafePoster
from alerts.notify.recipient import Language
from alerts.notify.robots import DINGTALK, FEISHU, WECOM, RobotSender, dingtalk_sign, feishu_sign
from alerts.notify.settings import MailSettings, NotifySettings
from alerts.notify.webhook import WebhookSender, signature
from domain.alert import AlertStep
from tests.alerts.notify.kit import CATALOGUE
from tests.alerts.samples import sample_alert
from tests.support.certificates import Certificate, make_certificate
from tests.support.hooks import (
    HookServer,
    Reply,
    dingtalk,
    feishu,
    standard_webhook_problem,
    wecom,
)
from tests.support.mqtt import free_port
from tests.support.smtp import MailServer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STEP = AlertMessages(CATALOGUE).payload(sample_alert(), AlertStep.RAISED).as_dict()


def letter(**changes: Any) -> Letter:
    values: dict[str, Any] = {
        "message_id": "0190-1",
        "at": datetime.now(UTC),
        "language": Language.ZH,
        "subject": "【明厨】鼠类活动",
        "text": "【明厨】鼠类活动\n第二行",
        "steps": (STEP,),
    }
    return Letter(**values | changes)


@pytest.fixture(scope="module")
def poster() -> SafePoster:
    return SafePoster(NotifySettings(allowed_networks=("127.0.0.0/8", "::1/128"), allows_plain_http=True))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


# Webhooks


def test_a_webhook_is_signed_as_the_specification_says_and_holds_the_alerts_message(poster: SafePoster) -> None:
    with HookServer() as server:
        WebhookSender(poster).send(Destination(server.url("/hook", "127.0.0.1"), SECRET), letter())

    [taken] = server.taken
    assert standard_webhook_problem(taken, SECRET) is None
    assert taken.headers["webhook-id"] == "0190-1"
    assert (taken.json["type"], taken.json["data"]) == ("alert.raised", STEP)


def test_a_webhook_about_a_date_says_so(poster: SafePoster) -> None:
    date = {"kind": "licence_end", "on": "2026-12-01", "days_left": 7}
    with HookServer() as server:
        WebhookSender(poster).send(
            Destination(server.url("/hook", "127.0.0.1"), SECRET), letter(steps=(), dates=(date,))
        )

    [taken] = server.taken
    assert standard_webhook_problem(taken, SECRET) is None
    assert (taken.json["type"], taken.json["data"]) == ("credit.reminder", date)


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    content = b'{"test": 2432232314}'

    found = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, content)

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_changed_body_time_or_id_is_noticed_by_the_receiver(poster: SafePoster) -> None:
    with HookServer() as server:
        WebhookSender(poster).send(Destination(server.url("/hook", "127.0.0.1"), SECRET), letter())
    [taken] = server.taken

    for changed in (
        type(taken)(taken.path, taken.headers, taken.content.replace(b"raised", b"closed")),
        type(taken)(taken.path, taken.headers | {"webhook-id": "0190-2"}, taken.content),
        type(taken)(
            taken.path,
            taken.headers | {"webhook-timestamp": str(int(taken.headers["webhook-timestamp"]) + 1)},
            taken.content,
        ),
    ):
        assert standard_webhook_problem(changed, SECRET) == "the signature is another one"


@pytest.mark.parametrize("secret", [None, "", "whsec_", "whsec_c2hvcnQ=", "no base64 at all", "whsec_" + "A" * 400])
def test_a_webhook_without_a_good_secret_is_refused(poster: SafePoster, secret: str | None) -> None:
    with pytest.raises(RecipientRefusedError) as refused:
        WebhookSender(poster).check(Destination("https://hooks.example/hook", secret))
    assert len(secret or "") < 10 or str(secret) not in str(refused.value)


# Robots


def test_each_robot_takes_a_message_whose_signature_its_maker_would_accept(poster: SafePoster) -> None:
    robots = [
        (WECOM, wecom("693a"), "/cgi-bin/webhook/send?key=693a", None),
        (DINGTALK, dingtalk("tok", "SECabc+/="), "/robot/send?access_token=tok", "SECabc+/="),
        (FEISHU, feishu("geheim"), "/open-apis/bot/v2/hook/abc", "geheim"),
    ]
    for kind, answer, path, secret in robots:
        with HookServer(answer) as server:
            RobotSender(kind, poster).send(Destination(server.url(path, "127.0.0.1"), secret), letter())
        [taken] = server.taken
        body = taken.json
        assert letter().text == (body["text"]["content"] if "text" in body else body["content"]["text"])


@pytest.mark.parametrize(
    ("kind", "path", "secret"),
    [
        (WECOM, "/cgi-bin/webhook/send?key=wrong", None),
        (DINGTALK, "/robot/send?access_token=tok", "wrong"),
        (DINGTALK, "/robot/send?access_token=wrong", "SECabc"),
        (FEISHU, "/open-apis/bot/v2/hook/abc", "wrong"),
    ],
    ids=["wecom_key", "dingtalk_secret", "dingtalk_token", "feishu_secret"],
)
def test_a_robot_that_answers_no_with_status_200_has_not_taken_it(
    poster: SafePoster, kind: Any, path: str, secret: str | None
) -> None:
    answers = {"wecom": wecom("693a"), "dingtalk": dingtalk("tok", "SECabc"), "feishu": feishu("geheim")}
    with HookServer(answers[kind.name]) as server, pytest.raises(SendError, match="it answers"):
        RobotSender(kind, poster).send(Destination(server.url(path, "127.0.0.1"), secret), letter())


def openssl_hmac(key: str, message: str) -> str:
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.encode().hex()}", "-binary"]
    done = subprocess.run(command, input=message.encode(), check=True, capture_output=True)
    return base64.b64encode(done.stdout).decode()


def test_openssl_makes_the_same_signatures() -> None:
    assert dingtalk_sign("SECx", 1577262236757) == openssl_hmac("SECx", "1577262236757\nSECx")
    assert feishu_sign("demo", 1599360473) == openssl_hmac("1599360473\ndemo", "")


def test_a_robot_that_had_too_many_messages_is_left_alone_for_a_minute(poster: SafePoster) -> None:
    busy = Reply(200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}')
    with HookServer(lambda _: busy) as server, pytest.raises(SendError) as failed:
        RobotSender(WECOM, poster).send(Destination(server.url("/send?key=a", "127.0.0.1")), letter())
    assert failed.value.retry_after_seconds == 60


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'"ok"', b"{}", b'{"errcode": "0"}', b'{"errcode": null}'])
def test_an_answer_that_does_not_say_success_is_none(poster: SafePoster, content: bytes) -> None:
    with HookServer(lambda _: Reply(200, content)) as server, pytest.raises(SendError):
        RobotSender(WECOM, poster).send(Destination(server.url("/send?key=a", "127.0.0.1")), letter())


@pytest.mark.parametrize("kind", [DINGTALK, FEISHU])
def test_a_robot_that_signs_needs_its_secret(poster: SafePoster, kind: Any) -> None:
    with pytest.raises(RecipientRefusedError, match="secret"):
        RobotSender(kind, poster).check(Destination("https://robot.example/send?access_token=a"))


def test_what_is_shown_of_an_address_does_not_open_the_chat(poster: SafePoster) -> None:
    shown = RobotSender(FEISHU, poster).shown("https://open.feishu.cn/open-apis/bot/v2/hook/abcdef")

    assert shown == "https://open.feishu.cn/open-apis…"
    assert "t0ken" not in RobotSender(DINGTALK, poster).shown("https://oapi.dingtalk.com/robot?access_token=t0ken")


# E-mail


def mail(server: MailServer, certificate: Certificate | None, **changes: Any) -> SmtpSender:
    settings = {
        "host": "localhost",
        "port": server.port,
        "sender": "alerts@kitchen.example",
        "ca_file": certificate.file if certificate else None,
    }
    return SmtpSender(MailSettings.model_validate(settings | changes), timeout_seconds=10)


@pytest.fixture
def server(certificate: Certificate) -> Iterator[MailServer]:
    with MailServer(certificate) as running:
        yield running


TO = Destination("manager@kitchen.example")


def test_a_mail_goes_out_encrypted_with_subject_text_and_an_id_of_its_own(
    server: MailServer, certificate: Certificate
) -> None:
    mail(server, certificate).send(TO, letter())

    [message] = server.messages
    assert server.was_encrypted == [True]
    assert (message["Subject"], message["To"]) == ("【明厨】鼠类活动", "manager@kitchen.example")
    assert message.get_content().splitlines() == ["【明厨】鼠类活动", "第二行"]
    assert message["Message-ID"] == "<0190-1@kitchen.example>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_server_with_tls_from_the_first_byte_and_an_account_is_served(certificate: Certificate) -> None:
    with MailServer(certificate, is_implicit=True) as server:
        mail(server, certificate, security="implicit").send(TO, letter())
        assert len(server.messages) == 1
    with MailServer(certificate, account=("bk", "w0rd")) as server:
        mail(server, certificate, username="bk", password="w0rd").send(TO, letter())
        assert len(server.messages) == 1
        wrong = mail(server, certificate, username="bk", password="wrong")
        with pytest.raises(SendError, match="535"):
            wrong.send(TO, letter())


def test_a_server_that_offers_no_tls_gets_nothing(certificate: Certificate) -> None:
    with MailServer() as server:
        with pytest.raises(SendError):
            mail(server, certificate).send(TO, letter())
        assert server.messages == []


def test_a_server_with_a_foreign_certificate_gets_nothing(server: MailServer, tmp_path: Path) -> None:
    with pytest.raises(SendError, match="not trusted"):
        mail(server, make_certificate(tmp_path)).send(TO, letter())
    assert server.messages == []


@pytest.mark.parametrize(
    ("command", "line", "is_about_message"),
    [
        ("RCPT", "550 no such user", False),
        ("DATA", "552 too large", True),
        ("DATA", "451 try again", False),
    ],
)
def test_what_a_servers_no_means(
    server: MailServer, certificate: Certificate, command: str, line: str, is_about_message: bool
) -> None:
    server.refuse(command, line)

    with pytest.raises(SendError) as failed:
        mail(server, certificate).send(TO, letter())

    assert failed.value.is_about_message is is_about_message


def test_no_server_and_no_settings_are_said() -> None:
    away = MailSettings(host="localhost", port=free_port(), sender="a@b.example")
    for sender in (SmtpSender(away, timeout_seconds=2), SmtpSender(None, timeout_seconds=2)):
        with pytest.raises(SendError):
            sender.send(TO, letter())


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a@b@c", "a b@c", "a@b,c@d", "<a@b>", "a@b\r\nBcc: c@d", "a@b" + "c" * 300, "é@b.c"],
)
def test_only_one_plain_address_is_an_address(address: str) -> None:
    with pytest.raises(RecipientRefusedError, match="address"):
        SmtpSender(None, timeout_seconds=2).check(Destination(address))


def test_mail_without_encryption_is_for_this_machine_only() -> None:
    with pytest.raises(ValueError, match="this machine"):
        MailSettings(host="mail.example", sender="a@b.example", security="none")
