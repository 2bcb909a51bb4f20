"""One bin up close, its lid shut or not, to teach the state of lids: drawn from a seed as `models.synth.lots` draws."""

from dataclasses import replace

import numpy as np

from models.synth.camera import Camera
from models.synth.dressing import Staged, Stand, staged_bin
from models.synth.furniture.bins import BinKind
from models.synth.lots import Lot, Rng, in_other_light, painted_bin
from models.synth.places.catalogue import build_place
from models.synth.places.place import Place, Spot
from models.synth.scene import Scene
from models.synth.story import PlaceName

SIDE_PX = 208
PLACE_SHARES = {
    PlaceName.HOT_KITCHEN: 0.40,
    PlaceName.COLD_ROOM: 0.25,
    PlaceName.WORK_SITE: 0.30,
    PlaceName.BACK_DOOR: 0.05,
}
KIND_SHARES = {BinKind.PEDAL: 0.3, BinKind.WHEELIE: 0.5, BinKind.SWING: 0.2}  # a bucket has no lid
# Degrees from and to, share: shut, ajar as on rubbish that lifts it, up, and hanging behind.
LIDS = (((0.0, 0.0), 0.5), ((20.0, 60.0), 0.15), ((60.0, 115.0), 0.2), ((180.0, 250.0), 0.15))
_CENTRE_HEIGHT = 0.55  # metres; the middle of a bin whose lid may be up


def draw_close_up(seed: int) -> Lot:
    """A bin that fills about half of a square picture, seen from where a camera or a passer-by would be."""
    rng = np.random.default_rng([seed, 47])
    name = list(PLACE_SHARES)[int(rng.choice(len(PLACE_SHARES), p=list(PLACE_SHARES.values())))]
    place = in_other_light(build_place(name, int(rng.integers(1_000_000))), name, rng)
    x, y, z = _spot(place, rng)
    bin_ = _bin_at(place, (x, y, z), rng)
    place = replace(place, camera=_camera_at(place.camera, (x, y, z + _CENTRE_HEIGHT), rng))
    scene = Scene(
        things=(*place.things, *bin_.things),
        lamps=place.lamps,
        air=place.air,
        camera=place.camera,
        subjects=bin_.subjects,
        exposure=place.exposure,
        is_infrared=place.is_infrared,
    )
    return Lot(seed=seed, place=name, setting=place, scene=scene, puffs=(), second=0.0)


def _spot(place: Place, rng: Rng) -> Spot:
    """Where the place keeps its bin, or somewhere on its floor."""
    kept = [spot for key, spot in place.spots.items() if key.startswith("bin")]
    if kept and rng.random() < 0.5:
        return kept[int(rng.integers(len(kept)))]
    (left, near), (right, far) = place.free_floor
    ground = 0.06 if place.name == PlaceName.WORK_SITE else 0.0
    return float(rng.uniform(left, right)), float(rng.uniform(near, far)), ground


def drawn_lid(rng: Rng) -> tuple[BinKind, float, float]:
    """Kind, degrees of the lid, fill. Rubbish that stands out of a bin lifts its lid; under a shut one none is seen."""
    kind = list(KIND_SHARES)[int(rng.choice(len(KIND_SHARES), p=list(KIND_SHARES.values())))]
    low, high = LIDS[int(rng.choice(len(LIDS), p=[share for _, share in LIDS]))][0]
    lid = float(rng.uniform(low, high))
    fill = float(rng.uniform(1.05, 1.5) if lid > 0 and rng.random() < 0.45 else rng.uniform(0.0, 0.9))
    return kind, lid, fill


def _bin_at(place: Place, at: Spot, rng: Rng) -> Staged:
    kind, lid, fill = drawn_lid(rng)
    towards = np.degrees(np.arctan2(place.camera.position[0] - at[0], at[1] - place.camera.position[1]))
    facing = float(towards + rng.normal(0, 55))
    stand = Stand(name="bin0", at=at, facing=facing, is_infrared=place.is_infrared, camera_at=place.camera.position)
    return staged_bin(stand, painted_bin(kind, lid, fill, rng))


def _camera_at(camera: Camera, target: Spot, rng: Rng) -> Camera:
    """Between the bin and where the place's camera hangs, so that no wall comes in between."""
    way = np.asarray(camera.position) - np.asarray(target)
    away = min(0.9 * float(np.hypot(way[0], way[1])), float(rng.uniform(1.5, 4.0)))
    turn = np.arctan2(way[1], way[0]) + float(rng.normal(0, 0.06))
    height = float(rng.uniform(1.2, 2.7))
    position = np.array([target[0] + away * np.cos(turn), target[1] + away * np.sin(turn), height])
    aim = np.asarray(target) + rng.normal(0, 0.08, 3)
    wide = float(rng.uniform(1.2, 2.1))  # metres across the picture at the bin
    field = float(np.degrees(2 * np.arctan(wide / 2 / np.linalg.norm(position - aim))))
    return replace(
        camera,
        position=(float(position[0]), float(position[1]), float(position[2])),
        target=(float(aim[0]), float(aim[1]), float(aim[2])),
        field_degrees=float(np.clip(field, 15, 100)),
        width=SIDE_PX,
        height=SIDE_PX,
    )
