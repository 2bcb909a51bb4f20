"""What a profile of a jurisdiction may change, what it may not, and that one sees where each value comes from."""

import shutil
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from alerts.catalogue import SHIPPED, Catalogue, Origin, load_catalogue, read_folder
from alerts.errors import CatalogueError
from alerts.faults import Faults
from alerts.presence import ActiveWhen
from domain.risk import Duty, RiskClass
from domain.schedule import DailyHours

FOLDER = read_folder(SHIPPED, Faults())
BARE = FOLDER.catalogue("")

Own = Callable[..., Catalogue]


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """A catalogue of the shipped files with one profile more, whose codes are given."""
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)

    def load(codes: str, *, head: str = "", name: str = "own") -> Catalogue:
        text = f"profile: {name}\nzh: 自有\nen: Own\n{head}codes:\n{codes}"
        (tmp_path / "profiles" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_catalogue(tmp_path, name)

    return load


def test_the_shipped_profiles_are_there_and_the_national_one_is_the_default() -> None:
    assert list(FOLDER.profiles) == ["cn-beijing", "cn-fujian", "cn-hubei", "cn-national", "generic"]
    profile = load_catalogue().profile
    assert profile is not None
    assert profile.name == "cn-national"
    assert BARE.profile is None


def test_the_profile_is_part_of_the_version_that_alerts_keep() -> None:
    fujian = FOLDER.catalogue("cn-fujian")

    assert fujian.version == f"{BARE.version}+cn-fujian"
    assert {entry.risk.version for entry in fujian} == {fujian.version}
    assert {entry.risk.version for entry in BARE} == {FOLDER.version}


def test_in_fujian_masks_are_local_law_and_may_count_after_an_on_site_finding() -> None:
    at_home, in_fujian = BARE.entries["mask.general"], FOLDER.catalogue("cn-fujian").entries["mask.general"]

    assert (at_home.risk.duty, at_home.risk.is_credit_eligible) == (Duty.SHOULD, False)
    assert (in_fujian.risk.duty, in_fujian.risk.is_credit_eligible) == (Duty.LOCAL_MUST, True)
    assert in_fujian.credit_condition == "after an on-site finding"
    assert [clause.clause_id for clause in in_fujian.risk.clauses] == ["practice-14.3.2.3", "fujian-masks"]
    assert not any(clause.verified for clause in in_fujian.risk.clauses)
    assert in_fujian.origins["duty"].profile == "cn-fujian"
    assert "2021-02-01" in in_fujian.origins["duty"].because
    assert in_fujian.rule == at_home.rule


def test_a_local_law_is_cited_in_its_place_only() -> None:
    local = {"fujian-masks": "cn-fujian", "beijing-smoking-9": "cn-beijing"}

    for name in ("", *FOLDER.profiles):
        cited = {clause.clause_id for entry in FOLDER.catalogue(name) for clause in entry.risk.clauses}
        assert cited & set(local) == {clause_id for clause_id, place in local.items() if place == name}, name


def test_hubei_names_its_three_classes() -> None:
    hubei = FOLDER.catalogue("cn-hubei").entries

    classes = {
        code: hubei[code].risk.risk_class for code in ("pest.rodent", "smoke.person", "bin.uncovered", "glove.rte")
    }

    assert list(classes.values()) == [RiskClass.I, RiskClass.II, RiskClass.II, RiskClass.III]
    assert {hubei[code].origins["class"].profile for code in classes} == {"cn-hubei"}
    assert hubei["glove.rte"].risk.duty is Duty.SHOULD


def test_without_a_jurisdiction_no_law_is_cited_and_nothing_counts() -> None:
    for entry in FOLDER.catalogue("generic"):
        assert entry.risk.clauses == ()
        assert not entry.risk.is_credit_eligible
        assert entry.risk.duty in {Duty.SHOULD, Duty.SAFETY, Duty.OPS}
        assert entry.origins["clauses"] == Origin(profile="generic", because="no jurisdiction is named")


@pytest.mark.parametrize("name", ["", *FOLDER.profiles])
def test_a_profile_changes_what_it_names_and_nothing_else(name: str) -> None:
    merged = FOLDER.catalogue(name)

    assert list(merged.entries) == list(BARE.entries)
    named = {code for profile in merged.profiles for code in profile.overrides}
    for code, entry in merged.entries.items():
        if code not in named:
            assert entry.risk.clauses == BARE.entries[code].risk.clauses
            assert entry.origins == {}
            assert (entry.rule, entry.notify) == (BARE.entries[code].rule, BARE.entries[code].notify)


def test_everything_that_may_differ_can_differ(own: Own) -> None:
    merged = own(
        "  - code: floor.litter\n    because: ours\n    class: II\n    duty: local_must\n    clauses: [fsl-56]\n"
        "    credit_eligible: true\n    credit_condition: never mind\n    notify: owner\n    remark: wet\n"
        "    on_by_default: false\n    minimum_seconds: 60\n    cool_down_seconds: 5\n    active: business_hours\n"
        "    hours: ['22:00-02:00']\n"
    )

    entry = merged.entries["floor.litter"]
    assert (entry.risk.risk_class, entry.risk.duty) == (RiskClass.II, Duty.LOCAL_MUST)
    assert ([c.clause_id for c in entry.risk.clauses], entry.risk.is_credit_eligible) == (["fsl-56"], True)
    assert (entry.credit_condition, entry.notify, entry.risk.remark) == ("never mind", "owner", "wet")
    assert not entry.is_on_by_default
    for rule in (entry.rule, entry.taught_rule):
        assert rule is not None
        assert (rule.minimum_seconds, rule.cool_down_seconds, rule.active) == (60, 5, ActiveWhen.BUSINESS_HOURS)
        assert rule.hours == (DailyHours(start=time(22), end=time(2)),)
    assert set(entry.origins.values()) == {Origin(profile="own", because="ours")}
    assert len(entry.origins) == 12


def test_the_times_of_a_code_about_devices_can_differ_too(own: Own) -> None:
    rule = (
        own("  - {code: camera.offline, because: ours, minimum_seconds: 7, hours: ['08:00-20:00']}\n")
        .entries["camera.offline"]
        .device_rule
    )

    assert rule is not None
    assert (rule.minimum_seconds, [str(stretch) for stretch in rule.hours]) == (7, ["08:00-20:00"])


def test_the_more_local_profile_has_the_last_word(own: Own) -> None:
    merged = own(
        "  - {code: mask.general, because: our house, duty: should, credit_eligible: false}\n",
        head="based_on: cn-fujian\n",
    )

    entry = merged.entries["mask.general"]
    assert [profile.name for profile in merged.profiles] == ["cn-national", "cn-fujian", "own"]
    assert entry.risk.duty is Duty.SHOULD
    assert {field: origin.profile for field, origin in entry.origins.items()} == {
        "duty": "own",
        "credit_eligible": "own",
        "clauses": "cn-fujian",
        "credit_condition": "cn-fujian",
        "remark": "cn-fujian",
    }


def test_holidays_of_all_profiles_apply(own: Own) -> None:
    merged = own(
        "  - {code: eat.person, because: ours, notify: owner}\n",
        head="based_on: cn-national\nholidays:\n  - {day: 2026-10-01, name: 国庆节, source: our notice}\n",
    )

    assert merged.holidays == {date(2026, 10, 1)}
    assert BARE.holidays == frozenset()


# Wrong data -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "field", "expected", "found"),
    [
        ("  - {code: pest.dragon, because: x, class: I}\n", "codes[0].code", "a code of the catalogue", "pest.dragon"),
        ("  - {code: pest.rodent, class: I}\n", "codes[0]", "the field because", "no such field"),
        ("  - {code: pest.rodent, because: x}\n", "codes[0]", "at least one field that differs", "none"),
        ("  - {code: pest.rodent, because: x, labels: [cat]}\n", "codes[0]", "one of the fields", "labels"),
        ("  - {code: pest.rodent, because: x, zh: 鼠}\n", "codes[0]", "one of the fields", "zh"),
        ("  - {code: pest.rodent, because: x, class: IV}\n", "codes[0].class", "one of I, II", "IV"),
        ("  - {code: pest.rodent, because: x, clauses: [no-1]}\n", "codes[0].clauses[0]", "the id of a clause", "no-1"),
        ("  - {code: pest.rodent, because: x, hours: ['25:00-26:00']}\n", "codes[0].hours[0]", "hours such as", "25:00-26:00"),  # noqa: E501 - a row of a table
        ("  - {code: pest.rodent, because: x, hours: []}\n", "codes[0].hours", "at least one stretch", "none"),
        ("  - {code: eat.person, because: x, active: always}\n", "codes[0].active", "no rule judges", "always"),
        ("  - {code: eat.person, because: x, credit_eligible: true, duty: should}\n", "codes[0].credit_eligible", "false where the duty is should", "true"),  # noqa: E501 - a row of a table
        ("  - {code: pest.rodent, because: x, duty: should}\n", "codes[0].duty", "false where the duty is should", "true"),  # noqa: E501 - a row of a table
        ("  - {code: pest.rodent, because: x, class: I}\n  - {code: pest.rodent, because: x, class: I}\n", "codes[1]", "each code once", "pest.rodent"),  # noqa: E501 - a row of a table
    ],
)  # fmt: skip
def test_a_wrong_override_is_named(own: Own, codes: str, field: str, expected: str, found: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        own(codes)
    place, _, name = caught.value.where.partition(" ")
    assert place.startswith(f"profiles/own.yaml:{5 + int(field[6])}:")
    assert name == field
    assert expected in caught.value.expected
    assert caught.value.found == found


@pytest.mark.parametrize(
    ("head", "field", "expected"),
    [
        ("based_on: nowhere\n", "based_on", "another profile of the folder"),
        ("based_on: own\n", "based_on", "no circle"),
        ("holidays: [{day: 2026-10-32, name: x}]\n", "holidays[0].day", "a day such as"),
        ("holidays: [{day: 2026-10-01, name: x}, {day: 2026-10-01, name: y}]\n", "holidays[1].day", "each day once"),
    ],
)
def test_a_wrong_head_is_named(own: Own, head: str, field: str, expected: str) -> None:
    with pytest.raises(CatalogueError, match=expected) as caught:
        own("  - {code: eat.person, because: x, notify: owner}\n", head=head)
    assert caught.value.where.split()[1] == field


def test_a_file_is_named_like_its_profile(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    (tmp_path / "profiles" / "generic.yaml").rename(tmp_path / "profiles" / "other.yaml")

    with pytest.raises(
        CatalogueError, match=r"profiles/other\.yaml:3:10 profile: expected the name of its file, other"
    ):
        load_catalogue(tmp_path)


def test_a_profile_that_nobody_wrote_is_named() -> None:
    with pytest.raises(CatalogueError, match=r"expected one of cn-beijing, .*generic, found 'cn-mars'"):
        load_catalogue(profile="cn-mars")


def test_a_default_profile_that_nobody_wrote_is_named(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    (tmp_path / "catalogue.yaml").write_text('version: "1"\ndefault_profile: cn-mars\n')

    with pytest.raises(CatalogueError, match=r"catalogue\.yaml:2:18 default_profile: expected one of"):
        load_catalogue(tmp_path)
