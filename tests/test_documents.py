"""What documents, dashboards and alert rules name exists in the code."""

import functools
import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from alerts.catalogue import load_catalogue
from streams.errors import StreamErrorCode
from tests.support.checkout import REPOSITORY, packages, tracked_files

REFERENCE = REPOSITORY / "docs" / "reference"
DEPLOY = REPOSITORY / "deploy"

# Variables that are no settings of the running service.
OTHER_VARIABLES = {"BRIGHTKITCHEN_NO_SKIPS", "BRIGHTKITCHEN_SHARED_DATA"}


def _texts() -> dict[str, str]:
    """Documents and deployment files by name."""
    paths = [path for path in tracked_files() if path.suffix == ".md" or path.is_relative_to(DEPLOY)]
    return {path.relative_to(REPOSITORY).as_posix(): path.read_text("utf-8") for path in paths}


def _metric_names() -> set[str]:
    """Every series name that our metrics modules can produce."""
    names: set[str] = set()
    for package in packages():
        if importlib.util.find_spec(f"{package}.metrics") is None:
            continue
        for metric in vars(importlib.import_module(f"{package}.metrics")).values():
            if isinstance(metric, MetricWrapperBase):
                names |= {f"{family.name}{ending}" for family in metric.describe() for ending in _endings(family.type)}
    return names


def _endings(kind: str) -> tuple[str, ...]:
    return {"counter": ("_total",), "histogram": ("", "_bucket", "_sum", "_count")}.get(kind, ("",))


def test_generated_references_are_fresh() -> None:
    found = subprocess.run(
        [sys.executable, "scripts/generate_references.py", "--check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.returncode, found.stdout) == (0, ""), found.stderr


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_has_a_row_of_figures_for_every_code_with_a_rule(name: str) -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \|", (REPOSITORY / name).read_text("utf-8"), re.MULTILINE)

    assert rows == [entry.risk.code for entry in load_catalogue() if entry.rule]


def test_every_metric_named_anywhere_exists() -> None:
    known = _metric_names()
    # Names of topics, units and files look alike but end otherwise.
    named = re.compile(r"\bbrightkitchen_[a-z_]+(?:_total|_seconds|_bucket|_depth|_size|_up|_count)\b")
    unknown = {
        (name, metric) for name, text in _texts().items() for metric in named.findall(text) if metric not in known
    }

    assert known != set()
    assert unknown == set()


def test_every_setting_named_anywhere_exists() -> None:
    known = set(re.findall(r"`(BRIGHTKITCHEN_[A-Z0-9_]+)`", (REFERENCE / "settings.md").read_text("utf-8")))
    unknown = {
        (name, variable)
        for name, text in _texts().items()
        for variable in re.findall(r"\bBRIGHTKITCHEN_[A-Z0-9_]*[A-Z0-9]\b", text)
        if not any(setting == variable or setting.startswith(f"{variable}__") for setting in known)
    }

    assert known != set()
    assert {pair for pair in unknown if pair[1] not in OTHER_VARIABLES} == set()


@functools.cache
def _command_help(*words: str) -> str:
    command = [str(Path(sys.executable).with_name("brightkitchen")), *words, "--help"]
    environment = os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("verb", ["run", "check", "evaluate"])
def test_the_command_line_page_names_every_option_of(verb: str) -> None:
    section = (REFERENCE / "cli.md").read_text("utf-8").split(f"\n## {verb}\n", 1)[1].split("\n## ", 1)[0]
    options = set(re.findall(r"(--[a-z][a-z-]+)", _command_help(verb))) - {"--help"}

    assert options != set()
    assert {option for option in options if option not in section} == set()


def test_the_command_line_page_names_every_verb() -> None:
    page = (REFERENCE / "cli.md").read_text("utf-8")
    verbs = re.findall(r"^[│|\s]+([a-z][a-z-]+) {2,}", _command_help().split("Commands", 1)[1], re.MULTILINE)

    assert verbs != []
    assert [verb for verb in verbs if f"## {verb}" not in page] == []


def test_every_option_used_in_a_document_exists() -> None:
    used = {
        (verb, option)
        for text in _texts().values()
        for verb, rest in re.findall(r"brightkitchen (run|check|evaluate)((?: [^`\n]*)?)", text)
        for option in re.findall(r"(--[a-z][a-z-]+)", rest)
    }

    known = {verb: _command_help(verb) for verb in ("run", "check", "evaluate")}
    assert used != set()
    assert {(verb, option) for verb, option in used if option not in known[verb]} == set()


def test_the_page_about_cameras_explains_every_cause_that_people_can_meet() -> None:
    page = (REPOSITORY / "docs" / "how-to" / "connect-a-camera.md").read_text("utf-8")
    ordinary = set(StreamErrorCode) - {StreamErrorCode.ENDED, StreamErrorCode.INTERNAL}

    assert {code.value for code in ordinary if f"`{code}`" not in page} == set()


def test_the_alert_rules_say_what_they_look_at_and_what_it_means() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "brightkitchen.rules.yml").read_text("utf-8"))
    found = [rule for group in rules["groups"] for rule in group["rules"]]

    assert found != []
    assert [rule for rule in found if not (rule["expr"] and rule["for"] and rule["annotations"]["summary"])] == []


def test_every_panel_of_the_dashboard_shows_something() -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "brightkitchen.json").read_text("utf-8"))
    panels = dashboard["panels"]

    assert len({panel["id"] for panel in panels}) == len(panels) > 0
    assert [panel["title"] for panel in panels if not any(target["expr"] for target in panel["targets"])] == []
