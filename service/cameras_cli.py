"""`brightkitchen cameras …`: many cameras at once, from a table or found in the network."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from alerts.catalogue import load_catalogue
from api.errors import FieldError
from api.routers.camera_tables import export_table
from api.settings import target_of
from api.sources import scheme_of, shown_location
from credit.camera_import import Importer, Refusal
from credit.errors import CreditError
from credit.import_desk import Import, import_cameras
from domain.scope import Scope
from service.folder import DataFolder
from service.identity import new_id
from service.plain_errors import UsageError, plain_errors
from service.settings import ServiceSettings, load_settings
from service.store import Store, open_store
from streams.onvif.device import OnvifDevice, smaller_stream
from streams.onvif.discovery import discover
from streams.onvif.errors import OnvifError
from streams.onvif.networks import Networks
from streams.onvif.soap import Login

cameras = typer.Typer(help="Many cameras at once.", no_args_is_help=True)

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of database, evidence and secrets; default ./var.")
]
LARGEST_TABLE_BYTES = 8 * 1024 * 1024


@contextmanager
def _store(data: Path | None) -> Iterator[tuple[ServiceSettings, Store]]:
    """The database; the service may be running on the same data folder."""
    settings = load_settings(**({} if data is None else {"data": data}))
    store = open_store(settings, DataFolder(settings.data))
    try:
        yield settings, store
    finally:
        store.database.close()


@cameras.command("import")
def import_table(
    *,
    file: Annotated[Path, typer.Argument(help="A table in CSV; its columns stand in docs/how-to/many-cameras.md.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help="Store the other rows although some are wrong.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Add and change cameras from a table: all rows or none. A running service takes them up at its next start."""
    with plain_errors(), _store(data) as (settings, store):
        try:
            done = import_cameras(
                store.registry,
                _content(file),
                Scope.everything(),
                _importer(settings),
                most_rows=settings.api.import_rows,
                is_dry_run=dry_run,
                skips_faulty=skip_faulty,
            )
        except CreditError as error:
            raise UsageError(f"nothing was stored: {error}") from error
        for line in described(done, is_dry_run=dry_run):
            typer.echo(line)
        if done.plan.faults:
            raise typer.Exit(1)


@cameras.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write the table; it is not overwritten.")],
    data: DataOption = None,
) -> None:
    """Write all cameras as a table, addresses without their logins."""
    with plain_errors(), _store(data) as (_, store):
        content = export_table(store.registry, Scope.everything())
        try:
            with file.open("xb") as opened:
                opened.write(content)
        except OSError as error:
            raise UsageError(f"{file} cannot be written: {error.strerror}") from error


@cameras.command("discover")
def discover_cameras(
    *,
    service: Annotated[
        str | None, typer.Option(help="Ask this camera (http://…/onvif/device_service) for its streams instead.")
    ] = None,
    user: Annotated[str, typer.Option(help="Its user; the password is asked for.")] = "",
) -> None:
    """Find ONVIF cameras in the network, or ask one for its main and its smaller stream. Nothing is stored."""
    with plain_errors():
        settings = load_settings().api
        networks = Networks(settings.discovery_networks)
        if service is None:
            targets = [target_of(each) for each in settings.discovery_targets]
            found = discover(networks, seconds=settings.discovery_seconds, targets=targets)
            for device in found:
                says = (device.service or "no service", device.name or "?", device.hardware or "?")
                typer.echo("\t".join((device.host, *says)))
            typer.echo(f"{len(found)} cameras answered", err=True)
            return
        login = Login(user=user, password=typer.prompt("Password", hide_input=True)) if user else None
        try:
            streams = OnvifDevice(service, login, networks=networks).streams()
        except OnvifError as error:
            raise UsageError(f"{error} ({error.cause})") from error
        smaller = smaller_stream(streams)
        for number, stream in enumerate(streams):
            use = "main" if number == 0 else "for analysis" if stream == smaller else ""
            size = f"{stream.width_px or '?'}×{stream.height_px or '?'}"
            typer.echo("\t".join((stream.name, size, stream.codec or "?", stream.location, use)))


def described(done: Import, *, is_dry_run: bool) -> list[str]:
    """What an import came to, in lines for people; no line holds an address."""
    lines = []
    for fault in done.plan.faults:
        place = f"row {fault.row}" if fault.row else "file"
        column = f", column {fault.column}" if fault.column else ""
        lines.append(f"{place}{column}: expected {fault.expected}, found {fault.found}")
    counts = f"{len(done.plan.added)} new, {len(done.plan.changed)} changed, {len(done.plan.unchanged)} as they were"
    if done.is_stored:
        return [*lines, f"stored: {counts}"]
    return [*lines, f"{'dry run' if is_dry_run else 'nothing was stored'}: {counts}, {len(done.plan.faults)} faults"]


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_TABLE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    if len(content) > LARGEST_TABLE_BYTES:
        raise UsageError(f"{file}: expected at most {LARGEST_TABLE_BYTES} bytes, found more")
    return content


def _importer(settings: ServiceSettings) -> Importer:
    """Whoever may write the database is an administrator; which sources exist at all is a setting."""

    def refusal(location: str) -> Refusal | None:
        try:
            scheme = scheme_of(location)
        except FieldError as error:
            return error.expected, error.found
        allowed = settings.api.source_schemes
        return None if scheme in allowed else (f"a source of the kind {', '.join(sorted(allowed))}", scheme)

    return Importer(
        by=f"{getpass.getuser()} (command line)",
        at=datetime.now(UTC),
        new_id=new_id,
        refusal=refusal,
        shown_address=shown_location,
        known_codes=frozenset(entry.risk.code for entry in load_catalogue(settings.alerts.catalogue)),
        asks_for_places=settings.api.asks_for_places,
    )
