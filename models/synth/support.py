"""Whether a story shows what a promise claims: which deed or state stands behind each risk code."""

from collections.abc import Callable

import numpy as np

from models.synth.bodies.clothes import Headwear, MaskWorn, Outfit
from models.synth.furniture.bins import OPEN_FROM_DEGREES, OVERFLOWING_FROM, BinKind
from models.synth.story import CastKind, Held, Member, PlaceName, Promise, Story
from models.synth.timeline import State, state

STEP_SECONDS = 0.25
SHARE_NEEDED = 0.8  # of the promised time; the first and last moment of a crossing do not count

Condition = Callable[[Story, Member, State], bool]


def is_supported(story: Story, promise: Promise) -> bool:
    """True if the member is in the state that the code means for most of the promised time."""
    condition = CONDITIONS.get(promise.code)
    if condition is None:
        return False
    member = story.member(promise.who)
    moments = np.arange(promise.begins, promise.ends, STEP_SECONDS)
    held = [condition(story, member, state(story, member, float(moment))) for moment in moments]
    return bool(np.mean(held) >= SHARE_NEEDED)


def _is(*kinds: CastKind) -> Condition:
    return lambda _, member, now: member.kind in kinds and now.is_present and now.strength > 0.05


def _person(test: Callable[[Story, State], bool]) -> Condition:
    return lambda story, member, now: member.kind == CastKind.PERSON and now.is_present and test(story, now)


def _is_kitchen(story: Story) -> bool:
    return story.place != PlaceName.WORK_SITE


def _bin(test: Callable[[Member, State], bool]) -> Condition:
    return lambda _, member, now: member.kind == CastKind.BIN and now.is_present and test(member, now)


def _has_no_work_clothes(story: Story, now: State) -> bool:
    return _is_kitchen(story) and now.attire.outfit not in {Outfit.WHITE_COAT, Outfit.UNIFORM}


CONDITIONS: dict[str, Condition] = {
    "pest.rodent": _is(CastKind.RAT, CastKind.MOUSE),
    "pest.insect": _is(CastKind.COCKROACH),
    "animal.pet": _is(CastKind.CAT, CastKind.DOG),
    "fire.flame_smoke": _is(CastKind.FIRE, CastKind.SMOKE),
    "floor.litter": _is(CastKind.LITTER, CastKind.PUDDLE),
    "phone.use": _person(lambda _, now: now.held in {Held.PHONE, Held.PHONE_AT_EAR}),
    "smoke.person": _person(lambda _, now: now.held == Held.CIGARETTE),
    "uniform.no_hat": _person(lambda story, now: _is_kitchen(story) and now.attire.headwear == Headwear.NONE),
    "uniform.no_workwear": _person(_has_no_work_clothes),
    "mask.special_room": _person(
        lambda story, now: story.place == PlaceName.COLD_ROOM and now.attire.mask == MaskWorn.NONE
    ),
    "mask.general": _person(
        lambda story, now: (
            _is_kitchen(story) and story.place != PlaceName.COLD_ROOM and now.attire.mask == MaskWorn.NONE
        )
    ),
    "mask.worn_wrong": _person(lambda _, now: now.attire.mask in {MaskWorn.NOSE_FREE, MaskWorn.CHIN}),
    "glove.rte": _person(lambda story, now: story.place == PlaceName.COLD_ROOM and now.attire.gloves is None),
    "site.no_helmet": _person(lambda story, now: not _is_kitchen(story) and now.attire.headwear != Headwear.HELMET),
    "site.no_vest": _person(lambda story, now: not _is_kitchen(story) and now.attire.vest is None),
    "bin.uncovered": _bin(lambda member, now: member.bin_kind == BinKind.BUCKET or now.lid_degrees > OPEN_FROM_DEGREES),
    "bin.overflow": _bin(lambda _, now: now.fill > OVERFLOWING_FROM),
}
