"""The renderer itself; collected only where Blender's module is installed (see conftest.py)."""

import numpy as np

from models.synth.blender.studio import Quality, Studio
from models.synth.camera import Camera
from models.synth.scene import Air, Finish, Lamp, Scene, Subject, Thing
from models.synth.shapes.solids import box, sheet
from models.synth.truth import Surveyor

CAMERA = Camera(position=(0, 0, 1), target=(0, 1, 1), field_degrees=90, k1=0.0, k2=0.0, width=64, height=36)


def scene(x: float = 0.0) -> Scene:
    target = Thing(
        name="target", mesh=box((0.6, 0.1, 0.6), (x, 2.0, 1.0), (0.8, 0.1, 0.1)), finish=Finish.PAINT, is_moving=True
    )
    wall = Thing(
        name="wall", mesh=sheet((-5, 4, -3), (10, 0, 0), (0, 0, 8), (0.1, 0.2, 0.7)), finish=Finish.PLASTER, dirt=0.0
    )
    lamp = Lamp(position=(0, 0, 3), aim=(0, 3, 1), watts=120)
    subject = Subject(key="target", label="bin", surfaces=("target",))
    return Scene(things=(target, wall), lamps=(lamp,), air=Air(strength=0.5), camera=CAMERA, subjects=(subject,))


def test_what_is_rendered_is_where_the_ground_truth_says() -> None:
    light = Studio(Quality(samples=4)).render(scene())
    truths, _ = Surveyor(CAMERA).survey(scene())
    is_red = light[..., 0] > light[..., 2] * 1.5
    rows, columns = np.flatnonzero(is_red.any(axis=1)), np.flatnonzero(is_red.any(axis=0))
    box_ = truths[0].box
    assert light.shape == (36, 64, 3)
    assert abs(columns[0] / 64 - box_.left) < 0.03
    assert abs((columns[-1] + 1) / 64 - box_.right) < 0.03
    assert abs(rows[0] / 36 - box_.top) < 0.05


def test_a_part_of_the_picture_has_its_pixels_only() -> None:
    light = Studio(Quality(samples=1)).render(scene(), region=(0.25, 0.25, 0.75, 0.75))
    assert light.shape == (18, 32, 3)


def test_a_thing_that_moved_is_elsewhere_in_the_next_picture() -> None:
    studio = Studio(Quality(samples=2))
    first, second = studio.render(scene(0.0)), studio.render(scene(1.0))
    assert first[18, 32, 0] > first[18, 32, 2]
    assert second[18, 32, 0] < second[18, 32, 2]
