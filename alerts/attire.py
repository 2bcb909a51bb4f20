"""Rules of kind "attire": a tracked person who does not wear what the place asks for.

What cannot be judged (too small, cut off, turned away, unsure) is a doubt that is counted, never a violation. Which
person it is plays no part: nothing here knows faces or names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alerts.judgement import Breach, Doubt, DoubtCause, judge
from alerts.presence import PresenceRule
from domain.attire import Attire, Wearing
from domain.detection import ModelReference, Observation
from domain.violation import Sighting
from domain.zone import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class AttireRule(PresenceRule):
    """A presence rule whose subject breaks it only while `attribute` is judged to be absent.

    Dwell, zones, sizes and cool-down are those of presence; `attribute` is a word of the attire network. So are those
    of `also_absent`, which must be judged to be absent besides: who wears one of them is taken for one of the staff.
    """

    attribute: str
    also_absent: frozenset[str] = frozenset()

    @property
    def attributes(self) -> tuple[str, ...]:
        """All that must be absent, `attribute` first."""
        return (self.attribute, *sorted(self.also_absent - {self.attribute}))

    @property
    def needed_labels(self) -> frozenset[str]:
        """An attribute counts as a label that a network must be able to tell."""
        return self.labels | self.with_labels | self.competing_labels | set(self.attributes)


def judge_attire(
    rule: AttireRule, observation: Observation, zones: Sequence[Zone], asleep: Sequence[Zone] = ()
) -> tuple[tuple[Breach, ...], tuple[Doubt, ...]]:
    """Judge every person that the rule applies to. One who was not looked at yet is neither breach nor doubt."""
    worn = {track.track_id: _worn(rule, track.attire) for track in observation.tracks}
    present, doubts = judge(rule, observation, zones, asleep)
    breaches: list[Breach] = []
    doubted = [each for each in doubts if worn[each.track_id] and not _wears_any(worn[each.track_id])]
    for breach in present:
        attire = worn[breach.track.track_id]
        if len(attire) < len(rule.attributes) or _wears_any(attire):
            continue
        if all(each.state is Wearing.ABSENT for each in attire):
            breaches.append(
                replace(breach, sightings=(*breach.sightings, *(_sighting(breach, each) for each in attire)))
            )
        else:
            doubted.append(Doubt(track_id=breach.track.track_id, zone=breach.zone, cause=DoubtCause.UNCLEAR_ATTIRE))
    return tuple(breaches), tuple(doubted)


def _worn(rule: AttireRule, attire: Sequence[Attire]) -> list[Attire]:
    """What was said of the rule's attributes, in its order."""
    said = {each.attribute: each for each in attire}
    return [said[name] for name in rule.attributes if name in said]


def _wears_any(attire: Sequence[Attire]) -> bool:
    return any(each.state is Wearing.PRESENT for each in attire)


def network_behind(rule: PresenceRule | None, observation: Observation) -> ModelReference:
    """The network whose word a violation of this rule rests on."""
    if isinstance(rule, AttireRule) and observation.attire_model is not None:
        return observation.attire_model
    return observation.model


def _sighting(breach: Breach, attire: Attire) -> Sighting:
    return Sighting(label=f"{attire.attribute}_absent", box=breach.track.box, confidence=attire.confidence)
