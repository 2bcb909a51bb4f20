"""`brightkitchen credit …`: ledgers, index and enterprises from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.passwords import Passwords
from credit.enterprise_desk import import_enterprises
from credit.errors import CreditError
from credit.ledger import LEADS, SUPERVISION
from credit.records import RECORD_STEPS, RECORDS
from service.cameras_cli import LARGEST_TABLE_BYTES
from service.credit.wiring import index_desk
from service.demo.ledgers import ensure_demo_year
from service.folder import DataFolder
from service.identity import new_id
from service.plain_errors import UsageError, plain_errors
from service.receivers_cli import deliveries, receivers
from service.reports_cli import report
from service.settings import ServiceSettings, load_settings
from service.storage.credit_books import SqlCreditBooks
from service.store import Store, open_store

credit = typer.Typer(help="Ledgers, index and enterprises.", no_args_is_help=True)
credit.add_typer(receivers, name="receivers")
credit.add_typer(deliveries, name="deliveries")
credit.command("report")(report)

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of database, evidence and secrets; default ./var.")
]


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _store(data: Path | None) -> Iterator[tuple[ServiceSettings, Store]]:
    """The database; the service may be running on the same data folder."""
    settings = load_settings(**({} if data is None else {"data": data}))
    store = open_store(settings, DataFolder(settings.data))
    try:
        yield settings, store
    finally:
        store.database.close()


@credit.command("demo-year")
def demo_year(
    *,
    enterprises: Annotated[int, typer.Option(min=1, max=1000, help="How many invented enterprises.")] = 12,
    data: DataOption = None,
) -> None:
    """Add invented enterprises with a year of ledgers, so that lists and figures have something to show."""
    with plain_errors(), _store(data) as (settings, store):
        index = index_desk(store, _now)
        new = ensure_demo_year(
            store,
            Passwords(settings.api),
            index,
            count=enterprises,
            until=index.profile.today(_now()),
            now=_now,
        )
        typer.echo(f"{new} invented enterprises added; the codes belong to nobody")


@credit.command("verify")
def verify_ledgers(data: DataOption = None) -> None:
    """Check the hash chains of all ledgers from their beginning."""
    with plain_errors(), _store(data) as (_, store):
        books = SqlCreditBooks(store.database)
        broken = {ledger: books.first_broken(ledger) for ledger in (LEADS, SUPERVISION, RECORDS, RECORD_STEPS)}
        for ledger, number in broken.items():
            typer.echo(f"{ledger}: {'whole' if number is None else f'broken at entry {number}'}")
        if any(number is not None for number in broken.values()):
            raise typer.Exit(1)


@credit.command("import-enterprises")
def import_table(
    *,
    file: Annotated[
        Path, typer.Argument(help="A table in CSV; its columns stand in docs/explanation/credit-index.md.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help="Store the other rows although some are wrong.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Add and change enterprises from a table: all rows or none."""
    with plain_errors(), _store(data) as (settings, store):
        try:
            content = file.read_bytes()[: LARGEST_TABLE_BYTES + 1]
            if len(content) > LARGEST_TABLE_BYTES:
                raise UsageError(f"{file}: expected at most {LARGEST_TABLE_BYTES} bytes, found more")
            done = import_enterprises(
                store.registry,
                content,
                new_id=new_id,
                most_rows=settings.api.import_rows,
                is_dry_run=dry_run,
                skips_faulty=skip_faulty,
            )
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}") from error
        except CreditError as error:
            raise UsageError(f"nothing was stored: {error}") from error
        for fault in done.plan.faults:
            place = f"row {fault.row}, column {fault.column}" if fault.row else "file"
            typer.echo(f"{place}: expected {fault.expected}, found {fault.found}")
        plan = done.plan
        counts = f"{len(plan.added)} new, {len(plan.changed)} changed, {len(plan.unchanged)} as they were"
        typer.echo(f"{'stored' if done.is_stored else 'nothing was stored'}: {counts}, {len(plan.faults)} faults")
        if plan.faults:
            raise typer.Exit(1)
