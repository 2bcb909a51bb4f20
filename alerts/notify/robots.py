"""Group robots of the three office chats that Chinese enterprises use. Each is a template over one sender.

Texts only: a name in a text is shown as it is, where a template with formatting would let it format.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

from alerts.notify.errors import RecipientRefusedError, SendError
from alerts.notify.ports import Destination, Letter
from alerts.notify.posting import SafePoster
from alerts.notify.webhook import shown_url

# What the makers publish: https://developer.work.weixin.qq.com/document/path/91770
# https://open.dingtalk.com/document/robots/custom-robot-access
# https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
_HOSTS = {
    "wecom": "qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
    "dingtalk": "oapi.dingtalk.com/robot/send?access_token=…",
    "feishu": "open.feishu.cn/open-apis/bot/v2/hook/…",
}


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    body: dict[str, Any]


Build = Callable[[Destination, Letter], Request]


def dingtalk_sign(secret: str, timestamp_ms: int) -> str:
    """HMAC-SHA256 with the secret as key over timestamp (milliseconds), line feed and secret, in base64."""
    text = f"{timestamp_ms}\n{secret}"
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def feishu_sign(secret: str, timestamp: int) -> str:
    """HMAC-SHA256 over nothing, with timestamp (seconds), line feed and secret as key, in base64."""
    key = f"{timestamp}\n{secret}"
    return base64.b64encode(hmac.new(key.encode(), b"", hashlib.sha256).digest()).decode()


def wecom_request(destination: Destination, letter: Letter) -> Request:
    return Request(destination.address, {"msgtype": "text", "text": {"content": letter.text}})


def dingtalk_request(destination: Destination, letter: Letter) -> Request:
    url = destination.address
    if destination.secret is not None:
        timestamp = int(letter.at.timestamp() * 1000)
        joint = "&" if urlsplit(url).query else "?"
        url += f"{joint}timestamp={timestamp}&sign={quote_plus(dingtalk_sign(destination.secret, timestamp))}"
    return Request(url, {"msgtype": "text", "text": {"content": letter.text}, "at": {"isAtAll": False}})


def feishu_request(destination: Destination, letter: Letter) -> Request:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": letter.text}}
    if destination.secret is not None:
        timestamp = int(letter.at.timestamp())
        body |= {"timestamp": str(timestamp), "sign": feishu_sign(destination.secret, timestamp)}
    return Request(destination.address, body)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotKind:
    """`code_field` and `text_field` are those of the answer; a code of 0 is success, whatever the HTTP status.

    `busy_codes` say that too many messages came.
    """

    name: str
    build: Build
    code_field: str
    text_field: str
    busy_codes: frozenset[int]
    needs_secret: bool


WECOM = RobotKind(
    name="wecom", build=wecom_request, code_field="errcode", text_field="errmsg", busy_codes=frozenset({45009}),
    needs_secret=False,
)  # fmt: skip
DINGTALK = RobotKind(
    name="dingtalk", build=dingtalk_request, code_field="errcode", text_field="errmsg",
    busy_codes=frozenset({130101, 410100, 660026}), needs_secret=True,
)  # fmt: skip
FEISHU = RobotKind(
    name="feishu", build=feishu_request, code_field="code", text_field="msg",
    busy_codes=frozenset({9499, 11232}), needs_secret=True,
)  # fmt: skip
# Their limits are for a minute; WeCom and DingTalk allow twenty messages in it.
_BUSY_SECONDS = 60.0


class RobotSender:
    """Implements alerts.notify.ports.Sender for one kind of robot. Any thread."""

    def __init__(self, kind: RobotKind, poster: SafePoster) -> None:
        self._kind = kind
        self._poster = poster

    def check(self, destination: Destination) -> None:
        self._poster.check(destination.address)
        if self._kind.needs_secret and not destination.secret:
            expected = "the robot's signing secret (加签 / 签名校验)"
            raise RecipientRefusedError("secret", expected, "none")
        if not (urlsplit(destination.address).query or self._kind.name == "feishu"):
            raise RecipientRefusedError("address", f"https://{_HOSTS[self._kind.name]}", "an address without a key")

    def shown(self, address: str) -> str:
        return shown_url(address)

    def send(self, destination: Destination, letter: Letter) -> None:
        request = self._kind.build(destination, letter)
        content = json.dumps(request.body, ensure_ascii=False).encode()
        told = self._poster.post(request.url, content, {}).json()
        code = told.get(self._kind.code_field)
        if code == 0:
            return
        words = "".join(one for one in str(told.get(self._kind.text_field, "")) if one.isprintable())[:200]
        is_busy = code in self._kind.busy_codes
        raise SendError(f"it answers {code}: {words}", retry_after_seconds=_BUSY_SECONDS if is_busy else None)
