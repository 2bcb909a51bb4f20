"""What stands and lies about: boards, food, bottles, boxes, crates, buckets, cloths, bowls."""

from dataclasses import replace

import numpy as np

from models.synth.furniture.placing import Piece, steel
from models.synth.scene import Finish, Thing
from models.synth.shapes.implicit import Part, ball, body, rod
from models.synth.shapes.mesh import Colour, joined, mesh
from models.synth.shapes.solids import STEEL, box, cylinder, turned_shape

Rng = np.random.Generator

BOARD_COLOURS: tuple[Colour, ...] = (
    (0.88, 0.87, 0.83),
    (0.30, 0.52, 0.30),
    (0.66, 0.16, 0.15),
    (0.20, 0.34, 0.62),
    (0.80, 0.68, 0.22),
)
CRATE_COLOURS: tuple[Colour, ...] = ((0.14, 0.30, 0.58), (0.60, 0.12, 0.12), (0.14, 0.42, 0.26), (0.25, 0.25, 0.26))
FOODS: dict[str, tuple[Colour, ...]] = {
    "greens": ((0.18, 0.40, 0.10), (0.30, 0.52, 0.16), (0.52, 0.62, 0.30)),
    "carrots": ((0.85, 0.36, 0.07), (0.80, 0.30, 0.06)),
    "meat": ((0.52, 0.14, 0.13), (0.62, 0.24, 0.22), (0.72, 0.46, 0.42)),
    "tomatoes": ((0.68, 0.08, 0.05), (0.75, 0.14, 0.06)),
    "dough": ((0.86, 0.78, 0.62), (0.82, 0.72, 0.55)),
}


def heap(kind: str, width: float, height: float, rng: Rng, count: int = 16) -> Piece:
    """Lumps of one food on a round place of the given width."""
    colours = FOODS[kind]
    parts: list[Part] = []
    for _ in range(count):
        angle, share = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform())
        place = np.array(
            [
                np.cos(angle) * share * width / 2,
                np.sin(angle) * share * width / 2,
                height * (1 - share**2) * rng.uniform(0.3, 0.8),
            ]
        )
        colour = colours[int(rng.integers(len(colours)))]
        if kind in {"greens", "carrots"}:
            way = rng.normal(size=3) * (1, 1, 0.25)
            way *= rng.uniform(0.25, 0.5) * width / np.linalg.norm(way)
            parts.append(rod(place - way / 2, place + way / 2, 0.018, 0.011, colour=colour, blend=0.004))
        else:
            radii = rng.uniform(0.022, 0.042, 3) * (1.0, 1.0, 0.7)
            parts.append(ball(place, tuple(radii), colour=colour, blend=0.004))
    return [Thing(name=kind, mesh=body(parts, 0.011), finish=Finish.FOOD)]


def board(rng: Rng, *, with_food: bool = True) -> Piece:
    colour = BOARD_COLOURS[int(rng.integers(len(BOARD_COLOURS)))]
    piece = [
        Thing(
            name="board", mesh=box((0.50, 0.34, 0.025), (0, 0, 0.0125), colour, 0.006), finish=Finish.PLASTIC, dirt=0.5
        )
    ]
    if with_food:
        kind = str(rng.choice(list(FOODS)))
        piece += [_shifted(thing, (0.06, 0.02, 0.03)) for thing in heap(kind, 0.24, 0.06, rng)]
    blade = box((0.20, 0.05, 0.003), (-0.10, -0.10, 0.028))
    handle = box((0.12, 0.026, 0.022), (0.05, -0.10, 0.036), (0.05, 0.05, 0.05))
    return [*piece, steel("blade", [blade], 0.1), Thing(name="handle", mesh=handle, finish=Finish.PLASTIC)]


def _shifted(thing: Thing, offset: tuple[float, float, float]) -> Thing:
    return replace(thing, mesh=thing.mesh.moved(offset))


def bowl(radius: float = 0.14, kind: str | None = None, *, rng: Rng) -> Piece:
    profile = [
        (0.0, 0.0),
        (radius * 0.5, 0.0),
        (radius * 0.85, radius * 0.28),
        (radius, radius * 0.62),
        (radius * 0.97, radius * 0.62),
        (radius * 0.82, radius * 0.3),
        (0.0, radius * 0.06),
    ]
    piece = [steel("bowl", [turned_shape(profile, STEEL, 24)], 0.1)]
    if kind:
        piece += [_shifted(thing, (0, 0, radius * 0.35)) for thing in heap(kind, radius * 1.5, radius * 0.5, rng)]
    return piece


def gastronorm(rng: Rng, kind: str | None = None) -> Piece:
    """A steel food pan with what is in it."""
    walls = [box((0.32, 0.008, 0.10), (0, s * 0.13, 0.05)) for s in (-1, 1)] + [
        box((0.008, 0.26, 0.10), (s * 0.16, 0, 0.05)) for s in (-1, 1)
    ]
    rim = [box((0.35, 0.02, 0.006), (0, s * 0.135, 0.10)) for s in (-1, 1)] + [
        box((0.02, 0.29, 0.006), (s * 0.165, 0, 0.10)) for s in (-1, 1)
    ]
    piece = [steel("pan", [*walls, *rim, box((0.32, 0.26, 0.006), (0, 0, 0.003))], 0.15)]
    if kind:
        piece += [_shifted(thing, (0, 0, 0.05)) for thing in heap(kind, 0.26, 0.05, rng, 20)]
    return piece


def bottles(count: int, rng: Rng) -> Piece:
    """Sauce bottles and tins in a row along x."""
    meshes = []
    for k in range(count):
        x, height, radius = 0.11 * k, float(rng.uniform(0.16, 0.28)), float(rng.uniform(0.030, 0.045))
        colour = ((0.30, 0.06, 0.04), (0.72, 0.55, 0.10), (0.08, 0.06, 0.05), (0.75, 0.74, 0.70), (0.10, 0.30, 0.14))[
            int(rng.integers(5))
        ]
        profile = [
            (0, 0),
            (radius, 0),
            (radius, height * 0.6),
            (radius * 0.45, height * 0.8),
            (radius * 0.4, height),
            (0, height),
        ]
        meshes.append(turned_shape(profile, colour, 14).moved((x, float(rng.uniform(-0.03, 0.03)), 0)))
        meshes.append(
            cylinder(
                radius * 0.5, 0.03, (x, float(meshes[-1].vertices[:, 1].mean()), height + 0.01), (0.7, 0.1, 0.08), 12
            )
        )
        meshes.append(
            cylinder(
                radius * 1.01,
                height * 0.25,
                (x, float(meshes[-2].vertices[:, 1].mean()), height * 0.32),
                (0.85, 0.82, 0.72),
                14,
            )
        )
    return [Thing(name="bottles", mesh=joined(meshes), finish=Finish.PLASTIC, dirt=0.2)]


def carton(size: tuple[float, float, float], rng: Rng, *, is_open: bool = False) -> Piece:
    """A cardboard box with tape and a print, standing on the floor."""
    width, depth, height = size
    tone = float(rng.uniform(0.85, 1.1))
    colour = (0.58 * tone, 0.44 * tone, 0.29 * tone)
    parts = [box(size, (0, 0, height / 2), colour, 0.004)]
    parts.append(
        box((width + 0.002, 0.05, height * 0.3), (0, 0, height * 0.851), (0.66 * tone, 0.54 * tone, 0.36 * tone))
    )
    parts.append(box((width * 0.4, depth + 0.003, height * 0.25), (width * 0.12, 0, height * 0.45), (0.22, 0.26, 0.40)))
    if is_open:
        parts[1] = box((width * 0.9, depth * 0.9, 0.004), (0, 0, height), (0.15, 0.11, 0.07))
        parts += [
            box((width, depth * 0.4, 0.006), (0, 0, 0), colour)
            .turned(35 * s, "x")
            .moved((0, s * depth * 0.62, height + 0.08))
            for s in (-1, 1)
        ]
    return [Thing(name="carton", mesh=joined(parts), finish=Finish.CARDBOARD, dirt=0.4)]


def crate(rng: Rng, kind: str | None = "greens") -> Piece:
    """A plastic crate with slotted sides, perhaps full of food."""
    colour = CRATE_COLOURS[int(rng.integers(len(CRATE_COLOURS)))]
    parts = [box((0.54, 0.36, 0.015), (0, 0, 0.008), colour)]
    for z in (0.03, 0.10, 0.17, 0.245):
        parts += [box((0.56, 0.015, 0.04), (0, s * 0.18, z), colour) for s in (-1, 1)]
        parts += [box((0.015, 0.36, 0.04), (s * 0.27, 0, z), colour) for s in (-1, 1)]
    parts += [box((0.03, 0.03, 0.26), (s * 0.265, t * 0.175, 0.13), colour) for s in (-1, 1) for t in (-1, 1)]
    piece = [Thing(name="crate", mesh=joined(parts), finish=Finish.PLASTIC, dirt=0.45)]
    if kind:
        piece += [_shifted(thing, (0, 0, 0.17)) for thing in heap(kind, 0.36, 0.13, rng, 26)]
    return piece


def cloth(rng: Rng, colour: Colour = (0.62, 0.64, 0.60)) -> Piece:
    """A crumpled wiping cloth; on the floor it is easily taken for an animal."""
    parts = [
        ball(
            (float(rng.normal(0, 0.05)), float(rng.normal(0, 0.04)), 0.012),
            (0.07, 0.05, 0.018),
            colour=colour,
            blend=0.03,
        )
        for _ in range(6)
    ]
    return [Thing(name="cloth", mesh=body(parts, 0.009, ripple=0.008), finish=Finish.CLOTH, dirt=0.6)]


def litter(count: int, spread: float, rng: Rng) -> Piece:
    """Peelings, crumpled paper and cups on a floor."""
    things: Piece = []
    lift = np.array([0, 0, 0.012])
    for k in range(count):
        at = (float(rng.normal(0, spread)), float(rng.normal(0, spread)), 0.0)
        kind = int(rng.integers(3))
        if kind == 0:
            colour = FOODS["greens"][int(rng.integers(3))]
            way = rng.normal(size=3) * (0.05, 0.05, 0.0)

            leaf = body(
                [
                    rod((0, 0, 0.012), way + lift, 0.014, 0.007, colour=colour),
                    rod(way * 0.5 + lift, way[[1, 0, 2]] + lift, 0.012, 0.006, colour=colour),
                ],
                0.008,
            )
            things.append(Thing(name=f"leaf{k}", mesh=leaf.moved(at), finish=Finish.FOOD))
        elif kind == 1:
            paper = body(
                [
                    ball(
                        rng.normal(0, 0.014, 3) + 2 * lift,
                        (0.03, 0.024, 0.022),
                        colour=(0.86, 0.85, 0.80),
                        blend=0.004,
                    )
                    for _ in range(5)
                ],
                0.008,
                ripple=0.007,
            )
            things.append(Thing(name=f"paper{k}", mesh=paper.moved(at), finish=Finish.CLOTH, dirt=0.3))
        else:
            cup = (
                turned_shape(
                    [(0, 0), (0.028, 0), (0.038, 0.09), (0.041, 0.092), (0.034, 0.088), (0, 0.01)],
                    (0.84, 0.80, 0.72),
                    14,
                )
                .turned(90, "x")
                .turned(float(rng.uniform(0, 360)))
            )
            things.append(Thing(name=f"cup{k}", mesh=cup.moved((at[0], at[1], 0.04)), finish=Finish.PLASTIC))
    return things


def puddle(width: float, depth: float, rng: Rng) -> Piece:
    """Water on the floor, with an uneven rim."""
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    waves = sum(rng.normal(0, 0.10 / k) * np.cos(k * angles + rng.uniform(0, 6)) for k in range(2, 7))
    radius = 1 + waves
    rim = np.stack(
        [np.cos(angles) * radius * width / 2, np.sin(angles) * radius * depth / 2, np.full(48, 0.002)], axis=-1
    )
    faces = [(48, k, (k + 1) % 48) for k in range(48)]
    return [Thing(name="puddle", mesh=mesh([*rim, (0, 0, 0.003)], faces, (0.03, 0.03, 0.03)), finish=Finish.WATER)]
