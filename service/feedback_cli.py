"""`brightkitchen feedback`: learn from reviewed alerts, and change the network by rule."""

import getpass
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.catalogue import Catalogue, load_catalogue
from service.folder import DataFolder
from service.plain_errors import UsageError, plain_errors
from service.settings import ServiceSettings, load_settings
from service.train_cli import meanings_of

feedback = typer.Typer(help="Learn from reviewed alerts, and change the network by rule.", no_args_is_help=True)

DataFolderOption = Annotated[
    Path | None, typer.Option("--data-folder", help="Folder of database and evidence; default ./var.")
]
CandidateOption = Annotated[Path, typer.Option(help="FOLDER/NAME of the network that `brightkitchen train` made.")]
ByOption = Annotated[str, typer.Option("--by", help="Who does this; recorded.")]


@feedback.command("export")
def export(
    *,
    out: Annotated[Path, typer.Option(help="New folder for the training set, outside every repository.")],
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Only alerts of this day of the site and later.")
    ] = None,
    code: Annotated[list[str] | None, typer.Option(help="Only this risk code. May be repeated.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who exports; recorded. Default: the system's user.")] = None,
    data_folder: DataFolderOption = None,
) -> None:
    """Write confirmed and dismissed alerts as a training set, with what a person's verdict teaches and no more."""
    with plain_errors():
        settings = _settings(data_folder)
        from service.evidence import evidence_to_read
        from service.feedback.export import ExportOrder, export_feedback
        from service.store import open_store

        catalogue = load_catalogue(settings.alerts.catalogue, settings.alerts.profile)
        order = ExportOrder(
            out=out,
            since=_day(since),
            codes=_codes(code or [], catalogue),
            by=by or getpass.getuser(),
            at=_now(),
            catalogue=catalogue,
        )
        folder = _existing(settings)
        with ExitStack() as stack:
            store = open_store(settings, folder)
            stack.callback(store.database.close)
            evidence = evidence_to_read(settings, folder.path, stack)
            manifest = export_feedback(order, store.journal, evidence, folder.path)
        for line in _export_lines(manifest, out):
            typer.echo(line)


@feedback.command("compare")
def compare(
    *,
    candidate: CandidateOption,
    data: Annotated[list[Path], typer.Option(help="Labelled pictures, as for evaluate. May be repeated.")],
    current: Annotated[
        str | None, typer.Option(help="The network to compare with; default: the one in service.")
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="NAME=LABEL", help="What the networks call a class of the pictures."),
    ] = None,
    decision: Annotated[Path, typer.Option(help="Where the decision is written.")] = Path("decision.json"),
    rule: Annotated[Path | None, typer.Option(help="Another rule than the shipped one (YAML).")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a report of either network into this folder.")] = None,
    data_folder: DataFolderOption = None,
) -> None:
    """Measure a candidate beside the network in service and decide by rule. Status 1: rejected."""
    with plain_errors():
        settings = _settings(data_folder)
        from detector.promotion import RULE_FILE, load_rule
        from detector.report_file import writable
        from models.feedback.shelf import NetworkShelf
        from service.feedback.promotion import ComparisonOrder, compare_networks
        from service.networks import find_network, network_in_service

        file = writable(decision)
        present = find_network(current, settings, settings.data) if current else None
        order = ComparisonOrder(
            current=present or network_in_service(settings, settings.data),
            candidate=find_network(_folder(candidate), settings, settings.data),
            data=tuple(data),
            rule=load_rule(rule or RULE_FILE),
            html=html,
            at=_now(),
            meanings=meanings_of(rename or []),
        )
        _, _, document = compare_networks(order, load_catalogue(settings.alerts.catalogue, settings.alerts.profile))
        file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        if settings.data.is_dir():
            NetworkShelf(settings.data).note(_compared(document))
        for line in _comparison_lines(document, decision):
            typer.echo(line)
        if not document["accepted"]:
            raise typer.Exit(1)


@feedback.command("promote")
def promote(
    *,
    candidate: CandidateOption,
    decision: Annotated[Path, typer.Option(help="The decision that `compare` wrote about this very network.")],
    by: ByOption,
    despite: Annotated[
        str | None, typer.Option(metavar="REASON", help="Promote although the decision rejects; recorded.")
    ] = None,
    data_folder: DataFolderOption = None,
) -> None:
    """Let a candidate take the place of the network in service, from the next start on."""
    with plain_errors():
        settings = _settings(data_folder)
        from models.feedback.shelf import NetworkShelf
        from service.feedback.promotion import PromotionOrder, promote
        from service.networks import find_network, is_chosen_by_settings, network_in_service

        folder = _existing(settings)
        order = PromotionOrder(
            candidate=find_network(_folder(candidate), settings, folder.path),
            current=network_in_service(settings, folder.path),
            decision=decision,
            by=_said("--by", by),
            despite=None if despite is None else _said("--despite", despite),
            at=_now(),
        )
        promoted = promote(order, NetworkShelf(folder.path))
        typer.echo(f"{promoted.manifest.name} takes the place of {order.current.manifest.name} at the next start")
        if is_chosen_by_settings(settings):
            typer.echo("but the settings name a network, and they go before: take BRIGHTKITCHEN_DETECTOR__MODEL and")
            typer.echo("BRIGHTKITCHEN_MODELS_FOLDER out of the environment")


@feedback.command("rollback")
def rollback(
    *,
    by: ByOption,
    why: Annotated[str, typer.Option(help="The reason; recorded.")],
    data_folder: DataFolderOption = None,
) -> None:
    """Return to the network that the present one replaced, from the next start on."""
    with plain_errors():
        settings = _settings(data_folder)
        from models.feedback.shelf import NetworkShelf

        entry = {"at": _now().isoformat(timespec="seconds"), "by": _said("--by", by), "why": _said("--why", why)}
        earlier = NetworkShelf(_existing(settings).path).roll_back(entry)
        typer.echo(f"{earlier or settings.detector.model} is in use again at the next start")


@feedback.command("history")
def history(data_folder: DataFolderOption = None) -> None:
    """Show what was compared, promoted, refused and rolled back."""
    with plain_errors():
        settings = _settings(data_folder)
        from models.feedback.shelf import NetworkShelf

        for entry in NetworkShelf(settings.data).history():
            name = (entry.get("network") or entry.get("candidate") or {}).get("name", "")
            typer.echo("\t".join([entry["at"], entry["what"], name, entry.get("by", ""), _remark(entry)]))


def _remark(entry: dict[str, Any]) -> str:
    if entry["what"] == "compared":
        return "accepted" if entry["accepted"] else f"rejected: {entry['reason']}"
    return str(entry.get("despite") or entry.get("reason") or entry.get("why") or "")


def _compared(document: dict[str, Any]) -> dict[str, Any]:
    from service.feedback.promotion import rejections

    return {
        "what": "compared",
        "at": document["at"],
        "candidate": document["candidate"],
        "current": document["current"],
        "accepted": document["accepted"],
        "reason": rejections(document),
    }


def _comparison_lines(document: dict[str, Any], decision: Path) -> Iterator[str]:
    yield f"{'label':20} {'boxes':>5}  {'AP50 now':>8}  candidate  difference (95 %)          precision, recall of both"
    for name, row in document["labels"].items():
        before, after = row["current"], row["candidate"]
        interval = row["interval"]
        reach = f"({interval[0]:+.3f} to {interval[1]:+.3f})" if interval else "(too few pictures)"
        yield (
            f"{name:20} {before['n']:5}  {before['ap50']:8.3f}  {after['ap50']:9.3f}  {row['difference']:+.3f} "
            f"{reach:21}  {_pair(before)} -> {_pair(after)}"
        )
    yield ""
    for finding in document["findings"]:
        yield f"{'met    ' if finding['is_met'] else 'NOT MET'}  {finding['condition']}: {finding['reason']}"
    yield ""
    yield f"{'accepted' if document['accepted'] else 'rejected'}: {decision}"


def _pair(figures: dict[str, Any]) -> str:
    precision = "-" if figures["precision"] is None else f"{figures['precision']:.2f}"
    return f"{precision} {figures['recall']:.2f}"


def _export_lines(manifest: dict[str, Any], out: Path) -> Iterator[str]:
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(manifest["verdicts"].items()))
    yield f"{manifest['pictures']} pictures of {len(manifest['alerts'])} alerts ({verdicts})"
    for source, count in manifest["sources"].items():
        yield f"  {count:5}  {source}"
    for reason, count in manifest["left_out"].items():
        yield f"left out: {count} × {reason}"
    yield f"written to {out}: personal data; delete it when it is no longer needed"


def _settings(data_folder: Path | None) -> ServiceSettings:
    return load_settings(**({"data": data_folder} if data_folder is not None else {}))


def _existing(settings: ServiceSettings) -> DataFolder:
    if not settings.data.is_dir():
        raise UsageError(f"--data-folder {settings.data}: expected the folder of a service, found none")
    return DataFolder(settings.data)


def _folder(candidate: Path) -> str:
    if not candidate.is_dir():
        raise UsageError(f"--candidate {candidate}: expected the folder of a network, found none")
    return str(candidate)


def _codes(said: list[str], catalogue: Catalogue) -> frozenset[str]:
    for code in said:
        if catalogue.get(code) is None:
            raise UsageError(f"--code {code}: expected one of {', '.join(catalogue.entries)}")
    return frozenset(said)


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise UsageError(f"--since {said}: expected a day such as 2026-11-26") from None


def _said(option: str, text: str) -> str:
    if not text.strip():
        raise UsageError(f"{option}: expected some words, found none")
    return text.strip()


def _now() -> datetime:
    return datetime.now(UTC)
