"""`brightkitchen nodes`: who may report to this centre."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from alerts.nodes.ports import Node
from api.keys import fingerprint, new_node_secret
from credit.errors import NameTakenError, UnknownParentError
from domain.credit_code import CreditCode, CreditCodeError
from domain.ids import CameraId, NodeId, SiteId
from domain.organisation import Camera, Source
from service.edge.wiring import nodes_of
from service.folder import DataFolder
from service.identity import new_id
from service.logging import configure_logging
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings
from service.storage.nodes import SqlNodes
from service.store import Store, open_store

nodes = typer.Typer(help="Edges and AI cameras that report to this centre.", no_args_is_help=True)

DataOption = Annotated[Path | None, typer.Option("--data", help="The centre's data folder; default ./var.")]
NameArgument = Annotated[str, typer.Argument(help="Letters, digits, - and _; as in MQTT topics.")]
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_LONGEST_NAME = 40


@nodes.command("add")
def add_node(
    name: NameArgument,
    enterprise: Annotated[
        list[str] | None, typer.Option(help="Credit code of an enterprise it may report for. May be repeated.")
    ] = None,
    any_enterprise: Annotated[
        bool, typer.Option("--any-enterprise", help="It may report for every enterprise.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Let a node report, and print its token, once. The service may be running meanwhile."""
    with plain_errors(), _book(data) as book:
        secret = new_node_secret()
        book.add(
            Node(
                node_id=_checked_name(name),
                token_sha256=fingerprint(secret),
                credit_codes=_allowed(enterprise or [], is_any=any_enterprise),
                is_active=True,
                created_at=datetime.now(UTC),
            )
        )
        typer.echo(secret)
        typer.echo("This token is shown once. Give it to the edge as BRIGHTKITCHEN_CENTRE__TOKEN_FILE.", err=True)


@nodes.command("add-camera")
def add_camera(
    node: Annotated[str, typer.Argument(help="The node that watches it.")],
    name: Annotated[str, typer.Argument(help="What people call the camera.")],
    site: Annotated[str, typer.Option(help="Id of its site at this centre.")],
    data: DataOption = None,
) -> None:
    """Register an AI camera that reports findings by MQTT, and print the id that its messages must name."""
    with plain_errors(), _store(data) as store:
        node_id = _checked_name(node)
        if not nodes_of(store).is_known(node_id):
            raise UsageError(f"there is no active node named {node!r}")
        camera = Camera(
            camera_id=CameraId(new_id()),
            site_id=SiteId(site),
            name=name,
            source=Source(location=f"node:{node_id}"),
            node_id=node_id,
        )
        try:
            store.registry.add_camera(camera)
        except (NameTakenError, UnknownParentError) as error:
            raise UsageError(str(error)) from error
        typer.echo(camera.camera_id)


@nodes.command("renew-token")
def renew_token(name: NameArgument, data: DataOption = None) -> None:
    """Give a node a new token, printed once; the old one opens nothing from now on."""
    with plain_errors(), _book(data) as book:
        secret = new_node_secret()
        if not book.change_token(_checked_name(name), fingerprint(secret)):
            raise UsageError(f"there is no node named {name!r}")
        typer.echo(secret)


@nodes.command("shut-out")
def shut_out(name: NameArgument, data: DataOption = None) -> None:
    """Let a node report no more. Its alerts and cameras stay; `renew-token` lets it in again."""
    with plain_errors(), _book(data) as book:
        if not book.shut_out(_checked_name(name)):
            raise UsageError(f"there is no node named {name!r}")
        typer.echo(f"{name}: shut out")


@nodes.command("list")
def list_nodes(data: DataOption = None) -> None:
    """Show the nodes, when each was last heard and what waits there."""
    with plain_errors(), _book(data) as book:
        for node in book.list_nodes():
            seen = f"{node.last_seen_at:%Y-%m-%d %H:%M:%S} UTC" if node.last_seen_at else "never heard"
            waiting = f"{node.report.queue.steps} steps waiting" if node.report else ""
            typer.echo("\t".join((node.node_id, "active" if node.is_active else "shut out", seen, waiting)))


def _checked_name(name: str) -> NodeId:
    if not name or len(name) > _LONGEST_NAME or not _NAME_CHARACTERS.issuperset(name):
        raise UsageError(f"a node's name has 1 to {_LONGEST_NAME} letters, digits, - and _, got {name!r}")
    return NodeId(name)


def _allowed(codes: list[str], *, is_any: bool) -> frozenset[str] | None:
    if is_any == bool(codes):
        raise UsageError("say for whom it may report: --enterprise CREDIT_CODE (once or more), or --any-enterprise")
    try:
        return None if is_any else frozenset(CreditCode(code).value for code in codes)
    except CreditCodeError as error:
        raise UsageError(f"--enterprise: {error}") from error


@contextmanager
def _book(data: Path | None) -> Iterator[SqlNodes]:
    with _store(data) as store:
        yield nodes_of(store)


@contextmanager
def _store(data: Path | None) -> Iterator[Store]:
    settings = load_settings(**({} if data is None else {"data": data}))
    configure_logging(settings.log_format, "ERROR")  # standard output is for what was asked for: a token, an id
    folder = DataFolder(settings.data)
    folder.prepare()
    store = open_store(settings, folder)
    try:
        yield store
    finally:
        store.database.close()
