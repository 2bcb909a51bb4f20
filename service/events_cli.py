"""`brightkitchen evaluate-events`: of what clips show, how much raises an alert, and how many alerts are right."""

import json
from pathlib import Path
from typing import Annotated

import typer

from service.logging import configure_logging
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings


def evaluate_events(
    clips: Annotated[
        list[Path] | None, typer.Argument(help="Clips or folders of clips; default: the demonstration's own.")
    ] = None,
    *,
    truth: Annotated[
        Path | None, typer.Option(help="What the clips really show; default: the clips.yaml beside them.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Name of the network; default: the service's.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Count alerts and labelled events of clips code by code: precision, recall, delay, each with its interval."""
    with plain_errors():
        if not clips and (truth is not None or model is not None):
            raise UsageError("--truth and --model are for clips of your own: name them")
        settings = load_settings()
        configure_logging(settings.log_format, "WARNING")
        from detector.report_file import writable
        from service.footage.event_report import document, lines
        from service.footage.event_work import own_events, shipped_events

        file = writable(json_file) if json_file else None
        outcome = own_events(settings, clips, truth=truth, model=model) if clips else shipped_events(settings)
        if file:
            file.write_text(json.dumps(document(outcome), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for line in lines(outcome):
            typer.echo(line)
        for line in outcome.faults:
            typer.echo(line, err=True)
