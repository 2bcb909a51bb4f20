"""Pieces of furniture are lists of things around the origin; these put them where they belong."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.synth.scene import Finish, Thing
from models.synth.shapes.mesh import Mesh, joined

Piece = list[Thing]
"""Things in the piece's own frame: x along its front, y to the back, z upwards, the front at y = 0."""


def placed(piece: Iterable[Thing], at: Sequence[float], turn: float = 0.0, name: str = "") -> Piece:
    """The piece turned about the vertical and moved, its things renamed by the prefix."""
    prefix = f"{name}." if name else ""
    return [replace(thing, name=prefix + thing.name, mesh=thing.mesh.turned(turn).moved(at)) for thing in piece]


def steel(name: str, meshes: Sequence[Mesh], dirt: float = 0.3) -> Thing:
    return Thing(name=name, mesh=joined(meshes), finish=Finish.STEEL, dirt=dirt)


def moving(piece: Iterable[Thing]) -> Piece:
    """The same things, marked as able to differ from frame to frame."""
    return [replace(thing, is_moving=True) for thing in piece]
