"""The parts that tell people, put together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alerts.bell import FeedBell
from alerts.catalogue import Catalogue
from alerts.notify.courier import Courier
from alerts.notify.desk import RecipientDesk, Senders
from alerts.notify.mail import SmtpSender
from alerts.notify.notifier import Notifier
from alerts.notify.posting import SafePoster
from alerts.notify.recipient import Channel
from alerts.notify.robots import DINGTALK, FEISHU, WECOM, RobotSender
from alerts.notify.secret_box import SecretBox
from alerts.notify.settings import NotifySettings
from alerts.notify.webhook import WebhookSender
from alerts.ports import AlertJournal
from service.identity import new_id
from service.secrets import load_or_create
from service.storage.database import Database
from service.storage.deliveries import SqlDeliveries
from service.storage.notices import SqlNotices
from service.storage.recipients import SqlRecipients

KEY = "notify"

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Telling:
    """What the desk and the notifier share."""

    settings: NotifySettings
    book: SqlRecipients
    ledger: SqlDeliveries
    notices: SqlNotices
    senders: Senders
    box: SecretBox


def telling(settings: NotifySettings, folder: Path, database: Database) -> Telling:
    """Raises SecretsFileError for a key that cannot be kept, RecipientRefusedError for a file of the settings."""
    key = settings.key.get_secret_value() if settings.key else load_or_create(folder, KEY)
    return Telling(
        settings=settings,
        book=SqlRecipients(database),
        ledger=SqlDeliveries(database),
        notices=SqlNotices(database),
        senders=senders_of(settings),
        box=SecretBox(key, settings.secrets),
    )


def senders_of(settings: NotifySettings) -> Senders:
    """One for each channel."""
    poster = SafePoster(settings)
    return {
        Channel.WEBHOOK: WebhookSender(poster),
        Channel.MAIL: SmtpSender(settings.mail, timeout_seconds=settings.timeout_seconds),
        Channel.WECOM: RobotSender(WECOM, poster),
        Channel.DINGTALK: RobotSender(DINGTALK, poster),
        Channel.FEISHU: RobotSender(FEISHU, poster),
    }


def recipient_desk(parts: Telling, now: Now, changed: Callable[[], None] = lambda: None) -> RecipientDesk:
    """Where recipients are managed."""
    return RecipientDesk(
        book=parts.book,
        ledger=parts.ledger,
        notices=parts.notices,
        senders=parts.senders,
        box=parts.box,
        new_id=new_id,
        now=now,
        changed=changed,
    )


def start_notifier(
    parts: Telling,
    *,
    journal: AlertJournal,
    catalogue: Catalogue,
    bell: FeedBell,
    now: Now,
    stack: ExitStack,
    may_work: Callable[[], bool] = lambda: True,
) -> RecipientDesk:
    """Begin to tell people, where the settings say so; stopped with the stack. Returns the desk."""
    if not parts.settings.is_on:
        return recipient_desk(parts, now)
    pool = ThreadPoolExecutor(parts.settings.threads, thread_name_prefix="courier")

    def notify_of(code: str) -> str:
        entry = catalogue.get(code)
        return entry.notify if entry else ""

    notifier = Notifier(
        journal=journal,
        book=parts.book,
        ledger=parts.ledger,
        courier=Courier(
            journal=journal,
            ledger=parts.ledger,
            senders=parts.senders,
            box=parts.box,
            settings=parts.settings,
            now=now,
        ),
        notify_of=notify_of,
        bell=bell,
        now=now,
        run=pool.submit,
        may_work=may_work,
        oldest_days=parts.settings.give_up_days,
        keep_days=parts.settings.keep_days,
    )
    notifier.start()
    stack.callback(pool.shutdown, wait=True, cancel_futures=True)
    stack.callback(notifier.stop)
    return recipient_desk(parts, now, notifier.wake)
