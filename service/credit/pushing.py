"""Public records to platforms outside: the guarded poster and signatures of alerts, and the parts put together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

from alerts.notify.errors import RecipientRefusedError, SecretBoxError, SendError
from alerts.notify.ports import Destination
from alerts.notify.posting import SafePoster
from alerts.notify.secret_box import SecretBox
from alerts.notify.settings import NotifySettings
from alerts.notify.webhook import key_of, shown_url, signature
from credit.ledger_ports import RecordBook
from credit.ports import Registry
from credit.push.courier import Pace, RecordCourier
from credit.push.desk import PushDesk
from credit.push.errors import ReceiverRefusedError
from credit.push.ports import Answer, Line
from credit.push.pusher import RecordPusher
from service.identity import new_id
from service.notifying import KEY
from service.secrets import load_or_create
from service.storage.database import Database
from service.storage.pushes import SqlPushes
from service.storage.receivers import SqlReceivers

Now = Callable[[], datetime]

_MOST_SAID = 1_000


class WebhookLine:
    """Implements credit.push.ports.Line: signed as webhooks of alerts are, through the same guards. Any thread."""

    def __init__(self, poster: SafePoster, box: SecretBox, now: Now) -> None:
        self._poster = poster
        self._box = box
        self._now = now

    def seal(self, address: str, secret: str) -> tuple[str, str]:
        destination = Destination(address, secret)
        try:
            opened = self._box.resolved(destination)
            self._poster.check(opened.address)
            key_of(opened.secret or "")
        except RecipientRefusedError as error:
            raise ReceiverRefusedError(error.field, error.expected, error.found) from None
        except SecretBoxError as error:
            raise ReceiverRefusedError("secret", "a secret of the settings", error.reason) from None
        is_named = opened.address != address
        return self._box.seal(destination), address if is_named else shown_url(address)

    def post(self, sealed: str, key: str, content: bytes) -> Answer:
        at = self._now()
        stamp = int(at.timestamp())
        try:
            opened = self._box.open(sealed)
            headers = {
                "idempotency-key": key,
                "webhook-id": key,
                "webhook-timestamp": str(stamp),
                "webhook-signature": signature(key_of(opened.secret or ""), key, stamp, content),
            }
            posted = self._poster.post(opened.address, content, headers)
        except SendError as error:
            return Answer(
                at=self._now(),
                status=error.status,
                said=_words(error.said) if error.status is not None else error.reason,
                is_about_message=error.is_about_message,
                retry_after_seconds=error.retry_after_seconds,
            )
        except (SecretBoxError, RecipientRefusedError) as error:
            return Answer(at=self._now(), status=None, said=str(error))
        return Answer(at=self._now(), status=posted.status, said=_words(posted.content), is_taken=True)


def _words(content: bytes) -> str:
    """The beginning of an answer as text that any database takes."""
    text = content.decode("utf-8", "replace")[:_MOST_SAID]
    return "".join(each if each.isprintable() else " " for each in text).strip()


def webhook_line(settings: NotifySettings, folder: Path, now: Now) -> WebhookLine:
    """Secrets lie where those of recipients do. Raises SecretsFileError and RecipientRefusedError."""
    key = settings.key.get_secret_value() if settings.key else load_or_create(folder, KEY)
    return WebhookLine(SafePoster(settings), SecretBox(key, settings.secrets), now)


def push_desk(database: Database, line: Line, now: Now) -> PushDesk:
    """Where receivers and what is owed to them are looked after."""
    return PushDesk(book=SqlReceivers(database), ledger=SqlPushes(database), line=line, new_id=new_id, now=now)


def start_pusher(
    database: Database,
    desk: PushDesk,
    line: Line,
    *,
    settings: NotifySettings,
    records: RecordBook,
    registry: Registry,
    today: Callable[[], date],
    now: Now,
    stack: ExitStack,
    may_work: Callable[[], bool] = lambda: True,
) -> RecordPusher:
    """Begin to tell platforms; stopped with the stack."""
    ledger, pool = SqlPushes(database), ThreadPoolExecutor(settings.threads, thread_name_prefix="record-courier")
    pusher = RecordPusher(
        book=SqlReceivers(database),
        ledger=ledger,
        courier=RecordCourier(
            ledger=ledger,
            records=records,
            registry=registry,
            line=line,
            today=today,
            now=now,
            pace=Pace(minimum=settings.retry_minimum_seconds, maximum=settings.retry_maximum_seconds),
        ),
        today=today,
        now=now,
        run=pool.submit,
        may_work=may_work,
        woken=desk.woken,
    )
    pusher.start()
    stack.callback(pool.shutdown, wait=True, cancel_futures=True)
    stack.callback(pusher.stop)
    return pusher
