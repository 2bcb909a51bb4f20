"""The commands `brightkitchen cluster …`."""

import fcntl
import os
import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cluster.ray_environment import ray_environment
from service.cluster.report import report
from service.folder import DataFolder
from service.logging import configure_logging
from service.plain_errors import UsageError, plain_errors
from service.settings import ServiceSettings, load_settings
from service.storage.cluster import SqlCluster
from service.storage.leases import SqlLeases
from service.store import open_store

cluster = typer.Typer(help="Several machines.", no_args_is_help=True)

PID_FILE = "cluster.pid"

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of this machine's files; default ./var.")]


@cluster.command("start")
def start(
    *,
    join: Annotated[str | None, typer.Option(help="host:port of the head's Ray; without it this is the head.")] = None,
    data: DataOption = None,
    host: Annotated[str | None, typer.Option(help="Address for page and API; default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of page and API; 0: any free one; default 8080.")] = None,
) -> None:
    """Be the head, with page, API and cameras, or a further machine; until stopped."""
    with plain_errors():
        listening = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
        settings = _settings(data, **({"api": listening} if listening else {}))
        configure_logging(settings.log_format, settings.log_level)
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with DataFolder(settings.data):  # refuse a second one before its number replaces the first one's
            (settings.data / PID_FILE).write_text(f"{os.getpid()}\n")
            os.environ.update(ray_environment(settings.cluster, settings.data))
        try:
            from service.cluster.head import run_head  # Ray and the networks are loaded for this command only
            from service.cluster.member import run_member
        except ImportError as error:
            raise UsageError(f"needs the extra cluster: pip install 'brightkitchen[cluster]' ({error})") from error
        if join is None:
            run_head(settings)
        else:
            run_member(settings, join)


@cluster.command("status")
def status(data: DataOption = None) -> None:
    """Show machines, groups and cameras, from the database."""
    with plain_errors():
        settings = _settings(data)
        if settings.database_url is None:
            raise UsageError("name the cluster's database in BRIGHTKITCHEN_DATABASE_URL")
        store = open_store(settings, DataFolder(settings.data))
        try:
            lines = report(SqlCluster(store.database), SqlLeases(store.database), settings.cluster)
        except ValueError as error:
            raise UsageError(str(error)) from error
        finally:
            store.database.close()
        typer.echo("\n".join(lines))


@cluster.command("stop")
def stop(data: DataOption = None) -> None:
    """Stop what `cluster start` runs on this data folder; its cameras go on elsewhere, if there is room."""
    with plain_errors():
        folder = _settings(data).data
        pid = _running(folder)
        if pid is None:
            raise UsageError(f"no cluster runs on the data folder {folder}")
        os.kill(pid, signal.SIGTERM)
        typer.echo(f"asked process {pid} to stop")


def _running(folder: Path) -> int | None:
    """The process that holds the folder's lock; a number that was left behind is not trusted."""
    try:
        with (folder / "service.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            return int((folder / PID_FILE).read_text())
        except (OSError, ValueError):
            return None
    except OSError:
        return None
    return None


def _settings(data: Path | None, **overrides: Any) -> ServiceSettings:
    if data is not None:
        overrides["data"] = data
    return load_settings(**overrides)
