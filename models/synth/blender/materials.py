"""One shader for each finish. Colours come from the corners, patterns from the surface's own coordinates (metres)."""

from collections.abc import Callable
from typing import Any

import bpy

from models.synth.blender.nodes import Graph
from models.synth.scene import Finish, Thing
from models.synth.shapes.mesh import Colour

COLOUR, PATTERN = "colour", "pattern"
DIRT = (0.05, 0.035, 0.02, 1.0)


def material(thing: Thing) -> Any:
    """The material of a thing; things that differ in nothing that a shader sees share one."""
    grout = ",".join(f"{value:.2f}" for value in thing.grout)
    name = f"{thing.finish} {thing.dirt:.2f} {thing.tile:.2f} {thing.roughness:.2f} {thing.glow:.1f} {grout}"
    found = bpy.data.materials.get(name)
    if found is not None:
        return found
    made = bpy.data.materials.new(name)  # Blender cuts names at 63 letters; these stay below
    graph = Graph(made)
    _SHADERS[thing.finish](graph, thing)
    return made


def linear(colour: Colour) -> tuple[float, float, float, float]:
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour)
    return red, green, blue, 1.0


def _base(graph: Graph) -> tuple[Any, Any]:
    return graph.attribute(COLOUR).outputs["Color"], graph.attribute(PATTERN).outputs["Vector"]


def _dirtied(graph: Graph, colour: Any, where: Any, dirt: float, scale: float = 3.0) -> Any:
    """Stains in patches, and a little unevenness everywhere."""
    patches = graph.ramp(graph.noise(where, scale, 6.0, 0.65, 0.6), 0.50, 0.78, 0.0, 0.85 * dirt)
    uneven = graph.ramp(graph.noise(where, scale * 4), 0.3, 0.7, 1.0 - 0.25 * dirt, 1.0 + 0.10 * dirt)
    toned = graph.mix(
        1.0, colour, graph.node("ShaderNodeCombineXYZ", {0: uneven, 1: uneven, 2: uneven}).outputs[0], "MULTIPLY"
    )
    return graph.mix(patches, toned, DIRT)


def _steel(graph: Graph, thing: Thing) -> None:
    colour, where = _base(graph)
    brushed = graph.noise(graph.scaled(where, (4.0, 160.0, 160.0)), 1.0, 2.0)
    smears = graph.noise(where, 2.5, 5.0, 0.7, 0.8)
    roughness = graph.math("ADD", graph.ramp(smears, 0.3, 0.75, 0.20, 0.50), graph.ramp(brushed, 0.3, 0.7, 0.0, 0.10))
    normal = graph.bump(
        graph.math("ADD", graph.math("MULTIPLY", brushed, 0.05), graph.noise(where, 1.7, 2.0)), 0.25, 0.02
    )
    graph.surface(_dirtied(graph, colour, where, thing.dirt * 0.6), roughness, 0.92, normal)


def _tiles(graph: Graph, thing: Thing, gloss: tuple[float, float], wear: float) -> None:
    colour, where = _base(graph)
    scale = 1.0 / thing.tile
    settings = {"offset": 0.0, "squash": 1.0}
    inputs: dict[str | int, Any] = {
        "Vector": where,
        "Color1": (0.93, 0.93, 0.93, 1),
        "Color2": (1.04, 1.04, 1.04, 1),
        "Mortar": (0, 0, 0, 1),
        "Scale": scale,
        "Mortar Size": 0.014 if thing.tile > 0.15 else 0.02,
        "Mortar Smooth": 0.2,
        "Bias": 0.0,
        "Brick Width": 1.0,
        "Row Height": 1.0,
    }
    bricks = graph.node("ShaderNodeTexBrick", inputs, **settings)
    joint = bricks.outputs["Fac"]
    tinted = graph.mix(1.0, colour, bricks.outputs["Color"], "MULTIPLY")
    worn = _dirtied(graph, tinted, where, thing.dirt, 1.3)
    grime = graph.ramp(graph.noise(where, 0.9, 4.0), 0.35, 0.7, 1.0, 1.0 - 0.75 * thing.dirt)
    grout = graph.mix(
        1.0,
        linear(thing.grout),
        graph.node("ShaderNodeCombineXYZ", {0: grime, 1: grime, 2: grime}).outputs[0],
        "MULTIPLY",
    )
    roughness = graph.ramp(graph.noise(where, 2.2, 5.0, 0.7), 0.3, 0.75, *gloss)
    height = graph.math(
        "ADD", graph.math("MULTIPLY", joint, -1.0), graph.math("MULTIPLY", graph.noise(where, 9.0, 2.0), wear)
    )
    graph.surface(graph.mix(joint, worn, grout), roughness, 0.0, graph.bump(height, 0.5, 0.004))


def _rough(
    scale: float, depth: float, gloss: tuple[float, float], metallic: float = 0.0
) -> Callable[[Graph, Thing], None]:
    def build(graph: Graph, thing: Thing) -> None:
        colour, where = _base(graph)
        grain = graph.noise(where, scale, 6.0, 0.7)
        tone = graph.ramp(grain, 0.25, 0.75, 0.80, 1.18)
        toned = graph.mix(
            1.0, colour, graph.node("ShaderNodeCombineXYZ", {0: tone, 1: tone, 2: tone}).outputs[0], "MULTIPLY"
        )
        roughness = graph.ramp(graph.noise(where, scale / 6), 0.3, 0.7, *gloss)
        graph.surface(
            _dirtied(graph, toned, where, thing.dirt, max(1.5, scale / 15)),
            roughness,
            metallic,
            graph.bump(grain, 0.6, depth),
        )

    return build


def _brick(graph: Graph, thing: Thing) -> None:
    colour, where = _base(graph)
    inputs: dict[str | int, Any] = {
        "Vector": where,
        "Color1": (0.8, 0.8, 0.8, 1),
        "Color2": (1.15, 1.05, 1.0, 1),
        "Mortar": (0, 0, 0, 1),
        "Scale": 1.0,
        "Mortar Size": 0.006,
        "Brick Width": 0.24,
        "Row Height": 0.07,
    }
    bricks = graph.node("ShaderNodeTexBrick", inputs)
    tinted = graph.mix(1.0, colour, bricks.outputs["Color"], "MULTIPLY")
    mixed = graph.mix(bricks.outputs["Fac"], tinted, linear(thing.grout))
    height = graph.math("SUBTRACT", graph.noise(where, 30.0), bricks.outputs["Fac"])
    graph.surface(_dirtied(graph, mixed, where, thing.dirt, 1.5), 0.9, 0.0, graph.bump(height, 0.6, 0.006))


def _cloth(graph: Graph, thing: Thing) -> None:
    colour, where = _base(graph)
    folds = graph.noise(graph.scaled(where, (1.0, 1.0, 0.45)), 11.0, 3.0, 0.6, 1.2)
    tone = graph.ramp(folds, 0.3, 0.7, 0.86, 1.08)
    toned = graph.mix(
        1.0, colour, graph.node("ShaderNodeCombineXYZ", {0: tone, 1: tone, 2: tone}).outputs[0], "MULTIPLY"
    )
    graph.surface(
        _dirtied(graph, toned, where, thing.dirt * 0.6, 5.0),
        0.85,
        0.0,
        graph.bump(folds, 0.8, 0.022),
        sheen_weight=0.15,
    )


def _skin(graph: Graph, _: Thing) -> None:
    colour, where = _base(graph)
    pores = graph.noise(where, 60.0)
    blush = graph.mix(graph.ramp(graph.noise(where, 14.0), 0.45, 0.75, 0.0, 0.18), colour, (0.42, 0.12, 0.08, 1), "MIX")
    graph.surface(blush, 0.52, 0.0, graph.bump(pores, 0.15, 0.004))


def _fur(graph: Graph, _: Thing) -> None:
    colour, where = _base(graph)
    hairs = graph.noise(graph.scaled(where, (260.0, 260.0, 40.0)), 1.0, 3.0, 0.7)
    tufts = graph.noise(where, 26.0, 4.0, 0.7)
    tone = graph.ramp(graph.math("ADD", hairs, tufts), 0.7, 1.35, 0.55, 1.35)
    toned = graph.mix(
        1.0, colour, graph.node("ShaderNodeCombineXYZ", {0: tone, 1: tone, 2: tone}).outputs[0], "MULTIPLY"
    )
    graph.surface(toned, 0.75, 0.0, graph.bump(graph.math("ADD", hairs, tufts), 0.9, 0.006), sheen_weight=0.5)


def _bag(graph: Graph, _: Thing) -> None:
    colour, where = _base(graph)
    creases = graph.noise(where, 14.0, 5.0, 0.7, 1.5)
    graph.surface(colour, graph.ramp(creases, 0.3, 0.7, 0.16, 0.40), 0.0, graph.bump(creases, 1.0, 0.03))


def _plain(roughness: float, coat: float) -> Callable[[Graph, Thing], None]:
    def build(graph: Graph, thing: Thing) -> None:
        colour, where = _base(graph)
        worn = graph.ramp(graph.noise(where, 5.0, 5.0, 0.7), 0.3, 0.75, roughness - 0.12, roughness + 0.15)
        graph.surface(
            _dirtied(graph, colour, where, thing.dirt, 4.0),
            worn,
            0.0,
            graph.bump(graph.noise(where, 40.0), 0.08, 0.004),
            coat_weight=coat,
        )

    return build


def _wood(graph: Graph, thing: Thing) -> None:
    colour, where = _base(graph)
    grain = graph.noise(graph.scaled(where, (2.0, 30.0, 30.0)), 1.0, 4.0, 0.6, 1.0)
    tone = graph.ramp(grain, 0.3, 0.7, 0.70, 1.15)
    toned = graph.mix(
        1.0, colour, graph.node("ShaderNodeCombineXYZ", {0: tone, 1: tone, 2: tone}).outputs[0], "MULTIPLY"
    )
    graph.surface(_dirtied(graph, toned, where, thing.dirt), 0.65, 0.0, graph.bump(grain, 0.3, 0.004))


def _food(graph: Graph, _: Thing) -> None:
    colour, where = _base(graph)
    lumps = graph.noise(where, 70.0, 4.0, 0.7)
    tone = graph.ramp(lumps, 0.25, 0.75, 0.6, 1.35)
    toned = graph.mix(
        1.0, colour, graph.node("ShaderNodeCombineXYZ", {0: tone, 1: tone, 2: tone}).outputs[0], "MULTIPLY"
    )
    graph.surface(toned, graph.ramp(lumps, 0.3, 0.7, 0.3, 0.6), 0.0, graph.bump(lumps, 0.8, 0.012))


def _water(graph: Graph, _: Thing) -> None:
    """A thin film: a mirror over what lies below; cheaper than refraction, and the same from above."""
    colour, where = _base(graph)
    waves = graph.noise(where, 6.0, 2.0)
    shader = graph.node(
        "ShaderNodeBsdfPrincipled", {"Base Color": colour, "Roughness": 0.03, "Normal": graph.bump(waves, 0.05, 0.01)}
    )
    clear = graph.node("ShaderNodeBsdfTransparent", {"Color": (0.80, 0.80, 0.80, 1)})
    facing = graph.node("ShaderNodeLayerWeight", {"Blend": 0.35}).outputs["Fresnel"]
    mixed = graph.node(
        "ShaderNodeMixShader", {0: graph.ramp(facing, 0.0, 1.0, 0.05, 0.85), 1: clear.outputs[0], 2: shader.outputs[0]}
    )
    output = graph.node("ShaderNodeOutputMaterial")
    graph.tree.links.new(mixed.outputs[0], output.inputs[0])


def _glow(graph: Graph, thing: Thing) -> None:
    colour, _ = _base(graph)
    shader = graph.node("ShaderNodeEmission", {"Color": colour, "Strength": thing.glow})
    output = graph.node("ShaderNodeOutputMaterial")
    graph.tree.links.new(shader.outputs[0], output.inputs[0])


_SHADERS: dict[Finish, Callable[[Graph, Thing], None]] = {
    Finish.STEEL: _steel,
    Finish.WALL_TILES: lambda graph, thing: _tiles(graph, thing, (0.10, 0.32), 0.03),
    Finish.FLOOR_TILES: lambda graph, thing: _tiles(graph, thing, (0.22, 0.55), 0.10),
    Finish.PLASTER: _rough(30.0, 0.004, (0.85, 0.95)),
    Finish.CONCRETE: _rough(18.0, 0.006, (0.75, 0.95)),
    Finish.ASPHALT: _rough(90.0, 0.006, (0.7, 0.95)),
    Finish.SAND: _rough(60.0, 0.02, (0.95, 1.0)),
    Finish.BRICK: _brick,
    Finish.PAINT: _plain(0.35, 0.3),
    Finish.PLASTIC: _plain(0.40, 0.0),
    Finish.BAG: _bag,
    Finish.RUBBER: _plain(0.75, 0.0),
    Finish.WOOD: _wood,
    Finish.CARDBOARD: _rough(40.0, 0.002, (0.85, 0.95)),
    Finish.CLOTH: _cloth,
    Finish.SKIN: _skin,
    Finish.FUR: _fur,
    Finish.CHITIN: _plain(0.22, 0.5),
    Finish.FOOD: _food,
    Finish.WATER: _water,
    Finish.GLOW: _glow,
}
