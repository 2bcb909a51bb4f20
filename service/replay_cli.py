"""`brightkitchen replay`: what rules would have raised on recorded looks or clips, before they go live."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.logging import configure_logging
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings


def replay(
    sources: Annotated[list[Path], typer.Argument(help="Detection logs (.jsonl), clips, or folders of either.")],
    *,
    layer: Annotated[
        Path | None, typer.Option(help="YAML file with numbers of rules, thresholds and zones to try.")
    ] = None,
    assign: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="CODE.FIELD=VALUE", help="One number to try. May be repeated; wins over --layer."
        ),
    ] = None,
    threshold: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL=CONFIDENCE", help="Least confidence to try. May be repeated."),
    ] = None,
    catalogue: Annotated[Path | None, typer.Option(help="Folder of a risk catalogue to try.")] = None,
    profile: Annotated[str | None, typer.Option(help="Jurisdiction to try; '': none at all.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="Compare with this layer; default: with what is in service.")
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Compare with nothing.")] = False,
    code: Annotated[
        list[str] | None, typer.Option(help="Judge this code only, on every camera. May be repeated.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Network for clips; default: the service's.")] = None,
    gate: Annotated[bool, typer.Option(help="Spare the network unchanged pictures of a clip.")] = True,
    truth: Annotated[
        Path | None, typer.Option(help="What zone each clip shows; default: the clips.yaml beside them.")
    ] = None,
    begins: Annotated[
        str | None, typer.Option(help="When clips begin, such as 2026-11-27T22:00+08:00: rules have hours.")
    ] = None,
    save_log: Annotated[
        Path | None, typer.Option("--save-log", help="Keep the looks in this new file, to replay them in seconds.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the outcome to this file.")] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder with promoted networks; default ./var. Nothing is written.")
    ] = None,
) -> None:
    """Judge a detection log or clips by rules as they are, or by changed ones beside them. Touches nothing live."""
    with plain_errors():
        settings = load_settings(**({} if data is None else {"data": data}))
        configure_logging(settings.log_format, "WARNING")
        from detector.report_file import writable
        from service.replay.report import document, lines
        from service.replay.sources import sources_at
        from service.replay.work import Order, Wish, carried_out

        after = Wish(
            layer=layer,
            assignments=assign or (),
            thresholds=threshold or (),
            catalogue=catalogue,
            profile=profile,
        )
        if alone and against:
            raise UsageError("--alone and --against exclude each other")
        compares = against is not None or not (alone or after.changes_nothing)
        order = Order(
            sources=sources_at(sources),
            after=after,
            before=Wish(layer=against) if compares else None,
            codes=code or (),
            model=model,
            truth=truth,
            uses_gate=gate,
            save_log=save_log,
            **({} if begins is None else {"begins_at": _moment(begins)}),
        )
        file = writable(json_file) if json_file else None
        outcome = carried_out(order, settings)
        if file:
            file.write_text(json.dumps(document(outcome), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for line in lines(outcome):
            typer.echo(line)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--begins: expected a moment such as 2026-11-27T22:00+08:00, found {text!r}") from None
    if moment.tzinfo is None:
        raise UsageError(f"--begins: expected an offset such as +08:00 behind the time, found {text!r}")
    return moment.astimezone(UTC)
