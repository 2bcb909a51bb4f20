"""A real SMTP server (aiosmtpd) on 127.0.0.1 that keeps what it takes."""

import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.certificates import Certificate
from tests.support.mqtt import free_port


@dataclass
class _Keeper:
    """aiosmtpd's handler. `refuse` answers a command with the given line."""

    messages: list[EmailMessage] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - same
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(message_from_bytes(content, policy=policy.default))
        self.was_encrypted.append(session.ssl is not None)
        return "250 taken"


class MailServer:
    """Asks for name and password where they are given. With a certificate it asks for STARTTLS, or `is_implicit`."""

    def __init__(
        self,
        certificate: Certificate | None = None,
        *,
        is_implicit: bool = False,
        account: tuple[str, str] | None = None,
    ) -> None:
        self._keeper = _Keeper()
        self.port = free_port()
        context = None
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.file, certificate.key)
        options: dict[str, Any] = {}
        if account is not None:
            options |= {"authenticator": _checker(account), "auth_required": True}
        if context is not None and is_implicit:
            options |= {"ssl_context": context}
        elif context is not None:
            options |= {"tls_context": context, "require_starttls": True}
        self._controller = Controller(self._keeper, hostname="127.0.0.1", port=self.port, **options)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def messages(self) -> list[EmailMessage]:
        return self._keeper.messages

    @property
    def was_encrypted(self) -> list[bool]:
        return self._keeper.was_encrypted

    def refuse(self, command: str, line: str) -> None:
        self._keeper.refuse[command] = line


def _checker(account: tuple[str, str]) -> Any:
    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        is_right = (given.login.decode(), given.password.decode()) == account
        return AuthResult(success=is_right, handled=is_right)

    return check
