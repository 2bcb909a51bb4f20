"""The cast as surfaces before the camera, with what the ontology calls them and their parts."""

from dataclasses import dataclass, replace

import numpy as np

from models.synth.bodies.animals import Animal, AnimalBody, Gait, animal_body
from models.synth.bodies.breeds import FURS, AnimalKind, Coat
from models.synth.bodies.clothes import Attire, Headwear, MaskWorn, Outfit
from models.synth.bodies.head import FACE_BOUNDS
from models.synth.bodies.insects import cockroach
from models.synth.bodies.person import PersonBody, person
from models.synth.bodies.pose import Pose
from models.synth.bodies.skeleton import Build
from models.synth.furniture.bins import Bin, bin_piece
from models.synth.furniture.placing import Piece, moving, placed
from models.synth.scene import Finish, Subject, Thing
from models.synth.shapes.mesh import Flags, Floats, Mesh, joined
from models.synth.shapes.solids import box, tube
from models.synth.story import Held

Spot = tuple[float, float, float]
Facts = dict[str, str | float | bool]
FACE_LABELS = {
    MaskWorn.NONE: "face_unmasked",
    MaskWorn.RIGHT: "face_masked",
    MaskWorn.NOSE_FREE: "face_mask_misworn",
    MaskWorn.CHIN: "face_mask_misworn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """One of the cast where it stands: its surfaces and what has boxes."""

    things: tuple[Thing, ...]
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where, in which direction (degrees, 0 along y), and in what light."""

    name: str
    at: Spot
    facing: float
    is_infrared: bool = False
    is_site: bool = False
    camera_at: Spot = (0.0, 0.0, 3.0)


def staged_person(stand: Stand, build: Build, attire: Attire, pose: Pose, held: Held) -> Staged:
    worn = _seen_in_infrared(attire) if stand.is_infrared else attire
    made = person(build, worn, pose)
    pieces: Piece = [
        Thing(name="clothes", mesh=made.clothes, finish=Finish.CLOTH, dirt=0.35),
        Thing(name="head", mesh=made.head, finish=Finish.SKIN),
        Thing(name="left_hand", mesh=made.hands[0], finish=Finish.SKIN),
        Thing(name="right_hand", mesh=made.hands[1], finish=Finish.SKIN),
        *_held_piece(made, held, build.height),
    ]
    subjects = [
        Subject(
            key=stand.name,
            label="person",
            surfaces=tuple(f"{stand.name}.{thing.name}" for thing in pieces[:4]),
            facts=facts_of(attire, held),
        ),
        *_hand_subjects(stand.name, attire),
        *(
            Subject(key=f"{stand.name}.{thing.name}", label=thing.name, surfaces=(f"{stand.name}.{thing.name}",))
            for thing in pieces[4:]
        ),
    ]
    parts = [("face", FACE_LABELS[attire.mask], _face(made, build))]
    if attire.headwear == Headwear.HELMET:
        parts.append(("helmet", "helmet", _above(made, build, 0.03)))
    elif stand.is_site:
        parts.append(("bare", "head_bare", made.head))
    if attire.vest is not None:
        parts.append(("vest", "safety_vest", _torso(made, build)))
    subjects += [
        Subject(key=f"{stand.name}.{key}", label=label, meshes=(mesh.turned(stand.facing).moved(stand.at),))
        for key, label, mesh in parts
    ]
    return Staged(things=tuple(moving(placed(pieces, stand.at, stand.facing, stand.name))), subjects=tuple(subjects))


def facts_of(attire: Attire, held: Held) -> Facts:
    """Attributes in the words of the attire labels."""
    return {
        "headwear": attire.headwear.value,
        "kitchen_uniform": attire.outfit in {Outfit.WHITE_COAT, Outfit.UNIFORM},
        "apron": attire.apron is not None,
        "mask": attire.mask.value,
        "gloves": attire.gloves is not None,
        "vest": attire.vest is not None,
        "holds": held.value,
    }


def staged_animal(stand: Stand, animal: Animal, gait: Gait) -> Staged:
    made = animal_body(animal, gait)
    coat = replace(made.fur, colours=_fur_in_infrared(made.fur.colours)) if stand.is_infrared else made.fur
    pieces: Piece = [Thing(name="fur", mesh=coat, finish=Finish.FUR), *_shining_eyes(stand, made)]
    label = "rodent" if animal.kind in {AnimalKind.RAT, AnimalKind.MOUSE} else animal.kind.value
    subject = Subject(key=stand.name, label=label, surfaces=(f"{stand.name}.fur",), facts={"kind": animal.kind.value})
    return Staged(things=tuple(moving(placed(pieces, stand.at, stand.facing, stand.name))), subjects=(subject,))


def staged_cockroach(stand: Stand, phase: float, size: float) -> Staged:
    pieces = [Thing(name="shell", mesh=cockroach(phase, size), finish=Finish.CHITIN, dirt=0.0)]
    subject = Subject(key=stand.name, label="cockroach", surfaces=(f"{stand.name}.shell",))
    return Staged(things=tuple(moving(placed(pieces, stand.at, stand.facing, stand.name))), subjects=(subject,))


def staged_bin(stand: Stand, bin_: Bin) -> Staged:
    piece = placed(bin_piece(bin_), stand.at, stand.facing, stand.name)
    facts: Facts = {
        "kind": bin_.kind.value,
        "lid_degrees": round(bin_.lid_degrees, 1),
        "is_open": bin_.is_open,
        "fill": round(bin_.fill, 2),
        "is_overflowing": bin_.is_overflowing,
    }
    label = "bin_overflowing" if bin_.is_overflowing else "bin"
    return Staged(
        things=tuple(piece),
        subjects=(Subject(key=stand.name, label=label, surfaces=tuple(t.name for t in piece), facts=facts),),
    )


def staged_piece(stand: Stand, piece: Piece, label: str | None) -> Staged:
    """Litter, puddles, cloths: what lies still. Without a label it has no box."""
    things = placed(piece, stand.at, stand.facing, stand.name)
    names = tuple(thing.name for thing in things)
    return Staged(
        things=tuple(things), subjects=(Subject(key=stand.name, label=label, surfaces=names),) if label else ()
    )


def drawn_animal(kind: AnimalKind, size: float, seed: int) -> Animal:
    """An animal with a fur that the seed draws."""
    rng = np.random.default_rng([seed, 23])
    furs = FURS[kind]
    coat = (
        Coat.PLAIN
        if kind in {AnimalKind.RAT, AnimalKind.MOUSE}
        else [Coat.PLAIN, Coat.STRIPED, Coat.PATCHED][int(rng.integers(3))]
    )
    if kind == AnimalKind.DOG and coat == Coat.STRIPED:
        coat = Coat.PLAIN
    return Animal(kind=kind, fur=furs[int(rng.integers(len(furs)))], coat=coat, size=size, seed=seed)


def _hand_subjects(name: str, attire: Attire) -> list[Subject]:
    label = "glove" if attire.gloves is not None else "bare_hand"
    return [
        Subject(key=f"{name}.{hand}", label=label, surfaces=(f"{name}.{hand}",)) for hand in ("left_hand", "right_hand")
    ]


def _seen_in_infrared(attire: Attire) -> Attire:
    """Most dyes are clear in the near infrared: dark cloth looks pale."""

    def pale(colour: tuple[float, float, float]) -> tuple[float, float, float]:
        return (0.45 * colour[0] + 0.32, 0.45 * colour[1] + 0.32, 0.45 * colour[2] + 0.32)

    return replace(
        attire, top=pale(attire.top), trousers=pale(attire.trousers), apron=pale(attire.apron) if attire.apron else None
    )


def _fur_in_infrared(colours: Floats) -> Floats:
    """Melanin hardly absorbs near infrared: brown and grey furs are a middle grey, and stripes are faint."""
    return np.asarray(0.34 * colours + 0.42, dtype=colours.dtype)


def _held_piece(made: PersonBody, held: Held, height: float) -> Piece:
    """A phone or a cigarette in the right hand."""
    limb = made.bones.arms[1]
    along = limb.end - limb.middle
    along = along / max(float(np.linalg.norm(along)), 1e-9)
    palm = limb.end + along * 0.075 * height / 1.7
    if held in {Held.PHONE, Held.PHONE_AT_EAR}:
        slab = box((0.074, 0.011, 0.152), (0, 0, 0), (0.03, 0.03, 0.035), 0.005)
        screen = box((0.066, 0.002, 0.138), (0, -0.006, 0), (0.55, 0.62, 0.70), 0.001)
        tilt = -55.0 if held == Held.PHONE else 10.0
        turn = 0.0 if held == Held.PHONE else 80.0
        offset = np.array([0, 0.012, 0.03]) if held == Held.PHONE else np.array([0.0, 0.0, 0.02])
        return [
            Thing(
                name="phone",
                mesh=_joined(slab, screen).turned(tilt, "x").turned(turn).moved(palm + offset),
                finish=Finish.CHITIN,
                dirt=0.0,
            )
        ]
    if held == Held.CIGARETTE:
        tip = palm + along * 0.045
        out = tip + np.array([0.012, 0.075, 0.015])
        stick = tube([tip.tolist(), ((tip + out) / 2).tolist(), out.tolist()], 0.0042, (0.90, 0.89, 0.86), 6)
        return [Thing(name="cigarette", mesh=stick, finish=Finish.PLASTIC, dirt=0.0)]
    return []


def _joined(first: Mesh, second: Mesh) -> Mesh:
    return joined([first, second])


def submesh(whole: Mesh, chosen: Flags) -> Mesh:
    """The faces all of whose corners are chosen."""
    is_whole = np.all(chosen[whole.faces] | (whole.faces < 0), axis=1)
    return replace(whole, faces=whole.faces[is_whole])


def _in_head(made: PersonBody, build: Build) -> Floats:
    return np.asarray((made.head.vertices - made.bones.skull) @ made.bones.head / (build.height / 1.70))


def _face(made: PersonBody, build: Build) -> Mesh:
    local = _in_head(made, build)
    low, high = np.asarray(FACE_BOUNDS)
    return submesh(made.head, np.all((local >= low) & (local <= high), axis=1))


def _above(made: PersonBody, build: Build, height: float) -> Mesh:
    return submesh(made.head, _in_head(made, build)[:, 2] > height)


def _torso(made: PersonBody, build: Build) -> Mesh:
    bones = made.bones
    local = (made.clothes.vertices - bones.hips) @ bones.trunk / (build.height / 1.70)
    return submesh(made.clothes, (local[:, 2] > -0.02) & (local[:, 2] < 0.52) & (np.abs(local[:, 0]) < 0.22))


def _shining_eyes(stand: Stand, made: AnimalBody) -> Piece:
    """In infrared, eyes that look towards the camera throw its light back."""
    if not stand.is_infrared:
        return []
    angle = np.radians(stand.facing)
    ahead = np.array([-np.sin(angle), np.cos(angle), 0.0])
    way = np.asarray(stand.camera_at) - np.asarray(stand.at)
    if float(ahead @ way) / float(np.linalg.norm(way)) < 0.15:
        return []
    eyes = [box((made.eye_radius * 2.4,) * 3, tuple(eye), (1, 1, 1)) for eye in made.eyes]
    return [Thing(name="eyes", mesh=_joined(*eyes), finish=Finish.GLOW, glow=2.5)]
