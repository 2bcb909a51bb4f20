"""The rule by which a candidate takes the place of the network in service. Pure, apart from reading the rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from detector.comparison import Comparison, LabelComparison
from models.data.ontology import parse_yaml

RULE_FILE = Path(__file__).parent / "promotion.yaml"


class PromotionRule(BaseModel):
    """What a candidate may cost. AP50 is in [0, 1]: 0.01 is one point."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1)
    least_pictures: int = Field(ge=1, description="fewer pictures to compare on decide nothing")
    mean_ap50_loss: float = Field(ge=0.0, le=1.0, description="the mean over all measured labels may fall by so much")
    needed_ap50_loss: float = Field(
        ge=0.0,
        le=1.0,
        description="a label that rules need may fall by so much; by more only if the interval of the difference "
        "reaches zero, so that it may be chance",
    )
    unmeasured_needed: Literal["refuse", "allow"] = Field(
        description="labels that rules need and that no picture of the comparison shows"
    )
    more_dismissed_alarms: int = Field(ge=0, description="so many more pictures with dismissed alerts may raise again")
    largest_file_growth: float = Field(gt=0.0, description="size of the file, as a multiple of the present one's")
    largest_time_growth: float = Field(gt=0.0, description="time per picture, as a multiple of the present one's")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionFacts:
    """All that the rule looks at. `needed` are the labels that the rules in service need and the current network has.

    `usable` are those that the candidate's manifest calls usable.
    """

    comparison: Comparison
    needed: frozenset[str]
    usable: frozenset[str]
    file_growth: float
    time_growth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One condition of the rule by its field, whether it is met, and why in words."""

    condition: str
    is_met: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Accepted where every condition is met."""

    findings: tuple[Finding, ...]

    @property
    def is_accepted(self) -> bool:
        return all(finding.is_met for finding in self.findings)


def load_rule(path: Path = RULE_FILE) -> PromotionRule:
    """Raise LabelFileError, naming the first wrong field, unless the file is a rule."""
    return parse_yaml(path, PromotionRule)


def decide(rule: PromotionRule, facts: PromotionFacts) -> Decision:
    """Hold the facts against the rule, condition by condition."""
    return Decision(findings=tuple(_findings(rule, facts)))


def _findings(rule: PromotionRule, facts: PromotionFacts) -> Iterator[Finding]:
    compared = facts.comparison
    yield Finding(
        condition="least_pictures",
        is_met=compared.pictures >= rule.least_pictures,
        reason=f"{compared.pictures} pictures, at least {rule.least_pictures} are needed",
    )
    yield _mean(rule, compared)
    yield _needed(rule, facts)
    yield _unmeasured(rule, facts)
    yield _usable(facts)
    yield _alarms(rule, compared)
    for name, growth, largest in (
        ("largest_file_growth", facts.file_growth, rule.largest_file_growth),
        ("largest_time_growth", facts.time_growth, rule.largest_time_growth),
    ):
        reason = f"{growth:.2f} times the present one, at most {largest:g}"
        yield Finding(condition=name, is_met=growth <= largest, reason=reason)


def _mean(rule: PromotionRule, compared: Comparison) -> Finding:
    mean = compared.mean_difference
    if mean is None:
        return Finding(condition="mean_ap50_loss", is_met=False, reason="no label that both networks know was measured")
    reason = f"mean AP50 of {len(compared.labels)} labels {mean:+.3f}, may fall by {rule.mean_ap50_loss:g}"
    return Finding(condition="mean_ap50_loss", is_met=mean >= -rule.mean_ap50_loss, reason=reason)


def _needed(rule: PromotionRule, facts: PromotionFacts) -> Finding:
    needed = [each for each in facts.comparison.labels if each.label in facts.needed]
    worse = [each for each in needed if _is_worse(each, rule.needed_ap50_loss)]
    said = ", ".join(f"{each.label} {each.difference:+.3f}{_in_words(each)}" for each in worse)
    reason = (
        said or f"none of the {len(needed)} measured labels that rules need lost more than {rule.needed_ap50_loss:g}"
    )
    return Finding(condition="needed_ap50_loss", is_met=not worse, reason=reason)


def _is_worse(each: LabelComparison, loss: float) -> bool:
    is_beyond_chance = each.interval is None or each.interval.high < 0
    return each.difference < -loss and is_beyond_chance


def _in_words(each: LabelComparison) -> str:
    return f" ({each.interval.low:+.3f} to {each.interval.high:+.3f})" if each.interval else ""


def _unmeasured(rule: PromotionRule, facts: PromotionFacts) -> Finding:
    missing = sorted(facts.needed - {each.label for each in facts.comparison.labels})
    said = f"not measured: {', '.join(missing)}" if missing else "every label that rules need was measured"
    is_met = not missing or rule.unmeasured_needed == "allow"
    return Finding(condition="unmeasured_needed", is_met=is_met, reason=said)


def _usable(facts: PromotionFacts) -> Finding:
    missing = sorted(facts.needed - facts.usable)
    said = f"the candidate does not report: {', '.join(missing)}" if missing else "the candidate reports all of them"
    return Finding(condition="needed_usable", is_met=not missing, reason=said)


def _alarms(rule: PromotionRule, compared: Comparison) -> Finding:
    alarms = compared.alarms
    if alarms is None:
        reason = "there are no pictures with dismissed alerts"
        return Finding(condition="more_dismissed_alarms", is_met=True, reason=reason)
    reason = (
        f"of {alarms.pictures} pictures with dismissed alerts {alarms.candidate} raise again, {alarms.current} with "
        f"the network in use; {rule.more_dismissed_alarms} more are allowed"
    )
    is_met = alarms.candidate <= alarms.current + rule.more_dismissed_alarms
    return Finding(condition="more_dismissed_alarms", is_met=is_met, reason=reason)
