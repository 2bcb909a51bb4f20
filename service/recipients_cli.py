"""`brightkitchen recipients`, `deliveries` and `reminders`: who is told of alerts, and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from alerts.notify.audience import Contact
from alerts.notify.desk import RecipientDesk, RecipientForm
from alerts.notify.ports import DeliveryState, Destination
from alerts.notify.recipient import Channel, Language, Quiet, Reach, Recipient, Wishes
from domain.alert import AlertStep
from domain.reminder import ReminderKind
from domain.risk import RiskClass
from domain.scope import Scope
from service.folder import DataFolder
from service.logging import configure_logging
from service.notifying import recipient_desk, telling
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings
from service.store import open_store

recipients = typer.Typer(help="Who is told of alerts.", no_args_is_help=True)
deliveries = typer.Typer(help="What was told to whom, and what was given up.", no_args_is_help=True)
reminders = typer.Typer(help="Which dates were told to whom, and which were given up.", no_args_is_help=True)

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of database and secrets; default ./var.")]
NameArgument = Annotated[str, typer.Argument(help="The recipient's name.")]

_EVERYTHING = Scope.everything()


@recipients.command("list")
def list_recipients(data: DataOption = None) -> None:
    """Show who is told, by name."""
    with plain_errors(), _desk(data) as desk:
        for one in desk.list_recipients(_EVERYTHING):
            state = "on" if one.is_enabled else "off"
            typer.echo("\t".join((one.name, one.channel.value, state, one.shown_address, _reach_words(one.reach))))


@recipients.command("add")
def add_recipient(
    name: NameArgument,
    channel: Annotated[Channel, typer.Option(help="How it is reached.")],
    *,
    everything: Annotated[bool, typer.Option("--everything", help="It is told of all enterprises.")] = False,
    enterprise: Annotated[list[str] | None, typer.Option(help="Id of an enterprise. May be repeated.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Id of a site. May be repeated.")] = None,
    contact: Annotated[
        list[Contact] | None, typer.Option(help="What it is to the sites; told as the catalogue's notify says.")
    ] = None,
    code: Annotated[list[str] | None, typer.Option(help="A code of the catalogue; default: all.")] = None,
    risk_class: Annotated[list[RiskClass] | None, typer.Option("--class", help="A class; default: all.")] = None,
    step: Annotated[list[AlertStep] | None, typer.Option(help="A step; default: see the manual.")] = None,
    language: Annotated[Language, typer.Option(help="Of its messages.")] = Language.ZH,
    timezone: Annotated[str, typer.Option(help="Its clock, for quiet hours and digest.")] = "Asia/Shanghai",
    quiet: Annotated[list[str] | None, typer.Option(help="Quiet hours such as 22:00-07:00. May be repeated.")] = None,
    remind: Annotated[
        list[ReminderKind] | None, typer.Option(help="Dates of enterprises that it is told of; default: none.")
    ] = None,
    remind_at: Annotated[str, typer.Option(help="When people are told of dates, by its clock.")] = "09:00",
    per_hour: Annotated[int, typer.Option(help="Most messages in an hour; class I is not held back by it.")] = 20,
    address: Annotated[
        str, typer.Option(help="https://…, an e-mail address, or secret:NAME.", prompt=True, hide_input=True)
    ],
    secret: Annotated[str | None, typer.Option(help="What the channel signs with, or secret:NAME.")] = None,
    data: DataOption = None,
) -> None:
    """Let somebody be told from now on, and print its id. The service may be running meanwhile."""
    with plain_errors(), _desk(data) as desk:
        try:
            reach = Reach(
                everything=everything, enterprise_ids=frozenset(enterprise or ()), site_ids=frozenset(site or ())
            )
            wishes = Wishes(
                contacts=frozenset(contact or ()),
                codes=frozenset(code or ()),
                classes=frozenset(risk_class or ()),
                steps=frozenset(step or ()),
                language=language,
                timezone=timezone,
                quiet=tuple(_quiet(one) for one in quiet or ()),
                reminders=frozenset(remind or ()),
                remind_at=_wall(remind_at),
                messages_per_hour=per_hour,
            )
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UsageError(f"{where}: {first['msg'].removeprefix('Value error, ')}".lstrip(": ")) from None
        form = RecipientForm(
            name=name, channel=channel, reach=reach, wishes=wishes, destination=Destination(address, secret)
        )
        typer.echo(desk.add(form, _EVERYTHING).recipient_id)


@recipients.command("remove")
def remove_recipient(name: NameArgument, data: DataOption = None) -> None:
    """Tell it nothing more; what waits for it is dropped and stays in the list."""
    with plain_errors(), _desk(data) as desk:
        found = _named(desk, name)
        desk.delete(found, found.version)
        typer.echo(f"{name}: removed")


@recipients.command("test")
def try_recipient(name: NameArgument, data: DataOption = None) -> None:
    """Send a test message now and say whether it was taken. It is about no alert."""
    with plain_errors(), _desk(data) as desk:
        desk.try_out(_named(desk, name))
        typer.echo(f"{name}: taken")


@deliveries.command("list")
def list_deliveries(
    state: Annotated[DeliveryState | None, typer.Option(help="waiting, sent, dead or dropped; default: all.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    data: DataOption = None,
) -> None:
    """Show what is owed and what was told, the newest first."""
    with plain_errors(), _desk(data) as desk:
        for one in desk.deliveries(_EVERYTHING, state=state, limit=limit):
            at = one.settled_at or one.not_before
            words = (one.delivery_id, one.state.value, one.recipient_name, one.code, one.step.value, one.alert_id)
            typer.echo("\t".join(map(str, (*words, f"{at:%Y-%m-%d %H:%M:%S}", one.reason or ""))))


@deliveries.command("again")
def send_again(
    number: Annotated[list[int] | None, typer.Argument(help="Numbers of the list's first column.")] = None,
    *,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Everything that was given up.")] = False,
    data: DataOption = None,
) -> None:
    """Send what was given up (or sent) once more; a running service does it within a second or so."""
    with plain_errors(), _desk(data) as desk:
        if bool(number) == all_dead:
            raise UsageError("name deliveries by their numbers, or give --all-dead")
        chosen = number or [
            one.delivery_id for one in desk.deliveries(_EVERYTHING, state=DeliveryState.DEAD, limit=10_000)
        ]
        typer.echo(f"{desk.again(_EVERYTHING, chosen)} wait anew")


@reminders.command("list")
def list_reminders(
    state: Annotated[DeliveryState | None, typer.Option(help="waiting, sent, dead or dropped; default: all.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    data: DataOption = None,
) -> None:
    """Show which dates are owed and which were told, the newest first."""
    with plain_errors(), _desk(data) as desk:
        for one in desk.reminders(_EVERYTHING, state=state, limit=limit):
            fact, at = one.reminder.fact, one.settled_at or one.not_before
            words = (one.notice_id, one.state.value, one.recipient_name, one.enterprise_name, fact.kind.value, fact.on)
            typer.echo("\t".join(map(str, (*words, fact.subject, f"{at:%Y-%m-%d %H:%M:%S}", one.reason or ""))))


@reminders.command("again")
def remind_again(
    number: Annotated[list[int], typer.Argument(help="Numbers of the list's first column.")], data: DataOption = None
) -> None:
    """Tell of dates once more; a running service does it within a minute. What is settled or has passed is dropped."""
    with plain_errors(), _desk(data) as desk:
        typer.echo(f"{desk.remind_again(_EVERYTHING, number)} wait anew")


def _named(desk: RecipientDesk, name: str) -> Recipient:
    found = next((one for one in desk.list_recipients(_EVERYTHING) if one.name == name), None)
    if found is None:
        raise UsageError(f"there is no recipient named {name!r}")
    return found


def _wall(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise UsageError(f"remind_at: a time such as 09:00, got {text!r}") from None


def _quiet(text: str) -> Quiet:
    start, _, end = text.partition("-")
    return Quiet.model_validate({"start": start, "end": end})


def _reach_words(reach: Reach) -> str:
    return "everything" if reach.everything else " ".join(sorted({*reach.enterprise_ids, *reach.site_ids}))


@contextmanager
def _desk(data: Path | None) -> Iterator[RecipientDesk]:
    settings = load_settings(**({} if data is None else {"data": data}))
    configure_logging(settings.log_format, "ERROR")  # standard output is for what was asked for
    folder = DataFolder(settings.data)
    folder.prepare()
    store = open_store(settings, folder)
    try:
        parts = telling(settings.alerts.notify, folder.path, store.database)
        yield recipient_desk(parts, lambda: datetime.now(UTC))
    finally:
        store.database.close()
