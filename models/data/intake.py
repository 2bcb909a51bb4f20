"""Whatever labelled pictures a stranger has, brought into one training folder and split to learn and to measure."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.data.archives import opened
from models.data.coco import import_coco
from models.data.errors import DataError, DataNotFoundError, FaultsError, LabelFileError
from models.data.integrity import lines, survey
from models.data.layout import SPLITS, read_boxes
from models.data.namesakes import side_said
from models.data.ontology import Ontology
from models.data.own_classes import ClassPlan, plan_classes
from models.data.pictures import picture_files
from models.data.recognise import FolderKind, class_names, coco_files, labels_without_picture, recognise
from models.data.records import Imported, Record
from models.data.scenes import SceneRules, told_apart
from models.data.splits import TRAIN, VAL, SplitRules
from models.data.untracked import require_untracked
from models.data.voc import import_voc
from models.data.workflow import add_source, split_again
from models.data.yolo import import_yolo

_LAST_VAL_SHARE = 0.5  # so many of two or three scenes must be measured on, or none would be

_OURS = frozenset({FolderKind.ARCHIVES, FolderKind.LAYOUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRules:
    """How pictures are taken in. `meanings` and `ignored` are about names of classes as the folders have them."""

    meanings: Mapping[str, str]
    ignored: frozenset[str] = frozenset()
    only_own: bool = False
    scenes: SceneRules = field(default_factory=SceneRules)
    splits: SplitRules = field(default_factory=lambda: SplitRules(val_share=0.2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came in: all pictures with their sides, the classes, and lines for people about what was odd."""

    folder: Path
    records: tuple[Record, ...]
    plan: ClassPlan
    remarks: tuple[str, ...]

    def count(self, split: str) -> int:
        return sum(record.split == split for record in self.records)


def take_in(places: Sequence[Path], folder: Path, base: Ontology, rules: IntakeRules) -> Intake:
    """Bring all places into `folder`, which is made anew. `base` are the classes of the network to start from.

    A division into train and val that a place came with is kept, as far as scenes and near-duplicates allow.
    Raises DataError with all that is wrong, InsideRepositoryError for a folder that git would take.
    """
    target = require_untracked(folder)
    kinds = [(place, recognise(place)) for place in places]
    names = dict.fromkeys(name for place, kind in kinds for name in class_names(place, kind))
    plan = plan_classes(list(names), base, meanings=rules.meanings, ignored=rules.ignored, only_own=rules.only_own)
    shutil.rmtree(target, ignore_errors=True)
    remarks: list[str] = []
    settled: list[Record] = []
    with ExitStack() as stack:
        foreign: list[Record] = []
        laid_out: list[Record] = []
        for place, kind in kinds:
            if kind in _OURS:
                new = _read_layout(stack.enter_context(opened(place)), plan)
                laid_out += _with_free_sources(new, [*foreign, *laid_out])
            else:
                foreign += _with_free_sources(_read_foreign(place, kind, plan, remarks), [*foreign, *laid_out])
        if not any(record.boxes for record in (*foreign, *laid_out)):
            raise DataError(f"{places[0]}: expected a box in at least one picture, found none: nothing can be learnt")
        # Whoever wrote a folder of ours knew its groups: its pictures are not joined for their look.
        for records, scenes in ((foreign, rules.scenes), (laid_out, _grouped(rules.scenes))):
            if records:
                usable = _with_usable_sides(told_apart(records), remarks)
                settled = add_source(usable, target, plan.ontology, scenes=scenes, splits=rules.splits, remarks=remarks)
    settled = _with_both_sides(settled, target, rules, remarks)
    remarks += lines(survey(target).findings, shown=3)
    return Intake(folder=target, records=tuple(settled), plan=plan, remarks=tuple(remarks))


def _grouped(scenes: SceneRules) -> SceneRules:
    """The rules for pictures whose groups are known."""
    return replace(scenes, joins_alike=False)


# Reading


def _read_foreign(place: Path, kind: FolderKind, plan: ClassPlan, remarks: list[str]) -> list[Record]:
    if not picture_files(place.parent if place.is_file() else place):
        raise DataNotFoundError(place, "pictures beside the labels")
    if kind is FolderKind.YOLO:
        imported = import_yolo(place, source="own", class_map=plan.class_map)
        orphans = labels_without_picture(place)
        if orphans:
            remarks.append(f"{len(orphans)} label files have no picture, such as {orphans[0]}")
    elif kind is FolderKind.VOC:
        imported = import_voc(place, source="own", class_map=plan.class_map)
    else:
        imported = _import_coco_files(place, plan)
    # The first line tells how many pictures there are; the others matter where they are not about none.
    remarks += [line for line in imported.counts.lines()[1:] if not line.startswith("0 ")]
    if not imported.records:
        raise DataNotFoundError(place, "pictures with a file of labels each (an empty one says that nothing is there)")
    return list(imported.records)


def _import_coco_files(place: Path, plan: ClassPlan) -> Imported:
    """All annotation files; one whose path speaks of train or val gives its pictures that side."""
    records: list[Record] = []
    counted = None
    for path in coco_files(place):
        pictures = path.parent if picture_files(path.parent) else place
        side = side_said(path.relative_to(place) if place.is_dir() else Path(path.name))
        imported = import_coco(path, source="own", class_map=plan.class_map, pictures=pictures, side=side)
        records += imported.records
        counted = counted or imported.counts
        if counted is not imported.counts:
            counted.clipped_boxes += imported.counts.clipped_boxes
            counted.dropped_boxes += imported.counts.dropped_boxes
            counted.pictures_with_crowds += imported.counts.pictures_with_crowds
    if counted is None:
        raise DataNotFoundError(place, "a JSON file with images, annotations and categories")
    # Files of one set name the same classes, if not all of them have boxes of each.
    labelled = frozenset[str]().union(*(record.labelled for record in records))
    return Imported(records=tuple(replace(record, labelled=labelled) for record in records), counts=counted)


def _read_layout(folder: Path, plan: ClassPlan) -> list[Record]:
    """Records of a folder in our own layout, in the plan's words. Raises FaultsError."""
    found = survey(folder, fingerprints=False)
    faults = [line for said in found.findings.faults.values() for line in said]
    if faults:
        raise FaultsError([LabelFileError(folder, field="folder", expected="no faults", found=line) for line in faults])
    words = {name: plan.class_map.meaning(name) for name in found.names if not plan.class_map.is_ignored(name)}
    return [_translated(_without_overruled(record, found.names), words) for record in found.records]


def _without_overruled(record: Record, names: Sequence[str]) -> Record:
    """The record without guesses that lie beside labels of the same class: written anew, they would be labels."""
    path = record.picture.parents[2] / "pseudo" / record.split / f"{record.name}.txt"
    guesses = read_boxes(path, names) if path.is_file() else ()
    return replace(
        record, boxes=tuple(box for box in record.boxes if box not in guesses or box.label not in record.labelled)
    )


def _translated(record: Record, words: Mapping[str, str | None]) -> Record:
    boxes = tuple(replace(box, label=word) for box in record.boxes if (word := words.get(box.label)))
    labelled = frozenset(word for name in record.labelled if (word := words.get(name)))
    return replace(record, boxes=boxes, labelled=labelled)


def _with_free_sources(new: Sequence[Record], taken: Sequence[Record]) -> list[Record]:
    """The records; a source that is taken, with other labelled classes, is called by a number."""
    meanings = {record.source: record.labelled for record in taken}
    names: dict[str, str] = {}
    for record in new:
        if record.source not in names:
            names[record.source] = next(
                name
                for name in _numbered(record.source or "own")
                if meanings.get(name, record.labelled) == record.labelled
            )
    return [replace(record, source=names[record.source]) for record in new]


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


# Sides


def _with_usable_sides(records: Sequence[Record], remarks: list[str]) -> list[Record]:
    """Records with the sides they came with, if those are two.

    Pictures of `test` stay out where there is a `val`; where there is none they are measured on, never learnt from.
    """
    sides = Counter(record.split for record in records)
    if sides[TRAIN] and sides["test"] and not sides[VAL]:
        remarks.append(f"{sides['test']} pictures of the split test are measured on: there is no val")
        records = [replace(record, split=VAL) if record.split == "test" else record for record in records]
        sides = Counter(record.split for record in records)
    if sides[VAL] and sides["test"]:
        remarks.append(f"{sides['test']} pictures of the split test were left out")
        records = [record for record in records if record.split != "test"]
    keeps = sides[TRAIN] > 0 and sides[VAL] > 0
    return [replace(record, split=record.split if keeps and record.split in SPLITS else "") for record in records]


def _with_both_sides(settled: list[Record], target: Path, rules: IntakeRules, remarks: list[str]) -> list[Record]:
    """All records, some of them to measure on. Raises DataError where all of them show one scene."""
    for share in (rules.splits.val_share, _LAST_VAL_SHARE):
        if {record.split for record in settled} == set(SPLITS):
            return settled
        remarks.append(f"no scene was left to measure on: split anew, a share of {share:g} to measure on")
        splits = replace(rules.splits, val_share=share)
        settled, _ = split_again(target, scenes=_grouped(rules.scenes), splits=splits, keeps_sides=False)
    if {record.split for record in settled} == set(SPLITS):
        return settled
    groups = len({record.group for record in settled})
    raise DataError(
        f"expected pictures of at least two scenes, found {len(settled)} pictures in {groups}: near-duplicates "
        "must not be learnt from and measured on; add pictures of other days or places"
    )
