"""Random scenes to learn from: place, light, camera, people, animals, bins, all drawn from one seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

import numpy as np

from models.synth.bodies import clothes
from models.synth.bodies.animals import Gait
from models.synth.bodies.breeds import AnimalKind
from models.synth.bodies.clothes import Attire, Hair, Headwear, MaskWorn, Outfit
from models.synth.bodies.pose import POSES, Pose, blended, stepping, working
from models.synth.bodies.skeleton import Build
from models.synth.camera import Camera
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
from models.synth.furniture.bins import BIN_COLOURS, Bin, BinKind
from models.synth.furniture.ware import cloth, litter, puddle
from models.synth.places.catalogue import build_place
from models.synth.places.place import Place
from models.synth.puffs import Puff, PuffKind
from models.synth.scene import Air, Lamp, Scene
from models.synth.story import Held, PlaceName

Rng = np.random.Generator
E = TypeVar("E", bound=StrEnum)
PLACE_SHARES = {
    PlaceName.HOT_KITCHEN: 0.40,
    PlaceName.COLD_ROOM: 0.25,
    PlaceName.BACK_DOOR: 0.20,
    PlaceName.WORK_SITE: 0.15,
}
ANIMAL_COUNTS = (0.40, 0.45, 0.15)
INFRARED_SHARE = 0.3  # of pictures in kitchens; the back door is always seen that way


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One drawn picture before rendering. `setting` is the empty place, `second` is when the puffs are looked at."""

    seed: int
    place: PlaceName
    setting: Place
    scene: Scene
    puffs: tuple[Puff, ...]
    second: float


def draw_lot(seed: int, *, has_animals: bool = True) -> Lot:
    """The scene of a seed, the same on every machine with the same version of numpy's generator.

    `has_animals` false: the same without its animals.
    """
    rng = np.random.default_rng([seed, 41])
    name = list(PLACE_SHARES)[int(rng.choice(len(PLACE_SHARES), p=list(PLACE_SHARES.values())))]
    place = in_other_light(build_place(name, int(rng.integers(1_000_000))), name, rng)
    place = replace(place, camera=_shaken(place.camera, rng))
    people, animals = _people(place, name, rng), drawn_animals(place, rng)
    staged = [*people, *(animals if has_animals else ()), *_bins(place, rng), *_lying_about(place, rng)]
    scene = Scene(
        things=(*place.things, *(thing for each in staged for thing in each.things)),
        lamps=place.lamps,
        air=place.air,
        camera=place.camera,
        subjects=tuple(subject for each in staged for subject in each.subjects),
        exposure=place.exposure,
        is_infrared=place.is_infrared,
    )
    puffs, second = _puffs(place, name, rng), float(rng.uniform(5, 60))
    return Lot(seed=seed, place=name, setting=place, scene=scene, puffs=puffs, second=second)


def in_other_light(place: Place, name: PlaceName, rng: Rng) -> Place:
    """Lamps dimmed and brightened; some kitchens lit by the camera's own infrared."""
    if name in {PlaceName.HOT_KITCHEN, PlaceName.COLD_ROOM} and rng.random() < INFRARED_SHARE:
        x, y, z = place.camera.position
        ring = Lamp(
            position=(x, y, z + 0.03),
            aim=place.camera.target,
            size=(0.03, 0.03),
            watts=float(rng.uniform(200, 420)),
            colour=(1, 1, 1),
            half_angle=float(rng.uniform(36, 48)),
        )
        return replace(
            place,
            lamps=(ring,),
            air=Air(colour=(0.7, 0.7, 0.8), strength=float(rng.uniform(0.01, 0.08))),
            is_infrared=True,
        )
    power = float(np.exp(rng.normal(0, 0.25)))
    lamps = tuple(replace(lamp, watts=lamp.watts * power * float(np.exp(rng.normal(0, 0.2)))) for lamp in place.lamps)
    return replace(
        place, lamps=lamps, air=replace(place.air, strength=place.air.strength * float(np.exp(rng.normal(0, 0.25))))
    )


def _shaken(camera: Camera, rng: Rng) -> Camera:
    """Hung a little elsewhere; one in three looks closer."""
    position = np.asarray(camera.position) + rng.normal(0, 0.12, 3)
    target = np.asarray(camera.target) + rng.normal(0, 0.35, 3) * (1, 1, 0.4)
    field = camera.field_degrees * float(rng.uniform(0.55, 0.8) if rng.random() < 0.33 else rng.uniform(0.9, 1.08))
    x, y, z = (float(value) for value in position)
    return replace(
        camera, position=(x, y, z), target=(float(target[0]), float(target[1]), float(target[2])), field_degrees=field
    )


def _stand(place: Place, name: str, at: tuple[float, float, float], facing: float, *, is_site: bool = False) -> Stand:
    return Stand(
        name=name, at=at, facing=facing, is_infrared=place.is_infrared, is_site=is_site, camera_at=place.camera.position
    )


def _people(place: Place, name: PlaceName, rng: Rng) -> list[Staged]:
    spots = [spot for key, spot in place.spots.items() if not key.startswith(("under", "bin", "wall_", "barrel"))]
    count = min(int(rng.choice([0, 1, 2, 3, 4], p=[0.10, 0.25, 0.30, 0.22, 0.13])), len(spots))
    chosen = rng.choice(len(spots), count, replace=False)
    people = []
    for number, spot in enumerate(chosen):
        x, y, z = spots[int(spot)]
        at = (x + float(rng.normal(0, 0.08)), y + float(rng.normal(0, 0.05)), z)
        held = _drawn(Held, rng, [0.72, 0.12, 0.08, 0.08])
        stand = _stand(place, f"person{number}", at, float(rng.uniform(0, 360)), is_site=name == PlaceName.WORK_SITE)
        people.append(
            staged_person(
                stand, _build(rng), drawn_attire(rng, is_site=name == PlaceName.WORK_SITE), _pose(held, rng), held
            )
        )
    return people


def _build(rng: Rng) -> Build:
    return Build(
        height=float(np.clip(rng.normal(1.68, 0.08), 1.5, 1.92)),
        girth=float(np.clip(rng.normal(1.02, 0.09), 0.85, 1.3)),
        shoulders=float(np.clip(rng.normal(1.0, 0.06), 0.88, 1.15)),
        belly=float(rng.beta(1.5, 3)),
    )


def _pose(held: Held, rng: Rng) -> Pose:
    held_poses = {Held.PHONE: "phone_look", Held.PHONE_AT_EAR: "phone_ear", Held.CIGARETTE: "smoke"}
    if held in held_poses:
        pose = POSES[held_poses[held]]
    else:
        names = list(POSES)
        pose = blended(
            POSES[names[int(rng.integers(len(names)))]],
            POSES[names[int(rng.integers(len(names)))]],
            float(rng.beta(0.4, 0.4)),
        )
    if rng.random() < 0.3:
        pose = stepping(pose, float(rng.uniform(0, 1)))
    return working(pose, float(rng.uniform(0, 100)), int(rng.integers(1000)))


def drawn_attire(rng: Rng, *, is_site: bool) -> Attire:
    """Clothes as they are found, with the rare cases (mask on the chin, no headwear) as often as the usual ones."""
    outfit = _drawn(Outfit, rng, [0.0, 0.0, 0.3, 0.7] if is_site else [0.38, 0.32, 0.27, 0.03])
    headwear = _drawn(Headwear, rng, [0.42, 0.0, 0.08, 0.0, 0.50] if is_site else [0.38, 0.20, 0.22, 0.18, 0.02])
    tops = {Outfit.WHITE_COAT: clothes.COATS, Outfit.UNIFORM: clothes.UNIFORMS}.get(outfit, clothes.STREETS)
    hats = {Headwear.HAIRNET: clothes.NETS, Headwear.HELMET: clothes.HELMETS, Headwear.TOQUE: clothes.COATS}.get(
        headwear, clothes.UNIFORMS
    )
    return Attire(
        outfit=outfit,
        headwear=headwear,
        mask=_drawn(MaskWorn, rng, [0.45, 0.30, 0.13, 0.12]),
        apron=_one(clothes.APRONS, rng) if rng.random() < (0.0 if is_site else 0.45) else None,
        gloves=_one(clothes.GLOVES, rng) if rng.random() < 0.4 else None,
        vest=_one(clothes.VESTS, rng) if rng.random() < (0.6 if is_site else 0.0) else None,
        top=_toned(_one(tops, rng), rng),
        trousers=_toned(_one(clothes.TROUSERS, rng), rng),
        hat=_toned(_one(hats, rng), rng),
        mask_colour=_one(clothes.MASKS, rng),
        skin=_one(clothes.SKINS, rng),
        hair=_drawn(Hair, rng, [0.5, 0.2, 0.22, 0.08]),
        hair_colour=_one(clothes.HAIRS, rng),
        sleeves=float(rng.choice([0.0, 0.35, 0.9, 1.0], p=[0.25, 0.15, 0.4, 0.2])),
    )


def drawn_animals(place: Place, rng: Rng, counts: Sequence[float] = ANIMAL_COUNTS) -> list[Staged]:
    """Rats more often than others, somewhere on the free floor. `counts` are the chances of 0, 1, 2, … of them."""
    staged = []
    for number in range(int(rng.choice(len(counts), p=counts))):
        kind = [*AnimalKind, None][int(rng.choice(5, p=[0.42, 0.14, 0.16, 0.10, 0.18]))]
        stand = _stand(place, f"animal{number}", _on_floor(place, rng), float(rng.uniform(0, 360)))
        if kind is None:
            staged.append(staged_cockroach(stand, float(rng.uniform()), float(rng.uniform(0.8, 1.4))))
            continue
        gait = Gait(
            phase=float(rng.uniform()),
            pace=float(rng.choice([0, 1, 2])),
            sits=bool(rng.random() < 0.25),
            head_yaw=float(rng.normal(0, 18)),
            tail_swing=float(rng.normal(0, 0.6)),
        )
        staged.append(
            staged_animal(
                stand, drawn_animal(kind, float(np.exp(rng.normal(0, 0.12))), int(rng.integers(10_000))), gait
            )
        )
    return staged


def _bins(place: Place, rng: Rng) -> list[Staged]:
    spots = [spot for key, spot in place.spots.items() if key.startswith("bin")] + [
        _on_floor(place, rng),
        _on_floor(place, rng),
    ]
    staged = []
    for number in range(int(rng.choice([0, 1, 2], p=[0.15, 0.55, 0.30]))):
        lid = float(
            rng.choice(
                [0.0, rng.uniform(15, 60), rng.uniform(60, 110), rng.uniform(180, 250)], p=[0.5, 0.15, 0.25, 0.10]
            )
        )
        kind = _drawn(BinKind, rng, [0.35, 0.30, 0.20, 0.15])
        fill = float(rng.choice([rng.uniform(0, 0.9), rng.uniform(1.05, 1.5)], p=[0.7, 0.3]))
        bin_ = painted_bin(kind, lid, fill, rng)
        staged.append(staged_bin(_stand(place, f"bin{number}", spots[number], float(rng.uniform(0, 360))), bin_))
    return staged


def painted_bin(kind: BinKind, lid_degrees: float, fill: float, rng: Rng) -> Bin:
    """A bin in a drawn colour; a flap swings no farther than it can."""
    return Bin(
        kind=kind,
        lid_degrees=min(lid_degrees, 75.0) if kind == BinKind.SWING else lid_degrees,
        fill=fill,
        colour=_toned(_one(BIN_COLOURS, rng), rng),
        seed=int(rng.integers(10_000)),
    )


def _lying_about(place: Place, rng: Rng) -> list[Staged]:
    staged = []
    for chance, name, label in ((0.3, "litter", "garbage"), (0.25, "puddle", "wet_floor"), (0.25, "cloth", None)):
        if rng.random() < chance:
            piece = {
                "litter": lambda: litter(int(rng.integers(4, 11)), 0.13, rng),
                "puddle": lambda: puddle(0.9, 0.6, rng),
                "cloth": lambda: cloth(rng),
            }[name]()
            staged.append(
                staged_piece(_stand(place, name, _on_floor(place, rng), float(rng.uniform(0, 360))), piece, label)
            )
    return staged


def _puffs(place: Place, name: PlaceName, rng: Rng) -> tuple[Puff, ...]:
    puffs = [
        Puff(key=f"burner{k}", kind=PuffKind.BURNER, source=spot, seed=k)
        for k, spot in enumerate(place.burners)
        if rng.random() < 0.5
    ]
    puffs += [
        Puff(key=f"steam{k}", kind=PuffKind.STEAM, source=(x, y, z + 0.12), seed=10 + k)
        for k, (x, y, z) in enumerate(place.burners)
        if rng.random() < 0.35
    ]
    if rng.random() < 0.12:
        x, y, z = _on_floor(place, rng)
        size = float(rng.uniform(0.5, 1.3))
        puffs.append(Puff(key="fire", kind=PuffKind.FIRE, source=(x, y, z + 0.1), size=size, seed=30))
        puffs.append(
            Puff(
                key="smoke",
                kind=PuffKind.SMOKE,
                source=(x, y, z + 0.5),
                size=size,
                seed=31,
                strength=float(rng.uniform(0.3, 1)),
            )
        )
    return tuple(puffs) if not place.is_infrared or name == PlaceName.BACK_DOOR else ()


def _on_floor(place: Place, rng: Rng) -> tuple[float, float, float]:
    (left, near), (right, far) = place.free_floor
    return float(rng.uniform(left, right)), float(rng.uniform(near, far)), 0.06 if place.name == "work_site" else 0.0


def _drawn(choices: type[E], rng: Rng, shares: Sequence[float]) -> E:
    return list(choices)[int(rng.choice(len(shares), p=shares))]


def _one(colours: Sequence[tuple[float, float, float]], rng: Rng) -> tuple[float, float, float]:
    return colours[int(rng.integers(len(colours)))]


def _toned(colour: tuple[float, float, float], rng: Rng) -> tuple[float, float, float]:
    tone = float(np.exp(rng.normal(0, 0.08)))
    red, green, blue = (float(np.clip(value * tone + rng.normal(0, 0.012), 0.02, 0.95)) for value in colour)
    return red, green, blue
