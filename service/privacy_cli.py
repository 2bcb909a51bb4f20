"""`brightkitchen privacy`: who looked at unmasked originals and what was deleted, for those who must account for it."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.keeping.access import Access
from alerts.keeping.deletion import Deletion
from credit.camera_sheet import harmless
from domain.scope import Scope
from service.folder import DataFolder
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings
from service.store import Store, open_store

privacy = typer.Typer(help="Who looked at unmasked originals, and what was deleted.", no_args_is_help=True)

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of database, evidence and secrets; default ./var.")
]
_PAGE = 500
_EVERYTHING = Scope.everything()


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


FormatOption = Annotated[ExportFormat, typer.Option("--format", help="csv, or json: one object per line.")]


@privacy.command("accesses")
def list_accesses(
    *,
    data: DataOption = None,
    since: Annotated[str | None, typer.Option(help="From this day or instant on (ISO 8601).")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day or instant.")] = None,
    form: FormatOption = ExportFormat.CSV,
) -> None:
    """Print who opened unmasked originals, when and why, newest first. The service may be running meanwhile."""
    with plain_errors(), _store(data) as store:
        first, last = _instant("--since", since), _instant("--until", until)
        _print((_access(entry) for entry in _accesses(store, first, last)), ACCESS_COLUMNS, form)


@privacy.command("deletions")
def list_deletions(*, data: DataOption = None, form: FormatOption = ExportFormat.CSV) -> None:
    """Print the ledger of deleted evidence, newest first. `brightkitchen verify` checks it against the chain."""
    with plain_errors(), _store(data) as store:
        _print((_deletion(entry) for entry in _deletions(store)), DELETION_COLUMNS, form)


ACCESS_COLUMNS = (
    "number", "at", "user_id", "user_name", "kind", "enterprise_id", "site_id", "alert_id", "evidence_id", "reason",
    "digest",
)  # fmt: skip
DELETION_COLUMNS = (
    "deletion_id", "alert_id", "sequence", "evidence_id", "kind", "name", "size_bytes", "sha256", "trigger", "rule",
    "policy_version", "policy_sha256", "decided_at", "erased_at",
)  # fmt: skip


def _accesses(store: Store, since: datetime | None, until: datetime | None) -> Iterator[Access]:
    before: int | None = None
    while page := store.accesses.accesses(_EVERYTHING, since=since, until=until, before=before, limit=_PAGE):
        yield from page
        before = page[-1].number


def _deletions(store: Store) -> Iterator[Deletion]:
    before: str | None = None
    while page := store.keeping.deletions(_EVERYTHING, before, _PAGE):
        yield from page
        before = page[-1].deletion_id


def _access(entry: Access) -> dict[str, Any]:
    return {"number": entry.number, **asdict(entry.access), "digest": entry.digest}


def _deletion(entry: Deletion) -> dict[str, Any]:
    return asdict(entry)


def _print(rows: Iterator[Mapping[str, Any]], columns: Sequence[str], form: ExportFormat) -> None:
    if form is ExportFormat.CSV:
        typer.echo(",".join(columns))
    for row in rows:
        told = {name: _told(row[name]) for name in columns}
        if form is ExportFormat.JSON:
            typer.echo(json.dumps(told, ensure_ascii=False))
        else:
            line = io.StringIO()
            csv.writer(line, lineterminator="").writerow([_cell(told[name]) for name in columns])
            typer.echo(line.getvalue())


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _cell(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value


def _instant(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: expected a day or an instant in ISO 8601, found {text!r}") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


@contextmanager
def _store(data: Path | None) -> Iterator[Store]:
    settings = load_settings(**({} if data is None else {"data": data}))
    if not settings.data.is_dir():
        raise UsageError(f"there is no data folder {settings.data}; name it with --data")
    store = open_store(settings, DataFolder(settings.data))
    try:
        yield store
    finally:
        store.database.close()
