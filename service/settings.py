"""All settings of the service in one value, read once at the start and handed down.

Each package declares its own part; this joins them. Values come from environment variables such as
BRIGHTKITCHEN_API__PORT=8443 (two underscores between part and field), so secrets need no file.
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from alerts.nodes.settings import CentreSettings, IngestSettings
from alerts.settings import AlertSettings
from api.settings import ApiSettings
from detector.settings import DetectorSettings
from service.cluster.settings import ClusterSettings
from service.logging import LogFormat
from service.storage.settings import DatabaseSettings
from streams.settings import StreamSettings

PREFIX = "BRIGHTKITCHEN_"
DELIMITER = "__"

# Read by the tests and scripts of the project, not by the service.
_FOREIGN = frozenset({"BRIGHTKITCHEN_SHARED_DATA", "BRIGHTKITCHEN_NO_SKIPS"})


class ServiceRole(StrEnum):
    STANDALONE = "standalone"
    EDGE = "edge"
    CENTRE = "centre"


class SettingsError(Exception):
    """A setting is wrong. `variable` names the environment variable, `expected` what it should be."""

    def __init__(self, variable: str, expected: str) -> None:
        super().__init__(f"{variable}: {expected}")
        self.variable = variable
        self.expected = expected


class ServiceSettings(BaseSettings):
    """The whole service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    data: Path = Field(default=Path("var"), description="Folder of database, evidence and secrets; made if missing.")
    database_url: SecretStr | None = Field(
        default=None,
        description="postgresql://user:password@host/name for a database server; empty: SQLite in the data folder.",
    )
    admin_password: SecretStr | None = Field(
        default=None,
        description="Password of the first administrator, for unattended set-up; empty: a one-time one is printed.",
    )
    models_folder: Path | None = Field(
        default=None, description="Folder of networks, each with its manifest; empty: those that are shipped."
    )
    role: ServiceRole = Field(
        default=ServiceRole.STANDALONE,
        description="standalone; edge: report to a centre as well; centre: take in what edges and AI cameras report.",
    )
    log_format: LogFormat = Field(
        default=LogFormat.AUTO, description="pretty on a terminal and json otherwise (auto), or one of them always."
    )
    log_level: str = Field(
        default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR."
    )
    database: DatabaseSettings = Field(default=DatabaseSettings(), description="How the database is used.")
    streams: StreamSettings = Field(default=StreamSettings(), description="Cameras.")
    detector: DetectorSettings = Field(default=DetectorSettings(), description="Networks and tracking.")
    alerts: AlertSettings = Field(default=AlertSettings(), description="Rules, evidence and delivery.")
    api: ApiSettings = Field(default=ApiSettings(), description="HTTP.")
    cluster: ClusterSettings = Field(default=ClusterSettings(), description="Several machines.")
    centre: CentreSettings = Field(default=CentreSettings(), description="The centre of an edge.")
    ingest: IngestSettings = Field(default=IngestSettings(), description="What a centre takes in.")


def load_settings(**overrides: Any) -> ServiceSettings:
    """Settings from the environment; `overrides` (from the command line) win over it.

    An override that is a mapping is merged into its part. Raises SettingsError naming the first wrong variable,
    also for a variable with our prefix that means nothing: a misspelt setting must not be silently ignored.
    The message never holds the value.
    """
    _refuse_unknown(os.environ)
    try:
        settings = ServiceSettings()
        merged = {name: _merged(getattr(settings, name), value) for name, value in overrides.items()}
        return ServiceSettings(**merged)
    except ValidationError as error:
        first = error.errors()[0]
        place = DELIMITER.join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{PREFIX}{place}", first["msg"]) from None


def _merged(part: object, value: Any) -> Any:
    """What ServiceSettings validates anew, so that an error names the whole place of the field."""
    if isinstance(part, BaseModel) and isinstance(value, Mapping):
        return {**part.model_dump(), **value}
    return value


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    for variable in sorted(environment):
        if variable.startswith(PREFIX) and variable not in _FOREIGN and not _is_known(variable):
            raise SettingsError(variable, "there is no such setting (see docs/reference/settings.md)")


def _is_known(variable: str) -> bool:
    model: type[BaseModel] = ServiceSettings
    parts = variable.removeprefix(PREFIX).lower().split(DELIMITER)
    for place, part in enumerate(parts):
        field = model.model_fields.get(part)
        if field is None:
            return False
        is_last = place == len(parts) - 1
        nested = _nested_model(field.annotation)
        if is_last:
            return True
        if nested is None:
            return False
        model = nested
    return False


def _nested_model(annotation: Any) -> type[BaseModel] | None:
    """The settings model behind an annotation such as `TlsSettings | None`."""
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
