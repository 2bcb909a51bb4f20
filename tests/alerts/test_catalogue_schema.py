"""The published schemas: what is shipped is right by them, and what the readers refuse is wrong by them too."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from alerts.catalogue import SHIPPED
from alerts.catalogue_schema import SCHEMAS, catalogue_schema_text
from tests.support.checkout import REPOSITORY

CODES, CLAUSES, PROFILE, HEAD, LIFE = (
    "catalogue-codes.schema.json",
    "catalogue-clauses.schema.json",
    "catalogue-profile.schema.json",
    "catalogue-head.schema.json",
    "catalogue-life.schema.json",
)


class _AsWritten(yaml.SafeLoader):
    """YAML as editors see it: a day is a text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the loader's own
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def schema_of(file: Path) -> str:
    if file.parent.name == "profiles":
        return PROFILE
    return {"catalogue.yaml": HEAD, "clauses.yaml": CLAUSES, "life.yaml": LIFE}.get(file.name, CODES)


def faults(name: str, text: str) -> list[str]:
    document = yaml.load(text, Loader=_AsWritten)
    return [error.message for error in Draft202012Validator(SCHEMAS[name]()).iter_errors(document)]


def shipped() -> list[Path]:
    return sorted(SHIPPED.rglob("*.yaml"))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_published_schema_is_a_schema_and_up_to_date(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name]())
    published = REPOSITORY / "docs" / "reference" / "schemas" / name
    assert published.read_text("utf-8") == catalogue_schema_text(name), "run: make docs"


@pytest.mark.parametrize("file", shipped(), ids=lambda file: file.name)
def test_what_is_shipped_is_right_by_its_schema(file: Path) -> None:
    assert faults(schema_of(file), file.read_text("utf-8")) == []


def test_all_five_kinds_are_shipped() -> None:
    assert {schema_of(file) for file in shipped()} == set(SCHEMAS)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pests.yaml", "class: I\n", "class: IV\n"),
        ("pests.yaml", "duty: must\n", "duty: maybe\n"),
        ("pests.yaml", "minimum_seconds: 1\n", "minimum_seconds: soon\n"),
        ("pests.yaml", "minimum_seconds: 1\n", "minimum_seconds: -1\n"),
        ("pests.yaml", "minimum_hits: 3\n", "minimum_hits: 0\n"),
        ("pests.yaml", "minimum_hits: 3\n", "minimum_hits: 2.5\n"),
        ("pests.yaml", "labels: [rodent]", "labels: rodent"),
        ("pests.yaml", "labels: [rodent]", "labels: []"),
        ("pests.yaml", "kind: presence", "kind: absence"),
        ("pests.yaml", "credit_eligible: true", "credit_eligible: perhaps"),
        ("pests.yaml", "cool_down_seconds: 1800", "cooldown: 1800"),
        ("pests.yaml", "    zh: 鼠类活动\n", "    zh: ''\n"),
        ("pests.yaml", "    zh: 鼠类活动\n", ""),
        ("pests.yaml", "code: pest.rodent", "code: Pest"),
        ("pests.yaml", "veto_labels: [cat, dog]", "veto_labels: [cat, cat]"),
        ("pests.yaml", "subject: zone", "subject: house"),
        ("people.yaml", "      attribute: headwear\n", ""),
        ("people.yaml", "kind: attire", "kind: presence"),
        ("people.yaml", "zone_types: [special_room, special_area]", "zone_types: [cellar]"),
        ("devices.yaml", "conditions: [offline]", "conditions: [asleep]"),
        ("premises.yaml", "kind: state", "kind: presence"),
        ("clauses.yaml", "valid_from: 2025-12-01", "valid_from: soon"),
        ("clauses.yaml", "url: https://", "url: ftp://"),
        ("clauses.yaml", "{id: fsl-35, law: food-safety-law,", "{id: fsl-35,"),
        ("profiles/cn-fujian.yaml", "duty: local_must", "labels: [rodent]"),
        ("profiles/cn-fujian.yaml", "    because: ", "    since: "),
        ("profiles/generic.yaml", "{code: camera.offline, clauses: [],", "{code: camera.offline,"),
        ("catalogue.yaml", "default_profile", "profile"),
    ],
)
def test_what_is_wrong_is_wrong_by_the_schema_too(file: str, old: str, new: str) -> None:
    text = (SHIPPED / file).read_text("utf-8")
    assert old in text

    assert faults(schema_of(SHIPPED / file), text.replace(old, new, 1))


def test_a_profile_may_set_hours_and_holidays() -> None:
    text = """
profile: own
zh: 自有
en: Own
holidays: [{day: 2026-10-01, name: 国庆节}]
codes:
  - {code: pest.rodent, because: ours, hours: ['22:00-06:00']}
"""
    assert faults(PROFILE, text) == []
    assert faults(PROFILE, text.replace("22:00", "24:00"))
    assert faults(PROFILE, text.replace("2026-10-01", "1 October"))


def _documents() -> list[Any]:
    return [SCHEMAS[name]() for name in SCHEMAS]


def test_every_field_of_every_mapping_is_known() -> None:
    """A misspelt field is never passed over."""
    open_mappings: list[Any] = []
    waiting = _documents()
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if node.get("type") == "object" and node.get("additionalProperties") is not False:
                open_mappings.append(node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)

    assert open_mappings == []
