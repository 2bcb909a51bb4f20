import re
import shutil
from pathlib import Path

import pytest

from alerts.attire import AttireRule
from alerts.catalogue import SHIPPED, AvailabilityState, load_catalogue
from alerts.errors import CatalogueError
from alerts.presence import ActiveWhen, SubjectKind
from domain.risk import Duty, RiskClass
from domain.zone import ZoneType

# What the first network tells well enough.
USABLE = frozenset(
    {
        "person",
        "face_masked",
        "face_unmasked",
        "face_mask_misworn",
        "rodent",
        "cockroach",
        "bin",
        "bin_overflowing",
        "garbage",
        "cat",
        "dog",
        "phone",
    }
)
CATALOGUE = load_catalogue()


def test_the_28_codes_of_kitchens_others_of_clocks_and_reminders_and_two_of_work_sites_are_there() -> None:
    assert len(CATALOGUE.entries) == 32
    assert {code for code in CATALOGUE.entries if code.startswith("site.")} == {"site.no_helmet", "site.no_vest"}
    assert sum(code.risk.risk_class is RiskClass.OPS for code in CATALOGUE) == 4


def test_every_code_has_names_clauses_and_a_rule_or_a_reason() -> None:
    for entry in CATALOGUE:
        assert entry.risk.version == CATALOGUE.version
        assert entry.risk.clauses
        assert entry.notify
        has_rule = entry.rule is not None or entry.device_rule is not None
        assert bool(entry.reason_en) == bool(entry.reason_zh) == (not has_rule)


def test_only_what_somebody_read_is_called_verified() -> None:
    clauses = {clause.clause_id: clause for entry in CATALOGUE for clause in entry.risk.clauses}
    assert clauses["fsl-33-1-8"].verified
    assert not any(clause.verified for clause in clauses.values() if clause.law == "餐饮服务食品安全操作规范")
    assert not clauses["fire-law"].verified
    assert not clauses["samr-123-25"].verified


def test_clothes_are_judged_where_a_network_tells_them() -> None:
    codes = {"uniform.no_hat": "headwear", "uniform.no_workwear": "kitchen_uniform"}

    without, both = CATALOGUE.available(USABLE), CATALOGUE.available(USABLE | set(codes.values()))

    for code, attribute in codes.items():
        rule = CATALOGUE.entries[code].rule
        assert isinstance(rule, AttireRule)
        assert rule.attribute == attribute
        assert rule.zone_types
        assert not rule.zone_types & {ZoneType.OTHER, ZoneType.IGNORED, ZoneType.STORAGE}
        assert without[code].state is AvailabilityState.NOT_AVAILABLE
        assert attribute in without[code].reason_en
        assert attribute in without[code].reason_zh
        assert both[code].state is AvailabilityState.ENABLED


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("kind: attire", "kind: presence"), "no such field in a rule of kind presence"),
        (("      attribute: headwear\n", ""), "a field attribute in a rule of kind attire"),
        (("kind: attire", "kind: combination"), "no such field in a rule of kind combination"),
        (("attribute: headwear\n", "attribute: headwear\n      minimum_count: 2\n"), "in a rule of kind attire"),
    ],
    ids=["attribute without the kind", "kind without the attribute", "another kind", "a field of another kind"],
)
def test_an_attire_rule_names_its_attribute(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(SHIPPED, folder)
    people = folder / "people.yaml"
    text = people.read_text(encoding="utf-8")
    assert change[0] in text
    people.write_text(text.replace(*change, 1), encoding="utf-8")

    with pytest.raises(CatalogueError, match=expected):
        load_catalogue(folder)


def test_a_rat_is_class_one_and_counts_only_after_people_looked() -> None:
    entry = CATALOGUE.entries["pest.rodent"]
    assert (entry.risk.risk_class, entry.risk.duty) == (RiskClass.I, Duty.MUST)
    assert entry.risk.is_credit_eligible
    assert entry.credit_condition == "only after an on-site finding"
    rule = entry.rule
    assert rule is not None
    assert (rule.minimum_seconds, rule.minimum_hits, rule.minimum_travel, rule.cool_down_seconds) == (1, 3, 1, 1800)
    assert rule.veto_labels == {"cat", "dog"}


def test_fire_never_counts_towards_food_credit() -> None:
    assert not any(e.risk.is_credit_eligible for e in CATALOGUE if e.risk.duty in {Duty.SAFETY, Duty.OPS, Duty.SHOULD})


def test_with_the_first_network_these_codes_can_be_judged() -> None:
    found = CATALOGUE.available(USABLE)
    by_state = {
        state: {code for code, availability in found.items() if availability.state is state}
        for state in AvailabilityState
    }
    assert by_state[AvailabilityState.ENABLED] == {
        "pest.rodent",
        "animal.pet",
        "bin.overflow",
        "camera.clock",
        "camera.offline",
        "camera.tampered",
        "floor.litter",
        "mask.general",
        "mask.special_room",
        "mask.worn_wrong",
        "phone.use",
    }
    assert by_state[AvailabilityState.OFF] == {"pest.insect"}
    assert len(by_state[AvailabilityState.NOT_AVAILABLE]) == 20


def test_what_cannot_be_judged_says_why() -> None:
    found = CATALOGUE.available(USABLE)
    assert found["fire.flame_smoke"].reason_en == "the network does not see this well enough: fire, smoke"
    assert found["smoke.person"].reason_zh == "当前网络尚不能可靠识别：cigarette"
    assert "sensor" in found["iot.temperature"].reason_en
    for availability in found.values():
        is_out = availability.state is AvailabilityState.NOT_AVAILABLE
        assert bool(availability.reason_en) == bool(availability.reason_zh) == is_out


def test_a_better_network_makes_more_codes_available() -> None:
    found = CATALOGUE.available(USABLE | {"fire", "smoke"})
    assert found["fire.flame_smoke"].state is AvailabilityState.ENABLED


def test_a_mask_rule_needs_the_competing_label_too() -> None:
    assert CATALOGUE.available(USABLE - {"face_masked"})["mask.general"].state is AvailabilityState.NOT_AVAILABLE


def test_the_special_room_needs_its_zone() -> None:
    rule = CATALOGUE.entries["mask.special_room"].rule
    assert rule is not None
    assert ZoneType.SPECIAL_ROOM in rule.zone_types
    general = CATALOGUE.entries["mask.general"].rule
    assert general is not None
    assert rule.zone_types | {ZoneType.WORK_SITE} == general.excluded_zone_types
    assert general.active is ActiveWhen.BUSINESS_HOURS


def test_food_law_ends_where_a_work_site_begins() -> None:
    for entry in CATALOGUE:
        if entry.rule is None or entry.risk.code.startswith(("site.", "fire.")):
            continue
        is_elsewhere = entry.rule.zone_types and ZoneType.WORK_SITE not in entry.rule.zone_types
        assert is_elsewhere or ZoneType.WORK_SITE in entry.rule.excluded_zone_types, entry.risk.code


def test_a_helmet_is_asked_for_on_work_sites_only_and_by_two_labels_that_the_network_must_tell() -> None:
    entry = CATALOGUE.entries["site.no_helmet"]
    assert (entry.risk.risk_class, entry.risk.duty) == (RiskClass.II, Duty.MUST)
    assert [clause.article for clause in entry.risk.clauses] == ["第四十五条", "第五十七条"]
    rule = entry.rule
    assert rule is not None
    assert rule.zone_types == {ZoneType.WORK_SITE}
    assert CATALOGUE.available(USABLE)["site.no_helmet"].reason_en.endswith("head_bare, helmet")
    assert CATALOGUE.available(USABLE | {"head_bare", "helmet"})["site.no_helmet"].state is AvailabilityState.ENABLED


def test_a_vest_that_is_not_seen_is_not_called_missing() -> None:
    found = CATALOGUE.available(USABLE | {"safety_vest", "head_bare", "helmet"})["site.no_vest"]
    assert found.state is AvailabilityState.NOT_AVAILABLE
    assert "absence" in found.reason_en


def test_a_full_bin_is_the_state_of_a_zone() -> None:
    rule = CATALOGUE.entries["bin.overflow"].rule
    assert rule is not None
    assert (rule.subject, rule.minimum_travel, rule.minimum_seconds) == (SubjectKind.ZONE, 0, 900)


# Wrong data -----------------------------------------------------------------------------------------------------

PESTS = (SHIPPED / "pests.yaml").read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def broken(folder: Path, old: str, new: str, file: str = "pests.yaml") -> tuple[CatalogueError, str]:
    """The error for the shipped catalogue with one part replaced, and the changed text."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    text = (SHIPPED / file).read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    (folder / file).write_text(changed, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    return caught.value, changed


@pytest.mark.parametrize(
    ("old", "new", "field", "expected", "found"),
    [
        ("class: I\n", "class: IV\n", "codes[0].class", "one of I, II, III, ops", "IV"),
        ("duty: must\n", "duty: maybe\n", "codes[0].duty", "one of must", "maybe"),
        ("minimum_seconds: 1\n", "minimum_seconds: soon\n", "codes[0].rule.minimum_seconds", "a number", "soon"),
        ("minimum_seconds: 1\n", "minimum_seconds: -1\n", "codes[0].rule.minimum_seconds", "at least 0", "-1"),
        ("minimum_seconds: 1\n", "minimum_seconds: .inf\n", "codes[0].rule.minimum_seconds", "a number", ".inf"),
        ("minimum_hits: 3\n", "minimum_hits: 0\n", "codes[0].rule.minimum_hits", "at least 1", "0"),
        ("minimum_hits: 3\n", "minimum_hits: 2.5\n", "codes[0].rule.minimum_hits", "a whole number", "2.5"),
        ("labels: [rodent]", "labels: rodent", "codes[0].rule.labels", "a list", "rodent"),
        ("labels: [rodent]", "labels: []", "codes[0].rule.labels", "at least one label", "none"),
        ("kind: presence", "kind: absence", "codes[0].rule.kind", "one of presence", "absence"),
        ("credit_eligible: true", "credit_eligible: maybe", "codes[0].credit_eligible", "true or false", "maybe"),
        ("[fsl-33-1-1,", "[fsl-99,", "codes[0].clauses[0]", "the id of a clause", "fsl-99"),
        ("cool_down_seconds: 1800", "cooldown: 1800", "codes[0].rule", "one of the fields", "cooldown"),
        ("    zh: 鼠类活动\n", "    zh: ''\n", "codes[0].zh", "a text", ""),
        ("    zh: 鼠类活动\n", "", "codes[0]", "the field zh", "no such field"),
        ("    zh: 鼠类活动\n", "    zh: 鼠\n    zh: 鼠\n", "codes[0]", "each field once", "zh"),
        ("code: pest.rodent", "code: Pest", "codes[0].code", "looks like", "Pest"),
        ("code: pest.insect", "code: pest.rodent", "codes[1]", "each code once", "pest.rodent"),
        (
            "veto_labels: [cat, dog]",
            "veto_labels: [cat, cat]",
            "codes[0].rule.veto_labels",
            "no entry twice",
            "cat, cat",
        ),
    ],
)
def test_wrong_data_is_named_with_file_line_and_field(
    tmp_path: Path, old: str, new: str, field: str, expected: str, found: str
) -> None:
    error, _ = broken(tmp_path, old, new)
    place, _, name = error.where.partition(" ")
    assert re.fullmatch(r"pests\.yaml:[0-9]+:[0-9]+", place)
    assert name == field
    assert expected in error.expected
    assert error.found == found


def test_line_and_column_are_those_of_the_value(tmp_path: Path) -> None:
    error, changed = broken(tmp_path, "end_after_seconds: 60", "end_after_seconds: never")
    column = len("      end_after_seconds: ") + 1
    assert error.where.startswith(f"pests.yaml:{line_of(changed, 'never')}:{column} ")
    assert str(error).endswith("expected a number, found 'never'")


def test_a_wrong_zone_type_is_named(tmp_path: Path) -> None:
    error, _ = broken(tmp_path, "zone_types: [special_room, special_area]", "zone_types: [cellar]", "people.yaml")
    assert (error.where.split()[1], error.found) == ("codes[5].rule.zone_types[0]", "cellar")


def test_a_clause_listed_twice_is_named(tmp_path: Path) -> None:
    error, _ = broken(tmp_path, "{id: fsl-33-1-2,", "{id: fsl-33-1-1,", "clauses.yaml")
    assert (error.where.split()[1], error.found) == ("clauses[1].id", "fsl-33-1-1")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("codes: [\n", "pests.yaml:2:1"),
        ("", "pests.yaml:1:1"),
        ("- a\n", "pests.yaml:1:1"),
        ("codes: 3\n", "pests.yaml:1:8 codes"),
    ],
)
def test_a_file_that_is_no_catalogue_is_named(tmp_path: Path, text: str, where: str) -> None:
    error, _ = broken(tmp_path, PESTS, text)
    assert error.where == where


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    (tmp_path / "pests.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match="YAML in UTF-8"):
        load_catalogue(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="a folder with"):
        load_catalogue(tmp_path / "nowhere")
    with pytest.raises(CatalogueError, match="a readable file"):
        load_catalogue(tmp_path)


def test_another_folder_may_take_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_text('version: "1"\n')
    shutil.copy(SHIPPED / "clauses.yaml", tmp_path)
    shutil.copy(SHIPPED / "pests.yaml", tmp_path)
    assert set(load_catalogue(tmp_path).entries) == {"pest.rodent", "pest.insect", "animal.pet"}
