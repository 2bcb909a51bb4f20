"""`brightkitchen credit receivers` and `credit deliveries`: who is told of public records, and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.ports import Role
from credit.push.desk import PushDesk
from credit.push.ports import PushState
from credit.push.receiver import Receiver, ReceiverForm
from credit.record_desk import Officer
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.credit.pushing import push_desk, webhook_line
from service.folder import DataFolder
from service.logging import configure_logging
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings
from service.store import Store, open_store

receivers = typer.Typer(help="Platforms that are told of published records.", no_args_is_help=True)
deliveries = typer.Typer(help="What each platform was told, and what waits.", no_args_is_help=True)

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of database and secrets; default ./var.")]
NameArgument = Annotated[str, typer.Argument(help="The receiver's name.")]
NumberArgument = Annotated[str, typer.Argument(help="The delivery's id, as listed.")]
OfficerOption = Annotated[str, typer.Option("--officer", help="Name of the officer's account who decides it.")]

_EVERYTHING = Scope.everything()


@receivers.command("list")
def list_receivers(data: DataOption = None) -> None:
    """Show who is told, by name."""
    with plain_errors(), _work(data) as work:
        for one in work.desk.list_receivers(_EVERYTHING):
            reach = "everything" if one.is_everything else " ".join(sorted(one.enterprise_ids))
            typer.echo("\t".join((one.name, "on" if one.is_enabled else "off", one.shown_address, reach)))


@receivers.command("add")
def add_receiver(
    name: NameArgument,
    *,
    everything: Annotated[bool, typer.Option("--everything", help="It is told of all enterprises.")] = False,
    enterprise: Annotated[list[str] | None, typer.Option(help="Id of an enterprise. May be repeated.")] = None,
    address: Annotated[str, typer.Option(help="https://…, or secret:NAME.", prompt=True, hide_input=True)],
    secret: Annotated[str, typer.Option(help="whsec_…, or secret:NAME.", prompt=True, hide_input=True)],
    data: DataOption = None,
) -> None:
    """Let a platform be told of what is in force and of what follows, and print its id."""
    with plain_errors(), _work(data) as work:
        form = ReceiverForm(
            name=name,
            is_everything=everything,
            enterprise_ids=frozenset(EnterpriseId(one) for one in enterprise or ()),
            address=address,
            secret=secret,
        )
        typer.echo(work.desk.add(form, _EVERYTHING).receiver_id)


@receivers.command("switch")
def switch_receiver(
    name: NameArgument,
    *,
    on: Annotated[bool, typer.Option("--on/--off", help="Off: no new publications; withdrawals still go.")],
    data: DataOption = None,
) -> None:
    """Begin or end to tell it of publications."""
    with plain_errors(), _work(data) as work:
        found = _named(work.desk, name)
        form = ReceiverForm(
            name=found.name,
            is_everything=found.is_everything,
            enterprise_ids=found.enterprise_ids,
            is_enabled=on,
        )
        work.desk.change(found, form, _EVERYTHING, found.version)
        typer.echo(f"{name}: {'on' if on else 'off'}")


@receivers.command("remove")
def remove_receiver(name: NameArgument, data: DataOption = None) -> None:
    """Remove one that was never told anything; others are switched off."""
    with plain_errors(), _work(data) as work:
        found = _named(work.desk, name)
        work.desk.delete(found, found.version)
        typer.echo(f"{name}: removed")


@receivers.command("test")
def try_receiver(name: NameArgument, data: DataOption = None) -> None:
    """Send a test now, and show the answer."""
    with plain_errors(), _work(data) as work:
        answer = work.desk.try_out(_named(work.desk, name))
        typer.echo(f"{answer.status or 'no answer'}\t{answer.said}")
        if not answer.is_taken:
            raise typer.Exit(1)


@deliveries.command("list")
def list_deliveries(
    *,
    state: Annotated[PushState | None, typer.Option(help="Only those that stand so.")] = None,
    receiver: Annotated[str | None, typer.Option(help="Only those for this receiver.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    data: DataOption = None,
) -> None:
    """Show deliveries, newest first: id, receiver, action, state, last day, tries and what stands in the way."""
    with plain_errors(), _work(data) as work:
        for push in work.desk.pushes(_EVERYTHING, state=state, receiver=receiver, limit=limit):
            one = push.delivery
            due = "" if one.due_on is None else one.due_on.isoformat()
            said = one.confirmation or push.reason or ""
            words = (one.delivery_id, one.receiver, one.action.value, push.state.value, due, str(push.attempts), said)
            typer.echo("\t".join(words))


@deliveries.command("answers")
def list_answers(delivery: NumberArgument, data: DataOption = None) -> None:
    """Show what the receiver answered at each try, newest first."""
    with plain_errors(), _work(data) as work:
        found = work.desk.answers(delivery, _EVERYTHING)
        if found is None:
            raise UsageError(f"there is no delivery {delivery!r}")
        for answer in found:
            typer.echo(f"{answer.at.isoformat()}\t{answer.status or 'no answer'}\t{answer.said}")


@deliveries.command("again")
def try_again(delivery: NumberArgument, officer: OfficerOption, data: DataOption = None) -> None:
    """Try it now, given up or not; a running service does it within seconds."""
    with plain_errors(), _work(data) as work:
        if work.desk.resume(delivery, work.officer(officer), _EVERYTHING) is None:
            raise UsageError(f"there is no delivery {delivery!r}")
        typer.echo(f"{delivery}: waits anew")


@deliveries.command("give-up")
def give_up(
    delivery: NumberArgument,
    officer: OfficerOption,
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")],
    data: DataOption = None,
) -> None:
    """End the tries, for a reason."""
    with plain_errors(), _work(data) as work:
        if work.desk.give_up(delivery, work.officer(officer), _EVERYTHING, reason=reason) is None:
            raise UsageError(f"there is no delivery {delivery!r}")
        typer.echo(f"{delivery}: given up")


@dataclass(frozen=True, slots=True)
class _Work:
    desk: PushDesk
    store: Store

    def officer(self, name: str) -> Officer:
        user = self.store.accounts.find_user(name)
        if user is None:
            raise UsageError(f"there is no account named {name!r}")
        return Officer(user_id=user.user_id, is_officer=user.is_active and user.role is Role.REGULATOR)


def _named(desk: PushDesk, name: str) -> Receiver:
    found = next((one for one in desk.list_receivers(_EVERYTHING) if one.name == name), None)
    if found is None:
        raise UsageError(f"there is no receiver named {name!r}")
    return found


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _work(data: Path | None) -> Iterator[_Work]:
    settings = load_settings(**({} if data is None else {"data": data}))
    configure_logging(settings.log_format, "ERROR")  # standard output is for what was asked for
    folder = DataFolder(settings.data)
    folder.prepare()
    store = open_store(settings, folder)
    try:
        line = webhook_line(settings.alerts.notify, folder.path, _now)
        yield _Work(push_desk(store.database, line, _now), store)
    finally:
        store.database.close()
