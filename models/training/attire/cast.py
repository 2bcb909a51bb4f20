"""Rendered persons to learn from: a folder that `python -m models.synth pictures` wrote, packed or not.

They are taught beside real persons and are nothing else: no figure, band or calibration comes from them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from domain.attire import Wearing
from domain.geometry import Box
from models.data.archives import is_archived, pack
from models.data.attire import ATTIRE_FILE, FACE_STATES, HEADWEAR, MASK
from models.data.digest import data_digest
from models.data.rendered_attire import RenderedPerson, read_rendered_attire
from models.framing import shown_part
from models.training.attire.persons import Gallery, Person, person_of
from models.training.attire.recipe import AttireRecipe
from models.training.data import Example, PictureSet, open_pictures, read_layout
from models.training.errors import DataLayoutError

log = structlog.get_logger(__name__)

_SPLIT = "train"
_LONGEST_SIDE_PX = 640  # as the generator makes them: its persons are small enough already
_AT_THE_EDGE = 0.003  # of the picture's height
_INSIDE = 0.5  # of a face's box, for it to be the person's


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Rendered persons with their pictures. `digest` changes with whatever is taught by them."""

    persons: list[Person]
    gallery: Gallery
    digest: str


def read_cast(folder: Path, cache: Path, recipe: AttireRecipe, attributes: Sequence[str]) -> Cast:
    """Pictures are packed and decoded into `cache` once.

    Raises DataLayoutError for a folder without pictures or with a row about one that is not there, DataError where
    the table of persons or the layout is wrong.
    """
    rows = read_rendered_attire(folder)
    table = (folder / ATTIRE_FILE).read_bytes()
    digest = hashlib.sha256(data_digest(folder).encode() + table).hexdigest()
    place = cache / f"rendered-{digest[:12]}"
    packed = folder if is_archived(folder) else _packed(folder, place / "packed")
    pictures = open_pictures(read_layout(packed), _SPLIT, place, longest_side_px=_LONGEST_SIDE_PX)
    places = {example.name: number for number, example in enumerate(pictures.examples)}
    persons: list[Person] = []
    for row in rows:
        if row.name not in places:
            raise DataLayoutError(folder / _SPLIT, expected=f"a picture {row.name}", found="none")
        persons.append(_person(pictures, places[row.name], row, attributes))
    large = [person for person in persons if _shown_height(person, recipe) >= recipe.rendered.least_height_px]
    log.info("rendered_persons_read", persons=len(large), too_small=len(persons) - len(large), digest=digest)
    return Cast(persons=large, gallery=Gallery({_SPLIT: pictures}), digest=digest)


def _packed(folder: Path, target: Path) -> Path:
    """Archives of a folder; written beside and renamed, so that a run that was broken off leaves no half ones."""
    if not target.is_dir():
        part = target.with_suffix(".part")
        pack(folder, part)
        part.rename(target)
    return target


def _person(pictures: PictureSet, picture: int, row: RenderedPerson, attributes: Sequence[str]) -> Person:
    example = pictures.examples[picture]
    states = visible(row, faces_of(example, pictures.layout.labels))
    return person_of(example, _SPLIT, picture, row.box, states, attributes=attributes)


def faces_of(example: Example, labels: Sequence[str]) -> list[Box]:
    """The boxes of faces that can be seen in a picture."""
    rows = zip(example.labelled.boxes.tolist(), example.labelled.labels, strict=True)
    return [Box(*edges) for edges, label in rows if labels[label] in FACE_STATES]


def visible(row: RenderedPerson, faces: Sequence[Box]) -> Mapping[str, Wearing]:
    """What can be judged of a person. The generator knows what is worn, also where the camera does not see it.

    Without a face in view nothing can be said of a mask; where the person is cut off by the picture's upper edge,
    nothing of what is on the head.
    """
    states = dict(row.states)
    if not any(face.share_inside(row.box) >= _INSIDE for face in faces):
        states[MASK] = Wearing.UNCLEAR
    if row.box.top < _AT_THE_EDGE:
        states[HEADWEAR] = Wearing.UNCLEAR
    return states


def _shown_height(person: Person, recipe: AttireRecipe) -> float:
    part = shown_part(person.box, recipe.framing)
    return part[3] - part[1]
