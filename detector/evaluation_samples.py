"""Labelled pictures to measure on, from a `data.yaml` or from a folder of archives.

A data.yaml is what YOLO tools read: `val` leads to pictures, their labels lie in `labels` beside `images` or beside
the picture; a picture without a file of labels shows nothing. `partial.json` beside it names, by the source that file
names begin with, the classes that may be there without a box: they do not count in those pictures.

A folder of archives holds `ontology.json` (order of the labels), `partial.json` and `<split>/<source>.tar.gz` with
`images/*` and `labels/*.txt`.
"""

import tarfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from detector.evaluation import TruthBox
from detector.pictures import PixelPicture
from domain.geometry import Box
from models.data.archives import is_archived
from models.data.errors import DataError, DataNotFoundError
from models.data.layout import read_names, read_partial, source_of
from models.data.ontology import load_ontology
from models.data.pictures import decode
from models.data.yolo import YoloData, YoloLine, label_file, parse_lines, read_folder, read_lines

NO_LABELS = frozenset[str]()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One labelled picture, not decoded yet. `place` is for messages."""

    source: str
    name: str
    place: Path
    encoded: bytes
    truth: tuple[TruthBox, ...]
    left_out: frozenset[str] = NO_LABELS

    @property
    def picture(self) -> PixelPicture:
        """The pixels, decoded anew at every call. Raises PictureError."""
        return PixelPicture(decode(self.encoded, self.place))


class Samples(Protocol):
    """A set of labelled pictures that can be gone through more than once."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that are labelled anywhere in it."""

    def read(self, names: Collection[str] | None = None) -> Iterator[Sample]:
        """All samples in a fixed order, or those of the given names."""


def open_samples(place: Path, labels: Sequence[str], *, split: str = "", sources: Collection[str] = ()) -> Samples:
    """What is at a place: a data.yaml, a folder with one, or a folder of archives.

    `labels` are those of the network. A class of the data that goes by another name there is translated with the
    aliases of the ontology. Without `split` it is `val`, or `test` where there is no `val`. Only pictures of the
    named sources if any are named. Raises DataError for whatever is wrong with it.
    """
    if place.is_dir() and is_archived(place):
        return ArchivedSamples(place, split or "val", sources)
    return YoloSamples(place, labels, split=split, sources=sources)


class ArchivedSamples:
    """One archive per source; see the head of this module."""

    def __init__(self, folder: Path, split: str = "val", sources: Collection[str] = ()) -> None:
        self._folder = folder
        self._split = split
        self._sources = sources
        self.labels = tuple(read_names(folder))

    def read(self, names: Collection[str] | None = None) -> Iterator[Sample]:
        left_out = read_left_out(self._folder)
        for archive in sorted((self._folder / self._split).glob("*.tar.gz")):
            source = archive.name.removesuffix(".tar.gz")
            if not self._sources or source in self._sources:
                yield from _read_archive(archive, self.labels, left_out.get(source, NO_LABELS), names)


def read_samples(data: Path, split: str = "val", sources: Sequence[str] = ()) -> Iterator[Sample]:
    """Pictures of archives in order of source and name; only of the named sources if any are named."""
    return ArchivedSamples(data, split, sources).read()


def read_left_out(data: Path) -> dict[str, frozenset[str]]:
    """Labels that each source did not draw."""
    return read_partial(data)


def _read_archive(
    archive: Path, ontology: Sequence[str], left_out: frozenset[str], names: Collection[str] | None
) -> Iterator[Sample]:
    pictures: dict[str, bytes] = {}
    labels: dict[str, str] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            content = tar.extractfile(member) if names is None or path.stem in names else None
            if content and path.parent.name == "images":
                pictures[path.stem] = content.read()
            elif content and path.parent.name == "labels":
                labels[path.stem] = content.read().decode()
    for name in sorted(pictures):
        place = archive / name
        if name not in labels:
            raise DataNotFoundError(place, "a file of labels")
        lines = list(parse_lines(labels[name], len(ontology), place))
        yield Sample(
            source=archive.name.removesuffix(".tar.gz"),
            name=name,
            place=place,
            encoded=pictures[name],
            truth=tuple(_truth(lines, ontology)),
            left_out=left_out,
        )


def _truth(lines: Sequence[YoloLine], names: Sequence[str]) -> Iterator[TruthBox]:
    for line in lines:
        box = Box.clipped(*line.edges)
        if box:
            yield TruthBox(label=names[line.class_number], box=box)


class YoloSamples:
    """A data.yaml; see the head of this module."""

    def __init__(self, place: Path, labels: Sequence[str], *, split: str = "", sources: Collection[str] = ()) -> None:
        self._data = read_folder(place)
        self._pictures = _split(self._data, split)
        self._sources = sources
        beside = self._data.file if self._data.file.is_dir() else self._data.file.parent
        self._meanings = translations(self._data.names, labels)
        self._partial = self._translated(read_partial(beside)) if (beside / "partial.json").is_file() else {}
        self._undrawn = frozenset(labels) - set(self._meanings.values())
        self.labels = tuple(dict.fromkeys(self._meanings.values()))

    def read(self, names: Collection[str] | None = None) -> Iterator[Sample]:
        order = [self._meanings[name] for name in self._data.names]
        for picture in self._pictures:
            source = source_of(picture.stem, self._partial)
            if (self._sources and source not in self._sources) or (names is not None and picture.stem not in names):
                continue
            labels = label_file(picture)
            lines = list(read_lines(labels, len(order))) if labels else []
            yield Sample(
                source=source,
                name=picture.stem,
                place=picture,
                encoded=picture.read_bytes(),
                truth=tuple(_truth(lines, order)),
                left_out=self._partial.get(source, NO_LABELS) | self._undrawn,
            )

    def _translated(self, partial: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        return {
            source: frozenset(self._meanings.get(name, name) for name in names) for source, names in partial.items()
        }


def _split(data: YoloData, split: str) -> tuple[Path, ...]:
    chosen = [split] if split else ["val", "test", ""]
    pictures = next((data.pictures[name] for name in chosen if data.pictures.get(name)), None)
    if pictures is None:
        raise DataNotFoundError(data.file, f"pictures of {split or 'val or test'}")
    if not any(map(label_file, pictures)):
        # Labels that lie in the wrong place would otherwise be pictures that show nothing.
        raise DataNotFoundError(data.file, "a file of labels for any picture (an empty one says that nothing is there)")
    return pictures


def translations(names: Sequence[str], labels: Sequence[str]) -> dict[str, str]:
    """What each class of the data is called by the network; a class that it does not know keeps its name.

    Raises DataError where two classes of the data would be one for the network.
    """
    ontology = load_ontology()
    found: dict[str, str] = {}
    for name in names:
        alias = ontology.resolve(name)
        found[name] = name if name in labels or alias not in labels else str(alias)
    if len(set(found.values())) != len(found):
        raise DataError(f"classes of the data must be different for the network, got {found}")
    return found
