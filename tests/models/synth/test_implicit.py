import numpy as np
import pytest

from models.synth.bodies.animals import Animal, Gait, animal_body
from models.synth.bodies.breeds import FURS, AnimalKind
from models.synth.bodies.clothes import Attire
from models.synth.bodies.person import person
from models.synth.bodies.pose import POSES, STAND
from models.synth.bodies.skeleton import Build, reach
from models.synth.shapes.implicit import ball, body, rod, vertex_normals


def test_a_ball_has_its_radius_everywhere() -> None:
    surface = body([ball((0.1, 0.2, 0.3), (0.2, 0.2, 0.2))], 0.02)
    assert np.linalg.norm(surface.vertices - (0.1, 0.2, 0.3), axis=1) == pytest.approx(0.2, abs=0.004)


def test_surfaces_look_outwards() -> None:
    surface = body([rod((0, 0, 0), (0, 0, 1), 0.1)], 0.02)
    outwards = surface.vertices * (1, 1, 0)
    assert np.all((vertex_normals(surface.vertices, surface.faces) * outwards).sum(axis=1) > -1e-6)


def test_parts_that_melt_fill_the_crease_between_them() -> None:
    apart = body([ball((-0.1, 0, 0), (0.12,) * 3, blend=0.0), ball((0.1, 0, 0), (0.12,) * 3, blend=0.0)], 0.01)
    melted = body([ball((-0.1, 0, 0), (0.12,) * 3), ball((0.1, 0, 0), (0.12,) * 3, blend=0.1)], 0.01)

    def waist(vertices: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        return float(np.abs(vertices[np.abs(vertices[:, 0]) < 0.006][:, 2]).max())

    assert waist(melted.vertices) > waist(apart.vertices) + 0.01


def test_each_corner_has_the_colour_of_its_part() -> None:
    surface = body(
        [rod((0, 0, 0), (0, 0, 0.5), 0.05, colour=(1, 0, 0)), rod((0, 0, 0.5), (0, 0, 1), 0.05, colour=(0, 0, 1))], 0.02
    )
    assert np.all(surface.colours[surface.vertices[:, 2] < 0.45] == (1.0, 0.0, 0.0))


@pytest.mark.parametrize("pose", list(POSES))
def test_a_person_in_any_pose_stands_on_the_floor_and_is_no_taller_than_a_raised_hand(pose: str) -> None:
    made = person(Build(height=1.7), Attire(), POSES[pose])
    assert -0.02 < made.clothes.vertices[:, 2].min() < 0.03
    assert made.head.vertices[:, 2].max() < 2.2


def test_a_limb_keeps_its_length_and_ends_where_it_reaches() -> None:
    limb = reach(np.zeros(3), np.array([0.2, 0.3, -0.1]), 0.3, 0.25, np.array([1.0, 0, 0]))
    assert np.linalg.norm(limb.middle - limb.start) == pytest.approx(0.3)
    assert np.linalg.norm(limb.end - limb.middle) == pytest.approx(0.25)
    assert limb.end == pytest.approx([0.2, 0.3, -0.1])


def test_a_limb_that_cannot_reach_ends_short_in_the_right_direction() -> None:
    limb = reach(np.zeros(3), np.array([5.0, 0, 0]), 0.3, 0.25, np.array([0, 0, 1.0]))
    assert np.linalg.norm(limb.end) < 0.55
    assert limb.end[1:] == pytest.approx([0, 0])


@pytest.mark.parametrize("kind", list(AnimalKind))
def test_animals_have_their_own_size_and_stand_on_the_floor(kind: AnimalKind) -> None:
    made = animal_body(Animal(kind=kind, fur=FURS[kind][0]), Gait(phase=0.3))
    length = np.ptp(made.fur.vertices[:, 1])
    low, high = {
        AnimalKind.RAT: (0.3, 0.5),
        AnimalKind.MOUSE: (0.12, 0.22),
        AnimalKind.CAT: (0.5, 1.0),
        AnimalKind.DOG: (0.8, 1.4),
    }[kind]
    assert low < length < high
    assert abs(made.fur.vertices[:, 2].min()) < 0.03


def test_a_pose_is_the_same_body_every_time() -> None:
    first, second = (person(Build(), Attire(), STAND).clothes.vertices for _ in range(2))
    assert np.array_equal(first, second)
