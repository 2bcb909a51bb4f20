"""Persons to learn from, as boxes in decoded pictures.

Those of `attire.csv` (see `models.data.attire`), and persons around faces with and without masks and around heads with
and without helmets.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from domain.attire import Wearing
from domain.geometry import Box
from models.data.attire import ATTRIBUTES, FACE_STATES, HEADWEAR, MASK, person_around, read_attire
from models.framing import Edges, Pixels
from models.training.data import Example, PictureSet
from models.training.errors import DataLayoutError

UNKNOWN = np.nan
FACE_SOURCE, HEAD_SOURCE = "facemask_", "helmet_shahizat"
HEAD_STATES = {"helmet": Wearing.PRESENT, "head_bare": Wearing.ABSENT}

# Boxes of whole heads are larger than faces, and begin above the hair.
_HEAD_WIDTHS, _HEAD_ABOVE = 2.2, 0.12

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person in one picture. `states` and `clear` have a value per attribute.

    States: 1 worn, 0 not worn, NaN unknown. Clear: 1 people could judge it, 0 they could not, NaN nobody tried.
    """

    split: str
    picture: int
    name: str
    box: Edges
    states: Floats
    clear: Floats


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures of all splits."""

    sets: dict[str, PictureSet]

    def pixels(self, person: Person) -> Pixels:
        return self.sets[person.split].pixels(person.picture)


def judged_persons(folder: Path, gallery: Gallery) -> list[Person]:
    """The rows of attire.csv in their order. Raises DataLayoutError, or DataError where the file is wrong."""
    places = {
        (split, example.name): place
        for split, pictures in gallery.sets.items()
        for place, example in enumerate(pictures.examples)
    }
    persons: list[Person] = []
    for row in read_attire(folder):
        picture = places.get((row.split, row.name))
        if picture is None:
            raise DataLayoutError(folder / row.split, expected=f"a picture {row.name}", found="none")
        example = gallery.sets[row.split].examples[picture]
        persons.append(person_of(example, row.split, picture, row.box, row.states))
    return persons


def masked_persons(gallery: Gallery, split: str, least_px: int) -> list[Person]:
    """A person around each labelled face. A mask worn below the nose counts as one that cannot be judged."""
    return [
        person_of(example, split, picture, person_around(face, example.width / example.height), {MASK: state})
        for picture, example, face, state in _heads(gallery.sets[split], FACE_SOURCE, FACE_STATES, least_px)
    ]


def helmeted_persons(gallery: Gallery, split: str, least_px: int) -> list[Person]:
    """A person around each labelled head of a work site."""
    return [
        person_of(
            example,
            split,
            picture,
            person_around(head, example.width / example.height, widths=_HEAD_WIDTHS, above=_HEAD_ABOVE),
            {HEADWEAR: state},
        )
        for picture, example, head, state in _heads(gallery.sets[split], HEAD_SOURCE, HEAD_STATES, least_px)
    ]


def _heads(
    pictures: PictureSet, source: str, states: dict[str, Wearing], least_px: int
) -> Iterator[tuple[int, Example, Box, Wearing]]:
    """Boxes of the named labels that are wide enough."""
    names = pictures.layout.labels
    for picture, example in enumerate(pictures.examples):
        if not example.source.startswith(source):
            continue
        for edges, label in zip(example.labelled.boxes.tolist(), example.labelled.labels, strict=True):
            if names[label] in states and (edges[2] - edges[0]) * example.width >= least_px:
                yield picture, example, Box(*edges), states[names[label]]


def person_of(
    example: Example,
    split: str,
    picture: int,
    box: Box,
    states: Mapping[str, Wearing],
    *,
    attributes: Sequence[str] = ATTRIBUTES,
) -> Person:
    """A person in a picture; what `states` does not name is unknown."""
    given = [states.get(name) for name in attributes]
    worn = {Wearing.PRESENT: 1.0, Wearing.ABSENT: 0.0}
    return Person(
        split=split,
        picture=picture,
        name=example.name,
        box=(
            box.left * example.width,
            box.top * example.height,
            box.right * example.width,
            box.bottom * example.height,
        ),
        states=np.array([UNKNOWN if each is None else worn.get(each, UNKNOWN) for each in given], dtype=np.float32),
        clear=np.array([UNKNOWN if each is None else float(each in worn) for each in given], dtype=np.float32),
    )


def folds_by_picture(persons: list[Person], count: int, seed: int) -> npt.NDArray[np.int64]:
    """A fold in [0, count) for each person; persons of one picture share theirs."""
    names = sorted({person.name for person in persons})
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[place]: rank % count for rank, place in enumerate(order)}
    return np.array([fold[person.name] for person in persons], dtype=np.int64)
