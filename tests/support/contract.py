"""The MQTT contract as a judge: every message on one of its topics must be what the documents promise."""

import functools
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from tests.support.checkout import REPOSITORY
from tests.support.mqtt import Heard

REFERENCE = REPOSITORY / "docs" / "reference"


@functools.cache
def _document() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((REFERENCE / "asyncapi.yaml").read_text(encoding="utf-8"))
    return content


def _at(reference: str) -> dict[str, Any]:
    node: dict[str, Any] = _document()
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


@functools.cache
def _validators() -> list[tuple[re.Pattern[str], str, Draft202012Validator]]:
    """For each channel: its topics, its address and the schema of its one message."""
    found = []
    for channel in _document()["channels"].values():
        address = channel["address"]
        pattern = re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{\w+\}", address)))
        [message] = channel["messages"].values()
        schema = json.loads((REFERENCE / Path(_at(message["$ref"])["payload"]["schema"]["$ref"])).read_text("utf-8"))
        found.append(
            (pattern, address, Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER))
        )
    return found


def problem_of(topic: str, payload: bytes) -> str | None:
    """What the contract objects to; None: nothing. An empty retained payload takes a state back."""
    for pattern, address, validator in _validators():
        if pattern.fullmatch(topic):
            if not payload:
                return None
            errors = [
                f"{address}: {error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(payload))
            ]
            return errors[0] if errors else None
    return f"no channel has the topic {topic}"


def problems_of(heard: Iterable[Heard]) -> list[str]:
    """Of all that was heard, one each."""
    return [problem for one in heard if (problem := problem_of(one.topic, one.payload)) is not None]


def channels_of(heard: Iterable[Heard]) -> set[str]:
    """The addresses of the channels that were heard on."""
    topics = {one.topic for one in heard}
    return {address for pattern, address, _ in _validators() if any(pattern.fullmatch(topic) for topic in topics)}
