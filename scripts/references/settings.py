"""docs/reference/settings.md: every field of every settings model, with the name of its environment variable."""

import importlib
import importlib.util
import types
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from references.tables import code, table

PACKAGES = ("service", "service.storage", "api", "streams", "alerts", "credit", "detector", "models")

UNIONS = (types.UnionType, typing.Union)

INTRODUCTION = """# Settings

<!-- Made by `make docs` from the settings models: change those, not this page. -->

All of them have defaults: the service runs without any. Set one by its environment variable. Lists, objects and
values of several parts are written as JSON. A name that does not exist, or a value out of range, stops the start with
a message that names the field. Secrets are never logged. Cameras, zones and accounts are data, not settings: they
live in the database.

"""


def document() -> str:
    sections = [_section(name, model, prefix) for name, model, prefix in _models()]
    return INTRODUCTION + "\n".join(sections)


def _models() -> Iterator[tuple[str, type[BaseModel], str]]:
    """Each settings model with its package and the prefix of its variables, the joined one and its parts first."""
    seen: set[type[BaseModel]] = set()
    for root in _root_models():
        for model, prefix in _walk(root, str(root.model_config.get("env_prefix", ""))):
            if model not in seen:
                seen.add(model)
                yield model.__module__.removesuffix(".settings"), model, prefix
    for package in PACKAGES:
        for model in _declared(package):
            if model not in seen and not any(_holds(other, model) for other in _declared(package)):
                seen.add(model)
                yield package, model, ""


def _root_models() -> list[type[BaseSettings]]:
    return [model for model in _declared("service") if issubclass(model, BaseSettings)]


def _declared(package: str) -> list[type[BaseModel]]:
    """The public models that `<package>/settings.py` declares, in the file's order; none if there is no such file."""
    name = f"{package}.settings"
    if importlib.util.find_spec(name) is None:
        return []
    module = importlib.import_module(name)
    return [
        value
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == name and key[0] != "_"
    ]


def _walk(model: type[BaseModel], prefix: str) -> Iterator[tuple[type[BaseModel], str]]:
    yield model, prefix
    for name, field in model.model_fields.items():
        part = _model_of(field.annotation)
        if part is not None:
            yield from _walk(part, f"{prefix}{name}__")


def _holds(model: type[BaseModel], part: type[BaseModel]) -> bool:
    return any(_model_of(field.annotation) is part for field in model.model_fields.values())


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The settings model that an annotation means, also where it may be None."""
    parts = typing.get_args(annotation) if typing.get_origin(annotation) in UNIONS else (annotation,)
    return next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _section(package: str, model: type[BaseModel], prefix: str) -> str:
    summary = (model.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    rows = [
        [
            code((prefix + name).upper() if prefix else name),
            code(_type(field.annotation)),
            _default(field),
            _text(field),
        ]
        for name, field in model.model_fields.items()
        if _model_of(field.annotation) is None
    ]
    if not rows:
        return ""
    heading = f"## {package}: {model.__name__}\n\n{' '.join(summary.split())}\n\n"
    return heading + table(["variable", "type", "default", "what it does"], rows)


def _text(field: FieldInfo) -> str:
    limits = [
        f"{word} {getattr(entry, name)}"
        for entry in field.metadata
        for name, word in (("gt", "above"), ("ge", "at least"), ("lt", "below"), ("le", "at most"))
        if hasattr(entry, name)
    ]
    text = (field.description or "").strip().rstrip(".")
    return text[:1].upper() + text[1:] + "." + (f" ({', '.join(limits)})" if limits else "")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, SecretStr):
        return "a secret"
    if isinstance(value, Enum):
        return code(str(value.value))
    if isinstance(value, frozenset):
        return ", ".join(code(str(entry)) for entry in sorted(value, key=str)) or "none"
    if value is None or value in ("", (), {}):
        return "none"
    return code(str(value).lower() if isinstance(value, bool) else str(value))


def _type(annotation: Any) -> str:
    """A short name that an operator understands."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in UNIONS:
        return " or ".join(_type(part) for part in arguments if part is not type(None))
    if origin is typing.Literal:
        return " or ".join(str(value) for value in arguments)
    if origin in (tuple, list, frozenset, set):
        return f"list of {_type(arguments[0])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(str(member.value) for member in annotation)
    return _plain_type(annotation)


def _plain_type(annotation: Any) -> str:
    names = {"str": "text", "SecretStr": "secret", "bool": "true or false", "int": "whole number", "float": "number"}
    name = getattr(annotation, "__name__", str(annotation))
    return names.get(name, name.lower())
