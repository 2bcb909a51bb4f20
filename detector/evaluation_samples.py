"""Labelled pictures to measure on, from a `data.yaml` or from a folder of archives.

A data.yaml is what YOLO tools read: `val` leads to pictures, their labels lie in `labels` beside `images` or beside
the picture; a picture without a file of labels shows nothing. `partial.json` beside it names, by the source that file
names begin with, the classes that may be there without a box: they do not count in those pictures.

A folder of archives holds `ontology.json` (order of the labels), `partial.json` and `<split>/<source>.tar.gz` with
`images/*` and `labels/*.txt`.

A box is a guess where its line has a confidence, or where `models/data/sources.yaml` says so of its source. Pictures
are of one scene where `index.csv` beside them says so, or where they are copies of one original by their names.
"""

import functools
import tarfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from detector.evaluation import TruthBox
from detector.pictures import PixelPicture
from domain.geometry import Box
from models.data.archives import is_archived
from models.data.errors import DataError, DataNotFoundError, PictureError
from models.data.layout import has_index, line_of, read_index, read_names, read_partial, source_of
from models.data.ontology import load_ontology, plain
from models.data.pictures import decode
from models.data.records import SAME_BOX_OVERLAP
from models.data.scenes import original_of
from models.data.sources import load_sources
from models.data.yolo import YoloData, YoloLine, label_file, parse_lines, read_folder, read_lines

NO_LABELS = frozenset[str]()
OnFault = Callable[[DataError], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One labelled picture, not decoded yet. No other has its `place`.

    Samples of one `source` and `scene` belong together; without a scene it is one of its own, as far as is known.
    """

    source: str
    name: str
    place: Path
    encoded: bytes
    truth: tuple[TruthBox, ...]
    left_out: frozenset[str] = NO_LABELS
    scene: str = ""

    @property
    def picture(self) -> PixelPicture:
        """The pixels, decoded anew at every call. Raises PictureError."""
        return PixelPicture(decode(self.encoded, self.place))

    def without_pixels(self) -> "Sample":
        """The same, so that a large set fits into memory; its picture cannot be had any more."""
        return replace(self, encoded=b"")


class Samples(Protocol):
    """A set of labelled pictures that can be gone through more than once."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that are labelled anywhere in it."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The same as its files call them."""

    @property
    def remarks(self) -> Sequence[str]:
        """What a person should know of it, a line each: names in its files that mean nothing here."""

    def read(self, names: Collection[str] | None = None, on_fault: OnFault | None = None) -> Iterator[Sample]:
        """All samples in a fixed order, or those of the given names.

        A picture whose labels or file are faulty is passed over and told to `on_fault`; without it, raises DataError.
        """


def open_samples(
    place: Path,
    labels: Sequence[str],
    *,
    split: str = "",
    sources: Collection[str] = (),
    meanings: Mapping[str, str] | None = None,
) -> Samples:
    """What is at a place: a data.yaml, a folder with one, or a folder of archives.

    `labels` are those of the network. A class of the data that goes by another name there is translated as
    `translations` says; `meanings` are its `said`, and `require_meanings` tells whether they make sense. Without
    `split` it is `val`, or `test` where there is no `val`. Only pictures of the named sources if any are named.
    Raises DataError for whatever is wrong with it.
    """
    if place.is_dir() and is_archived(place):
        return ArchivedSamples(place, split or "val", sources, labels=labels, meanings=meanings)
    return YoloSamples(place, labels, split=split, sources=sources, meanings=meanings)


class _Classes:
    """The classes of the data in their order, and what they are called by the network."""

    def __init__(self, names: Sequence[str], labels: Sequence[str], meanings: Mapping[str, str] | None = None) -> None:
        self._labels = labels
        self._said = meanings or {}
        self._meanings = translations(names, labels, self._said)
        self.order = [self._meanings[name] for name in names]
        self.undrawn = frozenset(labels).difference(self.order)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.order))

    def left_out(self, partial: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """What each source of a partial.json did not draw, beside what nobody drew, as the network calls it."""
        return {source: frozenset(self._meaning(name) for name in names) for source, names in partial.items()}

    def _meaning(self, name: str) -> str:
        """What a class of partial.json is called by the network; it may be none of the data's own."""
        return self._meanings.get(name) or translations([name], self._labels, self._said)[name]


def require_meanings(said: Mapping[str, str], names: Sequence[str], labels: Sequence[str]) -> None:
    """Raise DataError unless `said` translates class names of the data, each into a label of a network."""
    known = {plain(name) for name in names}
    for name, ours in said.items():
        if plain(name) not in known:
            raise DataError(f"--map {name}: expected a class of the pictures ({', '.join(names)}), found none")
        if _called(ours, labels) not in labels:
            raise DataError(f"--map {name}={ours}: expected a label of the network ({', '.join(labels)}), found none")


class ArchivedSamples:
    """One archive per source; see the head of this module. Without `labels` the data's own names are kept."""

    def __init__(
        self,
        folder: Path,
        split: str = "val",
        sources: Collection[str] = (),
        *,
        labels: Sequence[str] | None = None,
        meanings: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._split = split
        self._sources = sources
        names, said = read_names(folder), read_partial(folder)
        self.class_names = tuple(names)
        self._classes = _Classes(names, names if labels is None else labels, meanings)
        self._partial = self._classes.left_out(said)
        self._scenes = read_scenes(folder)
        self.labels = self._classes.labels
        known = {archive.name.removesuffix(".tar.gz") for archive in folder.glob("*/*.tar.gz")}
        unknown = _unknown_classes(folder, said, {*names, *(labels or ())})
        self.remarks = (*unknown, *_unused(folder, said, known), *_foreign_index(folder))

    def read(self, names: Collection[str] | None = None, on_fault: OnFault | None = None) -> Iterator[Sample]:
        for archive in sorted((self._folder / self._split).glob("*.tar.gz")):
            source = archive.name.removesuffix(".tar.gz")
            if not self._sources or source in self._sources:
                yield from self._read(archive, source, names, on_fault)

    def _read(
        self, archive: Path, source: str, names: Collection[str] | None, on_fault: OnFault | None
    ) -> Iterator[Sample]:
        pictures, labels = _content(archive, names)
        for name in sorted(pictures):
            place = archive / name
            try:
                if name not in labels:
                    raise DataNotFoundError(place, "a file of labels")
                lines = list(parse_lines(labels[name].decode("utf-8-sig", "replace"), len(self._classes.order), place))
            except DataError as fault:
                _tell(fault, on_fault)
                continue
            yield Sample(
                source=source,
                name=name,
                place=place,
                encoded=pictures[name],
                truth=_truth(lines, self._classes.order, guessed_of(source)),
                left_out=self._partial.get(source, NO_LABELS) | self._classes.undrawn,
                scene=self._scenes.get(name) or _copied(name),
            )


def read_samples(data: Path, split: str = "val", sources: Sequence[str] = ()) -> Iterator[Sample]:
    """Pictures of archives in order of source and name; only of the named sources if any are named."""
    return ArchivedSamples(data, split, sources).read()


def read_left_out(data: Path) -> dict[str, frozenset[str]]:
    """Labels that each source did not draw."""
    return read_partial(data)


def _content(archive: Path, names: Collection[str] | None) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Pictures and labels of an archive by name. Raises DataError for one that is broken."""
    found: dict[str, dict[str, bytes]] = {"images": {}, "labels": {}}
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                path = PurePosixPath(member.name)
                is_wanted = path.parent.name in found and (names is None or path.stem in names)
                content = tar.extractfile(member) if is_wanted else None
                if content:
                    found[path.parent.name][path.stem] = content.read()
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise DataError(f"{archive}: expected a whole .tar.gz archive, found {error}") from error
    return found["images"], found["labels"]


def _truth(lines: Sequence[YoloLine], names: Sequence[str], guessed: Collection[str]) -> tuple[TruthBox, ...]:
    """The boxes, each once, as in training: one that stands there twice could only be found once."""
    kept: list[TruthBox] = []
    for line in lines:
        box = Box.clipped(*line.edges)
        if box is None:
            continue
        label = names[line.class_number]
        new = TruthBox(label=label, box=box, is_guess=line.confidence is not None or label in guessed)
        place = next((place for place, each in enumerate(kept) if _is_same(each, new)), None)
        if place is None:
            kept.append(new)
        elif not new.is_guess:
            kept[place] = new
    return tuple(kept)


def _is_same(one: TruthBox, other: TruthBox) -> bool:
    return one.label == other.label and one.box.overlap(other.box) > SAME_BOX_OVERLAP


@functools.cache
def guessed_of(source: str) -> frozenset[str]:
    """Classes whose boxes a network drew in a source that is known to us."""
    known = load_sources().find(source)
    return frozenset(known.guessed) if known else NO_LABELS


def read_scenes(folder: Path) -> dict[str, str]:
    """The group of each picture by its name, where an index.csv of ours says one, whatever its splits are called."""
    if not has_index(folder):
        return {}
    return {Path(row.file).stem: row.group for row in read_index(folder, splits=None) if row.group}


def _copied(stem: str) -> str:
    """The original of a copy by its name; empty for what is no copy: people number each folder from 0 on."""
    original = original_of(f"{stem}.")
    return "" if original == stem else original


def _foreign_index(folder: Path) -> list[str]:
    path = folder / "index.csv"
    if not path.is_file() or has_index(folder):
        return []
    return [f"{path}: expected columns split, file, source, found others; it says nothing of scenes and is passed over"]


def _tell(fault: DataError, on_fault: OnFault | None) -> None:
    if on_fault is None:
        raise fault
    on_fault(fault)


def _unknown_classes(folder: Path, partial: Mapping[str, frozenset[str]], known: Collection[str]) -> list[str]:
    """Names in partial.json that mean nothing: a misspelt one would otherwise count as labelled, and nobody knew."""
    ontology = load_ontology()
    path = folder / "partial.json"
    names = sorted({name for each in partial.values() for name in each})
    return [
        f"{path}:{line_of(path, name)}: class {name!r} is neither in the data nor known here; it changes nothing"
        for name in names
        if name not in known and ontology.resolve(name) is None
    ]


def _unused(folder: Path, partial: Mapping[str, frozenset[str]], sources: Collection[str]) -> list[str]:
    path = folder / "partial.json"
    return [
        f"{path}:{line_of(path, source)}: source {source!r} has no picture here"
        for source in sorted(partial)
        if source not in sources
    ]


class YoloSamples:
    """A data.yaml; see the head of this module."""

    def __init__(
        self,
        place: Path,
        labels: Sequence[str],
        *,
        split: str = "",
        sources: Collection[str] = (),
        meanings: Mapping[str, str] | None = None,
    ) -> None:
        self._data = read_folder(place)
        self._pictures = _split(self._data, split)
        self._sources = sources
        beside = self._data.file if self._data.file.is_dir() else self._data.file.parent
        said = read_partial(beside) if (beside / "partial.json").is_file() else {}
        self.class_names = self._data.names
        self._classes = _Classes(self.class_names, labels, meanings)
        self._partial = self._classes.left_out(said)
        self._scenes = read_scenes(beside)
        self.labels = self._classes.labels
        known = {source_of(picture.stem, said) for each in self._data.pictures.values() for picture in each}
        classes = {*self._data.names, *labels}
        unknown = _unknown_classes(beside, said, classes)
        self.remarks = (*unknown, *_unused(beside, said, known), *_foreign_index(beside))

    def read(self, names: Collection[str] | None = None, on_fault: OnFault | None = None) -> Iterator[Sample]:
        for picture in self._pictures:
            source = source_of(picture.stem, self._partial)
            if (self._sources and source not in self._sources) or (names is not None and picture.stem not in names):
                continue
            try:
                sample = self._sample(picture, source)
            except DataError as fault:
                _tell(fault, on_fault)
                continue
            yield sample

    def _sample(self, picture: Path, source: str) -> Sample:
        order = self._classes.order
        labels = label_file(picture)
        lines = list(read_lines(labels, len(order))) if labels else []
        try:
            encoded = picture.read_bytes()
        except OSError as error:
            raise PictureError(picture, "missing") from error
        return Sample(
            source=source,
            name=picture.stem,
            place=picture,
            encoded=encoded,
            truth=_truth(lines, order, guessed_of(source)),
            left_out=self._partial.get(source, NO_LABELS) | self._classes.undrawn,
            scene=self._scenes.get(picture.stem) or _copied(picture.stem),
        )


def _split(data: YoloData, split: str) -> tuple[Path, ...]:
    chosen = [split] if split else ["val"] if "val" in data.places else ["test", ""]
    for name in chosen:
        data.require_whole(name)
    pictures = next((data.pictures[name] for name in chosen if data.pictures.get(name)), None)
    if pictures is None:
        said = "; ".join(data.places[name] for name in chosen if name in data.places)
        raise DataNotFoundError(data.file, f"pictures of {split or 'val or test'}" + (f" ({said})" if said else ""))
    if not any(map(label_file, pictures)):
        # Labels that lie in the wrong place would otherwise be pictures that show nothing.
        raise DataNotFoundError(data.file, "a file of labels for any picture (an empty one says that nothing is there)")
    return pictures


def translations(names: Sequence[str], labels: Sequence[str], said: Mapping[str, str] | None = None) -> dict[str, str]:
    """What each class of the data is called by the network; a class that it does not know keeps its name.

    A name means what `said` makes of it (capitals, blanks and hyphens make no difference there), else itself, else
    itself as `brightkitchen train` writes it, else what the ontology's aliases make of it. Several classes of the
    data may be one for the network: rats and mice are rodents.
    """
    wanted = {plain(name): ours for name, ours in (said or {}).items()}
    return {name: _called(wanted.get(plain(name), name), labels) for name in names}


def _called(name: str, labels: Sequence[str]) -> str:
    if name in labels:
        return name
    as_taught = next((label for label in labels if plain(label) == plain(name)), None)
    alias = load_ontology().resolve(name)
    return as_taught or (alias if alias in labels else None) or name
