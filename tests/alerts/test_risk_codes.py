# ruff: noqa: E501 - a row of a table is a row
"""The catalogue against the list of codes that it was made from. The list stands here: a code must not change unseen."""

from datetime import date
from typing import NamedTuple

import pytest

from alerts.catalogue import CatalogueEntry, load_catalogue
from alerts.presence import ActiveWhen

BARE = load_catalogue(profile="")

SITE, ALONE = "after an on-site finding", "only after an on-site finding"
DAY, OPEN, CLOSED = ActiveWhen.ALWAYS, ActiveWhen.BUSINESS_HOURS, ActiveWhen.OUTSIDE_BUSINESS_HOURS


class Listed(NamedTuple):
    """`counts` is the condition under which a finding may count towards credit; None: never."""

    code: str
    zh: str
    en: str
    risk_class: str
    duty: str
    clauses: str
    counts: str | None
    notify: str
    seconds: tuple[float, float] | None  # dwell and cool-down; None: they are not seconds of a rule that exists
    active: ActiveWhen | None


LIST = [
    Listed("pest.rodent", "鼠类活动", "Rodent activity", "I", "must", "fsl-33-1-1 fsl-33-1-2 fsl-126-1-13 practice-12", ALONE, "manager and food-safety officer now; local market regulation office after human review", (1, 1800), DAY),
    Listed("pest.insect", "蟑螂/苍蝇等虫害", "Cockroach or fly activity", "II", "must", "fsl-33-1-2 practice-12", SITE, "manager", (60, 3600), DAY),
    Listed("animal.pet", "宠物或禽畜进入", "Pet or livestock in kitchen", "II", "must", "fsl-33-1-1 practice-7.1.5-e", SITE, "manager", (5, 1800), DAY),
    Listed("fire.flame_smoke", "异常烟火", "Abnormal fire or smoke", "I", "safety", "fire-law", None, "manager, duty phone and fire contact", (3, 60), DAY),
    Listed("fire.unattended", "动火离人", "Lit stove unattended", "I", "safety", "fire-law", None, "manager", (180, 600), OPEN),
    Listed("smoke.person", "食品处理区吸烟", "Smoking in food area", "II", "must", "practice-7.1.5-c fsl-33-1-8", SITE, "manager; officer on repeat", (3, 300), OPEN),
    Listed("eat.person", "食品处理区饮食", "Eating in food area", "III", "must", "practice-7.1.5-c", None, "manager", None, None),
    Listed("uniform.no_hat", "未戴工作帽", "No work cap", "II", "must", "fsl-33-1-8 practice-14.3.1.3", "after an on-site finding; usually an order to correct only", "manager", (10, 600), OPEN),
    Listed("uniform.no_workwear", "未穿工作服", "No work clothes", "II", "must", "fsl-33-1-8 practice-14.5", SITE, "manager", (15, 600), OPEN),
    Listed("uniform.shirtless", "赤膊", "Bare torso", "II", "must", "fsl-33-1-8", SITE, "manager", None, None),
    Listed("mask.special_room", "专间未戴口罩", "No mask in special room", "II", "zone_must", "practice-14.3.2.1", SITE, "manager", (10, 600), DAY),
    Listed("mask.general", "其他区域未戴口罩", "No mask elsewhere", "III", "should", "practice-14.3.2.3", None, "manager", (15, 1800), OPEN),
    Listed("mask.worn_wrong", "口罩佩戴不规范", "Mask below nose", "III", "should", "practice-14.3.2.1 practice-14.3.2.3", None, "manager", (20, 1800), OPEN),
    Listed("glove.rte", "接触直接入口食品未戴手套", "Bare hand on ready-to-eat food", "III", "should", "practice-14.3.2.5 practice-14.4", None, "manager", (10, 900), DAY),
    Listed("phone.use", "操作中使用手机", "Phone use while handling food", "III", "should", "practice-14.4", None, "manager", (10, 900), OPEN),
    Listed("person.outsider", "非工作人员进入", "Outsider in food area", "II", "zone_must", "practice-14.3.1.4", None, "manager", (15, 900), DAY),
    Listed("bin.uncovered", "垃圾桶未盖", "Bin left open", "II", "must", "fsl-33-1-2 practice-11.1", SITE, "manager", (300, 1800), DAY),
    Listed("bin.overflow", "垃圾满溢/外溢", "Bin overflowing", "II", "must", "fsl-33-1-1 fsl-33-1-2 practice-11", SITE, "manager", (900, 3600), DAY),
    Listed("floor.litter", "地面垃圾积水", "Litter or water on floor", "III", "must", "fsl-33-1-1 practice-13.8", None, "manager", (1200, 3600), DAY),
    Listed("food.on_floor", "食材/容器落地存放", "Food or container on floor", "II", "must", "fsl-33-1-1 fsl-33-1-6 practice-7.1.5-b practice-6.4", SITE, "manager", None, None),
    Listed("board.cross_use", "生熟刀板混用", "Raw/cooked board mixed", "II", "must", "fsl-33-1-4 practice-7.1.5-a", SITE, "manager", None, None),
    Listed("utensil.exposed", "餐具未保洁存放", "Clean utensils left exposed", "III", "must", "fsl-33-1-5 fsl-56 practice-10.2", None, "manager", None, None),
    Listed("surface.dirty", "台面墙面设备脏污", "Dirty surface/equipment", "III", "must", "fsl-33-1-1 practice-13.8", None, "manager", None, None),
    Listed("guard.rodent_board", "挡鼠板缺失", "Rodent guard missing", "III", "must", "fsl-33-1-2 practice-12.2", None, "manager", (1800, 86400), CLOSED),
    Listed("iot.temperature", "冷藏冷冻/消毒温度异常", "Temperature out of range", "II", "must", "fsl-33-1-6 fsl-56", SITE, "manager", (1800, 3600), DAY),
    Listed("camera.offline", "视频离线", "Video offline", "ops", "ops", "samr-123-25", None, "manager and integrator", (900, 3600), OPEN),
    Listed("camera.tampered", "遮挡/移位/模糊/静帧", "Blocked moved blurred or frozen", "ops", "ops", "samr-123-25", None, "manager; officer after 24 h", (600, 3600), OPEN),
    Listed("licence.expiry", "许可证/健康证临期或过期", "Licence or health certificate expiring", "II", "must", "fsl-35 fsl-45-2 fsl-126-1-6", "by data and a person", "manager", None, None),
]  # fmt: skip

# Longer than listed: a person's clothes are looked at about once a second, and ten looks must agree.
LONGER = {"uniform.no_hat": (20, 1800), "uniform.no_workwear": (30, 1800)}
# From public reports and general knowledge: nobody has read the official text, and everybody must see that.
UNREAD = ("practice-", "fujian-", "fire-", "samr-123-", "fsl-35")


def _entry(code: str) -> CatalogueEntry:
    return BARE.entries[code]


def test_the_28_codes_are_there_and_others_for_clocks_reminders_and_work_sites_besides() -> None:
    assert len(LIST) == 28
    others = {"camera.clock", "licence.ending", "site.no_helmet", "site.no_vest"}
    assert set(BARE.entries) - {listed.code for listed in LIST} == others


@pytest.mark.parametrize("listed", LIST, ids=lambda listed: listed.code)
def test_a_code_is_as_it_is_listed(listed: Listed) -> None:
    entry = _entry(listed.code)
    risk = entry.risk

    assert (risk.name_zh, risk.name_en) == (listed.zh, listed.en)
    assert (risk.risk_class.value, risk.duty.value) == (listed.risk_class, listed.duty)
    assert [clause.clause_id for clause in risk.clauses] == listed.clauses.split()
    assert risk.is_credit_eligible is (listed.counts is not None)
    assert listed.counts in {None, entry.credit_condition}
    assert entry.notify == listed.notify


@pytest.mark.parametrize("listed", LIST, ids=lambda listed: listed.code)
def test_a_code_is_judged_at_the_listed_times(listed: Listed) -> None:
    entry = _entry(listed.code)
    rule = entry.rule or entry.taught_rule or entry.device_rule or entry.sensor_rule

    if rule is None:
        assert listed.seconds is None
        assert entry.reason_zh
        assert entry.reason_en
        return
    assert (rule.minimum_seconds, rule.cool_down_seconds) == LONGER.get(listed.code, listed.seconds)
    assert rule.active is listed.active


def test_what_nobody_has_read_is_unverified_in_every_version() -> None:
    for clause in BARE.register:
        assert clause.verified is not clause.clause_id.startswith(UNREAD), (clause.clause_id, clause.version)


def test_a_reading_says_who_and_of_which_text() -> None:
    readings = {clause.reading for clause in BARE.register if clause.reading is not None}

    assert readings
    assert all(reading.by and reading.text for reading in readings)


def test_the_food_law_is_cited_in_the_version_of_the_day() -> None:
    old, new = (BARE.register.clause_on("fsl-33-1-8", day) for day in (date(2025, 11, 30), date(2025, 12, 1)))

    assert old is not None
    assert new is not None
    assert (old.version, new.version) == ("2021", "2025")


def test_before_its_first_day_a_clause_is_not_cited() -> None:
    assert BARE.clause_ids("camera.offline", date(2026, 5, 31)) == ()
    assert BARE.clause_ids("camera.offline", date(2026, 6, 1)) == ("samr-123-25",)
    assert BARE.clause_ids("pest.rodent", date(2018, 9, 30)) == ("fsl-33-1-1", "fsl-33-1-2", "fsl-126-1-13")
