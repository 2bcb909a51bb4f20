"""`brightkitchen catalogue`: every fault by its place, and every value with where it comes from."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from alerts.catalogue import SHIPPED
from service.cli import app
from tests.support.checkout import REPOSITORY


def catalogue(*words: str) -> Result:
    return CliRunner().invoke(app, ["catalogue", *words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "catalogue"))


def changed(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")


def test_the_shipped_catalogue_is_right_and_says_what_nobody_has_read() -> None:
    answer = catalogue("check")

    assert answer.exit_code == 0, answer.output
    assert "32 codes, 35 clauses (22 unverified), 5 profiles; nothing is wrong" in answer.output
    assert "profiles applied: cn-national; codes that they change: 0" in answer.output


def test_a_profile_is_checked_with_those_that_it_is_based_on(folder: Path) -> None:
    answer = catalogue("check", str(folder), "--profile", "cn-hubei")

    assert answer.exit_code == 0, answer.output
    assert "profiles applied: cn-national, cn-hubei; codes that they change: 4" in answer.output


def test_every_fault_is_named_by_file_line_and_column(folder: Path) -> None:
    changed(folder / "pests.yaml", ("class: I\n", "class: IV\n"), ("code: animal.pet", "code: Pet"))
    changed(folder / "fire.yaml", ("minimum_seconds: 3", "minimum_seconds: soon"))

    answer = catalogue("check", str(folder))

    assert answer.exit_code == 1
    faults = answer.stderr.splitlines()
    assert faults[0] == "fire.yaml:15:24 codes[0].rule.minimum_seconds: expected a number, found 'soon'"
    assert faults[1] == "pests.yaml:5:12 codes[0].class: expected one of I, II, III, ops, found 'IV'"
    assert faults[2].startswith("pests.yaml:")
    assert "codes[2].code: expected a risk code looks like pest.rodent" in faults[2]
    assert faults[3].endswith("3 faults; what rests on it was not read")


def test_faults_of_several_profiles_are_named_at_once(folder: Path) -> None:
    changed(folder / "profiles" / "cn-hubei.yaml", ("class: II", "class: two"), ("code: glove.rte", "code: glove.no"))
    changed(folder / "profiles" / "cn-fujian.yaml", ("fujian-masks]", "fujian-gloves]"))

    answer = catalogue("check", str(folder))

    assert answer.exit_code == 1
    assert [line.split(":")[0] for line in answer.stderr.splitlines()[:3]] == [
        "profiles/cn-fujian.yaml",
        "profiles/cn-hubei.yaml",
        "profiles/cn-hubei.yaml",
    ]


def test_faults_of_the_register_are_named_at_once(folder: Path) -> None:
    changed(
        folder / "clauses.yaml",
        ("valid_until: 2025-11-30", "valid_until: 2025-12-30"),
        ("{id: samr-123-25, law: samr-123,", "{id: samr-123-25, law: samr-124,"),
        (
            "{id: fire-law, law: fire-law, article: 待核对}",
            "{id: fire-law, law: fire-law, article: x, read_in: [to be checked]}",
        ),
    )

    answer = catalogue("check", str(folder))

    assert answer.exit_code == 1
    assert "expected days that version 2021 does not have, found '2025'" in answer.stderr
    assert "expected the id of a law of this file, found 'samr-124'" in answer.stderr
    assert "expected versions with read_by; to be checked has none" in answer.stderr


def test_a_file_that_is_no_yaml_does_not_hide_the_others(folder: Path) -> None:
    (folder / "fire.yaml").write_text("codes: [\n")
    changed(folder / "pests.yaml", ("class: I\n", "class: IV\n"))

    answer = catalogue("check", str(folder))

    assert answer.exit_code == 1
    assert [line.split(":")[0] for line in answer.stderr.splitlines()[:2]] == ["fire.yaml", "pests.yaml"]


def test_a_folder_or_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    nowhere, unknown = catalogue("check", str(tmp_path / "nowhere")), catalogue("check", "--profile", "cn-mars")

    assert (nowhere.exit_code, unknown.exit_code) == (1, 1)
    assert "found 'no such folder'" in nowhere.stderr
    assert "expected one of cn-beijing, cn-fujian, cn-hubei, cn-national, generic, found 'cn-mars'" in unknown.stderr


def test_a_code_is_shown_with_where_each_value_comes_from() -> None:
    answer = catalogue("show", "mask.general", "--profile", "cn-fujian")

    assert answer.exit_code == 0, answer.output
    lines = [line.split() for line in answer.output.splitlines()]
    assert ["class", "III", "catalogue"] in lines
    assert ["duty", "local_must", "cn-fujian"] in lines
    assert ["minimum_seconds", "15", "catalogue"] in lines
    assert "福建省餐饮从业人员佩戴口罩的规定 全文, version 2021, in force from 2021-02-01" in answer.output
    assert answer.output.count("UNVERIFIED 条文未核实") == 2
    assert "cn-fujian: since 2021-02-01" in answer.output


def test_a_code_shows_all_versions_of_a_clause_and_who_read_them() -> None:
    answer = catalogue("show", "pest.rodent")

    assert "version 2021, in force until 2025-11-30" in answer.output
    assert "version 2025, in force from 2025-12-01" in answer.output
    assert "read by authors of this catalogue on 2026-11-23" in answer.output


def test_a_code_that_no_rule_judges_says_why() -> None:
    answer = catalogue("show", "iot.temperature", "--profile", "")

    assert "not detected here: needs a temperature sensor" in answer.output
    assert "此处不检测：" in answer.output


def test_the_profile_in_service_is_the_one_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_ALERTS__PROFILE", "generic")

    assert "(catalogue 2026.14+generic)" in catalogue("show", "pest.rodent").output


def test_a_folder_of_ones_own_is_not_asked_for_the_profile_in_service(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("BRIGHTKITCHEN_ALERTS__PROFILE", "cn-hubei")
    (folder / "profiles" / "cn-hubei.yaml").unlink()

    assert catalogue("check", str(folder)).exit_code == 0
    assert "+cn-national" in catalogue("show", "pest.rodent", "--folder", str(folder)).output


def test_a_code_that_is_not_there_is_named() -> None:
    answer = catalogue("show", "pest.dragon")

    assert answer.exit_code == 2
    assert "there is no code 'pest.dragon'; there are: " in answer.stderr


def test_the_examples_of_the_page_about_changes_are_right(folder: Path) -> None:
    page = (REPOSITORY / "docs" / "how-to" / "change-the-catalogue.md").read_text("utf-8")
    register, profile, rises, life = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    shipped, added = (yaml.safe_load(text) for text in ((folder / "clauses.yaml").read_text("utf-8"), register))
    merged = {name: [*shipped[name], *added[name]] for name in ("laws", "clauses")}
    (folder / "clauses.yaml").write_text(yaml.safe_dump(merged, allow_unicode=True), "utf-8")
    (folder / "profiles" / "our-city.yaml").write_text(f"{profile}{rises}    because: as above\n{life}", "utf-8")

    answer = catalogue("check", str(folder), "--profile", "our-city")

    assert answer.exit_code == 0, answer.output
    assert "36 clauses" in answer.output
    assert "cn-national, our-city; codes that they change: 2" in answer.output
