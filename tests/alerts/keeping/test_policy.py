from pathlib import Path

import pytest

from alerts.keeping.errors import PolicyError
from alerts.keeping.policy import DELETABLE, SHIPPED, KeepingRule, load_policy
from domain.alert import AlertState, EvidenceKind
from domain.risk import RiskClass

RULE = """
version: "mine"
rules:
  - {id: a, states: [dismissed], classes: [I, II], clip_days: 7, still_days: 30, reason_zh: 排除, reason_en: dismissed}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_policy_names_every_deletable_state_and_class_once() -> None:
    policy = load_policy()
    for state in DELETABLE:
        for risk_class in RiskClass:
            assert policy.rule_for(state, risk_class) is not None, (state, risk_class)


def test_the_shipped_policy_names_no_case_that_people_confirmed_and_did_not_close() -> None:
    policy = load_policy()
    for state in set(AlertState) - DELETABLE:
        assert all(policy.rule_for(state, risk_class) is None for risk_class in RiskClass), state


def test_dismissed_clips_and_unjudged_leads_go_as_early_as_the_product_promises() -> None:
    policy = load_policy()
    dismissed = policy.rule_for(AlertState.DISMISSED, RiskClass.III)
    unreviewed = policy.rule_for(AlertState.RAISED, RiskClass.III)
    assert dismissed is not None
    assert unreviewed is not None
    assert dismissed.days(EvidenceKind.CLIP) <= 7
    assert unreviewed.days(EvidenceKind.STILL) <= 30


def test_a_policy_of_ones_own_has_its_word_and_the_checksum_of_its_file(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, RULE))
    assert policy.version == "mine"
    assert policy.sha256 != load_policy(SHIPPED).sha256
    assert policy.rule_for(AlertState.DISMISSED, RiskClass.III) is None


@pytest.mark.parametrize(
    ("old", "new", "place", "expected"),
    [
        ("dismissed]", "confirmed]", "policy.yaml:4:22 rules[0].states[0]", "never deleted"),
        ("dismissed]", "gone]", "policy.yaml:4:22", "one of"),
        ("clip_days: 7", "clip_days: 0", "rules[0].clip_days", "at least 1"),
        ("clip_days: 7", "clip_days: 99999", "rules[0].clip_days", "at most 36500"),
        ("clip_days: 7, ", "", "rules[0]", "the field clip_days"),
        ("classes: [I", "classes: [IV", "rules[0].classes[0]", "one of I, II, III, ops"),
        ("id: a", "id: a, colour: red", "rules[0]", "one of the fields"),
    ],
)
def test_a_wrong_policy_is_told_with_its_place(tmp_path: Path, old: str, new: str, place: str, expected: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(written(tmp_path, RULE.replace(old, new, 1)))
    assert place in str(caught.value)
    assert expected in str(caught.value)


def test_two_rules_for_one_state_and_class_are_refused(tmp_path: Path) -> None:
    line = RULE.splitlines()[-1]
    with pytest.raises(PolicyError, match="one rule for each state and class"):
        load_policy(written(tmp_path, RULE + line.replace("id: a", "id: b") + "\n"))


def test_no_rule_can_be_made_for_a_confirmed_case() -> None:
    with pytest.raises(ValueError, match="confirmed"):
        KeepingRule(
            rule_id="x",
            states=frozenset({AlertState.CONFIRMED}),
            classes=frozenset(RiskClass),
            clip_days=1,
            still_days=1,
            reason_zh="x",
            reason_en="x",
        )
