"""`brightkitchen verify` and `brightkitchen pack`: evidence for those who do not have to believe us."""

import getpass
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from alerts.catalogue import load_catalogue
from alerts.keeping.access import AccessKind, NewAccess
from alerts.messages import AlertMessages
from alerts.pack_check import PackReport, check_pack
from alerts.timestamps import Authority
from domain.alert import Alert, EvidenceKind, EvidenceState
from domain.ids import AlertId
from domain.scope import Scope
from service.evidence import evidence_to_read
from service.folder import DataFolder
from service.plain_errors import UsageError, plain_errors
from service.sealing import evidence_key, pack_desk
from service.settings import ServiceSettings, load_settings
from service.storage.database import Database
from service.storage.migrate import require_current
from service.store import Store, open_store
from service.verification import Report, Wanted
from service.verification import verify as verify_record

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of database, evidence and secrets; default ./var.")
]
_FAULTY = 1


def verify(
    *,
    data: DataOption = None,
    since: Annotated[
        str | None, typer.Option(help="Only what was sealed since then: 2026-01-31 or 2026-01-31T08:00:00+08:00.")
    ] = None,
    anchors: Annotated[
        Path | None, typer.Option(help="File of anchors to compare with; default: the one in the settings.")
    ] = None,
    authority: Annotated[
        Path | None, typer.Option(help="PEM file of time stamp authorities; default: the one in the settings.")
    ] = None,
    pack: Annotated[Path | None, typer.Option(help="Check this evidence pack and nothing else; needs no data.")] = None,
    key: Annotated[str | None, typer.Option(help="Public key that the pack must be signed with (ed25519:…).")] = None,
    show_key: Annotated[bool, typer.Option("--show-key", help="Print the public key of this installation.")] = False,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check chain, records, files, anchors and time stamps, or one evidence pack. Status 1 if anything is wrong."""
    with plain_errors():
        if key is not None and pack is None:
            raise UsageError("--key goes with --pack")
        settings = _settings(data)
        if show_key:
            typer.echo(evidence_key(_existing(settings).path).public)
            return
        ca_file = authority or settings.alerts.seals.timestamp_ca_file
        believed = Authority(ca_file) if ca_file is not None else None
        if pack is not None:
            report: Report | PackReport = check_pack(_read(pack), key=key, authority=believed)
        else:
            wanted = Wanted(
                since=_instant(since), anchor_file=anchors or settings.alerts.seals.anchor_file, authority=believed
            )
            report = _verified(settings, wanted)
        _tell(report, json_wanted=json_wanted)


def pack(
    *,
    alert_id: Annotated[str, typer.Argument(help="Id of the alert.")],
    out: Annotated[Path, typer.Option("--out", help="File to write; one that exists is not replaced.")],
    data: DataOption = None,
    clip: Annotated[bool, typer.Option(help="Put the clip in, which shows faces; needs --reason.")] = False,
    reason: Annotated[str, typer.Option(help="Why somebody must see faces; it is written down.")] = "",
) -> None:
    """Write the signed evidence pack of an alert. The service may be running meanwhile; the copy is put on record."""
    with plain_errors():
        if clip and not reason.strip():
            raise UsageError("--clip shows faces: say why with --reason; it is written down")
        settings = _settings(data)
        folder = _existing(settings)
        with ExitStack() as stack:
            evidence = evidence_to_read(settings, folder.path, stack)
            store = open_store(settings, folder)
            stack.callback(store.database.close)
            alert = store.journal.get(AlertId(alert_id), Scope.everything())
            if alert is None:
                raise UsageError(f"there is no alert {alert_id!r}")
            messages = AlertMessages(load_catalogue(settings.alerts.catalogue))
            desk = pack_desk(
                settings=settings.alerts,
                folder=folder.path,
                store=store,
                evidence_store=evidence,
                messages=messages,
                now=lambda: datetime.now(UTC),
            )
            content = desk.make(alert, has_clip=clip, user_id=None)
            if clip:
                _note_access(store, alert, reason.strip())
            _write_new(out, content)
        typer.echo(f"{out}   key {desk.public_key}")


def _note_access(store: Store, alert: Alert, reason: str) -> None:
    """Before anybody has the pack: who took its clip out at the machine itself."""
    for piece in alert.evidence:
        if piece.kind is EvidenceKind.CLIP and piece.state is EvidenceState.STORED:
            store.accesses.note(
                NewAccess(
                    at=datetime.now(UTC),
                    user_id=None,
                    user_name=f"{getpass.getuser()} (command line)",
                    kind=AccessKind.PACK,
                    enterprise_id=alert.enterprise_id,
                    site_id=alert.site_id,
                    alert_id=alert.alert_id,
                    evidence_id=piece.evidence_id,
                    reason=reason,
                )
            )


def _settings(data: Path | None) -> ServiceSettings:
    return load_settings(**({} if data is None else {"data": data}))


def _existing(settings: ServiceSettings) -> DataFolder:
    """The data folder, which is neither made nor locked here."""
    if not settings.data.is_dir():
        raise UsageError(f"there is no data folder {settings.data}; name it with --data")
    return DataFolder(settings.data)


def _verified(settings: ServiceSettings, wanted: Wanted) -> Report:
    folder = _existing(settings)
    with ExitStack() as stack:
        evidence = evidence_to_read(settings, folder.path, stack)
        database = stack.enter_context(_database(settings, folder))
        require_current(database)
        return verify_record(database, evidence, wanted)


@contextmanager
def _database(settings: ServiceSettings, folder: DataFolder) -> Iterator[Database]:
    """The database as it is: neither made nor upgraded."""
    secret = settings.database_url
    url = secret.get_secret_value() if secret else folder.database_url
    if secret is None and not (folder.path / "brightkitchen.db").is_file():
        raise UsageError(f"there is no database in {folder.path}")
    database = Database(url, settings.database)
    try:
        yield database
    finally:
        database.close()


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since: expected a day or an instant in ISO 8601, found {text!r}") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"--pack: {path} cannot be read: {error.strerror}") from None


def _write_new(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"--out: {path} cannot be written: {error.strerror}") from None


def _tell(report: Report | PackReport, *, json_wanted: bool) -> None:
    if json_wanted:
        typer.echo(json.dumps({"is_whole": report.is_whole, **asdict(report)}, ensure_ascii=False, indent=2))
    else:
        for line in report.lines():
            typer.echo(line)
    if not report.is_whole:
        raise typer.Exit(_FAULTY)
