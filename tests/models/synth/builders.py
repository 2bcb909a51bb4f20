"""Small scenes and stories whose geometry a reader can check by head."""

from pathlib import Path

from models.synth.camera import Camera
from models.synth.scene import Air, Finish, Scene, Subject, Thing
from models.synth.shapes.solids import box

STORY = """\
place: cold_room
seed: 1
length_seconds: 10
rendered_per_second: 2
shown_per_second: 4
cast:
  - {name: cook, is: person, at: 1 1, headwear: cap, mask: right, outfit: white_coat}
  - {name: rat, is: rat, at: 0 2, present: false}
  - {name: bin, is: bin, at: bin, kind: pedal}
timeline:
  - {at: 2, who: rat, does: goes, path: [0 2, 2 2, 2 4], seconds: 4, vanishes: true}
  - {at: 5, who: cook, does: takes_off, what: headwear}
  - {at: 6, who: bin, does: lid, degrees: 80, seconds: 1}
promises:
  - {code: pest.rodent, raised: true, who: rat, from: 2.5, to: 5.5}
"""


def write_story(folder: Path, text: str = STORY) -> Path:
    path = folder / "little.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def level_camera(*, k1: float = 0.0) -> Camera:
    """At the origin, one metre up, looking along y, 90° wide: at 2 m it sees 4 m across."""
    return Camera(position=(0, 0, 1), target=(0, 1, 1), field_degrees=90, k1=k1, k2=0.01 if k1 else 0.0)


def block(name: str, centre: tuple[float, float, float], size: tuple[float, float, float] = (1, 0.1, 1)) -> Thing:
    return Thing(name=name, mesh=box(size, centre, chamfer=0.001), finish=Finish.PAINT)


def scene_of(*things: Thing, camera: Camera | None = None, labelled: str = "target", label: str = "bin") -> Scene:
    subject = Subject(key=labelled, label=label, surfaces=(labelled,))
    return Scene(things=things, lamps=(), air=Air(), camera=camera or level_camera(), subjects=(subject,))
