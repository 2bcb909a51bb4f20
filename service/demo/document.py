"""Files of the demonstration into values that Pydantic has validated."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from service.demo.errors import DemoError


class Part(BaseModel):
    """Frozen, and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


P = TypeVar("P", bound=Part)


def read_yaml(path: Path, kind: type[P]) -> P:
    """Raises DemoError naming the file and the first wrong field."""
    return _read(path, kind, yaml.safe_load, yaml.YAMLError, "YAML")


def read_json(path: Path, kind: type[P]) -> P:
    """Raises DemoError naming the file and the first wrong field."""
    return _read(path, kind, json.loads, json.JSONDecodeError, "JSON")


def _read(path: Path, kind: type[P], parse: Callable[[str], Any], fault: type[Exception], language: str) -> P:
    try:
        document = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DemoError(path, expected="a readable file", found=error.strerror) from error
    except (fault, UnicodeDecodeError) as error:
        raise DemoError(path, expected=f"{language} in UTF-8", found=str(error)) from error
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DemoError(path, field=where, expected=first["msg"], found=first["input"]) from error
