"""`brightkitchen catalogue …`: look at the risk catalogue, and check one before it goes into service."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.catalogue import SHIPPED, Catalogue, CatalogueFolder, load_catalogue, read_folder
from alerts.faults import Faults
from service.catalogue_sheet import code_sheet
from service.plain_errors import UsageError, plain_errors
from service.settings import load_settings

if TYPE_CHECKING:
    from alerts.settings import AlertSettings

catalogue = typer.Typer(help="Risk codes, clauses and profiles of jurisdictions.", no_args_is_help=True)

FolderArgument = Annotated[
    Path | None, typer.Argument(help="Folder of the catalogue; default: the one in service, else the shipped one.")
]
FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="Folder of the catalogue; default: the one in service.")
]
ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", help="Jurisdiction, such as cn-fujian; default: the one in service. '': none at all."),
]


@catalogue.command("check")
def check(folder: FolderArgument = None, profile: ProfileOption = None) -> None:
    """Read every file and name each fault by file, line, column and field. Status 1 if there is one."""
    with plain_errors():
        settings = load_settings().alerts
        place, faults = folder or settings.catalogue or SHIPPED, Faults(collects=True)
        with faults.caught():
            found = read_folder(place, faults)
        if not faults.found:
            with faults.caught():
                # The profile in service belongs to the catalogue in service, not to any folder that is looked at.
                wanted = settings.profile if profile is None and folder is None else profile
                typer.echo(_summary(found, found.catalogue(wanted)))
        for fault in faults.found:
            typer.echo(str(fault), err=True)
        if faults.found:
            count = len(faults.found)
            typer.echo(f"{place}: {count} fault{'' if count == 1 else 's'}; what rests on it was not read", err=True)
            raise typer.Exit(1)


@catalogue.command("show")
def show(
    code: Annotated[str, typer.Argument(help="A risk code, such as pest.rodent.")],
    profile: ProfileOption = None,
    folder: FolderOption = None,
) -> None:
    """Show a code as a jurisdiction has it: each value with where it comes from, each clause with who has read it."""
    with plain_errors():
        settings = load_settings().alerts
        seen = _loaded(settings, folder, profile)
        entry = seen.get(code)
        if entry is None:
            raise UsageError(f"there is no code {code!r}; there are: {', '.join(seen.entries)}")
        for line in code_sheet(entry, seen):
            typer.echo(line)


def _loaded(settings: "AlertSettings", folder: Path | None, profile: str | None) -> Catalogue:
    wanted = settings.profile if profile is None and folder is None else profile
    return load_catalogue(folder or settings.catalogue, wanted)


def _summary(folder: CatalogueFolder, seen: Catalogue) -> str:
    clauses = {clause.clause_id for clause in folder.register}
    unread = {clause_id for clause_id in clauses if not _is_read(folder, clause_id)}
    applied = ", ".join(profile.name for profile in seen.profiles) or "none"
    changed = sum(bool(entry.origins) for entry in seen)
    return (
        f"catalogue {folder.version}: {len(folder.entries)} codes, {len(clauses)} clauses "
        f"({len(unread)} unverified), {len(folder.profiles)} profiles; nothing is wrong\n"
        f"profiles applied: {applied}; codes that they change: {changed}"
    )


def _is_read(folder: CatalogueFolder, clause_id: str) -> bool:
    clause = folder.register.newest(clause_id)
    return clause is not None and clause.verified
