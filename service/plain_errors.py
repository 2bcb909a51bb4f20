"""What a person can put right becomes one line and exit status 2; anything else is a defect and shows itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from alerts.errors import AlertsError
from credit.errors import CreditError
from detector.errors import DetectorError
from models.errors import ModelError
from service.cluster.errors import RayNodeError
from service.demo.errors import DemoError
from service.folder import DataFolderError
from service.secrets import SecretsFileError
from service.settings import SettingsError
from service.storage.errors import SchemaError
from streams.errors import StreamError


class UsageError(Exception):
    """The command cannot be carried out as it was given."""


_PLAIN = (
    AlertsError,
    CreditError,
    DataFolderError,
    DemoError,
    DetectorError,
    ModelError,
    RayNodeError,
    SchemaError,
    SecretsFileError,
    SettingsError,
    StreamError,
    UsageError,
)


@contextmanager
def plain_errors() -> Iterator[None]:
    """For the body of a command. Raises typer.Exit."""
    try:
        yield
    except _PLAIN as error:
        typer.echo(f"brightkitchen: {error}", err=True)
        raise typer.Exit(2) from None
