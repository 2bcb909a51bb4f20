"""Which picture a file of labels means, where several bear one name: people number each folder from 0 on."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath

from models.data.pictures import picture_files
from models.data.splits import TRAIN, VAL

TEST = "test"
_WORD = re.compile(r"[a-z]+")
_VALS = frozenset({"eval", "evaluation", "minival"})
_PICTURE_FOLDERS = frozenset({"images", "imgs", "jpegimages", "pictures"})


def side_said(path: PurePath) -> str:
    """The side that the words of a path speak of, the last first: train, val, test, or nothing (`trainval`)."""
    for part in reversed(path.parts):
        for word in _WORD.findall(part.lower()):
            if word.startswith("trainval"):
                return ""
            if word.startswith("train"):
                return TRAIN
            if word.startswith("val") or word in _VALS:
                return VAL
            if word.startswith("test"):
                return TEST
    return ""


class Namesakes:
    """The pictures below a folder by their names. `sides` are those that the pictures' folders speak of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pictures = tuple(picture_files(folder))
        self.sides = {picture: side_said(picture.relative_to(folder).parent) for picture in self.pictures}
        self._said = frozenset(self.sides.values())
        parents = {picture.parent for picture in self.pictures}
        self._common = Path(os.path.commonpath(parents)) if parents else folder
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        self._by_stem: dict[str, list[Path]] = defaultdict(list)
        for picture in self.pictures:
            self._by_name[picture.name].append(picture)
            self._by_stem[picture.stem].append(picture)

    def of_path(self, said: str, side: str, *, is_sole: bool) -> list[Path]:
        """The pictures that a path in a file of labels may mean; more than one where they fit equally well.

        Those with which it shares most folders; then those on the `side` that the file speaks for. One on another side
        is meant only where the path says so or no picture lies on this one. A path whose folders are others is meant
        by its bare name only if `is_sole`: no other picture of that name is in the labels.
        """
        path = PurePath(said.replace("\\", "/"))
        found = self._by_name.get(path.name, [])
        if not side_said(path.parent):
            found = self._of_side(found, side)
        shared = {picture: _shared(reversed(path.parts), reversed(picture.parts)) for picture in found}
        if len(path.parts) > 1 and not is_sole:
            shared = {picture: count for picture, count in shared.items() if count > 1}
        return _best(
            {
                picture: (count, side == self.sides[picture], picture == self.folder / path)
                for picture, count in shared.items()
            }
        )

    def of_stem(self, stem: str, labels: Path, *, is_sole: bool, named: str = "") -> list[Path]:
        """The pictures that a file of labels beside or near them may mean; more than one where all are as near.

        Beside the file, then in a folder that differs from its own in one part (`Annotations`, `JPEGImages`), then
        on the same side, then nearest. One that is none of these only if `is_sole`: no other file of labels has that
        stem. Of several that are as near, `named` is meant, or the one in a folder of pictures.
        """
        side = side_said(labels.relative_to(self.folder).parent)
        found = self._of_side(self._by_stem.get(stem, []), side)
        scores = {picture: self._nearness(picture, labels, side) for picture in found}
        if not is_sole:
            scores = {picture: score for picture, score in scores.items() if any(score)}
        nearest = _best(scores)
        return _best({picture: (picture.name == named, self._is_among_pictures(picture)) for picture in nearest})

    def _of_side(self, found: Sequence[Path], side: str) -> list[Path]:
        """Without those of another side, if there are pictures on this one: its own must lie among them."""
        is_divided = bool(side) and side in self._said
        return [picture for picture in found if not is_divided or self.sides[picture] in {"", side}]

    def _nearness(self, picture: Path, labels: Path, side: str) -> tuple[bool, bool, bool, int]:
        own, other = labels.parent.parts, picture.parent.parts
        is_sibling = len(own) == len(other) and sum(a != b for a, b in zip(own, other, strict=True)) == 1
        # Folders that all have in common bring nothing nearer.
        shared = _shared(own, other) - _shared(own, self._common.parts)
        return own == other, is_sibling, bool(side) and side == self.sides[picture], max(0, shared)

    def _is_among_pictures(self, picture: Path) -> bool:
        return any(part.lower() in _PICTURE_FOLDERS for part in picture.relative_to(self.folder).parent.parts)


def _shared(one: Iterable[str], other: Iterable[str]) -> int:
    """So many parts at the beginning are equal."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _best(scores: Mapping[Path, tuple[int, ...]]) -> list[Path]:
    best = max(scores.values(), default=())
    return [picture for picture, score in scores.items() if score == best]
