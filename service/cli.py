"""The command `brightkitchen`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from api.errors import AccountClosedError
from api.passwords import Passwords
from service.bootstrap import reset_password, reset_second_factor
from service.cameras_cli import cameras
from service.catalogue_cli import catalogue
from service.cluster_cli import cluster
from service.credit_cli import credit
from service.events_cli import evaluate_events
from service.evidence_cli import pack, verify
from service.feedback_cli import feedback
from service.folder import DataFolder
from service.heads_cli import heads
from service.logging import configure_logging
from service.nodes_cli import nodes
from service.plain_errors import UsageError, plain_errors
from service.privacy_cli import privacy
from service.recipients_cli import deliveries, recipients, reminders
from service.replay_cli import replay
from service.settings import ServiceRole, ServiceSettings, load_settings
from service.store import Store, open_store
from service.train_cli import meanings_of, train

app = typer.Typer(
    name="brightkitchen",
    help="明厨 Brightkitchen: cameras in, reviewed violations and lawful records out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
users = typer.Typer(help="Accounts of people.", no_args_is_help=True)
app.add_typer(users, name="user")
app.add_typer(feedback, name="feedback")
app.command()(train)
app.add_typer(heads, name="heads")
app.add_typer(catalogue, name="catalogue")
app.command()(verify)
app.command()(pack)
app.command()(replay)
app.command("evaluate-events")(evaluate_events)
app.add_typer(cluster, name="cluster")
app.add_typer(cameras, name="cameras")
app.add_typer(nodes, name="nodes")
app.add_typer(recipients, name="recipients")
app.add_typer(deliveries, name="deliveries")
app.add_typer(reminders, name="reminders")
app.add_typer(privacy, name="privacy")
app.add_typer(credit, name="credit")

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of database, evidence and secrets; default ./var.")
]
CameraOption = Annotated[
    list[str] | None,
    typer.Option("--camera", help="A camera to watch: rtsp://…, http://…, a file or /dev/video0. May be repeated."),
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"brightkitchen {version('brightkitchen')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    return


@app.command()
def run(
    *,
    camera: CameraOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="Play the demonstration's clips as cameras.")] = False,
    data: DataOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of page and API; 0: any free one; default 8080.")] = None,
    role: Annotated[
        ServiceRole | None, typer.Option(help="standalone (default), edge (reports to a centre) or centre.")
    ] = None,
) -> None:
    """Watch the cameras: detect, alert, deliver, and serve the page and the API until stopped."""
    with plain_errors():
        settings = _settings(data, host=host, port=port, role=role)
        configure_logging(settings.log_format, settings.log_level)
        from service.assembly import run_service  # the networks' runtime is loaded for this command only

        run_service(settings, locations=camera or [], is_demo=demo)


@app.command()
def check(
    *,
    camera: Annotated[str, typer.Option("--camera", help="The camera to look at.")],
    seconds: Annotated[float, typer.Option(min=1.0, max=600.0, help="How long to look.")] = 8.0,
    smaller: Annotated[
        bool, typer.Option(help="Also open the smaller stream that the maker's cameras have, where the address tells.")
    ] = True,
) -> None:
    """Open a camera once, decode and look at its pictures, and report what was measured."""
    with plain_errors():
        settings = _settings(None)
        from service.checkup import checkup

        report, is_well = checkup(settings, camera, seconds, looks_for_smaller=smaller)
        typer.echo(report)
        if not is_well:
            raise typer.Exit(1)


@app.command()
def evaluate(
    *,
    data: Annotated[
        Path | None, typer.Option(help="A data.yaml (with partial.json beside it), or a folder of archives.")
    ] = None,
    video: Annotated[
        list[Path] | None,
        typer.Option(help="A clip or a folder of clips, to count false alarms per hour on. May be repeated."),
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="What the clips really show; default: the clips.yaml beside them.")
    ] = None,
    gate: Annotated[
        bool, typer.Option(help="Spare the network unchanged pictures of a clip, as the service does.")
    ] = True,
    model: Annotated[
        str | None, typer.Option(help="A promoted or shipped network, or its folder; default: the service's.")
    ] = None,
    data_folder: Annotated[
        Path | None, typer.Option("--data-folder", help="Folder with promoted networks; default ./var.")
    ] = None,
    split: Annotated[str, typer.Option(help="Which pictures; default: val, or test where there is no val.")] = "",
    rename: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="NAME=LABEL", help="What the network calls a class of the pictures."),
    ] = None,
    choose_thresholds: Annotated[
        bool, typer.Option("--choose-thresholds", help="Use the thresholds that the rule chooses on these pictures.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; default: one per processor.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Also write a report with the worst mistakes as pictures into this folder.")
    ] = None,
) -> None:
    """Measure a network with intervals: precision and recall on labelled pictures, false alarms per hour on clips."""
    with plain_errors():
        if data is None and not video:
            raise UsageError("evaluate needs --data, --video, or both")
        if rename and data is None:
            raise UsageError("--map is about labelled pictures: it needs --data")
        settings = _settings(data_folder)
        configure_logging(settings.log_format, "WARNING")
        from service.evaluation import Wanted, measure

        wanted = Wanted(
            model=model or "",
            data=data,
            split=split,
            meanings=meanings_of(rename or []),
            videos=video or (),
            truth=truth,
            uses_gate=gate,
            chooses_thresholds=choose_thresholds,
            workers=workers,
        )
        outcome = measure(settings, wanted, json_file=json_file, html_folder=html)
        for line in outcome.lines():
            typer.echo(line)
        for line in outcome.warnings():
            typer.echo(line, err=True)


@users.command("reset-password")
def reset_user_password(
    name: Annotated[str, typer.Argument(help="The account's name.")], data: DataOption = None
) -> None:
    """Give an account a new one-time password, and end its logins. The service may be running meanwhile."""
    with plain_errors():
        settings = _settings(data)
        with _store(settings) as store:
            try:
                password = reset_password(store.accounts, Passwords(settings.api), name, datetime.now(UTC))
            except AccountClosedError as error:
                raise UsageError(str(error)) from None
        if password is None:
            raise UsageError(f"there is no account named {name!r}")
        typer.echo(f"{name}: {password}   (to be changed at the next login)")


@users.command("reset-second-factor")
def reset_user_second_factor(
    name: Annotated[str, typer.Argument(help="The account's name.")], data: DataOption = None
) -> None:
    """Take away the second factor of an account that lost its device, and end its logins. It goes into the log."""
    with plain_errors(), _store(_settings(data)) as store:
        was_there = reset_second_factor(store.accounts, store.second_factors, name, datetime.now(UTC))
        if was_there is None:
            raise UsageError(f"there is no account named {name!r}")
        typer.echo(f"{name}: " + ("the second factor is gone" if was_there else "there was no second factor"))


@users.command("list")
def list_users(data: DataOption = None) -> None:
    """Show who has an account, and whether it has a second factor."""
    with plain_errors(), _store(_settings(data)) as store:
        for user in store.accounts.list_users():
            state, second = "active" if user.is_active else "inactive", "2FA" if user.has_second_factor else "-"
            typer.echo(f"{user.name}\t{user.role}\t{state}\t{second}")


def _settings(
    data: Path | None, *, host: str | None = None, port: int | None = None, role: ServiceRole | None = None
) -> ServiceSettings:
    overrides: dict[str, Any] = {} if role is None else {"role": role}
    if data is not None:
        overrides["data"] = data
    listening = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    if listening:
        overrides["api"] = listening
    return load_settings(**overrides)


@contextmanager
def _store(settings: ServiceSettings) -> Iterator[Store]:
    """The database; the service may be running on the same data folder."""
    store = open_store(settings, DataFolder(settings.data))
    try:
        yield store
    finally:
        store.database.close()


def main() -> None:
    """The console script's entry."""
    app()


if __name__ == "__main__":
    main()
