"""The renderer: a scene in, light per pixel out. The only door to Blender; nothing else in the project imports it.

Not for threads: Blender's data is one per process. A static thing is sent once and kept, so frames of one story
cost only what moves.
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import mathutils
import numpy as np
import numpy.typing as npt

from models.synth.blender.materials import COLOUR, PATTERN, linear, material
from models.synth.camera import Camera
from models.synth.regions import Region
from models.synth.scene import Air, Lamp, Scene, Thing
from models.synth.shapes.mesh import NO_CORNER, Mesh

Light = npt.NDArray[np.float32]
"""Linear light, shape (height, width, 3), red first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """`samples` per pixel before denoising; `scale` of the camera's size in pixels."""

    samples: int = 16
    scale: float = 1.0
    threads: int = 1
    bounces: int = 4


class Studio:
    """Holds one scene; `render` sends what changed and renders it."""

    def __init__(self, quality: Quality) -> None:
        self._quality = quality
        self._kept: dict[str, tuple[Thing, Any]] = {}
        self._lights: list[Any] = []
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self._scene = bpy.context.scene
        _configure(self._scene, quality)

    def render(self, scene: Scene, *, region: Region | None = None, seed: int = 0) -> Light:
        """Light of the whole straight-line picture, or of a part of it (then only that part's pixels)."""
        self._place_things(scene.things)
        self._place_light(scene.lamps, scene.air)
        _aim(self._scene, scene.camera, self._quality)
        render = self._scene.render
        self._scene.cycles.seed = seed
        render.use_border = render.use_crop_to_border = region is not None
        if region is not None:
            # A quarter pixel inwards: whether edges are then cut off or rounded, the same whole pixels remain.
            width, height = render.resolution_x, render.resolution_y
            left, top, right, bottom = region
            render.border_min_x, render.border_max_x = left + 0.25 / width, min(right + 0.25 / width, 1.0)
            render.border_min_y, render.border_max_y = 1 - bottom + 0.25 / height, min(1 - top + 0.25 / height, 1.0)
        return self._shoot()

    def _shoot(self) -> Light:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "light.exr"
            self._scene.render.filepath = str(path)
            with _quiet():
                bpy.ops.render.render(write_still=True)
            image = bpy.data.images.load(str(path))
            width, height = image.size
            pixels = np.empty(width * height * image.channels, dtype=np.float32)
            image.pixels.foreach_get(pixels)
            bpy.data.images.remove(image)
        return np.ascontiguousarray(pixels.reshape(height, width, -1)[::-1, :, :3])

    def _place_things(self, things: Sequence[Thing]) -> None:
        wanted = {thing.name: thing for thing in things}
        for name in [name for name, (kept, _) in self._kept.items() if wanted.get(name) is not kept]:
            _, stale = self._kept.pop(name)
            data = stale.data
            bpy.data.objects.remove(stale, do_unlink=True)
            bpy.data.meshes.remove(data)
        for name, thing in wanted.items():
            if name not in self._kept:
                self._kept[name] = (thing, _object(self._scene, thing))

    def _place_light(self, lamps: Sequence[Lamp], air: Air) -> None:
        for light in self._lights:
            bpy.data.objects.remove(light, do_unlink=True)
        self._lights = [_lamp(self._scene, lamp) for lamp in lamps]
        if air.sun_strength:
            self._lights.append(_sun(self._scene, air))
        world = self._scene.world or bpy.data.worlds.new("air")
        self._scene.world = world
        world.use_nodes = True
        background = world.node_tree.nodes["Background"]
        background.inputs[0].default_value = linear(air.colour)
        background.inputs[1].default_value = air.strength


def _configure(scene: Any, quality: Quality) -> None:
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = quality.samples
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_input_passes = "RGB_ALBEDO_NORMAL"
    cycles.denoising_prefilter = "FAST"
    cycles.max_bounces = quality.bounces
    cycles.diffuse_bounces = min(2, quality.bounces)
    cycles.glossy_bounces = min(2, quality.bounces)
    cycles.transparent_max_bounces = 6
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 4.0
    cycles.use_light_tree = True
    scene.render.threads_mode = "FIXED"
    scene.render.threads = quality.threads
    scene.render.use_persistent_data = True
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_depth = "32"
    scene.render.image_settings.exr_codec = "NONE"
    scene.view_settings.view_transform = "Standard"


def _aim(scene: Any, camera: Camera, quality: Quality) -> None:
    scene.render.resolution_x = max(16, round(camera.width * quality.scale))
    scene.render.resolution_y = max(16, round(camera.height * quality.scale))
    scene.render.resolution_percentage = 100
    if scene.camera is None:
        scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
        scene.collection.objects.link(scene.camera)
    right, up, forward = camera.axes()
    turn = np.eye(4)
    turn[:3, 0], turn[:3, 1], turn[:3, 2], turn[:3, 3] = right, up, -forward, camera.position
    scene.camera.matrix_world = mathutils.Matrix(turn.tolist())
    data = scene.camera.data
    data.sensor_fit = "HORIZONTAL"
    data.clip_start = 0.05
    wide = np.tan(np.radians(camera.field_degrees) / 2) * camera.overscan()
    data.angle = float(2 * np.arctan(wide))


def _object(scene: Any, thing: Thing) -> Any:
    data = bpy.data.meshes.new(thing.name)
    faces = [tuple(face[:3]) if face[3] == NO_CORNER else tuple(face) for face in thing.mesh.faces.tolist()]
    data.from_pydata(thing.mesh.vertices.tolist(), [], faces)
    _put_attributes(data, thing.mesh)
    data.polygons.foreach_set("use_smooth", np.full(len(data.polygons), thing.mesh.is_smooth))
    data.materials.append(material(thing))
    data.update()
    made = bpy.data.objects.new(thing.name, data)
    scene.collection.objects.link(made)
    return made


def _put_attributes(data: Any, surface: Mesh) -> None:
    colours = np.ones((len(surface.vertices), 4), dtype=np.float32)
    low = surface.colours <= 0.04045
    colours[:, :3] = np.where(low, surface.colours / 12.92, ((np.maximum(surface.colours, 0) + 0.055) / 1.055) ** 2.4)
    data.color_attributes.new(COLOUR, "FLOAT_COLOR", "POINT").data.foreach_set("color", colours.ravel())
    pattern = data.attributes.new(PATTERN, "FLOAT_VECTOR", "POINT")
    pattern.data.foreach_set("vector", surface.pattern.astype(np.float32).ravel())


def _lamp(scene: Any, lamp: Lamp) -> Any:
    if lamp.half_angle:
        data = bpy.data.lights.new("lamp", "SPOT")
        data.spot_size = float(np.radians(2 * lamp.half_angle))
        data.spot_blend = 0.8
        data.shadow_soft_size = lamp.size[0]
    else:
        data = bpy.data.lights.new("lamp", "AREA")
        data.shape = "RECTANGLE"
        data.size, data.size_y = lamp.size
    data.energy = lamp.watts
    data.color = linear(lamp.colour)[:3]
    made = bpy.data.objects.new("lamp", data)
    made.location = lamp.position
    way = mathutils.Vector(lamp.aim) - mathutils.Vector(lamp.position)
    made.rotation_euler = way.to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(made)
    return made


def _sun(scene: Any, air: Air) -> Any:
    data = bpy.data.lights.new("sun", "SUN")
    data.energy = air.sun_strength
    data.angle = 0.01
    data.color = (1.0, 0.95, 0.86)
    made = bpy.data.objects.new("sun", data)
    made.rotation_euler = (np.radians(90 - air.sun_height), 0.0, np.radians(air.sun_turn))
    scene.collection.objects.link(made)
    return made


class _quiet:  # noqa: N801 - used like a keyword
    """Blender prints a line per sample to the process's output; here it goes nowhere."""

    def __enter__(self) -> None:
        self._kept = os.dup(1)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)

    def __exit__(self, *_: object) -> None:
        os.dup2(self._kept, 1)
        os.close(self._kept)
