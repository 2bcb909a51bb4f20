"""`python -m models.data`: import, check, split, look at and count labelled pictures."""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2

from models.data import statistics
from models.data.archives import join, opened, pack, unpack
from models.data.coco import import_coco
from models.data.contact_sheet import write_sheets
from models.data.errors import DataError, UnknownSourceError
from models.data.integrity import lines, survey
from models.data.layout import SPLITS
from models.data.ontology import ONTOLOGY_FILE, ClassMap, Ontology, load_ontology
from models.data.records import Imported, Record
from models.data.scenes import SceneRules
from models.data.sources import load_sources
from models.data.splits import SplitRules
from models.data.untracked import require_untracked
from models.data.voc import import_voc
from models.data.workflow import add_source, split_again
from models.data.yolo import import_yolo

Given = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 1 where pictures have faults, or 2 where nothing could be done."""
    given = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    work: Callable[[Given], int] = given.work
    try:
        return work(given)
    except DataError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models.data", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _import_options(
        _verb(verbs, "import", _import, "bring a folder of YOLO, VOC or COCO labels into a training folder")
    )
    check = _verb(verbs, "check", _check, "find broken files, wrong labels and near-duplicates")
    check.add_argument("data", type=Path, help="training folder, or folder with train/*.tar.gz and val/*.tar.gz")
    check.add_argument("--json", type=Path, help="also write everything that was found to this file")
    check.add_argument("--no-duplicates", action="store_true", help="do not compare pictures with each other")
    stats = _verb(verbs, "stats", _stats, "count pictures and boxes by class, source and size")
    stats.add_argument("data", type=Path, help="as for check")
    stats.add_argument("--json", type=Path, help="also write the counts to this file")
    split = _verb(verbs, "split", _split, "keep scenes and near-duplicates on one side")
    split.add_argument("data", type=Path, help="training folder")
    split.add_argument("--again", action="store_true", help="forget the former split")
    _split_options(split)
    _sheet_options(_verb(verbs, "sheet", _sheet, "draw boxes on pictures, many on one sheet"))
    out = _verb(verbs, "unpack", _unpack, "lay out archives (one per source) as a training folder")
    out.add_argument("data", type=Path, help="folder with train/*.tar.gz and val/*.tar.gz")
    out.add_argument("--out", type=Path, required=True, help="training folder outside the repository")
    out = _verb(verbs, "pack", _pack, "write a training folder as archives (one per source), as training reads them")
    out.add_argument("data", type=Path, help="training folder")
    out.add_argument("--out", type=Path, required=True, help="folder outside the repository")
    joined = _verb(verbs, "join", _join, "make one folder of several that are packed; no source may be in two of them")
    joined.add_argument("data", type=Path, nargs="+", help="folders with train/*.tar.gz and val/*.tar.gz")
    joined.add_argument("--out", type=Path, required=True, help="new folder outside the repository")
    return parser


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, work: Callable[[Given], int], text: str
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text)
    parser.set_defaults(work=work)
    return parser


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", choices=["yolo", "voc", "coco"])
    parser.add_argument("place", type=Path, help="folder, data.yaml (yolo) or annotation file (coco)")
    parser.add_argument("--out", type=Path, required=True, help="training folder; it may hold other sources already")
    parser.add_argument("--source", required=True, help="short name; one of sources.yaml brings its facts along")
    parser.add_argument("--ontology", type=Path, default=ONTOLOGY_FILE, help="classes; default: ours")
    parser.add_argument("--map", action="append", default=[], metavar="NAME=CLASS", help="what a name means here")
    parser.add_argument("--ignore", action="append", default=[], metavar="NAME", help="a name to pass over")
    parser.add_argument("--labelled", default="", help="classes that were drawn wherever they are, with commas between")
    parser.add_argument("--names", default="", help="yolo without data.yaml: class names in order, with commas between")
    parser.add_argument("--pictures", type=Path, help="coco: folder of the pictures, if not that of the file")
    parser.add_argument("--keep-splits", action="store_true", help="yolo: take train and val as they are (test: new)")
    _split_options(parser)


def _split_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--val-share", type=float, default=0.1, help="share to measure on; default 0.1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scene-pattern", default="", help="regular expression: equal first groups are one scene")
    parser.add_argument("--frame-gap", type=int, default=5, help="numbered frames so close are one scene if alike")


def _sheet_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, help="as for check")
    parser.add_argument("--out", type=Path, required=True, help="folder outside the repository")
    parser.add_argument("--class", dest="label", default="", help="only pictures with a box of this class")
    parser.add_argument("--source", default="", help="only pictures of this source")
    parser.add_argument("--split", default="", choices=["", "train", "val"])
    parser.add_argument("--count", type=int, default=96, help="so many pictures, drawn by lot; default 96")
    parser.add_argument("--seed", type=int, default=0)


def _import(given: Given) -> int:
    ontology = load_ontology(given.ontology)
    class_map, labelled = _meanings(given, ontology)
    imported = _read(given, class_map, labelled)
    _say(imported.counts.lines())
    if not imported.records:
        return 1
    keeps = given.keep_splits
    records = [
        replace(record, split=record.split if keeps and record.split in SPLITS else "") for record in imported.records
    ]
    scenes, splits = _rules(given)
    settled = add_source(records, given.out, ontology, scenes=scenes, splits=splits)
    _say([f"labelled here: {', '.join(name for name in ontology.names if name in imported.records[0].labelled)}"])
    _say(_sides(settled))
    return 0


def _meanings(given: Given, ontology: Ontology) -> tuple[ClassMap, frozenset[str] | None]:
    """What names mean and which classes count: from sources.yaml, then from the options."""
    source = load_sources().find(given.source)
    meanings = dict(source.classes) if source else {}
    for pair in given.map:
        name, separator, ours = pair.partition("=")
        if not separator:
            raise DataError(f"--map {pair}: expected NAME=CLASS")
        meanings[name] = ours
    ignored = frozenset(given.ignore) | frozenset(source.ignored if source else ())
    labelled = source.counting(ontology) if source else None
    if given.labelled:
        labelled = frozenset(_known(name, ontology) for name in given.labelled.split(","))
    if labelled is None and given.format == "voc":
        raise UnknownSourceError(given.source)
    try:
        return ClassMap(ontology=ontology, meanings=meanings, ignored=ignored), labelled
    except ValueError as error:
        raise DataError(f"--map: {error}") from error


def _known(name: str, ontology: Ontology) -> str:
    if name not in ontology.names:
        raise DataError(f"--labelled: expected classes of the ontology, found {name!r}")
    return name


def _read(given: Given, class_map: ClassMap, labelled: frozenset[str] | None) -> Imported:
    if given.format == "yolo":
        names = given.names.split(",") if given.names else None
        return import_yolo(given.place, source=given.source, class_map=class_map, labelled=labelled, names=names)
    if given.format == "voc":
        return import_voc(given.place, source=given.source, class_map=class_map, labelled=labelled)
    return import_coco(
        given.place, source=given.source, class_map=class_map, labelled=labelled, pictures=given.pictures
    )


def _rules(given: Given) -> tuple[SceneRules, SplitRules]:
    try:
        splits = SplitRules(val_share=given.val_share, seed=given.seed)
    except ValueError as error:
        raise DataError(f"--val-share: {error}") from error
    return SceneRules(pattern=given.scene_pattern, frame_gap=given.frame_gap), splits


def _split(given: Given) -> int:
    scenes, splits = _rules(given)
    records, moved = split_again(given.data, scenes=scenes, splits=splits, keeps_sides=not given.again)
    _say([f"{moved} pictures changed sides", *_sides(records)])
    return 0


def _sides(records: Sequence[Record]) -> list[str]:
    groups = len({record.group for record in records})
    val = sum(record.split == "val" for record in records)
    return [f"{len(records)} pictures in {groups} groups: {len(records) - val} to learn from, {val} to measure on"]


def _check(given: Given) -> int:
    with opened(given.data) as folder:
        found = survey(folder, fingerprints=not given.no_duplicates)
    faults = sum(map(len, found.findings.faults.values()))
    boxes = sum(len(record.boxes) for record in found.records)
    _say([f"{len(found.records)} readable pictures with {boxes} boxes, {faults} faults", *lines(found.findings)])
    if given.json:
        document = {"pictures": len(found.records), "boxes": boxes}
        kinds = {"faults": found.findings.faults, "remarks": found.findings.remarks}
        _write_json(
            given.json, document | {title: {k: v for k, v in said.items() if v} for title, said in kinds.items()}
        )
    return 1 if faults else 0


def _stats(given: Given) -> int:
    with opened(given.data) as folder:
        found = survey(folder, fingerprints=False)
    classes = statistics.class_counts(found.records, found.names)
    sources = statistics.source_counts(found.records)
    _say([*statistics.class_lines(classes), "", *statistics.source_lines(sources)])
    if given.json:
        _write_json(given.json, statistics.as_document(classes, sources))
    return 0


def _sheet(given: Given) -> int:
    require_untracked(given.out)
    with opened(given.data) as folder:
        records = [record for record in survey(folder, fingerprints=False).records if _is_wanted(record, given)]
        chosen = random.Random(given.seed).sample(records, min(given.count, len(records)))  # noqa: S311 - no secret
        written = write_sheets(chosen, given.out)
    _say([f"{len(records)} pictures fit, {len(chosen)} are on {len(written)} sheets in {given.out}"])
    return 0


def _is_wanted(record: Record, given: Given) -> bool:
    return (
        (not given.label or given.label in record.labels)
        and (not given.source or given.source == record.source)
        and (not given.split or given.split == record.split)
    )


def _unpack(given: Given) -> int:
    place = unpack(given.data, require_untracked(given.out))
    _say([f"laid out in {place}"])
    return 0


def _pack(given: Given) -> int:
    _say([f"packed into {pack(given.data, given.out)}"])
    return 0


def _join(given: Given) -> int:
    _say([f"joined in {join(given.data, given.out)}"])
    return 0


def _write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _say(said: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in said)
