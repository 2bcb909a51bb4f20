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

    Dwell, zones, sizes and cool-down are those of presence; `attribute` is a word of the attire network.
    """

    attribute: str

    @property
    def needed_labels(self) -> frozenset[str]:
        """The attribute counts as a label that a network must be able to tell."""
        return self.labels | self.with_labels | self.competing_labels | {self.attribute}


def judge_attire(
    rule: AttireRule, observation: Observation, zones: Sequence[Zone]
) -> tuple[tuple[Breach, ...], tuple[Doubt, ...]]:
    """Judge every person that the rule applies to. One who was not looked at yet is neither breach nor doubt."""
    worn = {
        track.track_id: attire
        for track in observation.tracks
        for attire in track.attire
        if attire.attribute == rule.attribute
    }
    present, doubts = judge(rule, observation, zones)
    breaches: list[Breach] = []
    doubted = [each for each in doubts if each.track_id in worn and worn[each.track_id].state is not Wearing.PRESENT]
    for breach in present:
        attire = worn.get(breach.track.track_id)
        if attire is None or attire.state is Wearing.PRESENT:
            continue
        if attire.state is Wearing.ABSENT:
            breaches.append(replace(breach, sightings=(*breach.sightings, _sighting(breach, attire))))
        else:
            doubted.append(Doubt(track_id=breach.track.track_id, zone=breach.zone, cause=DoubtCause.UNCLEAR_ATTIRE))
    return tuple(breaches), tuple(doubted)


def network_behind(rule: PresenceRule | None, observation: Observation) -> ModelReference:
    """The network whose word a violation of this rule rests on."""
    if isinstance(rule, AttireRule) and observation.attire_model is not None:
        return observation.attire_model
    return observation.model


def _sighting(breach: Breach, attire: Attire) -> Sighting:
    return Sighting(label=f"{attire.attribute}_absent", box=breach.track.box, confidence=attire.confidence)
