"""A story at one second: the place with its cast, ready for the renderer."""

import functools
from dataclasses import replace

import numpy as np

from models.synth.bodies.animals import Gait
from models.synth.bodies.breeds import AnimalKind
from models.synth.dressing import (
    Staged,
    Stand,
    drawn_animal,
    staged_animal,
    staged_bin,
    staged_cockroach,
    staged_person,
    staged_piece,
)
from models.synth.furniture.bins import BIN_COLOURS, Bin
from models.synth.furniture.ware import cloth, litter, puddle
from models.synth.places.catalogue import build_place
from models.synth.places.place import Place
from models.synth.puffs import Puff, PuffKind
from models.synth.scene import Scene
from models.synth.story import CastKind, Member, PlaceName, Story
from models.synth.timeline import State, state

_ANIMALS = {
    CastKind.RAT: AnimalKind.RAT,
    CastKind.MOUSE: AnimalKind.MOUSE,
    CastKind.CAT: AnimalKind.CAT,
    CastKind.DOG: AnimalKind.DOG,
}
_PUFFS = {
    CastKind.STEAM: PuffKind.STEAM,
    CastKind.SMOKE: PuffKind.SMOKE,
    CastKind.FIRE: PuffKind.FIRE,
    CastKind.BURNER: PuffKind.BURNER,
}
_STILL = {CastKind.BIN, CastKind.LITTER, CastKind.PUDDLE, CastKind.CLOTH}


class Stage:
    """One story's place, built once, and what was built for the cast so far. Not for threads."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.place: Place = _seen_as_told(build_place(story.place, story.seed), story)
        self._still = functools.lru_cache(maxsize=256)(self._build_still)

    def scene(self, second: float) -> Scene:
        """Everything at that second. What did not change since an earlier call is the same object as there."""
        shown = [self._staged(member, second) for member in self.story.cast]
        here = [each for each in shown if each is not None]
        return Scene(
            things=(*self.place.things, *(thing for each in here for thing in each.things)),
            lamps=self.place.lamps,
            air=self.place.air,
            camera=self.place.camera,
            subjects=tuple(subject for each in here for subject in each.subjects),
            exposure=self.place.exposure,
            is_infrared=self.place.is_infrared,
        )

    def empty(self) -> Scene:
        """The place alone."""
        place = self.place
        return Scene(
            things=place.things,
            lamps=place.lamps,
            air=place.air,
            camera=place.camera,
            exposure=place.exposure,
            is_infrared=place.is_infrared,
        )

    def puffs(self, second: float) -> tuple[Puff, ...]:
        """Steam, smoke and flames at that second."""
        found = []
        for member in self.story.cast:
            if member.kind in _PUFFS:
                now = state(self.story, member, second)
                if now.is_present and now.strength > 0.02:
                    source = (*now.at, member.height)
                    found.append(
                        Puff(
                            key=member.name,
                            kind=_PUFFS[member.kind],
                            source=source,
                            strength=now.strength,
                            size=member.size,
                            seed=member.seed,
                        )
                    )
        return tuple(found)

    def _staged(self, member: Member, second: float) -> Staged | None:
        if member.kind in _PUFFS:
            return None
        now = state(self.story, member, second)
        if not now.is_present:
            return None
        if member.kind in _STILL:
            return self._still(member.name, round(now.lid_degrees, 1), round(now.fill, 2))
        stand = self._stand(member, now)
        if member.kind == CastKind.PERSON:
            return staged_person(stand, member.build, now.attire, now.pose, now.held)
        if member.kind == CastKind.COCKROACH:
            return staged_cockroach(stand, now.phase, member.size)
        return staged_animal(
            stand, drawn_animal(_ANIMALS[member.kind], member.size, member.seed), _gait(member, now, second)
        )

    def _build_still(self, name: str, lid_degrees: float, fill: float) -> Staged:
        member = self.story.member(name)
        rng = np.random.default_rng([member.seed, 31])
        stand = Stand(name=name, at=(*member.at, member.height), facing=member.facing)
        if member.kind == CastKind.BIN:
            bin_ = Bin(
                kind=member.bin_kind,
                lid_degrees=lid_degrees,
                fill=fill,
                colour=BIN_COLOURS[member.colour],
                seed=member.seed,
            )
            return staged_bin(stand, bin_)
        if member.kind == CastKind.LITTER:
            return staged_piece(stand, litter(7, 0.12 * member.size, rng), "garbage")
        if member.kind == CastKind.PUDDLE:
            return staged_piece(stand, puddle(0.8 * member.size, 0.5 * member.size, rng), "wet_floor")
        return staged_piece(stand, cloth(rng), None)

    def _stand(self, member: Member, now: State) -> Stand:
        floor = (
            0.06
            if self.story.place == PlaceName.WORK_SITE and 1.0 < now.at[0] < 9.0 and 4.2 < now.at[1] < 10.2
            else 0.0
        )
        return Stand(
            name=member.name,
            at=(*now.at, floor + member.height),
            facing=now.facing,
            is_infrared=self.place.is_infrared,
            is_site=self.story.place == PlaceName.WORK_SITE,
            camera_at=self.place.camera.position,
        )


def _seen_as_told(place: Place, story: Story) -> Place:
    if story.view is None:
        return place
    camera = replace(place.camera, target=story.view.looks_at, field_degrees=story.view.field_degrees)
    return replace(place, camera=camera)


def _gait(member: Member, now: State, second: float) -> Gait:
    """Legs stand still when the animal does; the head looks about and the tail plays."""
    is_going = now.pace > 0.02
    look = 14.0 * float(np.sin(0.9 * second + member.seed)) + 8.0 * float(np.sin(2.3 * second))
    pace = (2.0 if now.pace > 1.2 else 1.0) if is_going else 0.0
    return Gait(
        phase=now.phase if is_going else 0.125,
        pace=pace,
        sits=now.sits,
        head_yaw=look * (0.5 if is_going else 1.6),
        tail_swing=0.5 * float(np.sin(1.3 * second)),
    )
