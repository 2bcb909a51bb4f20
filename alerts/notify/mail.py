"""E-mail through one SMTP server, encrypted on the way there."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from alerts.notify.errors import RecipientRefusedError, SendError
from alerts.notify.ports import Destination, Letter
from alerts.notify.settings import MailSecurity, MailSettings

# Answers after which nobody should try this message again soon (RFC 5321): the address, not the server.
_PERMANENT = 500


class SmtpSender:
    """Implements alerts.notify.ports.Sender. Any thread; each message has a connection of its own."""

    def __init__(self, settings: MailSettings | None, *, timeout_seconds: float) -> None:
        """Raises RecipientRefusedError if the file of authorities cannot be used."""
        self._settings = settings
        self._timeout = timeout_seconds
        self._tls: ssl.SSLContext | None = None
        if settings is not None and settings.security is not MailSecurity.NONE:
            try:
                self._tls = ssl.create_default_context(cafile=settings.ca_file)
            except OSError as error:
                found = type(error).__name__
                raise RecipientRefusedError("notify.mail.ca_file", "a PEM file of authorities", found) from error

    def check(self, destination: Destination) -> None:
        address = destination.address
        name, _, domain = address.partition("@")
        is_plain = address.isascii() and address.isprintable() and not set(address) & set(' ,;:<>()[]"\\')
        if not (name and domain and "@" not in domain and is_plain and len(address) <= 254):
            raise RecipientRefusedError("address", "one e-mail address such as manager@example.com", "something else")
        if destination.secret is not None:
            raise RecipientRefusedError("secret", "none: e-mail has none", "one")

    def shown(self, address: str) -> str:
        return address

    def send(self, destination: Destination, letter: Letter) -> None:
        settings = self._settings
        if settings is None:
            raise SendError("no SMTP server is set (alerts.notify.mail)")
        message = _message(settings.sender, destination.address, letter)
        try:
            with self._connected(settings) as server:
                if settings.username is not None and settings.password is not None:
                    server.login(settings.username, settings.password.get_secret_value())
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            raise SendError(f"the server refuses the recipient ({code})") from None
        except smtplib.SMTPResponseException as error:
            told = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else ""
            words = "".join(one for one in told if one.isprintable())[:200]
            is_about_message = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _PERMANENT
            raise SendError(
                f"the server answers {error.smtp_code}: {words}", is_about_message=is_about_message
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise SendError(f"its certificate is not trusted: {error.verify_message}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise SendError(getattr(error, "strerror", None) or type(error).__name__) from None

    def _connected(self, settings: MailSettings) -> smtplib.SMTP:
        """Connected and, where it is set, encrypted: a server that offers no TLS gets neither password nor message."""
        if settings.security is MailSecurity.IMPLICIT:
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=self._timeout, context=self._tls)
        server = smtplib.SMTP(settings.host, settings.port, timeout=self._timeout)
        if settings.security is MailSecurity.STARTTLS:
            try:
                server.starttls(context=self._tls)
            except BaseException:
                server.close()
                raise
        return server


def _message(sender: str, address: str, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"Brightkitchen <{sender}>"
    message["To"] = address
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.message_id}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text + "\n")
    return message
