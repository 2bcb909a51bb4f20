"""`brightkitchen credit report`: reports of a day or month as files, for people and for a timer."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from alerts.catalogue import load_catalogue
from credit.reporting.document import Language
from credit.reporting.files import FileKind, drawn
from credit.reporting.period import Period
from domain.ids import EnterpriseId
from domain.scope import Scope
from service.credit.wiring import index_desk, report_desk
from service.folder import DataFolder
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings
from service.store import open_store

_EVERYTHING = Scope.everything()


def _now() -> datetime:
    return datetime.now(UTC)


def period_of(text: str, today: date) -> Period:
    """A day, a month, `yesterday` or `last-month`, seen from `today`. Raises UsageError."""
    try:
        if text == "yesterday":
            return Period.parse((today - timedelta(days=1)).isoformat())
        if text == "last-month":
            return Period.parse(today.isoformat()[:7]).before
        return Period.parse(text)
    except ValueError as error:
        raise UsageError(f"{error}, yesterday or last-month") from None


def report(
    *,
    period: Annotated[str, typer.Option(help="2026-10, 2026-10-31, yesterday or last-month.")] = "last-month",
    enterprise: Annotated[str | None, typer.Option(help="Id of one enterprise; else all of the region.")] = None,
    region: Annotated[str, typer.Option(help="The beginning of six digits; empty: everywhere.")] = "",
    kinds: Annotated[list[FileKind] | None, typer.Option("--format", help="May be given twice; else both.")] = None,
    language: Annotated[Language, typer.Option(help="Language of the report.")] = Language.ZH,
    out: Annotated[Path, typer.Option(help="Folder for the files; made where it is missing.")] = Path(),
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of database, evidence and secrets; default ./var.")
    ] = None,
) -> None:
    """Write the report of a day or month. A file that is there already is written anew."""
    with plain_errors():
        settings = load_settings(**({} if data is None else {"data": data}))
        store = open_store(settings, DataFolder(settings.data))
        try:
            index = index_desk(store, _now)
            wanted = period_of(period, index.profile.today(_now()))
            catalogue = load_catalogue(settings.alerts.catalogue, settings.alerts.profile)
            names = {entry.risk.code: (entry.risk.name_zh, entry.risk.name_en) for entry in catalogue}
            desk = report_desk(store, index, _now)
            if enterprise is None:
                made = desk.region(region, _EVERYTHING, wanted, language, names)
            else:
                found = store.registry.get_enterprise(EnterpriseId(enterprise), _EVERYTHING)
                if found is None:
                    raise UsageError(f"--enterprise: expected the id of an enterprise, found {enterprise}")
                made = desk.enterprise(found, _EVERYTHING, wanted, language, names)
        except ValueError as error:
            raise UsageError(str(error)) from error
        finally:
            store.database.close()
        out.mkdir(parents=True, exist_ok=True)
        for kind in kinds or list(FileKind):
            file = out / f"{made.file_name}.{kind}"
            file.write_bytes(drawn(made, kind))
            typer.echo(f"{file} ({made.sha256[:16]})")
