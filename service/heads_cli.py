"""`brightkitchen heads …`: teach, check and put live without a running service."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detector.errors import TeachingError
from service.folder import DataFolder
from service.identity import new_id
from service.plain_errors import plain_errors
from service.settings import ServiceSettings, load_settings

if TYPE_CHECKING:
    from detector.head_desk import HeadDesk
    from detector.head_record import Head, HeadVersion

heads = typer.Typer(help="States that people teach by examples.", no_args_is_help=True)

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of database, evidence and heads; default ./var.")
]
HeadArgument = Annotated[str, typer.Argument(help="Id of the head; `brightkitchen heads list` shows it.")]
VersionOption = Annotated[
    int | None, typer.Option("--version", min=1, help="Number of the version; default the newest.")
]

_STATE = "--state"


@contextmanager
def _desk(data: Path | None) -> Iterator["HeadDesk"]:
    """The desk over the data folder; what a person can put right becomes one line and exit status 2."""
    try:
        with plain_errors(), ExitStack() as stack:
            settings = load_settings(**({} if data is None else {"data": data}))
            yield _opened(settings, stack)
    except OSError as error:
        typer.echo(f"brightkitchen: {error}", err=True)
        raise typer.Exit(2) from None


def _opened(settings: ServiceSettings, stack: ExitStack) -> "HeadDesk":
    # The networks' runtime is loaded where it is needed.
    from models.registry import ZOO_FOLDER, ModelRegistry
    from service.head_desk import load_embedding, open_desk, shared_heads
    from service.store import open_store

    folder = DataFolder(settings.data)
    folder.prepare()  # heads have a lock of their own, so the service may be running meanwhile
    store = open_store(settings, folder)
    stack.callback(store.database.close)
    return open_desk(
        settings,
        shared_heads(store.database, folder.heads),
        load_embedding(settings),
        ModelRegistry(settings.models_folder or ZOO_FOLDER).load(settings.detector.model),
        new_id=new_id,
        now=lambda: datetime.now(UTC),
    )


@heads.command("list")
def list_heads(data: DataOption = None) -> None:
    """Show all heads, and those that cannot be read."""
    with _desk(data) as desk:
        found, faults = desk.list()
        for head in found:
            counts = ", ".join(f"{count} {state}" for state, count in head.counts().items())
            live = f"version {head.live_version}" if head.live_version else f"{len(head.versions)} versions"
            typer.echo(f"{head.head_id}\t{head.status.value}\t{live}\t{head.name}\t{counts}")
        for fault in faults:
            typer.echo(f"{fault.head_id}\tcannot be read\t{fault.error}", err=True)


@heads.command("teach", context_settings={"ignore_unknown_options": True})
def teach(  # noqa: PLR0917 - options are given by name
    examples: Annotated[
        list[str],
        typer.Argument(
            help="--state NAME FILE… once for each state: --state open open/*.jpg --state closed closed/*.jpg"
        ),
    ],
    head_id: Annotated[
        str | None, typer.Option("--head", help="Add to this head; without it a new one is made.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the new head, as people call the place.")] = "taught by hand",
    camera: Annotated[str | None, typer.Option(help="Id of the camera that the new head belongs to.")] = None,
    region: Annotated[
        str | None, typer.Option(help="Its region: corners as fractions, 0.1,0.2 0.3,0.2 0.3,0.5; default all of it.")
    ] = None,
    code: Annotated[str | None, typer.Option(help="Risk code that the new head judges, such as bin.uncovered.")] = None,
    breach_state: Annotated[str | None, typer.Option(help="The state that the code forbids.")] = None,
    keep_crops: Annotated[bool, typer.Option(help="Keep the pictures, faces masked, to teach other networks.")] = False,
    data: DataOption = None,
) -> None:
    """Teach a head on pictures of its region and show how well it does on each when taught on the others."""
    with _desk(data) as desk:
        from detector.head_desk import NewHead
        from detector.head_record import HeadScope, Origin, OriginKind
        from detector.picture_files import decode_picture

        by_state = grouped(examples)
        pictures = [(state, path, decode_picture(path.read_bytes())) for state, paths in by_state for path in paths]
        if head_id is None:
            scope = HeadScope.model_validate({"camera_id": camera, "region": corners(region)})
            new = NewHead(
                name=name,
                states=tuple(state for state, _ in by_state),
                scope=scope,
                code=code,
                breach_state=breach_state,
                keeps_crops=keep_crops,
            )
            head_id = desk.create(new, actor=_actor()).head_id
        for state, path, pixels in pictures:
            origin = Origin(kind=OriginKind.FILE, name=path.name[:200])
            desk.add_picture(head_id, state, pixels, origin=origin, actor=_actor())
        head, version = desk.teach(head_id, actor=_actor())
        _show(desk, head, version)


@heads.command("check")
def check(
    head_id: HeadArgument,
    pictures: Annotated[list[Path] | None, typer.Argument(help="Pictures of the region to judge.")] = None,
    number: VersionOption = None,
    data: DataOption = None,
) -> None:
    """Show a version's accuracy and what it lacks to go live, or what it says of pictures."""
    with _desk(data) as desk:
        from detector.picture_files import decode_picture

        if not pictures:
            head = desk.get(head_id)
            _show(desk, head, desk.version(head, number))
        for path in pictures or []:
            answer = desk.judge(head_id, decode_picture(path.read_bytes()), number)
            said = answer.state or f"cannot tell ({answer.doubt}; likeliest {answer.likeliest})"
            typer.echo(f"{path}\t{said}\t{answer.confidence:.2f}")


@heads.command("live")
def live(head_id: HeadArgument, number: VersionOption = None, data: DataOption = None) -> None:
    """Put a version into service. Services that run on the same database take it up within seconds."""
    with _desk(data) as desk:
        head = desk.go_live(head_id, number, actor=_actor())
        typer.echo(f"{head.head_id}: version {head.live_version} is live")


@heads.command("roll-back")
def roll_back(head_id: HeadArgument, data: DataOption = None) -> None:
    """Put the version that was live before back into service."""
    with _desk(data) as desk:
        head = desk.roll_back(head_id, actor=_actor())
        typer.echo(f"{head.head_id}: version {head.live_version} is live")


@heads.command("retire")
def retire(head_id: HeadArgument, data: DataOption = None) -> None:
    """Take a head out of service; its versions stay."""
    with _desk(data) as desk:
        typer.echo(f"{desk.retire(head_id, actor=_actor()).head_id}: retired")


@heads.command("reembed")
def reembed(head_id: HeadArgument, data: DataOption = None) -> None:
    """Look at kept cut-outs with the embedding network in service, for a head that was taught on another one."""
    with _desk(data) as desk:
        head = desk.reembed(head_id, actor=_actor())
        typer.echo(f"{head.head_id}: {len(head.examples)} examples looked at anew; teach it next")


def grouped(arguments: Sequence[str]) -> list[tuple[str, list[Path]]]:
    """Files by state, in the order given. Raises TeachingError where the arguments are not `--state NAME FILE…`."""
    groups: list[tuple[str, list[Path]]] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == _STATE or argument.startswith(f"{_STATE}="):
            state = argument.partition("=")[2] or next(rest, "")
            if not state:
                raise TeachingError(_STATE, "a name", "nothing")
            groups.append((state, []))
        elif argument.startswith("--") or not groups:
            raise TeachingError("arguments", f"{_STATE} NAME FILE… for each state", argument)
        else:
            groups[-1][1].append(Path(argument))
    return groups


def corners(text: str | None) -> dict[str, list[dict[str, float]]] | None:
    """The polygon of "0.1,0.2 0.3,0.2 0.3,0.5". Raises TeachingError."""
    if text is None:
        return None
    try:
        pairs = [tuple(float(value) for value in pair.split(",")) for pair in text.split()]
        return {"corners": [{"x": x, "y": y} for x, y in pairs]}
    except ValueError as error:
        raise TeachingError("--region", "corners such as 0.1,0.2 0.3,0.2 0.3,0.5", text) from error


def _actor() -> str:
    try:
        return f"cli:{getpass.getuser()}"
    except (ImportError, KeyError, OSError):  # no entry for the user, as in some containers
        return "cli"


def _show(desk: "HeadDesk", head: "Head", version: "HeadVersion") -> None:
    accuracy = version.accuracy
    typer.echo(f"head      {head.head_id}  {head.name}  ({head.status.value})")
    typer.echo(f"version   {version.number}, taught on {accuracy.count} examples")
    typer.echo(
        f"accuracy  {accuracy.right} of {accuracy.count} right when left out: {accuracy.accuracy:.2f} "
        f"({accuracy.low:.2f} to {accuracy.high:.2f})"
    )
    typer.echo(f"answers   {accuracy.answered} of {accuracy.count}, {accuracy.answered_right} of them right")
    for state in accuracy.states:
        typer.echo(f"  {state.state}: {state.right} of {state.count} right, {state.distinct} different pictures")
    names = {example.example_id: example.origin.name or example.example_id for example in head.examples}
    for mistake in accuracy.mistakes:
        shown = names.get(mistake.example_id, mistake.example_id)
        typer.echo(f"wrong     {shown}: is {mistake.state}, would be called {mistake.said} ({mistake.confidence:.2f})")
    missing = desk.missing(version)
    typer.echo("may go live" if not missing else "may not go live, it needs:")
    for each in missing:
        typer.echo(f"  {each}")
